#include "tools/studies/run_layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/network/fold.hpp"
#include "workloads/import/layer_list/reader.hpp"

namespace h4h::studies {

workloads::Network layer_network(const LayerSize& layer) {
  const auto op = std::find_if(
      workloads::kListedOps.begin(), workloads::kListedOps.end(),
      [&](workloads::ListedOp listed) { return workloads::to_string(listed) == layer.op; });
  if (op == workloads::kListedOps.end()) throw std::invalid_argument("no such op: " + layer.op);
  return workloads::listed_network(
      fmt::format("{} {}x{}x{}", layer.op, layer.side, layer.side, layer.channels),
      {*op, layer.side, layer.side, layer.channels, layer.channels, 1});
}

sim::Report run_network(sim::LayerCosts& costs, const platforms::Platform& platform,
                        const workloads::Network& network, sim::Strategy strategy,
                        sim::Objective objective) {
  const sim::MappingResult mapped = sim::map_network(costs, platform, network, strategy, objective);
  if (const auto* infeasible = std::get_if<sim::Infeasible>(&mapped)) {
    throw DoesNotRun(fmt::format("{}: {}", network.name, infeasible->reason));
  }
  const auto& mapping = std::get<sim::Mapping>(mapped);
  return sim::make_report(platform, network, mapping,
                          sim::simulate_layers(costs, network, mapping));
}

sim::Report run_on_npu(sim::JobResults& results, const platforms::Platform& platform,
                       const LayerSize& layer) {
  sim::LayerCosts costs(platform.hardware, results);
  return run_network(costs, platform, layer_network(layer), sim::Strategy::npu);
}

sim::Report run_on_macros(sim::JobResults& results, const platforms::Platform& platform,
                          const LayerSize& layer) {
  sim::LayerCosts costs(platform.hardware, results);
  const workloads::Network network = layer_network(layer);
  sim::Report report = run_network(costs, platform, network, sim::Strategy::cim);
  if (report.cim_share() < 1) {
    throw DoesNotRun(fmt::format("{} does not fit on {} macros of {} bits", network.name,
                                 platform.hardware.cim.macros,
                                 platform.hardware.cim.macro_size_bits));
  }
  return report;
}

}  // namespace h4h::studies
