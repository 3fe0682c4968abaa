#include <gtest/gtest.h>

#include "nas/cost/cost_table.hpp"
#include "platforms/description/loader.hpp"
#include "tests/nas/all_genes.hpp"
#include "tests/nas/search_support.hpp"

namespace h4h::nas {
namespace {

// After `precompute`, what random candidates ask for is known.
void expect_complete(const Space& space, const std::vector<std::string>& settings) {
  const platforms::Platform platform =
      platforms::load_platform(tests::source_dir() / "platforms/h4h-7nm.yaml", settings);
  sim::JobResults results;
  CostTable table(space, platform, sim::Objective::latency, results);
  std::size_t shown = 0;
  const auto done = table.precompute([&](std::size_t blocks, std::size_t) { shown = blocks; });
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->all);
  EXPECT_EQ(static_cast<std::size_t>(done->blocks), shown);
  EXPECT_EQ(results.simulated(), done->jobs);
  Random random(3);
  std::vector<Genotype> genotypes{space.min(), space.max()};
  for (int i = 0; i < 500; ++i) genotypes.push_back(space.sample(random));
  table.evaluate(genotypes);
  EXPECT_EQ(results.simulated(), done->jobs) << "a layer that was not precomputed";
}

void expect_complete(const std::string& space_name, const std::vector<std::string>& settings) {
  expect_complete(testing::shipped_space(space_name), settings);
}

TEST(Precompute, KnowsEveryLayerOfASpace) { expect_complete("toy", {}); }
TEST(Precompute, KnowsThemWhereTensorsSpill) {
  expect_complete("toy", {"sram.size=16 KiB", "cim.macros=1"});
  expect_complete("h4h-32-tiny", {"sram.size=24 KiB", "cim.macros=1"});
}
TEST(Precompute, KnowsThemOfEveryKindOfGene) {
  expect_complete(testing::space_of(testing::kAllGenes), {"cim.macros=1"});
}
TEST(Precompute, KnowsThemOfResidualNetworks) { expect_complete("resnet", {"cim.macros=1"}); }

TEST(Precompute, ThereIsNoTableWhereWeightsComeAhead) {
  const Space space = testing::shipped_space("toy");
  sim::JobResults results;
  CostTable table(
      space, platforms::load_platform(tests::source_dir() / "platforms/ethos-u55-high-end.yaml"),
      sim::Objective::latency, results);
  EXPECT_FALSE(table.precompute([](std::size_t, std::size_t) {}));
}

}  // namespace
}  // namespace h4h::nas
