#include "sim/uncertainty/uncertainty.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include <algorithm>
#include <set>

#include "platforms/description/loader.hpp"
#include "sim/uncertainty/comparison.hpp"
#include "sim/uncertainty/format_uncertainty.hpp"
#include "sim/uncertainty/sampling.hpp"
#include "sim/variants/variant_point.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::sim {
namespace {

using platforms::Override;
using platforms::UncertainParameter;

TEST(LatinHypercube, HasOnePointInEveryStratumOfEveryDimension) {
  constexpr std::size_t kSamples = 17;
  const auto points = latin_hypercube(kSamples, 3, 5);
  ASSERT_EQ(points.size(), kSamples);
  for (std::size_t d = 0; d < 3; ++d) {
    std::set<int> strata;
    for (const auto& point : points) strata.insert(static_cast<int>(point.at(d) * kSamples));
    EXPECT_EQ(strata.size(), kSamples);
    EXPECT_GE(*strata.begin(), 0);
    EXPECT_LT(*strata.rbegin(), static_cast<int>(kSamples));
  }
}

TEST(LatinHypercube, IsThatOfItsSeed) {
  EXPECT_EQ(latin_hypercube(8, 4, 1), latin_hypercube(8, 4, 1));
  EXPECT_NE(latin_hypercube(8, 4, 1), latin_hypercube(8, 4, 2));
}

TEST(Unknowns, AreTheValuesWithARange) {
  const platforms::Platform chip = testing::platform("h4h-7nm");
  const std::vector<UncertainParameter> all = platforms::uncertain_parameters(chip);
  std::size_t ranges = 0;
  for (const platforms::Setting& setting : chip.settings) ranges += setting.range_low ? 1 : 0;
  EXPECT_EQ(all.size(), ranges);
  for (const UncertainParameter& uncertain : all) {
    EXPECT_LE(uncertain.low, uncertain.value) << uncertain.key;
    EXPECT_LE(uncertain.value, uncertain.high) << uncertain.key;
    for (const double share : {0.0, 0.123456789, 0.5, 1.0}) {
      EXPECT_NO_THROW(platforms::with(chip, {uncertain.at(share)})) << uncertain.key;
    }
  }
}

// A run that was begun with values as texts is resumed with values as numbers.
TEST(Unknowns, MoveAsTheTextOfTheirValueDoes) {
  for (const std::string& name : testing::shipped_platforms()) {
    const platforms::Platform chip = testing::platform(name);
    for (const UncertainParameter& uncertain : platforms::uncertain_parameters(chip)) {
      for (const double share : {0.0, 0.123456789, 0.5, 0.987654321, 1.0}) {
        const Override change = uncertain.at(share);
        EXPECT_EQ(platforms::with(chip, {change}), testing::platform(name, {to_string(change)}))
            << name << " " << to_string(change);
      }
    }
  }
}

TEST(Unknowns, AreNoneOfWhatTheCommandLineHasSet) {
  for (const UncertainParameter& uncertain :
       platforms::uncertain_parameters(testing::platform("h4h-7nm", {"cim.step=8 ns"}))) {
    EXPECT_NE(uncertain.key, "cim.step");
  }
}

// Two chips of one file text, moved apart by their clocks.
platforms::Platform per_cycle(const std::string& clock) {
  const std::string file = (tests::source_dir() / "platforms/h4h-7nm.yaml").string();
  return platforms::parse_platform(
      "extends: " + file +
          "\nsram.bandwidth: {value: 8 B/cycle, range: [4 B/cycle, 8 B/cycle], source: ours}\n"
          "sram.latency: {value: 32 cycles, range: [16 cycles, 64 cycles], source: ours}\n",
      tests::source_dir() / "p.yaml", {"npu.clock=" + clock});
}

const UncertainParameter& of_key(const std::vector<UncertainParameter>& all,
                                 const std::string& key) {
  return *std::find_if(all.begin(), all.end(),
                       [&](const UncertainParameter& u) { return u.key == key; });
}

TEST(Unknowns, InCyclesFollowTheClockOfTheirSample) {
  const std::vector<UncertainParameter> all = platforms::uncertain_parameters(per_cycle("1 GHz"));
  const UncertainParameter &bandwidth = of_key(all, "sram.bandwidth"),
                           &latency = of_key(all, "sram.latency");
  EXPECT_EQ(to_string(bandwidth.at(0.5)), "sram.bandwidth=6.000000000 B/cycle");
  EXPECT_EQ(to_string(latency.at(0.5)), "sram.latency=40 cycles");
  for (const double share : {0.0, 0.123456789, 1.0}) {
    const auto at = [&](const std::string& clock) {
      const std::vector<platforms::Override> changes{bandwidth.at(share), latency.at(share),
                                                     platforms::parse_override(clock)};
      return platforms::with(testing::platform("h4h-7nm"), changes).hardware.sram;
    };
    const platforms::Sram fast = at("npu.clock=1 GHz"), slow = at("npu.clock=500 MHz");
    EXPECT_NEAR(static_cast<double>(fast.bandwidth), 2.0 * static_cast<double>(slow.bandwidth), 2);
    EXPECT_EQ(slow.latency_ps, 2 * fast.latency_ps);
  }
}

TEST(Unknowns, OfOneCycleRangeAreAlikeOnTwoClocks) {
  const auto first = platforms::uncertain_parameters(per_cycle("1 GHz")),
             second = platforms::uncertain_parameters(per_cycle("500 MHz"));
  const PairedPlan plan = plan_pairs(first, second, 4, 1);
  for (const char* key : {"sram.bandwidth", "sram.latency"}) {
    EXPECT_EQ(std::count_if(plan.first.uncertain_parameters.begin(),
                            plan.first.uncertain_parameters.end(),
                            [&](const UncertainParameter& u) { return u.key == key; }),
              1)
        << key;
  }
}

UncertainParameter uncertain(const std::string& key) {
  return {key, 0, 5, 10, "", UncertainParameter::Scale::real, "0", "10"};
}

VariantPoint point(double latency, double energy, const std::string& mapping = "a") {
  VariantPoint p;
  p.latency_s = latency;
  p.energy_j = energy;
  p.mapping = mapping;
  return p;
}

VariantPoint infeasible() {
  VariantPoint p;
  p.infeasible = "no";
  return p;
}

TEST(Uncertainty, PlansTheDefaultThenEachValueAloneThenSamplesOfAll) {
  const UncertaintyPlan plan = plan_uncertainty({uncertain("a"), uncertain("b")}, 3, 1);
  ASSERT_EQ(plan.variants.size(), 1u + 4 + 3);
  EXPECT_TRUE(plan.variants[0].empty());
  EXPECT_EQ(plan.variants[1], (std::vector<Override>{{"a", 0.0}}));
  EXPECT_EQ(plan.variants[4], (std::vector<Override>{{"b", 10.0}}));
  EXPECT_EQ(plan.variants[7].size(), 2u);
}

TEST(Uncertainty, IntervalsAreOfAllVariantsAndPercentilesOfSamples) {
  const UncertaintyPlan plan = plan_uncertainty({uncertain("a"), uncertain("b")}, 3, 1);
  const Uncertainty u =
      summarise(plan, {point(10, 1), point(9, 1), point(12, 1), point(10, 1), point(10, 3),
                       point(20, 2, "b"), point(11, 2), infeasible()});
  EXPECT_EQ(u.latency_s.value, 10);
  EXPECT_EQ(u.latency_s.low, 9);
  EXPECT_EQ(u.latency_s.high, 20);
  EXPECT_DOUBLE_EQ(u.latency_s.p5, 11 + 0.05 * 9);
  EXPECT_DOUBLE_EQ(u.latency_s.p95, 11 + 0.95 * 9);
  EXPECT_EQ(u.latency_s.moved_by, "a");
  EXPECT_EQ(u.energy_j.moved_by, "b");
  EXPECT_EQ(u.other_mappings, 1u);
  EXPECT_EQ(u.infeasible, 1u);
  EXPECT_FALSE(u.area_mm2);
  EXPECT_EQ(u.sampled_latency_s, (std::vector<double>{20, 11}));
  EXPECT_EQ(u.values[1].latency_s.low, u.values[1].latency_s.high) << "b has no influence";
}

TEST(Uncertainty, WhatNothingMovesIsNamedByNothing) {
  const UncertaintyPlan plan = plan_uncertainty({uncertain("a")}, 1, 1);
  const Uncertainty u = summarise(plan, {point(1, 1), point(1, 1), point(1, 1), point(1, 1)});
  EXPECT_EQ(u.latency_s.moved_by, "");
  EXPECT_EQ(u.latency_s.low, u.latency_s.high);
}

TEST(Uncertainty, ThePlatformAsItIsMustRun) {
  const UncertaintyPlan plan = plan_uncertainty({}, 1, 1);
  EXPECT_THROW(summarise(plan, {infeasible(), point(1, 1)}), std::invalid_argument);
  EXPECT_THROW(summarise(plan, {point(1, 1)}), std::invalid_argument);
}

Uncertainty of_chip(const std::vector<UncertainParameter>& uncertain_parameters) {
  const UncertaintyPlan plan = plan_uncertainty(uncertain_parameters, 12, 3);
  const workloads::Network network = *workloads::build_by_name("ds_cnn_kws");
  static JobResults results;
  std::vector<VariantPoint> points;
  const platforms::Platform as_it_is = testing::platform("h4h-7nm");
  for (const std::vector<Override>& changes : plan.variants) {
    const platforms::Platform chip = platforms::with(as_it_is, changes);
    LayerCosts costs(chip.hardware, results);
    points.push_back(variant_point(costs, chip, network, {}));
  }
  return summarise(plan, points);
}

TEST(Uncertainty, HalvedRangesNeverWidenAnInterval) {
  const std::vector<UncertainParameter> whole =
      platforms::uncertain_parameters(testing::platform("h4h-7nm"));
  std::vector<UncertainParameter> half = whole;
  for (UncertainParameter& u : half) {
    u.low = (u.low + u.value) / 2;
    u.high = (u.high + u.value) / 2;
  }
  const Uncertainty wide = of_chip(whole), narrow = of_chip(half);
  for (const auto figure : {&Uncertainty::latency_s, &Uncertainty::energy_j}) {
    EXPECT_GE((narrow.*figure).low, (wide.*figure).low);
    EXPECT_LE((narrow.*figure).high, (wide.*figure).high);
    EXPECT_LE((wide.*figure).low, (wide.*figure).value) << "an interval holds the default";
    EXPECT_GE((wide.*figure).high, (wide.*figure).value);
  }
}

TEST(Uncertainty, OfTimeHangsOnNoEnergyAndOnNothingThatANetworkLacks) {
  for (const UncertainValue& value :
       of_chip(platforms::uncertain_parameters(testing::platform("h4h-7nm"))).values) {
    const std::string& key = value.uncertain.key;
    if (key.rfind("energy.", 0) == 0 || key.rfind("sleep.", 0) == 0 ||
        key == "npu.layer_norm.cycles_per_element") {
      EXPECT_EQ(value.latency_s.low, value.latency_s.high) << key;
    }
    if (key == "energy.npu_mac") {
      EXPECT_LT(*value.energy_j.low, *value.energy_j.high);
    }
  }
}

// Latency rises with "bandwidth" and "clock" away from their nominal values, "steps" moves it both
// ways.
Uncertainty beside_its_samples() {
  Uncertainty u;
  u.samples = 64;
  u.seed = 1;
  u.other_mappings = 61;
  u.latency_s = {2.8754e-3, 2.6922e-3, 5.5716e-3, 3.1246e-3, 5.1164e-3, "noc.bandwidth"};
  u.energy_j = {1e-4, 1e-4, 1e-4, 1e-4, 1e-4, ""};
  const Swing still{1e-4, 1e-4};
  u.values = {{uncertain("npu.clock"), {3e-3, 2.8754e-3}, still, {}, {}},
              {uncertain("cim.step"), {2.6922e-3, 3e-3}, still, {}, {}},
              {uncertain("noc.bandwidth"), {5e-3, 2.8754e-3}, still, {}, {}},
              {uncertain("sram.latency"), {2.8754e-3, 2.8754e-3}, still, {}, {}}};
  return u;
}

TEST(UncertaintyTable, SaysWhyANominalFigureLiesOutsideTheSamples) {
  const std::string text = format_table(beside_its_samples(), true);
  EXPECT_NE(
      text.find("latency  nominal 2.8754 ms (below the 5th percentile: noc.bandwidth, "
                "npu.clock default to the fast end of their range); min..max "
                "2.6922..5.5716; P5..P95 3.1246..5.1164; dominant parameter: noc.bandwidth\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("energy   nominal 0.1000 mJ; min..max 0.1000..0.1000; P5..P95 "
                      "0.1000..0.1000; no parameter changes it\n"),
            std::string::npos)
      << text;
}

TEST(UncertaintyTable, SaysSoWhereTheNominalFigureIsAboveAllSamples) {
  Uncertainty u = beside_its_samples();
  u.latency_s = {6e-3, 2e-3, 6e-3, 3e-3, 5e-3, "a"};
  for (UncertainValue& value : u.values) value.latency_s = {7e-3, 5e-3};
  EXPECT_NE(format_table(u, true).find("nominal 6.0000 ms (above the 95th percentile); min"),
            std::string::npos)
      << "no parameter stands at an end";
  u.values[0].latency_s = {6e-3, 5e-3};
  EXPECT_NE(
      format_table(u, true).find("(above the 95th percentile: npu.clock default to the slow end of "
                                 "their range); min"),
      std::string::npos)
      << format_table(u, true);
}

TEST(UncertaintyTable, FitsEightyColumnsUnlessItIsWide) {
  Uncertainty u = beside_its_samples();
  u.values.push_back(u.values.front());
  u.values.back().uncertain.key = "npu.dynamic_matmul.utilization_of_a_long_name";
  u.values.back().uncertain.low_text = "a range as long as no platform file has one";
  std::istringstream lines(format_table(u));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  EXPECT_EQ(format_table(u).find("a range as long"), std::string::npos);
  EXPECT_NE(format_table(u, true).find("a range as long"), std::string::npos);
}

TEST(UncertaintyTable, CountsSamplesInWhichTheBestMappingChanges) {
  EXPECT_NE(format_table(beside_its_samples())
                .find("mapping  the best mapping changes in 61 of 64 samples\n"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::sim
