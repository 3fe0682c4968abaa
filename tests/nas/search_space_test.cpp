#include "nas/space/search_space.hpp"

#include <gtest/gtest.h>

#include <set>

#include "nas/cost/chip_costs.hpp"
#include "platforms/description/loader.hpp"
#include "platforms/description/overrides.hpp"
#include "tests/nas/search_support.hpp"

namespace h4h::nas::testing {
namespace {

SearchSpace chips(const Space& space) {
  return {space,
          {{"cim.macros", {"1", "2", "4"}}, {"noc.warm_up", {"9 ns"}}, {"npu.x", {"a", "b"}}}};
}

TEST(SearchSpace, WithoutChipsDrawsWhatTheSpaceOfNetworksDraws) {
  const Space space = shipped_space("toy");
  const SearchSpace search(space);
  Random a({1, 2}), b({1, 2});
  Genotype one = space.sample(a), two = search.sample(b);
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(one, two);
    one = space.crossover(space.mutate(one, 0.2, a), space.mid(), a);
    two = search.crossover(search.mutate(two, 0.2, b), space.mid(), b);
  }
  EXPECT_EQ(a.state(), b.state());
  EXPECT_DOUBLE_EQ(search.log10_size(), space.log10_size());
}

TEST(SearchSpace, EveryMutationIsAnotherCandidateOfTheSearch) {
  const Space space = shipped_space("toy");
  const SearchSpace search = chips(space);
  Random random({3, 1});
  Genotype candidate = search.sample(random);
  std::set<std::size_t> seen;
  int chip_alone = 0;
  for (int i = 0; i < 500; ++i) {
    const Genotype after = search.mutate(candidate, 1.0 / 12, random);
    ASSERT_NE(after, candidate);
    ASSERT_EQ(search.canonical(after), after);
    ASSERT_EQ(after[after.size() - 2], 0);  // one choice
    chip_alone += search.network(after) == search.network(candidate) ? 1 : 0;
    seen.insert(search.chip(candidate = after));
  }
  EXPECT_EQ(seen.size(), search.chip_count());
  EXPECT_GT(chip_alone, 10);
}

TEST(SearchSpace, ChildrenHaveEveryGeneOfAParent) {
  const Space space = shipped_space("toy");
  const SearchSpace search = chips(space);
  Random random({4, 1});
  for (int i = 0; i < 100; ++i) {
    const Genotype a = search.sample(random), b = search.sample(random),
                   child = search.crossover(a, b, random);
    for (std::size_t gene = space.genes().size(); gene < search.genes(); ++gene) {
      EXPECT_TRUE(child[gene] == a[gene] || child[gene] == b[gene]);
    }
  }
}

TEST(SearchSpace, ChipsAreTheCombinationsOfAllValuesWithTheLastKeyFastest) {
  const Space space = shipped_space("toy");
  const SearchSpace search = chips(space);
  const Genotype first = search.on_first_chip(space.min()), last = search.on_last_chip(space.min());
  EXPECT_EQ(search.chip_count(), 6U);
  EXPECT_EQ(search.chip(first), 0U);
  EXPECT_EQ(search.chip(last), 5U);
  Genotype next = first;
  next.back() = 1;
  EXPECT_EQ(search.chip(next), 1U);
  EXPECT_EQ(search.chip_values(last), (std::vector<std::string>{"4", "9 ns", "b"}));
  EXPECT_EQ(search.network(last), space.min());
}

TEST(SearchSpace, EnumeratesEveryNetworkOnEveryChipOnce) {
  const Space space = shipped_space("toy");
  const SearchSpace search(space, {{"cim.macros", {"1", "2"}}});
  const std::vector<Genotype> all = search.enumerate();
  EXPECT_EQ(all.size(), 2 * space.enumerate().size());
  EXPECT_EQ(std::set<Genotype>(all.begin(), all.end()).size(), all.size());
  EXPECT_NEAR(std::pow(10, search.log10_size()), static_cast<double>(all.size()), 1e-3);
}

TEST(SearchSpace, GenotypesOfOtherSearchesAreRefused) {
  const Space space = shipped_space("toy");
  const SearchSpace search = chips(space);
  EXPECT_THROW(search.canonical(space.min()), SpaceError);
  Genotype beyond = search.on_first_chip(space.min());
  beyond.back() = 2;
  EXPECT_THROW(search.canonical(beyond), SpaceError);
}

TEST(ChipCosts, AreThoseOfTheTableOfEachChip) {
  const Space space = shipped_space("toy");
  const SearchSpace search(space, {{"cim.macros", {"0", "4"}}, {"cim.compute_units", {"1", "2"}}});
  const platforms::Platform platform =
      platforms::load_platform(tests::source_dir() / "platforms/h4h-7nm.yaml");
  const auto chip = [&](std::size_t i) {
    return platforms::with(
        platform,
        {platforms::parse_override(i < 2 ? "cim.macros=0" : "cim.macros=4"),
         platforms::parse_override(i % 2 == 0 ? "cim.compute_units=1" : "cim.compute_units=2")});
  };
  sim::JobResults results;
  ChipCosts costs(search, chip, sim::Objective::latency, results);
  Random random({5, 1});
  std::vector<Genotype> candidates;
  for (int i = 0; i < 24; ++i) candidates.push_back(search.sample(random));
  const std::vector<Cost> found = costs.evaluate(candidates);
  std::set<double> areas;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    CostTable table(space, chip(search.chip(candidates[i])), sim::Objective::latency, results);
    Cost expected = table.evaluate({search.network(candidates[i])}).front();
    EXPECT_EQ(found[i].macro_area_mm2 == 0.0, search.chip(candidates[i]) < 2);
    areas.insert(found[i].macro_area_mm2.value());
    expected.macro_area_mm2 = found[i].macro_area_mm2;
    EXPECT_TRUE(found[i] == expected);
  }
  EXPECT_EQ(areas.size(), 3U);
  EXPECT_EQ(costs.largest_macro_area_mm2(), *areas.rbegin());
}

}  // namespace
}  // namespace h4h::nas::testing
