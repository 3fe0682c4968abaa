#include "nas/accuracy/health.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "nas/space/network_macs.hpp"
#include "tests/nas/search_support.hpp"

namespace h4h::nas::testing {
namespace {

TEST(Health, StandardErrorOfAnAccuracyIsThatOfABinomial) {
  EXPECT_DOUBLE_EQ(standard_error(0.5, 100), 0.05);
  EXPECT_DOUBLE_EQ(standard_error(0.9, 10'000), std::sqrt(0.09 / 10'000));
  EXPECT_EQ(standard_error(1, 100), 0);
  EXPECT_EQ(standard_error(0.5, 0), 0);
}

TEST(Health, PairedGainIsTheMeanDifferenceAndItsStandardError) {
  // Differences 1, 0, 0, -1, 1: mean 0.2, sum of squares about it 3 - 5 x 0.04.
  const PairedGain gain =
      paired_gain({true, true, false, false, true}, {false, true, false, true, false});
  EXPECT_DOUBLE_EQ(gain.gain, 0.2);
  EXPECT_DOUBLE_EQ(gain.standard_error, std::sqrt((3 - 5 * 0.04) / 4 / 5));
  EXPECT_FALSE(gain.beats());
}

TEST(Health, TheSameAnswersAreNoGain) {
  const std::vector<bool> answers{true, false, true};
  EXPECT_EQ(paired_gain(answers, answers).standard_error, 0);
  EXPECT_FALSE(paired_gain(answers, answers).beats());
  EXPECT_FALSE(paired_gain({}, {}).beats());
}

TEST(Health, AFewMoreRightOfManyBeatTheSmallestWhereTheyDifferInNothingElse) {
  std::vector<bool> smallest(5000, false), larger = smallest;
  for (std::size_t i = 0; i < 10; ++i) larger[i] = true;
  EXPECT_TRUE(paired_gain(larger, smallest).beats());
  EXPECT_FALSE(paired_gain(smallest, larger).beats());
}

TEST(Health, KendallsTauIsTheShareOfPairsInOrderLessThatOfOpposedOnes) {
  EXPECT_DOUBLE_EQ(kendall_tau({1, 2, 3, 4}, {10, 20, 30, 40}), 1);
  EXPECT_DOUBLE_EQ(kendall_tau({1, 2, 3, 4}, {4, 3, 2, 1}), -1);
  EXPECT_DOUBLE_EQ(kendall_tau({1, 2, 3, 4}, {1, 2, 4, 3}), 4.0 / 6);
  // One pair tied in the first: 5 in order of 5 and of 6.
  EXPECT_DOUBLE_EQ(kendall_tau({1, 1, 2, 3}, {1, 2, 3, 4}), 5 / std::sqrt(5.0 * 6));
  EXPECT_EQ(kendall_tau({1, 1}, {1, 2}), 0);
}

TEST(Health, NetworksAreTheSameEveryTimeStratifiedAndAboveTheMedianOfMacs) {
  for (const char* const name : {"h4h-32-tiny", "h4h-32", "h4h-imagenet"}) {
    const Space space = shipped_space(name);
    const auto sample = [&](Random& random) { return space.sample(random); };
    const std::vector<Genotype> networks = stratified_networks(space, sample, 30);
    EXPECT_EQ(networks, stratified_networks(space, sample, 30)) << name;
    EXPECT_EQ(std::set<Genotype>(networks.begin(), networks.end()).size(), 30U) << name;
    NetworkMacs macs(space);
    Random random(7);
    std::vector<std::int64_t> drawn, chosen;
    for (int i = 0; i < 500; ++i) drawn.push_back(macs.of(space.sample(random)));
    for (const Genotype& genotype : networks) chosen.push_back(macs.of(genotype));
    EXPECT_TRUE(std::is_sorted(chosen.begin(), chosen.end())) << name;
    std::sort(drawn.begin(), drawn.end());
    // Of other draws: about half of these are below the first, and few above the last.
    const auto below = std::lower_bound(drawn.begin(), drawn.end(), chosen.front());
    EXPECT_NEAR(static_cast<double>(below - drawn.begin()), 250, 50) << name;
    EXPECT_GT(chosen.back(), drawn[450]) << name;
  }
}

TEST(Health, OfASmallSpaceHasAsManyNetworksAsThereAre) {
  const Space space = shipped_space("toy");
  const Genotype smallest = space.min();
  const auto sample = [&](Random&) { return Genotype(smallest); };
  EXPECT_LE(stratified_networks(space, sample, 30).size(), 1U);
}

TEST(Health, HalfOfTheNetworksMustBeatTheSmallest) {
  EXPECT_TRUE((HealthSummary{30, 15, 0}).healthy());
  EXPECT_FALSE((HealthSummary{30, 14, 1}).healthy());
}

TEST(Health, ReadsBackFromItsJson) {
  const Space space = shipped_space("toy");
  Health health;
  health.images = 100;
  health.smallest = {space.min(), 10, 0.5, {}};
  health.largest = {space.max(), 100, 0.75, {0.25, 0.01}};
  health.networks = {{space.mid(), 50, 0.75, {0.25, 0.01}}, {space.mid(), 60, 0.5, {0, 0.01}}};
  const Document document = to_document(space, health);
  EXPECT_EQ(document.at("mean_accuracy"), Document(0.625));
  EXPECT_EQ(document.at("measured").at(0).at("gain_standard_error"), Document(0.01));
  const auto summary = health_summary(document);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->networks, 2);
  EXPECT_EQ(summary->beat_smallest, 1);
  EXPECT_EQ(summary->kendall_tau, -1);
  EXPECT_EQ(to_document(*summary), to_document(*health_summary(to_document(*summary))));
  EXPECT_FALSE(health_summary({{"networks", 3}}));
}

TEST(AloneNetworks, TauIsOfBothAccuraciesAndOfMacs) {
  AloneNetworks all;
  all.images = 100;
  all.networks = {{{}, 10, 0.5, 0.6}, {{}, 20, 0.7, 0.7}, {{}, 30, 0.6, 0.9}};
  EXPECT_DOUBLE_EQ(all.tau(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(all.tau_of_macs(), 1);
  EXPECT_EQ(to_text(all),
            "Kendall's tau of the accuracies of 3 networks in the supernet and trained alone is "
            "0.33; of their MACs and the latter 1.00");
  EXPECT_EQ(AloneNetworks{}.tau(), 0);
}

TEST(AloneNetworks, AreOfAllSizesAndOthersForEachSeed) {
  const Space space = shipped_space("h4h-32-tiny");
  const auto sample = [&](Random& random) { return space.sample(random); };
  NetworkMacs macs(space);
  const auto drawn = [&](std::uint64_t seed) {
    std::vector<std::int64_t> all;
    for (const Genotype& genotype : networks_of_all_sizes(space, sample, 10, seed)) {
      all.push_back(macs.of(genotype));
    }
    return all;
  };
  const std::vector<std::int64_t> one = drawn(1);
  EXPECT_EQ(one.size(), 10u);
  EXPECT_TRUE(std::is_sorted(one.begin(), one.end()));
  EXPECT_LT(one.front(), macs.of(stratified_networks(space, sample, 10).front()))
      << "smaller ones than above the median";
  EXPECT_EQ(drawn(1), one);
  EXPECT_NE(drawn(2), one);
}

}  // namespace
}  // namespace h4h::nas::testing
