#include "base/csv/csv_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/text/number.hpp"
#include "base/text/printable.hpp"

namespace h4h {
namespace {

// Blanks around a field that has no quotes are left out when it is read.
bool needs_quotes(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  if (text.find_first_of(",;\"") != std::string_view::npos) return true;
  return !text.empty() && (kBlanks.find(text.front()) != std::string_view::npos ||
                           kBlanks.find(text.back()) != std::string_view::npos);
}

// Spreadsheets compute what begins so (OWASP, "CSV Injection"), except for numbers. "== 1", which
// is a rule of a claim, computes to its number.
bool is_formula(std::string_view text) {
  if (text.empty() || std::string_view("=+-@\t").find(text.front()) == std::string_view::npos) {
    return false;
  }
  const auto number =
      parse_number<double>(text.substr(std::min(text.find_first_not_of("= "), text.size())));
  return !number || !std::isfinite(*number);
}

std::string field(const Cell& cell) {
  if (cell.text() != nullptr) return csv_field(*cell.text());
  if (cell.integer() != nullptr) return fmt::to_string(*cell.integer());
  return cell.real() != nullptr ? fmt::to_string(*cell.real()) : std::string();
}

template <typename Values, typename Text>
std::string line(const Values& values, Text text) {
  std::string joined;
  for (const auto& value : values) {
    if (&value != &values.front()) joined += ',';
    joined += text(value);
  }
  return joined + '\n';
}

}  // namespace

std::string csv_field(std::string_view text) {
  std::string shown = (is_formula(text) ? "'" : "") + printable(text, "\t");
  if (!needs_quotes(shown)) return shown;
  std::string quoted = "\"";
  for (const char c : shown) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string write_csv(const Table& table) {
  return line(table.columns(), [](const Column& column) { return csv_field(column.name); }) +
         write_csv_rows(table);
}

std::string write_csv_rows(const Table& table) {
  std::string text;
  for (const std::vector<Cell>& row : table.rows()) {
    text += line(row, field);
  }
  return text;
}

}  // namespace h4h
