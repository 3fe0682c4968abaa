#pragma once

#include <cstdint>
#include <string>

#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/report/report.hpp"
#include "tools/studies/study.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::studies {

// A square layer of as many output as input channels; `op` as in the rows of `h4h layers`.
struct LayerSize {
  std::string op;
  std::int64_t side = 1;
  std::int64_t channels = 1;
};

workloads::Network layer_network(const LayerSize& layer);

// Throws DoesNotRun where the network does not run on the platform.
sim::Report run_network(sim::LayerCosts& costs, const platforms::Platform& platform,
                        const workloads::Network& network, sim::Strategy strategy,
                        sim::Objective objective = sim::Objective::latency);

// The layer on the NPU alone, and on the macros alone. Throws DoesNotRun where it does not run
// there.
sim::Report run_on_npu(sim::JobResults& results, const platforms::Platform& platform,
                       const LayerSize& layer);
sim::Report run_on_macros(sim::JobResults& results, const platforms::Platform& platform,
                          const LayerSize& layer);

}  // namespace h4h::studies
