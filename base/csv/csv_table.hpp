#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/file/input_file.hpp"
#include "base/text/problems.hpp"

namespace h4h {

// What is wrong with a CSV file or a value in it. CsvTable and read_csv() put "file:line: " in
// front of it; who else reads values of a row adds that by CsvRow::line().
class CsvError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The first line of a CSV file: the names of its columns, and what stands between fields in the
// whole file, which is ';' where the names are separated by it and else ','.
struct CsvHeader {
  std::vector<std::string> names;
  char separator = ',';
};
// A byte-order mark of UTF-8 is left out. Throws CsvError for UTF-16.
CsvHeader csv_header(std::string_view line);

// The fields of a line (RFC 4180; no line breaks inside fields). Blanks around a field are left
// out unless they stand inside its quotes, and so is a CR at the end. Throws CsvError for a quote
// that is not closed, for text behind one that is, and for more than 1000 fields.
std::vector<std::string> csv_fields(std::string_view line, char separator = ',');

// A line below the header, its values by the names of their columns. A column that the table does
// not have throws std::out_of_range; a value that is no such number, CsvError that names the
// column.
class CsvRow {
 public:
  using Columns = std::map<std::string, std::size_t>;

  // `line`: in the file, from 1. Throws CsvError for another number of values than columns.
  CsvRow(const Columns& columns, std::vector<std::string> values, int line);

  int line() const { return line_; }
  bool has(const std::string& column) const;  // and is not empty
  const std::string& text(const std::string& column) const;
  std::int64_t whole(const std::string& column) const;     // 0 .. 2^32
  std::int64_t positive(const std::string& column) const;  // 1 .. 2^32
  double number(const std::string& column) const;          // finite

 private:
  const Columns* columns_;
  std::vector<std::string> values_;
  int line_;
};

inline constexpr FileLimit kCsvLimit{"CSV file", 16 << 20};

// A CSV file with a header, as spreadsheets write it too: see csv_header and csv_fields. Empty
// lines are left out.
struct CsvTable {
  // Throws CsvError for a file that cannot be read ("file: ..."), and "file:line: ..." for a
  // missing one of `required`, a column that stands there twice, more than 2,000,000 values, and
  // for every row of another width or that csv_fields refuses, a line each.
  CsvTable(const std::filesystem::path& path, const std::vector<std::string>& required,
           FileLimit limit = kCsvLimit);
  // Of a `text` that was read from `path`.
  CsvTable(const std::string& text, const std::filesystem::path& path,
           const std::vector<std::string>& required);
  // Of a file, but such rows are left out and added to `problems`.
  CsvTable(const std::filesystem::path& path, const std::vector<std::string>& required,
           Problems& problems);
  CsvTable(const CsvTable&) = delete;  // rows point to the columns
  CsvTable& operator=(const CsvTable&) = delete;

  CsvRow::Columns columns;
  std::vector<CsvRow> rows;

 private:
  void read(std::string_view text, const std::filesystem::path& path,
            const std::vector<std::string>& required, Problems& problems);
};

// Throws CsvError that names all of them where there are any.
void refuse(const Problems& problems, const std::filesystem::path& path);

// The rows of a file as `read(row)` makes values of them. Throws CsvError that names every row for
// which it throws, by file and line.
template <typename Read>
auto read_csv(const std::filesystem::path& path, const std::vector<std::string>& required,
              const Read& read) {
  Problems problems;
  const CsvTable table(path, required, problems);
  std::vector<decltype(read(table.rows.front()))> values;
  for (const CsvRow& row : table.rows) {
    try {
      values.push_back(read(row));
    } catch (const std::runtime_error& error) {
      problems.add(row.line(), error.what());
    }
  }
  refuse(problems, path);
  return values;
}

}  // namespace h4h
