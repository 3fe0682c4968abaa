#include "sim/validation/reference.hpp"

#include <fmt/format.h>

#include "workloads/import/layer_list/reader.hpp"

namespace h4h::sim {
namespace {

using workloads::CsvError;
using workloads::CsvRow;

std::string system_of(const CsvRow& row) {
  const std::string& config = row.text("system_config");
  const std::string& mode = row.text("memory_mode");
  if (mode == "Sram_Only") return "sram-only";
  if (mode == "Shared_Sram" && config == "Ethos_U55_High_End_Embedded") return "high-end";
  if (mode == "Shared_Sram" && config == "Ethos_U55_Deep_Embedded") return "deep";
  throw CsvError(fmt::format("{}, {} is no system that is known here", config, mode));
}

ReferenceLayer layer_of(const CsvRow& row) {
  return {row.text("layer_id"),
          row.text("op"),
          row.positive("accel_macs_per_cycle"),
          system_of(row),
          workloads::listed_network(row),
          row.number("regor_total_cycles"),
          row.number("legacy_total_cycles"),
          row.text("ofm_block")};
}

}  // namespace

std::vector<ReferenceLayer> read_reference_layers(const std::filesystem::path& path) {
  std::vector<std::string> columns = workloads::layer_list_columns();
  for (const char* name :
       {"accel_macs_per_cycle", "system_config", "memory_mode", "weight_bytes_encoded",
        "regor_total_cycles", "legacy_total_cycles", "ofm_block"}) {
    columns.emplace_back(name);
  }
  const workloads::CsvTable table(path, columns);
  std::vector<ReferenceLayer> layers;
  for (const CsvRow& row : table.rows) {
    try {
      layers.push_back(layer_of(row));
    } catch (const std::runtime_error& error) {
      throw CsvError(fmt::format("{}:{}: {}", path.string(), row.line(), error.what()));
    }
  }
  return layers;
}

}  // namespace h4h::sim
