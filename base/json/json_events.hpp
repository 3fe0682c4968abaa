#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace h4h {

// Calls `events` (see nlohmann::json_sax) for every value of `text`, without a tree and without
// recursion; false where `text` is no JSON or a call returned false. Everything that reads JSON
// does it through here: parse_json for documents, and readers that are fast on regular lines.
template <typename Events>
bool read_json_events(std::string_view text, Events& events) {
  // nlohmann's parser takes a NUL for the end.
  if (text.find('\0') != std::string_view::npos) return false;
  return nlohmann::json::sax_parse(text, &events);
}

}  // namespace h4h
