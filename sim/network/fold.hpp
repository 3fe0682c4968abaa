#pragma once

#include <vector>

#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapping.hpp"
#include "sim/network/placement.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// What runs, in order: layers, or some rows of them; and where what they read and make lies. A
// layer whose tensors lie in two memories runs in a stripe for each side of the row where that
// changes. What a window reads on both sides is charged to the external memory.
struct PlacedStripe {
  Stripe stripe;
  LayerContext context;
};
std::vector<PlacedStripe> placed_stripes(const platforms::Sram& sram,
                                         const workloads::Network& network,
                                         const std::vector<Cascade>& cascades, Spill by);

// A layer that runs whole, or a stripe of it.
struct StripeJob {
  Stripe stripe;
  LayerJob job;
};

// The network's jobs in the order in which they run, without shares and without what results of
// earlier ones decide.
std::vector<StripeJob> unmapped_jobs(const platforms::Sram& sram, const workloads::Network& network,
                                     const std::vector<Cascade>& cascades, Spill by);

// The same with the shares of a mapping. Here and below a mapping of another network throws
// std::invalid_argument.
std::vector<StripeJob> stripe_jobs(const platforms::Hardware& hardware,
                                   const workloads::Network& network, const Mapping& mapping);

// The fold: every job answered by `costs`, whose errors it throws. A result for each layer in file
// order, that of all its stripes.
std::vector<JobResult> simulate_layers(LayerCosts& costs, const workloads::Network& network,
                                       const Mapping& mapping);

// The same of the model alone, also for layers that are measured.
std::vector<JobResult> model_layers(LayerCosts& costs, const workloads::Network& network,
                                    const Mapping& mapping);

// The same as model_layers, stripe by stripe in the order of stripe_jobs.
std::vector<JobResult> model_stripes(LayerCosts& costs, const workloads::Network& network,
                                     const Mapping& mapping);

// The same in one kernel, one stripe after the other, recorded: equal to model_layers to the
// picosecond. Throws as Session::run.
std::vector<JobResult> run_network(const platforms::Hardware& hardware,
                                   const workloads::Network& network, const Mapping& mapping,
                                   models::Recorder& recorder);

}  // namespace h4h::sim
