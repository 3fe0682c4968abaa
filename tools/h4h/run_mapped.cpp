#include "tools/h4h/run_mapped.hpp"

#include <fmt/format.h>

#include "base/text/printable.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"
#include "tools/h4h/run_variants.hpp"

namespace h4h::tools {
namespace {

sim::Mapping map_or_throw(sim::LayerCosts& costs, const platforms::Platform& platform,
                          const workloads::Network& network, const sim::MappingWanted& wanted) {
  const sim::MappingResult mapped = sim::map_network(costs, platform, network, wanted.strategy,
                                                     wanted.goal, wanted.pins, wanted.effort);
  if (const auto* infeasible = std::get_if<sim::Infeasible>(&mapped)) {
    throw InfeasibleRun(printable(fmt::format("{} is infeasible on {}: {}", network.name,
                                              platform.name, infeasible->reason)));
  }
  return std::get<sim::Mapping>(mapped);
}

void check_limits(const sim::Report& report, const sim::Limits& limits) {
  const std::string over = sim::over_limit(report, limits);
  if (over.empty()) return;
  throw InfeasibleRun(printable(
      fmt::format("{} is infeasible on {}: {}", report.network_name, report.platform_name, over)));
}

}  // namespace

MappedRun run_mapped(const MappingOptions& options, const platforms::Platform& platform,
                     const workloads::Network& network, sim::LayerCosts& costs) {
  const sim::MappingWanted how = options.of(platform, network);
  if (costs.results().has_workers() && how.strategy == sim::Strategy::automatic) {
    sim::begin_mapping(costs, platform, network, how.goal);
  }
  MappedRun run{map_or_throw(costs, platform, network, how), {}};
  run.report = sim::make_report(platform, network, run.mapping,
                                sim::simulate_layers(costs, network, run.mapping));
  check_limits(run.report, how.limits);
  if (options.file) {
    run.report.pinned =
        sim::pinned_part(costs, platform, network, how.goal, how.pins, how.effort, *options.file);
  }
  if (how.fps) sim::add_duty_cycle(run.report, platform, *how.fps);
  return run;
}

sim::Uncertainty run_over_ranges(const Sampling& sampling, const platforms::Platform& platform,
                                 const workloads::Network& network, const MappingOptions& mapping,
                                 sim::JobResults& results) {
  const sim::UncertaintyPlan plan = sim::plan_uncertainty(platforms::uncertain_parameters(platform),
                                                          sampling.samples, sampling.seed);
  const auto variant = [&](std::size_t i) { return platforms::with(platform, plan.variants[i]); };
  return sim::summarise(
      plan, run_variants({plan.variants.size(), variant, mapping.of_all({network})}, results));
}

}  // namespace h4h::tools
