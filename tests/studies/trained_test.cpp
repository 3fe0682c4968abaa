#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "nas/space/load.hpp"
#include "platforms/description/loader.hpp"
#include "tests/studies/fake_trainings.hpp"
#include "tests/support/files.hpp"
#include "tools/studies/claims.hpp"
#include "tools/studies/format.hpp"
#include "tools/studies/trained/arms.hpp"
#include "tools/studies/trained/bootstrap.hpp"
#include "tools/studies/trained/searches.hpp"

namespace h4h::tests {
namespace {

using nas::ImagePart;
using studies::Interval;
using studies::TrainedSettings;

TrainedSettings small(std::size_t seeds = 3) {
  return {"h4h-32-mini", "resnet-32", "mobilenetv2-32", 12, 4, seeds, 5, 8, 24, {}};
}

// More with MACs; arms and seeds differ by constants.
double rule(const std::string& arm, std::uint64_t seed, double macs) {
  const std::map<std::string, double> worth{{studies::kVanilla, 0.02},
                                            {studies::kFreeze, 0.05},
                                            {studies::kUnfreeze, 0.04},
                                            {"resnet", -0.1}};
  const auto found = worth.find(arm);
  return 0.4 + 0.01 * std::log2(macs) + (found == worth.end() ? 0 : found->second) +
         0.001 * static_cast<double>(seed % 3);
}

class TrainedStudies : public ::testing::Test {
 protected:
  studies::Result run(studies::Result (*study)(const studies::Setup&)) {
    setup_.set_trainings(&trainings_);
    return study(setup_);
  }

  sim::JobResults results_;
  FakeTrainings trainings_{small(), rule};
  studies::Setup setup_{platforms::load_platform(source_dir() / "platforms/h4h-7nm.yaml"),
                        results_};
};

TEST(Bootstrap, HoldsTheMeanAndShrinksToEqualValues) {
  const Interval equal = studies::bootstrap_mean({2, 2, 2});
  EXPECT_EQ(equal.mean, 2);
  EXPECT_EQ(equal.low, 2);
  EXPECT_EQ(equal.high, 2);
  const Interval spread = studies::bootstrap_mean({1, 2, 3, 4});
  EXPECT_DOUBLE_EQ(spread.mean, 2.5);
  EXPECT_GE(spread.low, 1);
  EXPECT_LE(spread.high, 4);
  EXPECT_LT(spread.low, 2.5);
  EXPECT_GT(spread.high, 2.5);
  EXPECT_EQ(spread.count, 4U);
}

// The share of 1,000 intervals of the mean of `count` normal values that hold it.
double coverage(int count) {
  nas::Random random(9);
  const auto normal = [&] {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += random.uniform();
    return sum;
  };
  int inside = 0;
  for (int i = 0; i < 1000; ++i) {
    std::vector<double> values;
    for (int k = 0; k < count; ++k) values.push_back(normal());
    const Interval interval = studies::bootstrap_mean(values);
    inside += interval.low <= 0 && 0 <= interval.high ? 1 : 0;
  }
  return inside / 1000.0;
}

// What bootstrap.hpp says of few values.
TEST(Bootstrap, IntervalsHoldTheMeanAboutAsOftenAsTheySay) {
  for (const auto& [count, share] : {std::pair(3, 0.76), std::pair(8, 0.88), std::pair(12, 0.91)}) {
    EXPECT_NEAR(coverage(count), share, 0.02) << count;
  }
}

TEST(Bootstrap, OfValuesOfWhichSomeAreNoNumbersIsThatOfTheOthers) {
  const double none = std::nan("");
  EXPECT_EQ(studies::bootstrap_known({none, 2, 2}).count, 2U);
  EXPECT_EQ(studies::bootstrap_known({none, 2, 2}).high, 2);
  EXPECT_TRUE(std::isnan(studies::bootstrap_known({none}).mean));
  EXPECT_EQ(studies::bootstrap_known({none}).count, 0U);
}

TEST(Bootstrap, OfPairsTakesOutWhatBothShare) {
  const Interval difference = studies::paired_difference({10, 20, 35}, {9, 19, 34});
  EXPECT_EQ(difference.low, 1);
  EXPECT_EQ(difference.high, 1);
  EXPECT_THROW(studies::paired_difference({1}, {1, 2}), std::invalid_argument);
  EXPECT_TRUE(std::isinf(studies::paired_difference({1}, {2}).high));
}

TEST(Verdict, OfAnIntervalIsUndecidedWhereTheRuleParts) {
  studies::Claim claim{
      "C", "table2", "", "", studies::Rule("> 0"), std::nullopt, "", studies::ClaimKind::tested,
      "",  ""};
  const auto verdict = [&](double low, double mean, double high) {
    return to_string(studies::verdict_of(claim, Interval{mean, low, high, 3}));
  };
  EXPECT_EQ(verdict(0.1, 0.2, 0.3), "holds");
  EXPECT_EQ(verdict(-0.1, 0.2, 0.3), "undecided");
  EXPECT_EQ(verdict(-0.3, -0.2, -0.1), "differs");
  EXPECT_EQ(verdict(std::nan(""), std::nan(""), std::nan("")), "undecided");
  claim.accept = studies::Rule("1 .. 2");
  EXPECT_EQ(verdict(0, 1.5, 3), "undecided") << "wider than the rule";
  EXPECT_EQ(verdict(0, 2.5, 3), "undecided") << "the rule's values are in it, not its mean";
  EXPECT_EQ(verdict(3, 4, 5), "differs");
}

TEST_F(TrainedStudies, Table2ComparesArmsSeedBySeed) {
  const studies::Result result = run(studies::table2);
  const auto& m = result.measures;
  for (const char* const quantity : {"smallest", "largest", "mean"}) {
    const std::string tail = std::string("_") + quantity;
    EXPECT_NEAR(m.at("tpi_freeze_over_vanilla" + tail), 3, 1e-9) << "the constants of the arms";
    EXPECT_NEAR(result.intervals.at("tpi_freeze_over_vanilla" + tail).low, 3, 1e-9);
    EXPECT_EQ(result.intervals.at("tpi_freeze_over_vanilla" + tail).count, 3U);
  }
  EXPECT_NEAR(m.at("vanilla_over_cnn_only_smallest"), 2, 1e-9);
  EXPECT_GT(m.at("vanilla_over_cnn_only_largest"), 2) << "transformers add MACs";
  // 5 arms, 3 seeds, 5 networks and both ends.
  EXPECT_EQ(result.table.rows().size(), 5U * 3 * 7);
  for (const auto& [run, parts] : trainings_.asked_) {
    EXPECT_EQ(parts, std::set<ImagePart>{ImagePart::test}) << run;
  }
}

TEST_F(TrainedStudies, PhaseTwoStartsFromTheCnnOnlyRunOfItsSeed) {
  run(studies::table2);
  const studies::TrainingSpec& freeze = trainings_.specs_.at("tpi-freeze-5");
  EXPECT_EQ(freeze.from, "cnn-only");
  EXPECT_EQ(freeze.seed, 5U);
  EXPECT_EQ(freeze.steps, 22) << "12 of phase 1, 300 / 360 as many of phase 2";
  EXPECT_EQ(trainings_.specs_.at("cnn-only-5").steps, 12);
  EXPECT_EQ(trainings_.specs_.at("vanilla-5").steps, 12);
  EXPECT_EQ(trainings_.specs_.at("vanilla-equal-compute-5").steps, 22)
      << "the length of tpi-freeze, whose compute it takes";
  EXPECT_EQ(trainings_.specs_.size(), 15U);
}

TEST_F(TrainedStudies, CnnOnlySupernetsAreAskedAboutNoTransformer) {
  const studies::Result result = run(studies::table2);
  for (const std::vector<Cell>& row : result.table.rows()) {
    if (*row[0].text() != studies::kCnnOnly) continue;
    EXPECT_NE(row[5].text()->find(R"("vit2":{"depth":0},)"), std::string::npos) << *row[5].text();
    EXPECT_NE(row[5].text()->find(R"("vit3":{"depth":0},)"), std::string::npos) << *row[5].text();
  }
}

TEST_F(TrainedStudies, Fig8GainsAreThoseOfTheArmsAtEqualLatency) {
  const studies::Result result = run(studies::fig8_trained);
  EXPECT_NEAR(result.measures.at("tpi_freeze_over_vanilla"), 3, 1e-6)
      << "the same networks, and a constant between them";
  EXPECT_GT(result.measures.at("irb_over_resnet"), 0);
  ASSERT_EQ(result.charts.size(), 3U) << "one of each seed";
  EXPECT_EQ(result.charts.at(0).series.size(), 5U) << "one of each supernet";
  EXPECT_EQ(trainings_.asked_.at("resnet-4"),
            (std::set<ImagePart>{ImagePart::held_out, ImagePart::test}));
}

TEST_F(TrainedStudies, Fig9CountsTransformersAndWhatMacrosSave) {
  const studies::Result result = run(studies::fig9);
  EXPECT_GT(result.measures.at("latency_saved_by_8_macros"), 0);
  EXPECT_LT(result.measures.at("latency_saved_by_8_macros"), 1);
  EXPECT_NEAR(
      result.measures.at("vit_per_10_mbconv_over_random"),
      result.measures.at("vit_per_10_mbconv") - result.measures.at("vit_per_10_mbconv_of_random"),
      1e-9);
  EXPECT_EQ(result.charts.size(), 1U + 3) << "layers, and fronts of each seed";
}

TEST_F(TrainedStudies, Fig7SavesMoreLatencyWithMoreMacros) {
  const studies::Result result = run(studies::fig7_trained);
  const auto& m = result.measures;
  EXPECT_GT(m.at("latency_saved_by_1_macro"), 0);
  EXPECT_GT(m.at("latency_saved_by_4_macros"), m.at("latency_saved_by_1_macro"));
  EXPECT_GT(m.at("latency_saved_by_8_macros"), m.at("latency_saved_by_4_macros"));
  EXPECT_GE(m.at("latency_saved_most_by_8_macros"), m.at("latency_saved_by_8_macros"));
  EXPECT_GT(m.at("accuracy_gained_most_by_8_macros"), 0);
  EXPECT_EQ(result.intervals.at("latency_saved_by_8_macros").count, 3U);
  EXPECT_EQ(result.charts.size(), 3U) << "one of each seed";
  EXPECT_EQ(result.charts.at(0).series.size(), 4U) << "one of each chip";
  EXPECT_EQ(trainings_.specs_.size(), 6U) << "tpi-freeze and what it starts from";
}

TEST_F(TrainedStudies, Fig7AndFig9MeasureTheSameSavings) {
  EXPECT_EQ(run(studies::fig7_trained).measures.at("latency_saved_by_8_macros"),
            run(studies::fig9).measures.at("latency_saved_by_8_macros"));
}

// What is the best for one objective is not worse in it than what is the best for another.
TEST_F(TrainedStudies, EnergyAndFig11AreSearchedForEnergy) {
  const auto energy = run(studies::energy_trained).measures;
  EXPECT_GT(energy.at("energy_saved_by_8_macros"), 0);
  EXPECT_LT(std::abs(energy.at("energy_saved_8_macros_to_4")), 0.1)
      << "energy does not scale with macros";
  const studies::Result units = run(studies::fig11);
  EXPECT_GT(units.measures.at("energy_saved_by_4_units"),
            units.measures.at("energy_saved_by_1_unit"));
  EXPECT_GT(units.measures.at("energy_least_saved_by_more_units"), 0);
  EXPECT_EQ(units.charts.at(0).x.title, "energy, mJ");
}

// The user's own supernet: nothing is trained, and of one there is no interval.
TEST_F(TrainedStudies, ASupernetThatIsGivenIsSearchedInThePlaceOfTrainedOnes) {
  TrainedSettings settings = small();
  settings.given = {{"runs/mine", 7}};
  settings.given.front().folder = "runs/mine";
  FakeTrainings trainings(settings, rule);
  setup_.set_trainings(&trainings);
  const studies::Result result = studies::fig7_trained(setup_);
  EXPECT_EQ(trainings.specs_.size(), 1U);
  EXPECT_EQ(trainings.asked_.count("runs/mine"), 1U);
  EXPECT_EQ(*result.table.rows().at(0)[0].text(), "runs/mine");
  EXPECT_FALSE(result.intervals.at("latency_saved_by_8_macros").has_ends());
  const studies::Claims claims(source_dir() / "tools/studies/claims.yaml");
  const auto judged = claims.judge({{"fig7-trained", result}});
  ASSERT_EQ(judged.size(), 3U);
  for (const studies::JudgedClaim& claim : judged) {
    EXPECT_EQ(claim.verdict, studies::Verdict::undecided) << claim.claim.id;
  }
  EXPECT_NE(studies::format_claims_table(judged).find("of one training"), std::string::npos);
}

TEST_F(TrainedStudies, Fig9DrawsLayersBetweenTheLinesOfThePaper) {
  const studies::Chart& chart = run(studies::fig9).charts.at(0);
  ASSERT_EQ(chart.series.size(), 4U);
  EXPECT_FALSE(chart.series[0].joined);
  EXPECT_GT(chart.series[0].points.size(), 10U) << "random networks";
  EXPECT_EQ(chart.series[2].name, "2 for 10");
  EXPECT_EQ(chart.series[3].points.at(1).second, chart.series[3].points.at(1).first / 2);
}

TEST_F(TrainedStudies, WithoutTrainingsAreALogicError) {
  EXPECT_THROW(studies::table2(setup_), std::logic_error);
}

// With accuracies that nothing has an influence on, with ones that fall with size, and with ones
// that rise but are lowest of what the paper finds best.
TEST_F(TrainedStudies, EveryTestedClaimFailsUnderSomeAccuracies) {
  const studies::Claims claims(source_dir() / "tools/studies/claims.yaml");
  std::set<std::string> failed, all;
  const std::vector<FakeTrainings::Rule> rules{
      [](const auto&, std::uint64_t, double) { return 0.5; },
      [](const std::string& arm, std::uint64_t, double macs) {
        return (arm == studies::kFreeze ? 0.3 : 0.6) - 1e-9 * macs;
      },
      [](const std::string& arm, std::uint64_t, double macs) {
        const double worth = arm == "resnet" ? 0.2 : arm == studies::kFreeze ? -0.2 : 0;
        return 0.4 + worth + 0.05 * std::log2(macs);
      }};
  for (const FakeTrainings::Rule& some : rules) {
    FakeTrainings trainings(small(), some);
    trainings.cosine = [](const std::string&, bool, bool, double) { return 0.5; };
    setup_.set_trainings(&trainings);
    const std::map<std::string, studies::Result> results{
        {"table2", studies::table2(setup_)},
        {"fig8-trained", studies::fig8_trained(setup_)},
        {"fig7-trained", studies::fig7_trained(setup_)},
        {"fig9", studies::fig9(setup_)},
        {"conflict", studies::conflict(setup_)}};
    for (const studies::JudgedClaim& judged : claims.judge(results)) {
      if (!judged.claim.counts()) continue;
      all.insert(judged.claim.id);
      if (judged.verdict == studies::Verdict::differs) failed.insert(judged.claim.id);
    }
  }
  EXPECT_EQ(all.size(), 14U);
  EXPECT_EQ(failed, all);
}

TEST(Trained, ASpaceWithTransformersInEveryNetworkHasNoCnnOnlyNetworks) {
  const nas::Space space = nas::load_space("h4h-imagenet-vit");
  EXPECT_NE(message_of<nas::SpaceError>([&] {
              static_cast<void>(studies::without_transformers(space));
            }).find("has transformers in every network"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::tests
