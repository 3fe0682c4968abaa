#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "platforms/description/quantity.hpp"
#include "workloads/import/layer_list/listed_shape.hpp"

namespace h4h::platforms {

// Where the column `cycles` may stand in for `latency`: on the device whose clock it counts.
enum class MeasuredIn { time, time_or_cycles };

// A row of a table.
struct MeasuredRow {
  workloads::ListedShape shape;
  std::variant<std::int64_t, PerClock> time;  // picoseconds, or cycles of the NPU
  std::optional<std::int64_t> energy_fj;      // femtojoules
};

struct MeasuredLayer {
  workloads::ListedShape shape;
  std::int64_t time_ps = 0;
  // Dynamic energy: of the whole chip while the layer runs, above what it leaks (`leakage.*`).
  std::optional<std::int64_t> energy_fj = {};
};

bool operator==(const MeasuredLayer& a, const MeasuredLayer& b);

// What whole layers took on silicon, each by itself. Sorted by shape, each shape once.
struct MeasuredTable {
  std::vector<MeasuredLayer> layers;

  bool empty() const { return layers.empty(); }
};

bool operator==(const MeasuredTable& a, const MeasuredTable& b);

// Everything wrong with a table, "file:line: what" each.
class MeasuredTableError : public std::runtime_error {
 public:
  explicit MeasuredTableError(std::vector<std::string> problems);
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::vector<std::string> problems_;
};

// Reads a CSV with the columns op, H, W, Cin, Cout, k, stride of a layer list, and latency (with
// its unit) or cycles; layer_id may stand beside them, and energy (with its unit) of all rows. Rows
// come sorted by shape. Throws MeasuredTableError.
std::vector<MeasuredRow> read_measured_rows(const std::filesystem::path& path, MeasuredIn unit);

// What the rows say at a clock of the NPU.
MeasuredTable measured_at(const std::vector<MeasuredRow>& rows, std::int64_t clock_hz);

// "none", or the number of layers and a hash of all that the table says.
std::string table_text(const MeasuredTable& table);

}  // namespace h4h::platforms
