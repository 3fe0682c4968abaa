#include "tools/h4h/run_compare.hpp"

#include <fmt/format.h>

#include "base/text/printable.hpp"
#include "sim/mapping/mapper.hpp"
#include "tools/h4h/run_mapped.hpp"
#include "tools/h4h/run_variants.hpp"

namespace h4h::tools {
namespace {

using Chip = CompareTask::Chip;

std::vector<sim::VariantPoint> points_of(const CompareTask& task, const Chip& chip,
                                         const sim::UncertaintyPlan& plan,
                                         sim::JobResults& results) {
  const auto variant = [&](std::size_t i) {
    return platforms::with(chip.platform, plan.variants[i]);
  };
  return run_variants({plan.variants.size(), variant, task.mapping.of_all(task.networks.networks),
                       "variants of " + chip.file},
                      results);
}

void expect_running(const CompareTask& task, const Chip& chip) {
  sim::LayerCosts costs(chip.platform.hardware);
  for (std::size_t n = 0; n < task.networks.names.size(); ++n) {
    const sim::MappingResult mapped =
        sim::map_network(costs, chip.platform, task.networks.networks[n], sim::Strategy::npu);
    if (const auto* infeasible = std::get_if<sim::Infeasible>(&mapped)) {
      throw InfeasibleRun(fmt::format("{} is infeasible on {}: {}", task.networks.names[n],
                                      chip.file, printable(infeasible->reason)));
    }
  }
}

// The first variant of a plan is the platform as it is.
void expect_nominal(const CompareTask& task, const Chip& chip,
                    const std::vector<sim::VariantPoint>& points) {
  for (std::size_t n = 0; n < task.networks.names.size(); ++n) {
    if (points.at(n).infeasible) {
      throw InfeasibleRun(fmt::format("{} is infeasible on {}: {}", task.networks.names[n],
                                      chip.file, printable(*points[n].infeasible)));
    }
  }
}

}  // namespace

std::string title(const Chip& chip, const Chip& other) {
  const std::string& name = chip.platform.name;
  return name == other.platform.name ? fmt::format("{} ({})", name, chip.file) : name;
}

void check_compare(const CompareTask& task) {
  for (const Chip* chip : {&task.first, &task.second}) expect_running(task, *chip);
}

sim::ComparisonResult run_compare(const CompareTask& task, sim::JobResults& results) {
  sim::ComparisonResult all{title(task.first, task.second),
                            title(task.second, task.first),
                            task.mapping.objective_name,
                            sim::plan_pairs(platforms::uncertain_parameters(task.first.platform),
                                            platforms::uncertain_parameters(task.second.platform),
                                            task.sampling.samples, task.sampling.seed),
                            {},
                            {}};
  all.keys = sim::differing_keys(task.first.platform, task.second.platform);
  const auto first = points_of(task, task.first, all.plan.first, results);
  expect_nominal(task, task.first, first);
  const auto second = points_of(task, task.second, all.plan.second, results);
  expect_nominal(task, task.second, second);
  for (std::size_t n = 0; n < task.networks.names.size(); ++n) {
    all.networks.push_back(sim::compare(task.networks.names[n], all.plan,
                                        of_network(first, n, task.networks.names.size()),
                                        of_network(second, n, task.networks.names.size())));
  }
  return all;
}

}  // namespace h4h::tools
