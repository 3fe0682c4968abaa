#include "sim/validation/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "workloads/import/layer_list/reader.hpp"

namespace h4h::sim {
namespace {

std::string system_of(const CsvRow& row) {
  const std::string& config = row.text("system_config");
  const std::string& mode = row.text("memory_mode");
  if (mode == "Sram_Only") return "sram-only";
  if (mode == "Shared_Sram" && config == "Ethos_U55_High_End_Embedded") return "high-end";
  if (mode == "Shared_Sram" && config == "Ethos_U55_Deep_Embedded") return "deep";
  throw CsvError(
      fmt::format("unknown system: {}, {}; known: Ethos_U55_High_End_Embedded or "
                  "Ethos_U55_Deep_Embedded with Shared_Sram, or any with Sram_Only",
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

// Rows of a file as values, errors with file and line.
template <typename Value>
std::vector<Value> read_rows(const std::filesystem::path& path,
                             const std::vector<std::string>& columns,
                             Value (*of)(const CsvRow& row)) {
  const CsvTable table(path, columns);
  std::vector<Value> values;
  for (const CsvRow& row : table.rows) {
    try {
      values.push_back(of(row));
    } catch (const std::runtime_error& error) {
      throw CsvError(fmt::format("{}:{}: {}", path.string(), row.line(), error.what()));
    }
  }
  return values;
}

// A total by one of the estimators.
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

// Names in the references of files that were published under others.
const std::map<std::string, std::string>& published_names() {
  static const std::map<std::string, std::string> names{
      {"mlperftiny_ad01_int8", "ad01_int8"},
      {"mlperftiny_kws_dscnn_int8", "kws_ref_model"},
      {"mlperftiny_resnet8_int8", "pretrainedResnet_quant"},
      {"mlperftiny_strww_int8", "str_ww_ref_model"},
      {"mlperftiny_vww96_int8", "vww_96_int8"},
      {"mobilenet_v2_1.0_224_int8", "mobilenet_v2_224_int8"}};
  return names;
}

}  // namespace

std::vector<ReferenceNetwork> read_reference_networks(const std::filesystem::path& path) {
  const std::vector<Total> totals =
      read_rows<Total>(path,
                       {"network", "core", "accel", "system_config", "memory_mode", "total_cycles",
                        "const_read_bytes"},
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
  return read_rows<ReferenceRun>(
      path, {"network", "npu", "cycles", "axi0_read_beats", "axi0_write_beats", "axi1_read_beats"},
      run_of);
}

std::filesystem::path find_network(const std::filesystem::path& folder, const std::string& name) {
  const auto published = published_names().find(name);
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".tflite") continue;
    const std::string stem = entry.path().stem().string();
    const bool known = published != published_names().end() && stem == published->second;
    if (stem == name || known) found.push_back(entry.path());
  }
  return found.empty() ? std::filesystem::path{} : *std::min_element(found.begin(), found.end());
}

std::vector<ReferenceLayer> read_reference_layers(const std::filesystem::path& path) {
  std::vector<std::string> columns = workloads::layer_list_columns();
  for (const char* name :
       {"accel_macs_per_cycle", "system_config", "memory_mode", "weight_bytes_encoded",
        "regor_total_cycles", "legacy_total_cycles", "ofm_block"}) {
    columns.emplace_back(name);
  }
  return read_rows<ReferenceLayer>(path, columns, layer_of);
}

}  // namespace h4h::sim
