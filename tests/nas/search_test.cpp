#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "nas/search/checkpoint.hpp"
#include "nas/search/reachable.hpp"
#include "tests/nas/search_support.hpp"

namespace h4h::nas::testing {
namespace {

class BothAlgorithms : public ::testing::TestWithParam<Algorithm> {};

TEST_P(BothAlgorithms, GoOnFromAnyCheckpointAsIfNothingHadHappened) {
  Trial trial(GetParam());
  const SearchState whole = finished(trial, start(trial.settings));
  Search search = trial.search(start(trial.settings));
  int generations = 0;
  while (search.step()) {
    const std::string text = format_checkpoint(trial.description(), search.state());
    const SearchState read = trial.resume(text);
    ASSERT_TRUE(read == search.state());
    if (generations++ % 5 == 0) {
      EXPECT_EQ(format_checkpoint(trial.description(), finished(trial, read)),
                format_checkpoint(trial.description(), whole));
    }
  }
  EXPECT_GT(generations, 15);
}

TEST_P(BothAlgorithms, GiveTheSameForASeedAndOthersForAnother) {
  Trial trial(GetParam());
  const SearchState first = finished(trial, start(trial.settings));
  EXPECT_TRUE(finished(trial, start(trial.settings)) == first);
  trial.settings.seed = 8;
  EXPECT_FALSE(finished(trial, start(trial.settings)) == first);
}

TEST_P(BothAlgorithms, LookAtNoNetworkTwice) {
  Trial trial(GetParam());
  Search search = trial.search(start(trial.settings));
  while (search.step()) {
  }
  std::set<Genotype> distinct, control;
  for (const Candidate& c : search.evaluated().all()) distinct.insert(c.genotype);
  EXPECT_EQ(distinct.size(), trial.settings.evaluations);
  std::size_t drawn_anew = 0;
  for (const Candidate& c : search.control().all()) {
    control.insert(c.genotype);
    drawn_anew += 1 - distinct.count(c.genotype);
  }
  EXPECT_EQ(control.size(), trial.settings.evaluations);
  EXPECT_EQ(trial.world.costs.asked, trial.settings.evaluations + drawn_anew);
}

TEST_P(BothAlgorithms, DrawAsManyAtRandomAsIsAskedAndDoNotDependOnIt) {
  Trial trial(GetParam());
  const SearchState same = finished(trial, start(trial.settings));
  for (const std::size_t count : {std::size_t{0}, std::size_t{7}}) {
    trial.settings.random = count;
    const SearchState state = finished(trial, start(trial.settings));
    EXPECT_EQ(state.control.size(), count);
    EXPECT_EQ(state.evaluated, same.evaluated);
  }
}

TEST_P(BothAlgorithms, KeepTheBudgetAndAskForAccuracyOnlyWithin) {
  Trial trial(GetParam());
  trial.problem.max_latency_s = trial.median_latency();
  const SearchState state = finished(trial, start(trial.settings));
  std::size_t beyond = 0;
  for (const Candidate& c : state.evaluated) {
    EXPECT_EQ(c.accuracy.has_value(), c.cost.latency_s <= *trial.problem.max_latency_s);
    beyond += c.accuracy ? 0 : 1;
  }
  EXPECT_GT(beyond, 0u);
  EXPECT_LT(beyond, state.evaluated.size() / 2);
  for (const Candidate& c : front(trial.problem, state.evaluated)) EXPECT_TRUE(c.accuracy);
}

TEST_P(BothAlgorithms, EndWithASmallSpaceLookedThrough) {
  const std::vector<Gene> genes{{"resolution", {32, 48, 64}}, {"conv0.width", {8, 16, 24}},
                                {"conv0.depth", {1, 2}},      {"conv0.expansion", {1}},
                                {"mbpool.width", {16, 32}},   {"mbpool.depth", {1}},
                                {"mbpool.expansion", {2}}};
  const std::vector<Stage> stages{{"conv0", StageKind::conv, 1, 2, 3, 2},
                                  {"mbpool", StageKind::mbpool, 4, 5, 6, 1}};
  Trial trial(GetParam());
  trial.space = Space("small", 3, 10, genes, stages);
  const std::size_t all = trial.space.enumerate().size();
  ASSERT_LT(all, trial.settings.evaluations);
  const SearchState state = finished(trial, start(trial.settings));
  EXPECT_EQ(state.evaluated.size(), all);
  EXPECT_EQ(state.control.size(), all);
}

INSTANTIATE_TEST_SUITE_P(Search, BothAlgorithms,
                         ::testing::Values(Algorithm::nsga2, Algorithm::evolution),
                         [](const ::testing::TestParamInfo<Algorithm>& algorithm) {
                           return std::string(to_string(algorithm.param));
                         });

TEST(Evolution, LetsTheOldestDie) {
  Trial trial(Algorithm::evolution);
  const SearchState state = finished(trial, start(trial.settings));
  ASSERT_EQ(state.population.size(), trial.settings.population);
  for (std::size_t i = 0; i < state.population.size(); ++i) {
    EXPECT_EQ(state.population[i], trial.settings.evaluations - trial.settings.population + i);
  }
}

TEST(Nsga2, NeverLosesTheBestOfAnObjective) {
  Trial trial(Algorithm::nsga2);
  Search search = trial.search(start(trial.settings));
  while (search.state().control.empty() && search.step()) {
    const SearchState state = search.state();
    double best = 0, kept = 0;
    for (const Candidate& c : state.evaluated) best = std::max(best, *c.accuracy);
    for (const std::size_t i : state.population) {
      kept = std::max(kept, *state.evaluated[i].accuracy);
    }
    ASSERT_EQ(kept, best);
  }
}

TEST(Budgets, AreMeasuredAsSharesOfThemselves) {
  Problem problem;
  problem.max_latency_s = 2;
  problem.max_energy_j = 10;
  EXPECT_EQ(problem.violation({2, 10, {}, {}}), 0);
  EXPECT_DOUBLE_EQ(problem.violation({3, 10, {}, {}}), 0.5);
  EXPECT_DOUBLE_EQ(problem.violation({3, 12, {}, {}}), 0.7);
  EXPECT_EQ(problem.violation({0, 0, {}, "too large"}), std::numeric_limits<double>::infinity());
}

std::string refusal(Trial& trial) {
  return tests::message_of<InfeasibleError>(
      [&] { within_budgets(trial.space, trial.problem, trial.world.costs); });
}

TEST(Budgets, BelowTheSmallestReachableAreRefusedWithIt) {
  Trial trial;
  double smallest = 1;
  for (const Genotype& g : trial.space.enumerate()) {
    smallest = std::min(smallest, trial.world.look_at(g).cost.latency_s);
  }
  trial.problem.max_latency_s = 0.1e-6;
  const std::string message = refusal(trial);
  EXPECT_NE(message.find(fmt::format("infeasible: no network within --max-latency 0.1 us: the "
                                     "lowest latency found is {:.6g} us (genotype {{",
                                     1e6 * smallest)),
            std::string::npos)
      << message;
  EXPECT_LT(trial.world.costs.asked, 200u);
  EXPECT_EQ(trial.world.accuracy.asked, 0u);
}

TEST(Budgets, OfEnergyAreRefusedToo) {
  Trial trial;
  trial.problem.max_energy_j = 1e-12;
  EXPECT_NE(refusal(trial).find("no network within --max-energy 1e-06 uJ: the lowest energy"),
            std::string::npos);
}

TEST(Budgets, ThatAreReachableGiveANetworkWithin) {
  Trial trial;
  trial.problem.max_latency_s = trial.median_latency();
  const Genotype found = within_budgets(trial.space, trial.problem, trial.world.costs);
  EXPECT_LE(trial.world.look_at(found).cost.latency_s, *trial.problem.max_latency_s);
}

// A chip on which only one choice of the first gene is cheap, not the smallest.
class OddCosts : public FitnessOracle {
 public:
  std::vector<Cost> evaluate(const std::vector<Genotype>& candidates) override {
    std::vector<Cost> costs;
    for (const Genotype& g : candidates) costs.push_back({g[0] == 1 ? 1.0 : 5.0, 1, {}, {}});
    return costs;
  }
};

TEST(Budgets, AreReachedByDescentWhereTheSmallestNetworkIsNotTheCheapest) {
  Trial trial;
  OddCosts costs;
  trial.problem.max_latency_s = 2;
  EXPECT_EQ(within_budgets(trial.space, trial.problem, costs)[0], 1);
}

class NothingRuns : public FitnessOracle {
 public:
  std::vector<Cost> evaluate(const std::vector<Genotype>& candidates) override {
    return std::vector<Cost>(candidates.size(), Cost{0, 0, {}, "the SRAM is too small"});
  }
};

TEST(Budgets, ThatNothingRunsUnderSayWhy) {
  Trial trial;
  NothingRuns costs;
  EXPECT_NE(
      tests::message_of<InfeasibleError>([&] {
        within_budgets(trial.space, trial.problem, costs);
      }).find("infeasible: the smallest network does not fit the platform: the SRAM is too small"),
      std::string::npos);
}

}  // namespace
}  // namespace h4h::nas::testing
