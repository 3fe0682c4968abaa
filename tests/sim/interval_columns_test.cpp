#include "sim/uncertainty/interval_columns.hpp"

#include <gtest/gtest.h>

#include "base/csv/csv_writer.hpp"

namespace h4h::sim {
namespace {

TEST(IntervalColumns, StandBehindThePrefixAndAreEmptyWithoutAFigure) {
  Table table;
  add_interval_columns(table, "x_");
  for (const auto& figure :
       {std::optional(Uncertain{2, 1, 4, 1.5, 3, "cim.step"}), std::optional<Uncertain>()}) {
    std::vector<Cell> row;
    add_interval(row, figure);
    table.add_row(row);
  }
  EXPECT_EQ(write_csv(table), "x_low,x_high,x_p5,x_p95,x_moved_by\n1,4,1.5,3,cim.step\n,,,,\n");
}

}  // namespace
}  // namespace h4h::sim
