#include <gtest/gtest.h>

#include "tests/nas/search_support.hpp"

namespace h4h::nas::testing {
namespace {

// The whole of toy.yaml as ground truth.
struct Truth {
  Space space = shipped_space("toy");
  SyntheticWorld world{space};
  Problem problem;
  std::vector<Candidate> all;
  double worst_accuracy = 1, worst_cost = 0, best_volume = 0;

  Truth() {
    for (const Genotype& genotype : space.enumerate()) {
      all.push_back(world.look_at(genotype));
      worst_accuracy = std::min(worst_accuracy, *all.back().accuracy);
      worst_cost = std::max(worst_cost, problem.cost(all.back().cost));
    }
    best_volume = hypervolume(worths(problem, all), worst_accuracy, worst_cost);
  }

  double share(const std::vector<Candidate>& candidates) const {
    return hypervolume(worths(problem, candidates), worst_accuracy, worst_cost) / best_volume;
  }
};

Truth& truth() {
  static Truth truth;
  return truth;
}

struct Shares {
  double searched = 0, random = 0;
};

Shares run(Algorithm algorithm, std::uint64_t seed) {
  Truth& t = truth();
  SearchSettings settings;
  settings.algorithm = algorithm;
  settings.seed = seed;
  settings.evaluations = t.all.size() / 20;
  Search search(t.space, t.problem, settings, t.world.costs, t.world.accuracy, start(settings),
                {t.space.min(), t.space.max()});
  while (search.step()) {
  }
  EXPECT_EQ(search.evaluated().size(), settings.evaluations);
  EXPECT_EQ(search.control().size(), settings.evaluations);
  return {t.share(search.evaluated().all()), t.share(search.control().all())};
}

// Ten seeds at a twentieth of the space, each beside random search with the same seed.
class ToySearch : public ::testing::TestWithParam<Algorithm> {};

TEST_P(ToySearch, FindsTheFrontInATwentiethOfTheSpaceAndBeatsRandomSearch) {
  ASSERT_GE(truth().all.size(), 20'000u);
  ASSERT_LE(truth().all.size(), 50'000u);
  int reached = 0, better = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Shares shares = run(GetParam(), seed);
    reached += shares.searched >= 0.99;
    better += shares.searched > shares.random;
    std::cout << "seed " << seed << ": " << shares.searched << " of the hypervolume, random search "
              << shares.random << "\n";
  }
  EXPECT_GE(reached, 9);
  EXPECT_EQ(better, 10);  // by chance alone once in 1024 times
}

// Half of the accuracy's noise is the estimate's own.
class NoisyScreen : public Accuracy {
 public:
  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override {
    std::vector<double> all;
    for (const Genotype& genotype : candidates) {
      const std::string hash = text_hash("screen " + truth().space.text(genotype));
      const double noise =
          static_cast<double>(std::stoull(hash.substr(0, 8), nullptr, 16)) * 0x1p-32 - 0.5;
      all.push_back(*truth().world.look_at(genotype).accuracy + 0.02 * noise);
    }
    asked += candidates.size();
    return all;
  }
  std::size_t asked = 0;
};

TEST_P(ToySearch, WithAPreselectionFindsTheFrontWithATenthOfTheMeasurements) {
  Truth& t = truth();
  int reached = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SearchSettings settings;
    settings.algorithm = GetParam();
    settings.seed = seed;
    settings.evaluations = t.all.size() / 200;
    settings.random = 0;
    settings.preselection = PreselectionSettings{};
    NoisyScreen screen;
    Search search(t.space, t.problem, settings, t.world.costs, t.world.accuracy, start(settings),
                  {t.space.min(), t.space.max()}, &screen);
    while (search.step()) {
    }
    EXPECT_EQ(search.evaluated().size(), settings.evaluations);
    EXPECT_LE(screen.asked, 2 * settings.evaluations);
    const double share = t.share(search.evaluated().all());
    const RankCorrelation screened = screen_correlation(search.evaluated().all()),
                          predicted = prediction_correlation(search.evaluated().all());
    reached += share >= 0.99;
    std::cout << "seed " << seed << ": " << share << " of the hypervolume; tau of the screen "
              << screened.tau << ", of the prediction " << predicted.tau << "\n";
  }
  EXPECT_GE(reached, 9);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, ToySearch,
                         ::testing::Values(Algorithm::nsga2, Algorithm::evolution),
                         [](const ::testing::TestParamInfo<Algorithm>& algorithm) {
                           return std::string(to_string(algorithm.param));
                         });

}  // namespace
}  // namespace h4h::nas::testing
