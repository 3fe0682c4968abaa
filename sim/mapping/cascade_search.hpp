#pragma once

#include <vector>

#include "platforms/description/platform.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/goal.hpp"
#include "sim/mapping/mapping.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// Sets of cascades worth a mapping of their own, none of them empty: where activations overflow the
// SRAM, the cheapest way through the network of layers and cascades whose activations fit. What a
// layer costs is simulated under `base`, the mapping without cascades; what its stripes cost more
// is estimated: each pays a turnaround of the link, latencies, and the weights of the NPU again,
// and rows that are computed again cost as much as the others. The sets differ in how dear a stripe
// is assumed to be, and in whether anything may spill; under sram.overflow=infeasible nothing may.
// `base` has no cascades. A cascade has the tallest stripes that fit. Layers that fit in no cascade
// spill; `by` rows, so may cascades of the lowest stripes.
std::vector<std::vector<Cascade>> propose_cascades(LayerCosts& costs,
                                                   const platforms::Platform& platform,
                                                   const workloads::Network& network,
                                                   const Goal& goal, const Mapping& base, Spill by);

}  // namespace h4h::sim
