#pragma once

#include <string>
#include <string_view>

namespace h4h {

// False for control characters (C0, DEL, C1), line and paragraph separators, marks that change the
// direction of text, the byte-order mark and codes that are no characters: a terminal obeys them,
// or the reader does not see them.
bool is_printable(char32_t code);

// `text` as one line that is safe to show: what is not printable is written as \n, \r, \t, \x1b or
// \u202e, and a byte that is not UTF-8 as \xff. Characters of `kept` (ASCII) stay as they are. A
// backslash of `text` stays one backslash: the result is for people, not to be read back.
std::string printable(std::string_view text, std::string_view kept = {});

// The same for a text of several lines.
std::string printable_lines(std::string_view text);

}  // namespace h4h
