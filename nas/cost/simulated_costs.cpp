#include "nas/cost/simulated_costs.hpp"

#include "sim/network/fold.hpp"
#include "workloads/fuse/fuse.hpp"

namespace h4h::nas {

SimulatedCosts::SimulatedCosts(const Space& space, platforms::Platform platform,
                               sim::Objective objective, sim::JobResults& results)
    : space_(space),
      platform_(std::move(platform)),
      objective_(objective),
      layers_(platform_.hardware, results) {}

std::vector<Cost> SimulatedCosts::evaluate(const std::vector<Genotype>& candidates) {
  std::vector<Cost> costs;
  costs.reserve(candidates.size());
  for (const Genotype& candidate : candidates) {
    const Genotype canonical = space_.canonical(candidate);
    auto known = memo_.find(canonical);
    if (known == memo_.end()) known = memo_.emplace(canonical, simulate(canonical)).first;
    costs.push_back(known->second);
  }
  return costs;
}

workloads::Network SimulatedCosts::network(const Genotype& candidate) const {
  return workloads::with_joined_projections(space_.network(candidate));
}

void SimulatedCosts::begin(const Genotype& candidate) {
  sim::begin_mapping(layers_, platform_, network(candidate), objective_);
}

Cost SimulatedCosts::simulate(const Genotype& candidate) {
  const auto result = run(candidate);
  if (const auto* infeasible = std::get_if<sim::Infeasible>(&result)) {
    return {0, 0, std::nullopt, infeasible->reason};
  }
  const auto& report = std::get<sim::Report>(result);
  return {to_seconds(report.time), report.energy_j.total(), report.area_mm2.total(), std::nullopt};
}

std::optional<sim::Report> SimulatedCosts::report(const Genotype& candidate) {
  auto result = run(candidate);
  if (std::holds_alternative<sim::Infeasible>(result)) return std::nullopt;
  return std::get<sim::Report>(std::move(result));
}

std::variant<sim::Report, sim::Infeasible> SimulatedCosts::run(const Genotype& candidate) {
  const workloads::Network network = this->network(candidate);
  const sim::MappingResult mapped =
      sim::map_network(layers_, platform_, network, sim::Strategy::automatic, objective_);
  if (const auto* infeasible = std::get_if<sim::Infeasible>(&mapped)) return *infeasible;
  const auto& mapping = std::get<sim::Mapping>(mapped);
  return sim::make_report(platform_, network, mapping,
                          sim::simulate_layers(layers_, network, mapping));
}

}  // namespace h4h::nas
