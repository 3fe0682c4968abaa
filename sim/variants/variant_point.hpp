#pragma once

#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/sweep/sweep.hpp"

namespace h4h::sim {

// How the networks of every variant are mapped.
struct MappingWanted {
  Strategy strategy = Strategy::automatic;
  Goal goal = Objective::latency;
  Pins pins{};
};

// What a network takes on a variant.
SweepPoint sweep_point(LayerCosts& costs, const platforms::Platform& platform,
                       const workloads::Network& network, const MappingWanted& wanted);

}  // namespace h4h::sim
