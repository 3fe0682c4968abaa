#include "base/text/table_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/printable.hpp"
#include "base/text/wrap.hpp"

namespace h4h {
namespace {

using Line = std::vector<std::string>;

std::string real_text(const Column& column, double value) {
  return fmt::format(fmt::runtime("{:" + column.format + "}"), value);
}

std::string cell_text(const Column& column, const Cell& cell) {
  if (cell.is_empty()) return column.empty;
  if (cell.text() != nullptr) return printable(*cell.text()) + column.suffix;
  if (cell.integer() != nullptr) return fmt::to_string(*cell.integer()) + column.suffix;
  return real_text(column, *cell.real()) + column.suffix;
}

Line names(const Table& table) {
  Line line;
  for (const Column& column : table.columns()) line.push_back(printable(column.name));
  return line;
}

std::vector<Line> rows(const Table& table) {
  std::vector<Line> lines;
  for (const std::vector<Cell>& row : table.rows()) {
    Line& line = lines.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      line.push_back(cell_text(table.columns()[i], row[i]));
    }
  }
  return lines;
}

// In characters of UTF-8, not in bytes.
std::size_t length(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// With the names of the columns in front.
std::vector<Line> all_lines(const Table& table) {
  std::vector<Line> lines = rows(table);
  lines.insert(lines.begin(), names(table));
  return lines;
}

std::vector<std::size_t> widths_of(const Table& table, const std::vector<Line>& lines) {
  std::vector<std::size_t> widths;
  for (const Column& column : table.columns()) widths.push_back(column.width);
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], length(line[i]));
  }
  return widths;
}

std::string aligned(const Table& table, const std::vector<std::size_t>& widths, const Line& line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Column& column = table.columns()[i];
    if (i > 0) text.append(column.gap, ' ');
    const std::string blanks(widths[i] - length(line[i]), ' ');
    text += column.flush_right() ? blanks + line[i] : line[i] + blanks;
  }
  return text.substr(0, text.find_last_not_of(' ') + 1) + '\n';
}

}  // namespace

std::string write_text(const Table& table) {
  const std::vector<Line> lines = all_lines(table);
  const std::vector<std::size_t> widths = widths_of(table, lines);
  std::string text;
  for (const Line& line : lines) text += aligned(table, widths, line);
  return text;
}

std::string write_text(const Table& table, std::size_t width, std::size_t least) {
  std::vector<Line> lines = all_lines(table);
  std::vector<std::size_t> widths = widths_of(table, lines);
  std::size_t all = widths.front();
  for (std::size_t i = 1; i < widths.size(); ++i) all += table.columns()[i].gap + widths[i];
  if (all > width && widths.front() > least) {
    widths.front() -= std::min(widths.front() - least, all - width);
  }
  std::string text;
  for (Line& line : lines) {
    line.front() = shortened(line.front(), widths.front());
    text += aligned(table, widths, line);
  }
  return text;
}

}  // namespace h4h
