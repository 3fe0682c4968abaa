#include <gtest/gtest.h>

#include "nas/cost/simulated_costs.hpp"
#include "platforms/description/loader.hpp"
#include "tests/nas/search_support.hpp"

namespace h4h::nas::testing {
namespace {

platforms::Platform paper(const std::vector<std::string>& sets = {}) {
  return platforms::load_platform(tests::source_dir() / "platforms/h4h-7nm.yaml", sets);
}

// That they are those of `h4h simulate` is tested with the commands.
TEST(SimulatedCosts, DoNotDependOnWhatWasAskedBefore) {
  const Space space = shipped_space("toy");
  sim::JobResults used_results;
  SimulatedCosts used(space, paper(), sim::Objective::latency, used_results);
  Random random(3);
  for (int i = 0; i < 20; ++i) {
    const Genotype genotype = space.sample(random);
    sim::JobResults fresh_results;
    SimulatedCosts fresh(space, paper(), sim::Objective::latency, fresh_results);
    EXPECT_TRUE(used.evaluate({genotype}).at(0) == fresh.evaluate({genotype}).at(0));
  }
}

TEST(SimulatedCosts, AreOfTheNetworkWhateverItsUnusedGenes) {
  const Space space = shipped_space("toy");
  sim::JobResults costs_results;
  SimulatedCosts costs(space, paper(), sim::Objective::latency, costs_results);
  const Genotype min = space.min();
  Genotype other = min;
  for (const Stage& stage : space.stages()) {
    if (space.value(min, stage.depth) == 0) other[stage.width] = 1;
  }
  ASSERT_NE(other, min);
  const std::vector<Cost> both = costs.evaluate({min, other});
  EXPECT_TRUE(both.at(0) == both.at(1));
}

TEST(SimulatedCosts, MappingsMinimiseTheObjective) {
  const Space space = shipped_space("toy");
  sim::JobResults fast_results;
  SimulatedCosts fast(space, paper(), sim::Objective::latency, fast_results);
  sim::JobResults frugal_results;
  SimulatedCosts frugal(space, paper(), sim::Objective::energy, frugal_results);
  const Cost a = fast.evaluate({space.max()}).at(0), b = frugal.evaluate({space.max()}).at(0);
  EXPECT_LT(a.latency_s, b.latency_s);
  EXPECT_GT(a.energy_j, b.energy_j);
}

TEST(SimulatedCosts, OfWhatDoesNotFitAreInfeasibleWithTheReason) {
  const Space space = shipped_space("toy");
  sim::JobResults costs_results;
  SimulatedCosts costs(space, paper({"sram.size=8 KiB", "sram.overflow=infeasible"}),
                       sim::Objective::latency, costs_results);
  const Cost cost = costs.evaluate({space.max()}).at(0);
  ASSERT_TRUE(cost.infeasible);
  EXPECT_NE(cost.infeasible->find("sram.size is 8192 B"), std::string::npos) << *cost.infeasible;
  EXPECT_FALSE(costs.report(space.max()));
}

}  // namespace
}  // namespace h4h::nas::testing
