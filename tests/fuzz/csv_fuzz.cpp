#include <cstddef>
#include <cstdint>
#include <string>

#include "base/csv/csv_table.hpp"
#include "workloads/import/layer_list/listed_shape.hpp"

namespace {

// Every value of a row is text, a number or an error of its own.
void read_values(const h4h::CsvRow& row, const h4h::CsvRow::Columns& columns) {
  for (const auto& column : columns) {
    try {
      row.text(column.first);
      if (row.number(column.first) != row.number(column.first)) __builtin_trap();
      if (row.whole(column.first) < 0 || row.positive(column.first) < 1) __builtin_trap();
    } catch (const h4h::CsvError&) {
      continue;
    }
  }
}

void read_shape(const h4h::CsvRow& row) {
  try {
    if (h4h::workloads::listed_shape(row).height < 1) __builtin_trap();
  } catch (const h4h::CsvError&) {
    return;
  }
}

}  // namespace

// Any text is a table whose rows are as wide as its header, or is refused with a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const h4h::CsvTable table(text, "fuzz.csv", {"op", "H", "W", "Cin", "Cout", "k", "stride"});
    for (const h4h::CsvRow& row : table.rows) {
      read_values(row, table.columns);
      read_shape(row);
    }
  } catch (const h4h::CsvError&) {
    return 0;
  }
  return 0;
}
