#include "nas/search/preselection.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "nas/accuracy/health.hpp"
#include "tests/nas/search_support.hpp"

namespace h4h::nas::testing {
namespace {

std::vector<std::vector<double>> random_rows(std::size_t count, std::size_t features,
                                             Random& random) {
  std::vector<std::vector<double>> rows(count, std::vector<double>(features));
  for (auto& row : rows) {
    for (double& value : row) value = 100 * random.uniform();
  }
  return rows;
}

TEST(Ridge, FindsALinearFunction) {
  Random random({1, 1});
  const auto rows = random_rows(60, 5, random);
  const auto truth = [](const std::vector<double>& x) { return 3 + 2 * x[0] - x[3] + 0.5 * x[4]; };
  std::vector<double> targets;
  for (const auto& row : rows) targets.push_back(truth(row));
  const Ridge ridge(rows, targets);
  for (const auto& row : random_rows(20, 5, random)) {
    EXPECT_NEAR(ridge.predict(row), truth(row), 0.05);
  }
}

TEST(Ridge, DoesNotPredictNoiseFromNoise) {
  Random random({2, 1});
  double tau = 0;
  for (int set = 0; set < 20; ++set) {
    const auto rows = random_rows(80, 60, random);
    std::vector<double> targets;
    for (std::size_t i = 0; i < rows.size(); ++i) targets.push_back(random.uniform());
    tau += kendall_tau(Ridge(rows, targets).left_out(), targets) / 20;
  }
  EXPECT_LT(tau, 0.1);
}

TEST(Ridge, OfOneRowOrOfConstantFeaturesIsTheMean) {
  EXPECT_DOUBLE_EQ(Ridge({{1, 2}}, {0.7}).predict({9, 9}), 0.7);
  EXPECT_NEAR(Ridge({{1, 2}, {1, 2}}, {0.6, 0.8}).predict({1, 2}), 0.7, 1e-9);
}

TEST(Ridge, RefusesRowsAndTargetsThatDoNotFit) {
  EXPECT_THROW(Ridge({}, {}), std::invalid_argument);
  EXPECT_THROW(Ridge({{1}}, {1, 2}), std::invalid_argument);
  EXPECT_THROW(Ridge({{1}, {1, 2}}, {1, 2}), std::invalid_argument);
}

struct World {
  Space space = shipped_space("toy");
  SyntheticWorld truth{space};
  Random random{{5, 1}};

  std::vector<AccuracyPredictor::Example> examples(std::size_t count) {
    std::vector<AccuracyPredictor::Example> all;
    for (std::size_t i = 0; i < count; ++i) {
      const Genotype genotype = space.sample(random);
      const double accuracy = *truth.look_at(genotype).accuracy;
      all.push_back({genotype, accuracy, accuracy + 0.002 * random.uniform()});
    }
    return all;
  }
};

TEST(AccuracyPredictor, PredictsNothingFromFewerThanSixteen) {
  World world;
  AccuracyPredictor predictor(world.space);
  EXPECT_FALSE(predictor.predict(world.space.max()));
  predictor.fit(world.examples(15));
  EXPECT_FALSE(predictor.predict(world.space.max()));
  predictor.fit(world.examples(16));
  EXPECT_TRUE(predictor.predict(world.space.max()));
  EXPECT_TRUE(predictor.predict(world.space.max(), 0.8));
}

TEST(AccuracyPredictor, OrdersNetworksThatItDoesNotKnowAndBetterWithAnEstimate) {
  World world;
  AccuracyPredictor predictor(world.space);
  predictor.fit(world.examples(150));
  std::vector<double> truth, by_genes, by_screen;
  for (const AccuracyPredictor::Example& other : world.examples(200)) {
    truth.push_back(other.accuracy);
    by_genes.push_back(*predictor.predict(other.genotype));
    by_screen.push_back(*predictor.predict(other.genotype, *other.screened));
  }
  EXPECT_GT(kendall_tau(by_genes, truth), 0.85);
  EXPECT_GT(kendall_tau(by_screen, truth), kendall_tau(by_genes, truth));
}

Trial preselecting(Algorithm algorithm) {
  Trial trial(algorithm);
  trial.settings.preselection = PreselectionSettings{};
  trial.settings.population = 48;
  trial.settings.evaluations = 60;
  return trial;
}

// A search whose estimates are the accuracies themselves.
Search search_of(Trial& trial, SearchState state, SyntheticWorld::Accuracies& screen) {
  return {trial.space,          trial.problem,    trial.settings,      trial.world.costs,
          trial.world.accuracy, std::move(state), {trial.space.min()}, &screen};
}

class PreselectionOf : public ::testing::TestWithParam<Algorithm> {};

TEST_P(PreselectionOf, SearchesResumeFromAnyCheckpointAsIfNothingHadHappened) {
  Trial trial = preselecting(GetParam());
  SyntheticWorld::Accuracies screen(trial.world);
  Search whole = search_of(trial, start(trial.settings), screen);
  std::vector<std::string> checkpoints;
  while (whole.step()) {
    checkpoints.push_back(format_checkpoint(trial.description(), whole.state()));
  }
  ASSERT_GT(checkpoints.size(), 5U);
  for (std::size_t i = 0; i < checkpoints.size(); i += 3) {
    Search rest = search_of(trial, trial.resume(checkpoints[i]), screen);
    while (rest.step()) {
    }
    EXPECT_EQ(format_checkpoint(trial.description(), rest.state()), checkpoints.back());
  }
}

TEST_P(PreselectionOf, SearchesMeasureAsManyAsAskedAndScreenTwiceAsManyAtMost) {
  Trial trial = preselecting(GetParam());
  SyntheticWorld::Accuracies screen(trial.world);
  trial.settings.random = 0;
  Search search = search_of(trial, start(trial.settings), screen);
  while (search.step()) {
  }
  EXPECT_EQ(search.evaluated().size(), trial.settings.evaluations);
  EXPECT_EQ(trial.world.accuracy.asked, trial.settings.evaluations);
  EXPECT_GT(screen.asked, trial.settings.evaluations);
  EXPECT_LE(screen.asked, 2 * trial.settings.evaluations);
  EXPECT_GT(trial.world.costs.asked, 10 * (trial.settings.evaluations - 24));
  const RankCorrelation screened = screen_correlation(search.evaluated().all()),
                        predicted = prediction_correlation(search.evaluated().all());
  EXPECT_EQ(screened.networks, trial.settings.evaluations);
  EXPECT_DOUBLE_EQ(screened.tau, 1);
  EXPECT_EQ(predicted.networks, trial.settings.evaluations - 24);  // all but the first generation
  EXPECT_GT(predicted.tau, 0.8);
}

TEST_P(PreselectionOf, SearchesScreenNothingBeyondTheBudget) {
  Trial trial = preselecting(GetParam());
  trial.problem.max_latency_s = trial.median_latency();
  struct Screen : SyntheticWorld::Accuracies {
    explicit Screen(Trial& trial) : Accuracies(trial.world), of(trial) {}
    std::vector<double> evaluate(const std::vector<Genotype>& candidates) override {
      for (const Genotype& genotype : candidates) {
        EXPECT_LE(of.world.look_at(genotype).cost.latency_s, *of.problem.max_latency_s);
      }
      return Accuracies::evaluate(candidates);
    }
    Trial& of;
  } screen(trial);
  Search search = search_of(trial, start(trial.settings), screen);
  while (search.step()) {
  }
  std::size_t within = 0;
  for (const Candidate& c : search.evaluated().all()) within += c.accuracy ? 1 : 0;
  EXPECT_GT(within, trial.settings.evaluations / 2);
}

TEST_P(PreselectionOf, SearchesEndWhereTheSpaceDoes) {
  Trial trial = preselecting(GetParam());
  std::vector<Gene> genes = trial.space.genes();
  for (Gene& gene : genes) {
    if (gene.name != "resolution" && gene.choices.size() > 1) {
      gene.choices.resize(1);
      gene.choices.front() = std::max(1.0, gene.choices.front());
    }
  }
  genes[1].choices = {16, 24, 32};
  const Space few("few", trial.space.input_channels(), trial.space.classes(), genes,
                  trial.space.stages());
  SyntheticWorld world(few);
  SyntheticWorld::Accuracies screen(world);
  Search search(few, trial.problem, trial.settings, world.costs, world.accuracy,
                start(trial.settings), {few.min()}, &screen);
  while (search.step()) {
  }
  std::set<Genotype> distinct;
  for (const Candidate& c : search.evaluated().all()) distinct.insert(c.genotype);
  EXPECT_EQ(distinct.size(), few.enumerate().size());
  EXPECT_EQ(search.evaluated().size(), distinct.size());
}

INSTANTIATE_TEST_SUITE_P(Algorithms, PreselectionOf,
                         ::testing::Values(Algorithm::nsga2, Algorithm::evolution),
                         [](const ::testing::TestParamInfo<Algorithm>& algorithm) {
                           return std::string(to_string(algorithm.param));
                         });

}  // namespace
}  // namespace h4h::nas::testing
