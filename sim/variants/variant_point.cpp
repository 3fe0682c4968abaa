#include "sim/variants/variant_point.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/mapping/mapping_file.hpp"
#include "sim/network/fold.hpp"

namespace h4h::sim {
namespace {

std::vector<VariantLayer> layers_of(const Report& report) {
  std::vector<VariantLayer> layers;
  for (const LayerReport& layer : report.layers) {
    layers.push_back({layer.name, layer.op, to_seconds(layer.result.time), layer.energy_j.total(),
                      layer.npu_share(), layer.bound});
  }
  return layers;
}

// Sums of doubles differ by less, relative.
constexpr double kRounding = 1e-12;

bool over(double value, const std::optional<double>& limit) {
  return limit && value > *limit * (1 + kRounding);
}

}  // namespace

std::string splits_text(const Report& report) {
  const std::vector<DeviceId> ids = report.of_macros();
  std::vector<std::string> active, layers;
  for (const DeviceId id : ids) {
    const auto [macros, units] = report.devices[id].active;
    active.push_back(fmt::format("{}x{}", macros, units));
  }
  for (const LayerReport& layer : report.layers) {
    std::vector<std::int64_t> channels;
    for (const DeviceId id : ids) channels.push_back(layer.split.channels(id));
    layers.push_back(fmt::format(" {}", fmt::join(channels, "/")));
  }
  return fmt::format("{}:{}", fmt::join(active, " "), fmt::join(layers, ""));
}

std::string over_limit(const Report& report, const Limits& limits) {
  const double seconds = to_seconds(report.time), joules = report.energy_j.total();
  if (over(seconds, limits.latency_s)) {
    return fmt::format("its latency of {:.6g} ms exceeds the limit of {:.6g} ms", seconds * 1e3,
                       *limits.latency_s * 1e3);
  }
  if (over(joules, limits.energy_j)) {
    return fmt::format("its energy of {:.6g} mJ exceeds the limit of {:.6g} mJ", joules * 1e3,
                       *limits.energy_j * 1e3);
  }
  return {};
}

namespace {

VariantPoint infeasible_point(const std::string& why) {
  VariantPoint point;
  point.infeasible = why;
  return point;
}

VariantPoint point_of(const Report& report) {
  VariantPoint point;
  if (report.duty) point.average_w = report.duty->average_w();
  point.latency_s = to_seconds(report.time);
  point.energy_j = report.energy_j.total();
  point.area_mm2 = report.area_mm2.total();
  point.energy_parts_j = report.energy_j;
  point.listed_devices = report.listed_devices();
  point.cim_share = report.cim_share();
  point.macs = report.macs;
  point.cycles = report.cycles;
  point.noc_bytes = report.noc_bytes;
  point.spilled_bytes = report.spilled_bytes;
  point.peak_activation_bytes = report.peak_activation_bytes;
  point.macros_in_use = report.macros_in_use();
  point.units_in_use = report.units_in_use();
  point.mapping = splits_text(report);
  point.layers = layers_of(report);
  return point;
}

}  // namespace

VariantPoint variant_point(LayerCosts& costs, const platforms::Platform& platform,
                           const workloads::Network& network, const MappingWanted& wanted) {
  const MappingResult mapped = map_network(costs, platform, network, wanted.strategy, wanted.goal,
                                           wanted.pins, wanted.effort);
  if (const auto* infeasible = std::get_if<Infeasible>(&mapped)) {
    return infeasible_point(infeasible->reason);
  }
  const auto& mapping = std::get<Mapping>(mapped);
  Report report = make_report(platform, network, mapping, simulate_layers(costs, network, mapping));
  const std::string over = over_limit(report, wanted.limits);
  if (!over.empty()) return infeasible_point(over);
  if (wanted.fps) {
    const std::string problem = try_duty_cycle(report, platform, *wanted.fps);
    if (!problem.empty()) return infeasible_point(problem);
  }
  return point_of(report);
}

VariantPoint variant_point(LayerCosts& costs, const platforms::Platform& platform,
                           const VariantNetworks& all, std::size_t network) {
  MappingWanted wanted = all.wanted;
  try {
    if (all.mapping_file) {
      wanted.pins = parse_mapping(all.mapping_text, *all.mapping_file, costs.devices(),
                                  all.networks.at(network));
    }
  } catch (const MappingFileError& error) {
    return infeasible_point(error.what());
  }
  return variant_point(costs, platform, all.networks.at(network), wanted);
}

}  // namespace h4h::sim
