#pragma once

#include <string>
#include <vector>

#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapping.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// The context of each layer in file order. Network inputs and outputs are NHWC, what lies between
// is in bricks.
std::vector<LayerContext> layer_contexts(const workloads::Network& network);

// The network's jobs under a mapping, in file order.
std::vector<LayerJob> layer_jobs(const workloads::Network& network, const Mapping& mapping);

// The fold: every job answered by `costs`.
std::vector<JobResult> simulate_layers(LayerCosts& costs, const workloads::Network& network,
                                       const Mapping& mapping);

// The same in one kernel run, recorded. Equal to the fold to the picosecond.
std::vector<JobResult> run_network(const platforms::Hardware& hardware,
                                   const workloads::Network& network, const Mapping& mapping,
                                   models::Timeline& timeline);

// The most activation bytes alive at once, and the layer at which they are.
struct Residency {
  std::int64_t bytes = 0;
  std::string layer;
};
Residency peak_residency(const workloads::Network& network);

}  // namespace h4h::sim
