#include <gtest/gtest.h>

#include <set>

#include "nas/space/load.hpp"
#include "platforms/description/loader.hpp"
#include "tests/studies/fake_trainings.hpp"
#include "tests/support/files.hpp"
#include "tools/studies/claims.hpp"
#include "tools/studies/trained/arms.hpp"
#include "tools/studies/trained/probes.hpp"

namespace h4h::tests {
namespace {

using studies::PairKind;

std::size_t place(PairKind kind) { return static_cast<std::size_t>(kind); }

class Probes : public ::testing::TestWithParam<const char*> {};

TEST_P(Probes, PairsOfAKindHaveTheSameRatioOfMacs) {
  const nas::Space space = nas::load_space(GetParam());
  const auto probes = studies::probes_of(space, 5);
  ASSERT_EQ(probes.size(), 5U);
  for (const studies::PairsProbe& probe : probes) {
    const auto ratio = [&](PairKind kind) {
      const auto& [first, second] = probe.probe.pairs.at(place(kind));
      return static_cast<double>(probe.macs.at(second)) / static_cast<double>(probe.macs.at(first));
    };
    EXPECT_GE(ratio(PairKind::mixed), 1.1);
    EXPECT_NEAR(ratio(PairKind::cnn) / ratio(PairKind::mixed), 1, 0.05);
    EXPECT_NEAR(ratio(PairKind::hybrid) / ratio(PairKind::mixed), 1, 0.06);
    EXPECT_LT(ratio(PairKind::mixed_parts), ratio(PairKind::mixed));
  }
}

TEST_P(Probes, HaveTheTypesOfBlocksThatTheirNamesSay) {
  const nas::Space space = nas::load_space(GetParam());
  for (const studies::PairsProbe& probe : studies::probes_of(space, 5)) {
    const auto hybrids = [&](PairKind kind) {
      const auto& [first, second] = probe.probe.pairs.at(place(kind));
      EXPECT_NE(probe.probe.networks.at(first), probe.probe.networks.at(second));
      const auto has = [&](std::size_t i) {
        return nas::block_counts(space, probe.probe.networks.at(i)).vit > 0;
      };
      return std::pair(has(first), has(second));
    };
    EXPECT_EQ(hybrids(PairKind::mixed), std::pair(false, true));
    EXPECT_EQ(hybrids(PairKind::cnn), std::pair(false, false));
    EXPECT_EQ(hybrids(PairKind::hybrid), std::pair(true, true));
    EXPECT_EQ(hybrids(PairKind::mixed_parts), std::pair(false, false));
  }
}

INSTANTIATE_TEST_SUITE_P(Space, Probes, testing::Values("h4h-32-mini", "h4h-32-tiny", "h4h-32"),
                         [](const auto& space) {
                           std::string name = space.param;
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

TEST(ProbesOf, ASpaceWithoutTransformersAreRefused) {
  const nas::Space space = nas::load_space("mobilenetv2-32");
  EXPECT_NE(
      message_of<nas::SpaceError>([&] { studies::probes_of(space, 1); }).find("no hybrid networks"),
      std::string::npos);
}

class ConflictStudy : public ::testing::Test {
 protected:
  studies::Result run() {
    setup_.set_trainings(&trainings_);
    return studies::conflict(setup_);
  }
  static constexpr std::size_t kProbes = 5, kSeeds = 3;

  FakeTrainings trainings_{
      {"h4h-32-mini", "resnet-32", "mobilenetv2-32", 12, 4, kSeeds, kProbes, 8, 24, {}},
      [](const auto&, std::uint64_t, double) { return 0.5; }};
  sim::JobResults results_;
  studies::Setup setup_{platforms::load_platform(source_dir() / "platforms/h4h-7nm.yaml"),
                        results_};
};

TEST_F(ConflictStudy, TakesSizeOutOfTheCosine) {
  const studies::Result result = run();
  // Two hundredths: MACs of a control agree within 5 %.
  EXPECT_NEAR(result.measures.at("vanilla_mixed_less_cnn_conv"), -0.3, 0.02)
      << "what the types of blocks cost, without the part of size";
  EXPECT_NEAR(result.measures.at("phase_1_less_vanilla_mixed_conv"), 0.3, 0.02);
  EXPECT_LT(result.measures.at("vanilla_cnn_conv_cosine"), 0.9) << "size alone costs, too";
  EXPECT_EQ(result.intervals.at("vanilla_mixed_less_cnn_conv").count, kSeeds);
}

TEST_F(ConflictStudy, TransformersAreComparedBetweenHybridNetworksAlone) {
  const auto measures = run().measures;
  EXPECT_EQ(measures.count("vanilla_hybrid_vit_cosine"), 1U);
  EXPECT_EQ(measures.count("vanilla_mixed_vit_cosine"), 0U);
  EXPECT_EQ(measures.count("vanilla_mixed_less_cnn_vit"), 0U);
  for (const char* const group : {"conv", "batch_norm", "head"}) {
    EXPECT_EQ(measures.count(std::string("vanilla_mixed_less_cnn_") + group), 1U) << group;
  }
}

TEST_F(ConflictStudy, DrawsThePairsOfVanilla) {
  const studies::Result result = run();
  ASSERT_EQ(result.charts.size(), 1U);
  for (const studies::Series& series : result.charts.front().series) {
    EXPECT_EQ(series.points.size(), kProbes * kSeeds) << series.name;
  }
}

TEST_F(ConflictStudy, AsksACnnOnlySupernetAboutNoTransformer) {
  const studies::Result result = run();
  std::set<std::string> pairs;
  for (const std::vector<Cell>& row : result.table.rows()) {
    if (*row[0].text() == studies::kCnnOnly) pairs.insert(*row[3].text());
  }
  EXPECT_EQ(pairs, std::set<std::string>{"cnn"});
}

TEST_F(ConflictStudy, TrainsOneSupernetForAQuarterOfTheSteps) {
  run();
  const studies::TrainingSpec& early = trainings_.specs_.at("vanilla-quarter-5");
  EXPECT_EQ(early.recipe, "vanilla");
  EXPECT_EQ(early.steps, 3);
  EXPECT_EQ(trainings_.specs_.at("vanilla-5").steps, 12);
}

TEST_F(ConflictStudy, ClaimsHoldWhereTypesOfBlocksConflictAndDifferWhereTheyDoNot) {
  const studies::Claims claims(source_dir() / "tools/studies/claims.yaml");
  const auto verdicts = [&] {
    std::set<studies::Verdict> all;
    for (const studies::JudgedClaim& judged : claims.judge({{"conflict", run()}})) {
      EXPECT_TRUE(judged.claim.counts()) << judged.claim.id;
      all.insert(judged.verdict);
    }
    return all;
  };
  EXPECT_EQ(verdicts(), std::set<studies::Verdict>{studies::Verdict::holds});
  trainings_.cosine = [](const std::string&, bool first_vit, bool second_vit, double) {
    return first_vit != second_vit ? 0.5 : 0.4;
  };
  EXPECT_EQ(verdicts(), std::set<studies::Verdict>{studies::Verdict::differs});
}

}  // namespace
}  // namespace h4h::tests
