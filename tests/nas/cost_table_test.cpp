#include "nas/cost/cost_table.hpp"

#include <gtest/gtest.h>

#include "nas/cost/simulated_costs.hpp"
#include "platforms/description/loader.hpp"
#include "tests/nas/all_genes.hpp"
#include "tests/nas/search_support.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

using Settings = std::vector<std::string>;

platforms::Platform chip(const Settings& sets, const std::string& name = "h4h-7nm") {
  return platforms::load_platform((tests::source_dir() / "platforms" / (name + ".yaml")).string(),
                                  sets);
}

std::vector<Genotype> samples(const Space& space, int count, std::uint64_t seed) {
  Random random(seed);
  std::vector<Genotype> genotypes{space.min(), space.mid(), space.max()};
  for (int i = 0; i < count; ++i) genotypes.push_back(space.sample(random));
  return genotypes;
}

// Both answers of every genotype.
void expect_equal(const Space& space, const platforms::Platform& platform, int count,
                  sim::Objective objective = sim::Objective::latency) {
  sim::JobResults results;
  CostTable table(space, platform, objective, results);
  SimulatedCosts simulated(space, platform, objective, results);
  const std::vector<Genotype> genotypes = samples(space, count, 7);
  const std::vector<Cost> fast = table.evaluate(genotypes), slow = simulated.evaluate(genotypes);
  for (std::size_t i = 0; i < genotypes.size(); ++i) {
    EXPECT_EQ(fast[i].latency_s, slow[i].latency_s) << space.text(genotypes[i]);
    EXPECT_EQ(fast[i].energy_j, slow[i].energy_j) << space.text(genotypes[i]);
    EXPECT_EQ(fast[i].area_mm2, slow[i].area_mm2);
    EXPECT_EQ(fast[i].infeasible, slow[i].infeasible);
  }
}

void expect_equal(const std::string& space_name, const platforms::Platform& platform, int count,
                  sim::Objective objective = sim::Objective::latency) {
  expect_equal(testing::shipped_space(space_name), platform, count, objective);
}

TEST(CostTable, SaysWhatTheSimulatorSays) {
  expect_equal("toy", chip({}), 60);
  expect_equal("resnet", chip({"cim.macros=2"}), 20);
  expect_equal("h4h-32", chip({"cim.macros=3", "cim.compute_units=4"}), 20);
}

TEST(CostTable, SaysSoOfTheLargestSpaceWhereCapacityBinds) {
  expect_equal("h4h-imagenet", chip({"cim.macros=1"}), 12);
}

TEST(CostTable, SaysSoWhereCapacityIsIgnored) {
  expect_equal("h4h-32", chip({"cim.capacity=ignore", "cim.compute_units=2"}), 20);
}

TEST(CostTable, SaysSoOfEnergy) {
  expect_equal("h4h-32", chip({}), 20, sim::Objective::energy);
  expect_equal("h4h-32", chip({"cim.macros=1"}), 20, sim::Objective::energy);
  expect_equal("toy", chip({"cim.macro_size=64 Kib"}), 40, sim::Objective::energy);
}

TEST(CostTable, SaysSoWhereverTensorsSpill) {
  expect_equal("h4h-32", chip({"sram.size=24 KiB", "cim.macros=2"}), 40);
  expect_equal("toy", chip({"sram.size=6 KiB", "cim.macros=1"}), 60);
  expect_equal("resnet", chip({"sram.size=10 KiB"}), 20, sim::Objective::energy);
}

TEST(CostTable, SaysSoOfEveryKindOfGene) {
  const Space all = testing::space_of(testing::kAllGenes);
  expect_equal(all, chip({}), 60);
  expect_equal(all, chip({"cim.macros=1", "cim.compute_units=2"}), 30, sim::Objective::energy);
  expect_equal(all, chip({"cim.macros=0"}), 30);
  expect_equal(all, chip({"sram.size=8 KiB", "cim.macros=2"}), 30);
}

TEST(CostTable, SaysSoOfSpacesInTheStyleOfOthers) {
  expect_equal("ofa-mobilenetv3", chip({}), 3);
  expect_equal("alphanet", chip({"cim.macros=2"}), 2);
}

TEST(CostTable, SaysSoOfAnNpuAlone) { expect_equal("h4h-32", chip({"cim.macros=0"}), 20); }

TEST(CostTable, SaysSoOfMeasuredLayersOtherMacrosAndProducts) {
  expect_equal("toy", chip({"npu.weights.port=noc"}, "ethos-u55-high-end-measured"), 20);
  expect_equal("toy", chip({}, "cim-analog"), 20);
  expect_equal("toy", chip({}), 20, sim::Objective::edp);
}

TEST(CostTable, SaysSoWhereWeightsComeAhead) {
  expect_equal("toy", chip({}, "ethos-u55-high-end"), 10);
}

TEST(CostTable, NamesWhatDoesNotFit) {
  expect_equal("toy", chip({"sram.size=8 KiB", "sram.overflow=infeasible"}), 30);
}

TEST(CostTable, ANetworkIsItsBlocksOneBehindTheOther) {
  for (const char* const name : {"toy", "h4h-imagenet", "resnet", "h4h-32", "all"}) {
    const Space space = std::string(name) == "all" ? testing::space_of(testing::kAllGenes)
                                                   : testing::shipped_space(name);
    sim::JobResults results;
    const platforms::Platform platform = chip({});
    BlockTable blocks(space, platform, sim::Objective::latency, results);
    Random random(1);
    const Genotype genotype = space.sample(random);
    std::int64_t macs = 0;
    const std::int64_t side = space.resolution(genotype);
    std::uint32_t shape = blocks.shape_id({side, side, space.input_channels()});
    const auto add = [&](const BlockChoice& choice) {
      const Block& block = blocks.find(choice, shape);
      for (const workloads::LayerShape& layer : block.layers) macs += workloads::macs(layer);
      shape = block.output_id;
    };
    for (std::size_t s = 0; s < space.stages().size(); ++s) {
      const Stage& stage = space.stages()[s];
      const std::int64_t depth = has_depth(stage.kind) ? space.whole(genotype, stage.depth) : 1;
      for (std::int64_t i = 0; i < depth; ++i) {
        add({s, i == 0, genotype[stage.width], genotype[stage.expansion],
             space.further(stage, genotype)});
      }
    }
    if (!space.ends_in_pool()) add({space.stages().size()});
    EXPECT_EQ(macs, workloads::macs(space.network(genotype))) << name;
  }
}

}  // namespace
}  // namespace h4h::nas
