#include "base/csv/csv_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>

namespace h4h {
namespace {

class FieldReader {
 public:
  explicit FieldReader(std::string_view line) : rest_(line) {
    if (!rest_.empty() && rest_.back() == '\r') rest_.remove_suffix(1);
  }

  // nullopt behind the last field.
  std::optional<std::string> next() {
    if (done_) return std::nullopt;
    std::string field = !rest_.empty() && rest_.front() == '"' ? quoted() : plain();
    done_ = rest_.empty();
    if (!done_ && rest_.front() != ',') throw CsvError("text behind a closing quote");
    if (!done_) rest_.remove_prefix(1);
    return field;
  }

 private:
  std::string plain() { return take(std::min(rest_.find(','), rest_.size())); }

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
  bool done_ = false;
};

template <typename T>
std::optional<T> parsed(const std::string& text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

CsvRow::Columns header(const std::string& line, const std::vector<std::string>& required) {
  CsvRow::Columns columns;
  for (const std::string& name : csv_fields(line)) {
    if (!columns.emplace(name, columns.size()).second) {
      throw CsvError(fmt::format("column '{}' stands there twice", name));
    }
  }
  for (const std::string& name : required) {
    if (columns.count(name) == 0) {
      throw CsvError(
          fmt::format("column '{}' is missing; needed: {}", name, fmt::join(required, ",")));
    }
  }
  return columns;
}

constexpr std::int64_t kMostWhole = 65536ll * 65536;

}  // namespace

std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> fields;
  FieldReader reader(line);
  while (std::optional<std::string> field = reader.next()) fields.push_back(*std::move(field));
  return fields;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
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
  const auto value = parsed<std::int64_t>(text(column));
  if (value && *value >= 0 && *value <= kMostWhole) return *value;
  throw CsvError(fmt::format("{} must be a whole number, not '{}'", column, text(column)));
}

std::int64_t CsvRow::positive(const std::string& column) const {
  const auto value = parsed<std::int64_t>(text(column));
  if (value && *value >= 1 && *value <= kMostWhole) return *value;
  throw CsvError(fmt::format("{} must be a positive integer, not '{}'", column, text(column)));
}

double CsvRow::number(const std::string& column) const {
  const auto value = parsed<double>(text(column));
  if (value && std::isfinite(*value)) return *value;
  throw CsvError(fmt::format("{} must be a number, not '{}'", column, text(column)));
}

CsvTable::CsvTable(const std::filesystem::path& path, const std::vector<std::string>& required) {
  if (!std::filesystem::is_regular_file(path)) {
    throw CsvError(fmt::format("{}: not a file", path.string()));
  }
  std::ifstream stream(path);
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    try {
      if (number == 1) {
        columns = header(line, required);
      } else if (!line.empty() && line != "\r") {
        rows.emplace_back(columns, csv_fields(line), number);
      }
    } catch (const CsvError& error) {
      throw CsvError(fmt::format("{}:{}: {}", path.string(), number, error.what()));
    }
  }
}

}  // namespace h4h
