#include "sim/uncertainty/interval_columns.hpp"

namespace h4h::sim {

void add_interval_columns(Table& table, const std::string& prefix) {
  for (const char* const bound : {"low", "high", "p5", "p95"}) {
    table.add_column(real_column(prefix + bound));
  }
  table.add_column(text_column(prefix + "moved_by"));
}

void add_interval(std::vector<Cell>& row, const std::optional<Uncertain>& figure) {
  if (!figure) {
    row.insert(row.end(), 5, Cell());
    return;
  }
  row.insert(row.end(), {figure->low, figure->high, figure->p5, figure->p95, figure->moved_by});
}

}  // namespace h4h::sim
