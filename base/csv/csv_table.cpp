#include "base/csv/csv_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text/number.hpp"
#include "base/text/take_line.hpp"

namespace h4h {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kMostFields = 1000;  // of a line
constexpr std::size_t kMostValues = 2'000'000;

// Without the CR of a line that ends in CR and LF.
std::string_view without_cr(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

class FieldReader {
 public:
  FieldReader(std::string_view line, char separator)
      : rest_(without_cr(line)), separator_(separator) {}

  // nullopt behind the last field.
  std::optional<std::string> next() {
    if (done_) return std::nullopt;
    skip_blanks();
    std::string field = !rest_.empty() && rest_.front() == '"' ? quoted() : plain();
    skip_blanks();
    done_ = rest_.empty();
    if (!done_ && rest_.front() != separator_) throw CsvError("text after a closing quote");
    if (!done_) rest_.remove_prefix(1);
    return field;
  }

 private:
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
  }

  std::string plain() {
    std::string field = take(std::min(rest_.find(separator_), rest_.size()));
    return field.erase(field.find_last_not_of(kBlanks) + 1);
  }

  std::string quoted() {
    std::string field;
    while (true) {
      rest_.remove_prefix(1);
      const std::size_t close = rest_.find('"');
      if (close == std::string_view::npos) throw CsvError("a quote is not closed");
      field += take(close);
      rest_.remove_prefix(1);
      if (rest_.empty() || rest_.front() != '"') return field;
      field += '"';
    }
  }

  std::string take(std::size_t n) {
    std::string taken(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return taken;
  }

  std::string_view rest_;
  const char separator_;
  bool done_ = false;
};

// The first of "," and ";" outside quotes; "," where there is neither.
char separator_of(std::string_view header) {
  bool inside = false;
  for (const char c : header) {
    if (c == '"') inside = !inside;
    if (!inside && (c == ',' || c == ';')) return c;
  }
  return ',';
}

CsvRow::Columns columns_of(const CsvHeader& header, const std::vector<std::string>& required) {
  CsvRow::Columns columns;
  for (const std::string& name : header.names) {
    if (!columns.emplace(name, columns.size()).second) {
      throw CsvError(fmt::format("column '{}' is given twice", name));
    }
  }
  for (const std::string& name : required) {
    if (columns.count(name) == 0) {
      throw CsvError(
          fmt::format("column '{}' is missing; required: {}", name, fmt::join(required, ",")));
    }
  }
  return columns;
}

constexpr std::int64_t kMostWhole = 65536ll * 65536;

}  // namespace

CsvHeader csv_header(std::string_view line) {
  constexpr std::string_view kUtf8 = "\xef\xbb\xbf", kUtf16[] = {"\xff\xfe", "\xfe\xff"};
  const auto begins_with = [&](std::string_view mark) {
    return line.substr(0, mark.size()) == mark;
  };
  if (begins_with(kUtf16[0]) || begins_with(kUtf16[1])) {
    throw CsvError("the file is UTF-16; it must be UTF-8");
  }
  if (begins_with(kUtf8)) line.remove_prefix(kUtf8.size());
  const char separator = separator_of(line);
  return {csv_fields(line, separator), separator};
}

std::vector<std::string> csv_fields(std::string_view line, char separator) {
  std::vector<std::string> fields;
  FieldReader reader(line, separator);
  while (std::optional<std::string> field = reader.next()) {
    if (fields.size() == kMostFields)
      throw CsvError(fmt::format("more than {} fields", kMostFields));
    fields.push_back(*std::move(field));
  }
  return fields;
}

CsvRow::CsvRow(const Columns& columns, std::vector<std::string> values, int line)
    : columns_(&columns), values_(std::move(values)), line_(line) {
  if (values_.size() != columns.size()) {
    throw CsvError(fmt::format("{} values for {} columns", values_.size(), columns.size()));
  }
}

bool CsvRow::has(const std::string& column) const {
  return columns_->count(column) > 0 && !text(column).empty();
}

const std::string& CsvRow::text(const std::string& column) const {
  return values_.at(columns_->at(column));
}

std::int64_t CsvRow::whole(const std::string& column) const {
  const auto value = parse_number<std::int64_t>(text(column));
  if (value && *value >= 0 && *value <= kMostWhole) return *value;
  throw CsvError(fmt::format("{} must be a whole number, not '{}'", column, text(column)));
}

std::int64_t CsvRow::positive(const std::string& column) const {
  const auto value = parse_number<std::int64_t>(text(column));
  if (value && *value >= 1 && *value <= kMostWhole) return *value;
  throw CsvError(fmt::format("{} must be a positive integer, not '{}'", column, text(column)));
}

double CsvRow::number(const std::string& column) const {
  const auto value = parse_number<double>(text(column));
  if (value && std::isfinite(*value)) return *value;
  throw CsvError(fmt::format("{} must be a number, not '{}'", column, text(column)));
}

CsvTable::CsvTable(const std::filesystem::path& path, const std::vector<std::string>& required,
                   FileLimit limit)
    : CsvTable(read_file_or<CsvError>(path, limit), path, required) {}

CsvTable::CsvTable(const std::string& text, const std::filesystem::path& path,
                   const std::vector<std::string>& required) {
  Problems problems;
  read(text, path, required, problems);
  refuse(problems, path);
}

CsvTable::CsvTable(const std::filesystem::path& path, const std::vector<std::string>& required,
                   Problems& problems) {
  read(read_file_or<CsvError>(path, kCsvLimit), path, required, problems);
}

void CsvTable::read(std::string_view text, const std::filesystem::path& path,
                    const std::vector<std::string>& required, Problems& problems) {
  char separator = ',';
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    try {
      if (number == 1) {
        const CsvHeader header = csv_header(line);
        separator = header.separator;
        columns = columns_of(header, required);
      } else if (!without_cr(line).empty()) {
        rows.emplace_back(columns, csv_fields(line, separator), number);
      }
    } catch (const CsvError& error) {
      problems.add(number, error.what());
      if (number == 1) refuse(problems, path);
    }
    if (rows.size() * columns.size() > kMostValues) {
      problems.add(number, fmt::format("more than {} values", kMostValues));
      return;
    }
  }
}

void refuse(const Problems& problems, const std::filesystem::path& path) {
  if (problems.count() > 0) throw CsvError(problems.text(path.string(), SIZE_MAX));
}

}  // namespace h4h
