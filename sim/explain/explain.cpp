#include "sim/explain/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platforms/description/keys.hpp"
#include "platforms/description/quantity.hpp"
#include "sim/network/fold.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using models::Picoseconds;
using platforms::Hardware;
using platforms::Platform;

constexpr std::int64_t kIdealBandwidth = 1'000'000'000'000;  // B/s, the most that keys allow
constexpr std::int64_t kMostBlocks = 4;                      // the most that keys allow

template <typename Change>
IdealPart ideal(const std::string& name, const Platform& platform, Change change) {
  IdealPart part{name, platform};
  change(part.chip.hardware);
  return part;
}

void make_ideal(platforms::Memory& memory) {
  memory.bandwidth = kIdealBandwidth;
  memory.latency_ps = 0;
}

LayerReasons reasons_of(const LayerReport& layer, const workloads::LayerShape& shape) {
  LayerReasons why{layer.name, layer.op, layer.result.time, layer.result.busy, {}, layer.bound};
  for (const workloads::Shape& input : shape.inputs) why.input_bytes += input.elements();
  why.output_bytes = shape.output.elements();
  why.weight_bytes = workloads::weight_bytes(shape);
  why.read_bytes = layer.result.noc_read_bytes;
  why.written_bytes = layer.result.noc_write_bytes;
  why.weight_bytes_read = layer.result.counts[Event::weight_byte];
  why.external_bytes = layer.result.counts[Event::external_byte];
  why.measured = layer.result.source == Source::measured;
  return why;
}

// The value times a factor, as the key takes it; nullopt where it is no number or not allowed.
std::optional<std::int64_t> scaled(const Platform& platform, const platforms::Key& key,
                                   double factor) {
  const auto* const field = std::get_if<platforms::IntegerField>(&key.field);
  if (field == nullptr) return std::nullopt;
  const std::int64_t value = std::llround(static_cast<double>(field->of(platform)) * factor);
  const auto& only = field->only_with ? field->only_with(platform) : field->only;
  const bool listed = only.empty() || std::find(only.begin(), only.end(), value) != only.end();
  const bool allowed = field->low <= value && value <= field->high && listed;
  return value > 0 && allowed ? std::optional(value) : std::nullopt;
}

}  // namespace

std::vector<IdealPart> ideal_parts(const Platform& platform) {
  return {ideal("noc", platform,
                [](Hardware& chip) {
                  chip.noc.bandwidth = kIdealBandwidth;
                  chip.noc.warm_up_ps = 0;
                }),
          ideal("sram", platform, [](Hardware& chip) { make_ideal(chip.sram); }),
          ideal("weights", platform, [](Hardware& chip) { make_ideal(chip.weights); }),
          ideal("external", platform, [](Hardware& chip) { make_ideal(chip.external); }),
          ideal("accumulators", platform, [](Hardware& chip) {
            chip.npu.accumulators = chip.npu.ofm_buffers = kMostBlocks;
          })};
}

std::vector<LayerReasons> reasons(JobResults& results, const workloads::Network& network,
                                  const Mapping& mapping, const Report& report,
                                  const std::vector<IdealPart>& parts) {
  std::vector<LayerReasons> all;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    all.push_back(
        reasons_of(report.layers.at(i), workloads::layer_shape(network, network.layers[i])));
  }
  for (const IdealPart& part : parts) {
    LayerCosts costs(part.chip.hardware, results);
    const std::vector<JobResult> without = simulate_layers(costs, network, mapping);
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].waits.push_back(std::max(Picoseconds{}, all[i].time - without[i].time));
    }
  }
  return all;
}

std::vector<Change> usual_changes(const Platform& platform) {
  std::vector<Change> all{{"noc.bandwidth", "twice the bandwidth of the NoC"},
                          {"noc.warm_up", "half the warm-up of the NoC", 0.5},
                          {"sram.bandwidth", "twice the bandwidth of the SRAM"},
                          {"sram.size", "twice the SRAM"},
                          {"weights.bandwidth", "twice the bandwidth of the weight memory"},
                          {"backing.bandwidth", "twice the bandwidth of the external memory"},
                          {"npu.macs_per_cycle", "twice the MACs of the NPU"},
                          {"cim.macros", "twice the macros"},
                          {"cim.compute_units", "twice the units of each macro"},
                          {"cim.step", "half the step of the macros", 0.5}};
  const platforms::KeyList keys(platform);
  const std::size_t of_every_chip = all.size();
  for (DeviceId id = platforms::kFirstOfList; id < platforms::devices_of(platform.hardware).size();
       ++id) {
    for (std::size_t i = 0; i < of_every_chip; ++i) {
      const platforms::Key* const own = keys.same_of(*keys.find(all[i].key), id);
      if (own == nullptr) continue;
      const std::string& device = platform.hardware.more[id - platforms::kFirstOfList].name;
      all.push_back({own->path, fmt::format("{} ({})", all[i].explanation, device), all[i].factor});
    }
  }
  return all;
}

namespace {

bool is_of_no_macros(const Platform& platform, const platforms::Key& key) {
  if (!key.device) return false;
  const auto devices = platforms::devices_of(platform.hardware);
  const auto* const cim = std::get_if<platforms::Cim>(&devices.at(*key.device));
  return cim != nullptr && cim->macros == 0;
}

}  // namespace

std::optional<WhatIf> what_if(JobResults& results, const Platform& platform,
                              const workloads::Network& network, const MappingWanted& wanted,
                              const Change& change) {
  const platforms::KeyList keys(platform);
  const platforms::Key* const key = keys.find(change.key);
  if (key == nullptr || is_of_no_macros(platform, *key)) return std::nullopt;
  const std::optional<std::int64_t> value = scaled(platform, *key, change.factor);
  if (!value) return std::nullopt;
  Platform changed = platform;
  platforms::assign(changed, *key, *value);
  LayerCosts costs(changed.hardware, results);
  const auto text = [&](std::int64_t number) {
    return platforms::quantity_text(static_cast<double>(number), key->dimension);
  };
  const auto& field = std::get<platforms::IntegerField>(key->field);
  return WhatIf{fmt::format("{}={}", change.key, text(*value)), text(field.of(platform)),
                change.explanation, variant_point(costs, changed, network, wanted)};
}

}  // namespace h4h::sim
