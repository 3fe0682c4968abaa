#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace h4h {

// What is wrong with a CSV file or a value in it; `read_csv` adds file and line.
class CsvError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The fields of a line of RFC 4180; no line breaks inside fields.
std::vector<std::string> csv_fields(std::string_view line);

// A value as a field: in quotes where it must be.
std::string csv_field(const std::string& text);

// A line below the header, its values by the names of their columns.
class CsvRow {
 public:
  using Columns = std::map<std::string, std::size_t>;

  CsvRow(const Columns& columns, std::vector<std::string> values, int line);

  int line() const { return line_; }
  bool has(const std::string& column) const;  // and is not empty
  const std::string& text(const std::string& column) const;
  std::int64_t whole(const std::string& column) const;  // 0 or more
  std::int64_t positive(const std::string& column) const;
  double number(const std::string& column) const;

 private:
  const Columns* columns_;
  std::vector<std::string> values_;
  int line_;
};

// A CSV file with a header; empty lines are left out.
struct CsvTable {
  // Throws CsvError for a missing file, a missing one of `required`, a row of another width.
  CsvTable(const std::filesystem::path& path, const std::vector<std::string>& required);
  CsvTable(const CsvTable&) = delete;  // rows point to the columns
  CsvTable& operator=(const CsvTable&) = delete;

  CsvRow::Columns columns;
  std::vector<CsvRow> rows;
};

}  // namespace h4h
