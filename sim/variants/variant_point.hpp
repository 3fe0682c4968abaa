#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/energy/energy.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// What a layer of a network takes in one variant.
struct VariantLayer {
  std::string name, op;
  double latency_s = 0, energy_j = 0, npu_share = 0;  // share: 0 .. 1 of the output channels
  Bound bound;
};

// A network on one variant of the platform. The figures mean nothing where it does not run.
struct VariantPoint {
  std::optional<std::string> infeasible;  // why it does not run
  double latency_s = 0, energy_j = 0;
  std::optional<double> area_mm2;   // where every part gives one
  std::optional<double> average_w;  // of a chip that sleeps between inferences, where asked for
  models::Energy energy_parts_j;
  std::vector<std::string> listed_devices;  // their names, in the order of energy_parts_j
  double cim_share = 0;                     // 0 .. 1 of the MACs
  std::int64_t macs = 0, cycles = 0, noc_bytes = 0, spilled_bytes = 0;
  std::int64_t peak_activation_bytes = 0;
  std::int64_t macros_in_use = 0, units_in_use = 0;
  std::string mapping;  // splits_text()
  std::vector<VariantLayer> layers;
};

// What a network may take: seconds, joules.
struct Limits {
  std::optional<double> latency_s, energy_j;
};
// Which limit the report exceeds and by what figure; "" where it keeps them all.
std::string over_limit(const Report& report, const Limits& limits);

// How the networks of every variant are mapped. A network over a limit does not run.
struct MappingWanted {
  Strategy strategy = Strategy::automatic;
  Goal goal = Objective::latency;
  Pins pins{};
  Effort effort = Effort::quick;
  std::optional<double> fps{};  // inferences a second; a variant that cannot does not run
  Limits limits{};              // those that `goal` does not have, too
};

// The splits of all layers, and what is in use: equal texts are equal mappings of one network.
std::string splits_text(const Report& report);

// What a network takes on a variant; why it does not run is in `infeasible`. Throws JobFailed.
VariantPoint variant_point(LayerCosts& costs, const platforms::Platform& platform,
                           const workloads::Network& network, const MappingWanted& wanted);

// Networks, and how they are mapped on every variant of a platform.
struct VariantNetworks {
  std::vector<workloads::Network> networks;
  MappingWanted wanted{};  // without pins
  // A file that pins layers of the one network there is: its name, which messages use, and content.
  std::optional<std::string> mapping_file{};
  std::string mapping_text{};
};
// A variant that the mapping file does not fit does not run, either.
VariantPoint variant_point(LayerCosts& costs, const platforms::Platform& platform,
                           const VariantNetworks& all, std::size_t network);

}  // namespace h4h::sim
