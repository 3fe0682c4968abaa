#include "sim/validation/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "workloads/import/layer_list/reader.hpp"
#include "workloads/import/yaml/reader.hpp"

namespace h4h::sim {
namespace {

std::string system_of(const CsvRow& row) {
  const std::string& config = row.text("system_config");
  const std::string& mode = row.text("memory_mode");
  static const std::map<std::string, std::string> kShared{
      {"Ethos_U55_High_End_Embedded", "high-end"}, {"Ethos_U55_Deep_Embedded", "deep"},
      {"Ethos_U65_Embedded", "embedded"},          {"Ethos_U65_High_End", "high-end"},
      {"Ethos_U85_SYS_Flash_Low", "flash-low"},    {"Ethos_U85_SYS_Flash_High", "flash-high"},
      {"Ethos_U85_SYS_DRAM_Mid", "dram-mid"}};
  const auto shared = kShared.find(config);
  if (mode == "Sram_Only") return "sram-only";
  if (mode == "Shared_Sram" && shared != kShared.end()) return shared->second;
  if (mode == "Dedicated_Sram_384KB" && config == "Ethos_U65_High_End") return "dedicated-sram";
  throw CsvError(fmt::format(
      "unknown system: {}, {}; known: Ethos_U55_High_End_Embedded, "
      "Ethos_U55_Deep_Embedded, Ethos_U65_Embedded, Ethos_U65_High_End, "
      "Ethos_U85_SYS_Flash_Low, Ethos_U85_SYS_Flash_High or Ethos_U85_SYS_DRAM_Mid with "
      "Shared_Sram, Ethos_U65_High_End with Dedicated_Sram_384KB, any with Sram_Only",
      config, mode));
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

std::int64_t size_of(const std::string& accelerator) {
  const std::string prefix = "ethos-u55-";
  for (const std::int64_t size : {32, 64, 128, 256}) {
    if (accelerator == prefix + std::to_string(size)) return size;
  }
  throw CsvError(
      fmt::format("unknown accelerator '{}'; known: ethos-u55-32, -64, -128, -256", accelerator));
}

struct Total {
  std::string core;
  ReferenceNetwork network;
};

Total total_of(const CsvRow& row) {
  ReferenceNetwork network{
      row.text("network"), size_of(row.text("accel")), system_of(row), 0, 0, 0};
  const double cycles = row.number("total_cycles");
  const std::string core = row.text("core");
  if (core == "legacy") {
    network.legacy_cycles = cycles;
  } else if (core == "regor") {
    network.regor_cycles = cycles;
    network.regor_weight_bytes = row.number("const_read_bytes");
  } else {
    throw CsvError(fmt::format("core '{}' is not one of: regor, legacy", core));
  }
  return {core, network};
}

ReferenceRun run_of(const CsvRow& row) {
  return {
      row.text("network"),           size_of(row.text("npu")),       row.number("cycles"),
      row.number("axi0_read_beats"), row.number("axi0_write_beats"), row.number("axi1_read_beats")};
}

using OperatorLayers = std::map<std::string, ReferenceOperator>;

ReferenceOperator described(const CsvRow& row) {
  ReferenceOperator layer;
  layer.id = row.text("layer_id");
  layer.op = row.text("op");
  const std::string text = fmt::format("inputs: {}\nlayers: {}\noutputs: {}\n", row.text("inputs"),
                                       row.text("layers"), row.text("outputs"));
  try {
    layer.network = workloads::parse_yaml_network(text, layer.id);
  } catch (const workloads::NetworkError& error) {
    throw CsvError(error.what());
  }
  return layer;
}

ReferenceOperator timed(const OperatorLayers& layers, const CsvRow& row) {
  const auto found = layers.find(row.text("layer_id"));
  if (found == layers.end()) {
    throw CsvError(fmt::format("layer_id '{}' is not described", row.text("layer_id")));
  }
  ReferenceOperator layer = found->second;
  layer.macs_per_cycle = row.positive("accel_macs_per_cycle");
  layer.system = system_of(row);
  if (row.has("weight_bytes_encoded")) {
    layer.network.layers.front().encoded_weight_bytes = row.positive("weight_bytes_encoded");
  }
  const char* const either =
      row.has("regor_total_cycles") ? "regor_total_cycles" : "legacy_total_cycles";
  const auto cycles = [&](const char* column) {
    return row.number(row.has(column) ? column : either);
  };
  layer.regor_cycles = cycles("regor_total_cycles");
  layer.legacy_cycles = cycles("legacy_total_cycles");
  return layer;
}

}  // namespace

std::vector<ReferenceOperator> read_reference_operators(const std::filesystem::path& layers,
                                                        const std::filesystem::path& cycles) {
  OperatorLayers known;
  for (ReferenceOperator& layer :
       read_csv(layers, {"layer_id", "op", "inputs", "layers", "outputs"}, described)) {
    const std::string id = layer.id;
    known.insert_or_assign(id, std::move(layer));
  }
  return read_csv(cycles,
                  {"layer_id", "accel_macs_per_cycle", "system_config", "memory_mode",
                   "weight_bytes_encoded", "regor_total_cycles", "legacy_total_cycles"},
                  [&](const CsvRow& row) { return timed(known, row); });
}

std::vector<ReferenceNetwork> read_reference_networks(const std::filesystem::path& path) {
  const std::vector<Total> totals = read_csv(path,
                                             {"network", "core", "accel", "system_config",
                                              "memory_mode", "total_cycles", "const_read_bytes"},
                                             total_of);
  std::vector<ReferenceNetwork> networks;
  for (const Total& legacy : totals) {
    if (legacy.core != "legacy") continue;
    for (const Total& regor : totals) {
      const ReferenceNetwork &a = legacy.network, &b = regor.network;
      const bool same =
          a.name == b.name && a.macs_per_cycle == b.macs_per_cycle && a.system == b.system;
      if (!same || regor.core != "regor") continue;
      networks.push_back(b);
      networks.back().legacy_cycles = a.legacy_cycles;
    }
  }
  return networks;
}

std::vector<ReferenceRun> read_reference_runs(const std::filesystem::path& path) {
  return read_csv(
      path, {"network", "npu", "cycles", "axi0_read_beats", "axi0_write_beats", "axi1_read_beats"},
      run_of);
}

std::vector<ReferenceLayer> read_reference_layers(const std::filesystem::path& path) {
  std::vector<std::string> columns = workloads::layer_list_columns();
  for (const char* name :
       {"accel_macs_per_cycle", "system_config", "memory_mode", "weight_bytes_encoded",
        "regor_total_cycles", "legacy_total_cycles", "ofm_block"}) {
    columns.emplace_back(name);
  }
  return read_csv(path, columns, layer_of);
}

}  // namespace h4h::sim
