#include "sim/uncertainty/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/uncertainty/format_comparison.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::sim {
namespace {

using platforms::Override;
using platforms::UncertainParameter;

UncertainParameter unknown(const std::string& key, double low, double high) {
  return {key, low, (low + high) / 2, high, "", UncertainParameter::Scale::real, "", ""};
}

VariantPoint point(double latency, double energy) {
  VariantPoint p;
  p.latency_s = latency;
  p.energy_j = energy;
  return p;
}

TEST(PairedPlan, SharedValuesMoveTogetherAndOthersAlone) {
  const PairedPlan plan = plan_pairs({unknown("a", 0, 10), unknown("x", 0, 1)},
                                     {unknown("b", 5, 6), unknown("a", 0, 10)}, 4, 1);
  ASSERT_EQ(plan.first.variants.size(), 1u + 6 + 4);
  ASSERT_EQ(plan.second.variants.size(), plan.first.variants.size());
  EXPECT_EQ(plan.first.variants[1], plan.second.variants[1]) << "a at its low end on both";
  EXPECT_EQ(plan.first.variants[3], (std::vector<Override>{{"x", 0.0}}));
  EXPECT_TRUE(plan.second.variants[3].empty()) << "the second has no x";
  EXPECT_TRUE(plan.first.variants[5].empty());
  EXPECT_EQ(plan.second.variants[5], (std::vector<Override>{{"b", 5.0}}));
  for (std::size_t s = plan.first.first_sample(); s < plan.first.variants.size(); ++s) {
    EXPECT_EQ(plan.first.variants[s].front(), plan.second.variants[s].front());
    EXPECT_EQ(plan.first.variants[s].size(), 2u);
  }
}

TEST(PairedPlan, AKeyWithTwoRangesIsAValueOfEachPlatform) {
  const PairedPlan plan = plan_pairs({unknown("a", 0, 10)}, {unknown("a", 100, 200)}, 8, 1);
  ASSERT_EQ(plan.first.uncertain_parameters.size(), 2u);
  EXPECT_EQ(plan.first.uncertain_parameters[0].key, "a (first)");
  EXPECT_EQ(plan.second.uncertain_parameters[1].key, "a (second)");
  EXPECT_EQ(plan.first.variants[1], (std::vector<Override>{{"a", 0.0}}));
  EXPECT_TRUE(plan.second.variants[1].empty());
  EXPECT_EQ(plan.second.variants[4], (std::vector<Override>{{"a", 200.0}}));
  bool apart = false;
  for (std::size_t s = 0; s < 8; ++s) {
    const std::vector<double>& shares = plan.first.shares[s];
    EXPECT_EQ(plan.first.variants[5 + s].front(), unknown("a", 0, 10).at(shares[0]));
    EXPECT_EQ(plan.second.variants[5 + s].front(), unknown("a", 100, 200).at(shares[1]));
    apart = apart || std::abs(shares[0] - shares[1]) > 0.25;
  }
  EXPECT_TRUE(apart) << "they are drawn by themselves";
}

TEST(Comparison, CountsTheSamplesInWhichEitherTakesLess) {
  const PairedPlan plan = plan_pairs({unknown("a", 0, 1)}, {unknown("a", 0, 1)}, 4, 1);
  const std::vector<VariantPoint> first(7, point(2, 1));
  std::vector<VariantPoint> second(7, point(2, 1));
  second[0] = point(1, 1);
  second[2] = point(4, 1);
  second[3] = point(1, 1);
  second[4] = point(3, 1);
  second[6].infeasible = "no";
  const Comparison c = compare("n", plan, first, second);
  const FigureComparison& latency = c.figures.front();
  EXPECT_EQ(latency.ratio.value, 0.5);
  EXPECT_EQ(latency.ratio.low, 0.5);
  EXPECT_EQ(latency.ratio.high, 2);
  EXPECT_EQ(latency.ratio.moved_by, "a");
  EXPECT_EQ(latency.sampled, (std::vector<double>{0.5, 1.5, 1}));
  EXPECT_EQ(latency.median, 1);
  EXPECT_DOUBLE_EQ(latency.second_less, 1.0 / 3);
  EXPECT_DOUBLE_EQ(latency.first_less, 1.0 / 3) << "a draw is neither's";
  EXPECT_EQ(c.infeasible, 1u);
  EXPECT_EQ(c.figures[1].first_less, 0);
  EXPECT_EQ(c.figures.size(), 3u) << "no area";
}

TEST(Comparison, OfWhatDoesNotRunIsAMistake) {
  const PairedPlan plan = plan_pairs({}, {}, 1, 1);
  std::vector<VariantPoint> none(2);
  none[0].infeasible = "too small";
  const std::vector<VariantPoint> some(2, point(1, 1));
  EXPECT_THROW(compare("n", plan, some, none), std::invalid_argument);
}

std::vector<VariantPoint> points_of(const std::string& chip, const UncertaintyPlan& plan) {
  static JobResults results;
  const workloads::Network network = *workloads::build_by_name("ds_cnn_kws");
  std::vector<VariantPoint> points;
  const platforms::Platform as_it_is = testing::platform(chip);
  for (const std::vector<Override>& changes : plan.variants) {
    const platforms::Platform platform = platforms::with(as_it_is, changes);
    LayerCosts costs(platform.hardware, results);
    points.push_back(variant_point(costs, platform, network, {}));
  }
  return points;
}

TEST(Comparison, OfAPlatformWithItselfHangsOnNothing) {
  const std::vector<UncertainParameter> values =
      platforms::uncertain_parameters(testing::platform("h4h-7nm"));
  const PairedPlan plan = plan_pairs(values, values, 6, 1);
  const Comparison c = compare("ds_cnn_kws", plan, points_of("h4h-7nm", plan.first),
                               points_of("h4h-7nm", plan.second));
  for (const FigureComparison& figure : c.figures) {
    EXPECT_EQ(figure.ratio.low, 1) << figure.name;
    EXPECT_EQ(figure.ratio.high, 1) << figure.name;
    EXPECT_EQ(figure.ratio.moved_by, "");
    EXPECT_EQ(figure.first_less + figure.second_less, 0);
    EXPECT_LT(figure.first.low, figure.first.high) << "the figures themselves hang on much";
  }
}

// Every layer's time on full duplex is at most that on half, whatever else the chip is.
TEST(Comparison, FullDuplexIsNeverSlower) {
  const std::vector<UncertainParameter> half = platforms::uncertain_parameters(
                                            testing::platform("h4h-7nm")),
                                        full = platforms::uncertain_parameters(
                                            testing::platform("h4h-7nm-full-duplex"));
  const PairedPlan plan = plan_pairs(half, full, 6, 1);
  const Comparison c = compare("ds_cnn_kws", plan, points_of("h4h-7nm", plan.first),
                               points_of("h4h-7nm-full-duplex", plan.second));
  EXPECT_LE(c.figures.front().ratio.high, 1);
  EXPECT_LT(c.figures.front().ratio.low, 1);
}

}  // namespace
}  // namespace h4h::sim
