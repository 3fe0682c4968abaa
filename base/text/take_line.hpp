#pragma once

#include <algorithm>
#include <string_view>

namespace h4h {

// The first line of `rest`, which loses it with its end. Unlike std::getline, which takes a lack of
// memory for the end of the text.
inline std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return line;
}

}  // namespace h4h
