#pragma once

#include <string>
#include <string_view>

#include "base/table/table.hpp"

namespace h4h {

// The table as CSV (RFC 4180, but with LF at the end of a line), the only such writer: a header of
// the columns' names, then a line for each row. Fields stand in quotes where they must. Reals are
// the shortest digits that read back as the same number; an empty cell is an empty field. Texts are
// made printable (see base/text/printable.hpp), but for tabs, so that a row is one line; one that a
// spreadsheet would take for a formula, because it begins with = + - @ or a tab, gets an apostrophe
// in front unless it is a number, also behind "=" ("== 1").
std::string write_csv(const Table& table);

// The rows alone: to append to a file that has its header.
std::string write_csv_rows(const Table& table);

// A text as a field, as above: printable, no formula, in quotes where it must be.
std::string csv_field(std::string_view text);

}  // namespace h4h
