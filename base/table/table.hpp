#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace h4h {

// What a cell of a table holds: nothing, or a value of its column's type.
class Cell {
 public:
  Cell();  // empty
  Cell(const char* text);
  Cell(std::string_view text);
  Cell(std::string text);
  Cell(double real);
  template <typename T,
            std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
  Cell(T integer) : Cell(Integer{static_cast<std::int64_t>(integer)}) {}
  template <typename T>
  Cell(const std::optional<T>& value) : Cell() {
    if (value) *this = Cell(*value);
  }

  // Not inline: every file that fills tables would compile them.
  Cell(const Cell&);
  Cell(Cell&&) noexcept;
  Cell& operator=(const Cell&);
  Cell& operator=(Cell&&) noexcept;
  ~Cell();

  bool is_empty() const { return std::holds_alternative<std::monostate>(value_); }
  // nullptr where the cell holds something else.
  const std::string* text() const { return std::get_if<std::string>(&value_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  const double* real() const { return std::get_if<double>(&value_); }

  friend bool operator==(const Cell& a, const Cell& b);
  friend bool operator!=(const Cell& a, const Cell& b) { return !(a == b); }

 private:
  struct Integer {
    std::int64_t value;
  };
  Cell(Integer integer);

  std::variant<std::monostate, std::string, std::int64_t, double> value_;
};

// A column of a table: its name, the type of its cells, and how they look as aligned text.
struct Column {
  enum class Type { text, integer, real };

  std::string name;
  Type type = Type::text;
  std::size_t width = 0;    // as text: at least
  std::string format = {};  // as text, of reals: fmt's presentation, such as ".3f"
  std::string suffix = {};  // as text, behind each value, such as " %"
  std::size_t gap = 2;      // as text: blanks in front of every column but the first
  bool right = false;       // as text: texts flush right, as numbers always are
  std::string empty = {};   // as text, what an empty cell shows

  bool flush_right() const { return right || type != Type::text; }

  // The same column, but for one of these: real_column("ms").with_format(".3f").with_width(9).
  Column with_width(std::size_t at_least) const;
  Column with_format(std::string presentation) const;
  Column with_suffix(std::string text) const;
  Column with_gap(std::size_t blanks) const;
  Column with_text_right() const;
  Column with_empty(std::string text) const;
};

// Rows below named, typed columns: what modules hand over where a file or a listing is a table. It
// is a plain value; base/csv/csv_writer.hpp and base/text/table_writer.hpp write it.
class Table {
 public:
  Table() = default;
  explicit Table(std::vector<Column> columns);
  // Throws std::invalid_argument for a second column of the same name, and once there are rows.
  void add_column(Column column);
  void add_columns(Column::Type type, std::initializer_list<const char*> names);
  // Throws std::invalid_argument unless there is a cell for each column, empty or of its type.
  void add_row(std::vector<Cell> cells);
  // A column at the end (`place`: in front of that one) with the same value in every row.
  void add_constant(Column column, const Cell& value);
  void add_constant(Column column, const Cell& value, std::size_t place);

  const std::vector<Column>& columns() const { return columns_; }
  const std::vector<std::vector<Cell>>& rows() const { return rows_; }

 private:
  void check_name(const std::string& name) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// Columns by their names alone.
Column text_column(std::string name);
Column integer_column(std::string name);
Column real_column(std::string name);

}  // namespace h4h
