#include "nas/cost/chip_costs.hpp"

#include <algorithm>
#include <map>

#include "models/energy/energy.hpp"

namespace h4h::nas {
namespace {

double macro_area_mm2(const platforms::Platform& platform) {
  const auto devices = platforms::devices_of(platform.hardware);
  return models::area(devices, platform.coefficients).macros;
}

}  // namespace

ChipCosts::ChipCosts(SearchSpace space, std::function<platforms::Platform(std::size_t)> platform,
                     sim::Objective objective, sim::JobResults& results)
    : space_(std::move(space)),
      platform_(std::move(platform)),
      objective_(objective),
      results_(results),
      chips_(space_.chip_count()) {}

ChipCosts::Chip& ChipCosts::chip(std::size_t index) {
  Chip& chip = chips_.at(index);
  if (!chip.costs) {
    platforms::Platform platform = platform_(index);
    chip.macro_area_mm2 = macro_area_mm2(platform);
    chip.costs =
        std::make_unique<CostTable>(space_.networks(), std::move(platform), objective_, results_);
  }
  return chip;
}

std::vector<Cost> ChipCosts::evaluate(const std::vector<Genotype>& candidates) {
  std::map<std::size_t, std::vector<std::size_t>> of_chip;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    of_chip[space_.chip(candidates[i])].push_back(i);
  }
  const auto networks = [&](const std::vector<std::size_t>& members) {
    std::vector<Genotype> all;
    for (const std::size_t i : members) all.push_back(space_.network(candidates[i]));
    return all;
  };
  for (const auto& [index, members] : of_chip) chip(index).costs->begin(networks(members));
  std::vector<Cost> costs(candidates.size());
  for (const auto& [index, members] : of_chip) {
    const std::vector<Cost> found = chip(index).costs->evaluate(networks(members));
    for (std::size_t i = 0; i < members.size(); ++i) {
      costs[members[i]] = found.at(i);
      if (!space_.chips().empty()) costs[members[i]].macro_area_mm2 = chip(index).macro_area_mm2;
    }
  }
  return costs;
}

std::optional<sim::Report> ChipCosts::report(const Genotype& candidate) {
  return chip(space_.chip(candidate)).costs->report(space_.network(candidate));
}

double ChipCosts::largest_macro_area_mm2() const {
  double largest = 0;
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    largest = std::max(largest, macro_area_mm2(platform_(i)));
  }
  return largest;
}

}  // namespace h4h::nas
