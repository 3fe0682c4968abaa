#include "base/table/table.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace h4h {
namespace {

bool is_of(const Cell& cell, Column::Type type) {
  if (cell.is_empty()) return true;
  switch (type) {
    case Column::Type::text:
      return cell.text() != nullptr;
    case Column::Type::integer:
      return cell.integer() != nullptr;
    case Column::Type::real:
      return cell.real() != nullptr;
  }
  return false;
}

}  // namespace

Cell::Cell() = default;
Cell::Cell(const char* text) : value_(std::string(text)) {}
Cell::Cell(std::string_view text) : value_(std::string(text)) {}
Cell::Cell(std::string text) : value_(std::move(text)) {}
Cell::Cell(double real) : value_(real) {}
Cell::Cell(Integer integer) : value_(integer.value) {}
// Made by assignment: where std::variant's own copy throws, libstdc++ 12 destroys the value that it
// has not made.
Cell::Cell(const Cell& other) : Cell() { value_ = other.value_; }
Cell::Cell(Cell&&) noexcept = default;
Cell& Cell::operator=(const Cell&) = default;
Cell& Cell::operator=(Cell&&) noexcept = default;
Cell::~Cell() = default;

bool operator==(const Cell& a, const Cell& b) { return a.value_ == b.value_; }

Column Column::with_width(std::size_t at_least) const {
  Column column = *this;
  column.width = at_least;
  return column;
}

Column Column::with_format(std::string presentation) const {
  Column column = *this;
  column.format = std::move(presentation);
  return column;
}

Column Column::with_suffix(std::string text) const {
  Column column = *this;
  column.suffix = std::move(text);
  return column;
}

Column Column::with_gap(std::size_t blanks) const {
  Column column = *this;
  column.gap = blanks;
  return column;
}

Column Column::with_text_right() const {
  Column column = *this;
  column.right = true;
  return column;
}

Column Column::with_empty(std::string text) const {
  Column column = *this;
  column.empty = std::move(text);
  return column;
}

Table::Table(std::vector<Column> columns) {
  for (Column& column : columns) add_column(std::move(column));
}

void Table::check_name(const std::string& name) const {
  for (const Column& column : columns_) {
    if (column.name == name) {
      throw std::invalid_argument(fmt::format("a table has column '{}' already", name));
    }
  }
}

void Table::add_column(Column column) {
  if (!rows_.empty()) throw std::invalid_argument("a table with rows gets no column without cells");
  check_name(column.name);
  columns_.push_back(std::move(column));
}

void Table::add_columns(Column::Type type, std::initializer_list<const char*> names) {
  for (const char* const name : names) add_column({name, type});
}

void Table::add_row(std::vector<Cell> cells) {
  if (cells.size() != columns_.size()) {
    throw std::invalid_argument(
        fmt::format("{} cells for {} columns", cells.size(), columns_.size()));
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (is_of(cells[i], columns_[i].type)) continue;
    throw std::invalid_argument(
        fmt::format("a cell of column '{}' is of another type", columns_[i].name));
  }
  rows_.push_back(std::move(cells));
}

void Table::add_constant(Column column, const Cell& value) {
  add_constant(std::move(column), value, columns_.size());
}

void Table::add_constant(Column column, const Cell& value, std::size_t place) {
  check_name(column.name);
  const auto at = static_cast<std::ptrdiff_t>(place);
  columns_.insert(columns_.begin() + at, std::move(column));
  for (std::vector<Cell>& row : rows_) row.insert(row.begin() + at, value);
}

Column text_column(std::string name) { return {std::move(name), Column::Type::text}; }
Column integer_column(std::string name) { return {std::move(name), Column::Type::integer}; }
Column real_column(std::string name) { return {std::move(name), Column::Type::real}; }

}  // namespace h4h
