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
  SimulatedCosts used(space, paper(), sim::Objective::latency);
  Random random(3);
  for (int i = 0; i < 20; ++i) {
    const Genotype genotype = space.sample(random);
    SimulatedCosts fresh(space, paper(), sim::Objective::latency);
    EXPECT_TRUE(used.evaluate({genotype}).at(0) == fresh.evaluate({genotype}).at(0));
  }
}

TEST(SimulatedCosts, AreOfTheNetworkWhateverItsUnusedGenes) {
  const Space space = shipped_space("toy");
  SimulatedCosts costs(space, paper(), sim::Objective::latency);
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
  SimulatedCosts fast(space, paper(), sim::Objective::latency);
  SimulatedCosts frugal(space, paper(), sim::Objective::energy);
  const Cost a = fast.evaluate({space.max()}).at(0), b = frugal.evaluate({space.max()}).at(0);
  EXPECT_LT(a.latency_s, b.latency_s);
  EXPECT_GT(a.energy_j, b.energy_j);
}

TEST(SimulatedCosts, OfWhatDoesNotFitAreInfeasibleWithTheReason) {
  const Space space = shipped_space("toy");
  SimulatedCosts costs(space, paper({"sram.size=8 KiB", "sram.overflow=infeasible"}),
                       sim::Objective::latency);
  const Cost cost = costs.evaluate({space.max()}).at(0);
  ASSERT_TRUE(cost.infeasible);
  EXPECT_NE(cost.infeasible->find("sram.size is 8192 B"), std::string::npos) << *cost.infeasible;
  EXPECT_FALSE(costs.report(space.max()));
}

}  // namespace
}  // namespace h4h::nas::testing
