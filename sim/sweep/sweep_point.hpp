#pragma once

#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/goal.hpp"
#include "sim/sweep/sweep.hpp"

namespace h4h::sim {

// What a network takes on a variant, under the best mapping for the goal.
SweepPoint sweep_point(LayerCosts& costs, const platforms::Platform& platform,
                       const workloads::Network& network, const Goal& goal);

}  // namespace h4h::sim
