#include "tools/studies/run_layer.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "sim/network/fold.hpp"
#include "workloads/import/layer_list/reader.hpp"

namespace h4h::studies {

workloads::Network layer_network(const LayerSize& layer) {
  CsvRow::Columns columns;
  for (const std::string& column : workloads::layer_list_columns()) {
    columns.emplace(column, columns.size());
  }
  const std::string side = fmt::to_string(layer.side), channels = fmt::to_string(layer.channels);
  const char* const kernel = layer.op == "conv3x3" || layer.op == "dw3x3" ? "3" : "1";
  return workloads::listed_network({columns,
                                    {fmt::format("{} {}x{}x{}", layer.op, side, side, channels),
                                     layer.op, side, side, channels, channels, kernel, "1"},
                                    0});
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
