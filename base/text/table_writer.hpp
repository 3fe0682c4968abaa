#pragma once

#include <cstddef>
#include <string>

#include "base/table/table.hpp"

namespace h4h {

// The table as aligned text for people, the only such writer: a line of the columns' names, then a
// line for each row. Texts are flush left, numbers flush right; a column is as wide as its widest
// value, and at least Column::width. No blanks stand at the end of a line. Texts are made printable
// (see printable.hpp), so that a row is one line.
std::string write_text(const Table& table);
// The same in lines of at most `width` characters: texts of the first column are shortened (see
// wrap.hpp), but not below `least` characters, even if lines are then longer.
std::string write_text(const Table& table, std::size_t width, std::size_t least);

}  // namespace h4h
