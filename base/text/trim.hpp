#pragma once

#include <string_view>

namespace h4h {

// `text` without the blanks (spaces and tabs) at its ends. It refers to the characters of `text`.
inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace h4h
