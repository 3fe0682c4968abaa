#include "tools/studies/over_ranges.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/json/json_parser.hpp"
#include "sim/report/checksum.hpp"
#include "tests/support/files.hpp"
#include "tests/support/mutations.hpp"
#include "tools/studies/front_curve.hpp"
#include "tools/studies/variant_measures.hpp"

namespace h4h::tests {
namespace {

using studies::FrontCurve;
using studies::over_ranges;
using studies::OverRanges;
using studies::Rule;

platforms::UncertainParameter unknown(const std::string& key) {
  return {key, 0, 5, 10, "", platforms::UncertainParameter::Scale::real, "", ""};
}

sim::UncertaintyPlan plan(std::size_t samples) {
  return sim::plan_uncertainty({unknown("a"), unknown("b")}, samples, 1);
}

TEST(OverRanges, NamesTheValuesThatAloneBreakAClaim) {
  const OverRanges over = *over_ranges(Rule("> 1"), plan(4), {2, 2, 0.5, 2, 3, 2, 2, 1, 0});
  EXPECT_EQ(over.broken_by, std::vector<std::string>{"a"});
  EXPECT_TRUE(over.mended_by.empty());
  EXPECT_EQ(over.holds, 0.5);
  EXPECT_EQ(over.value.low, 0);
  EXPECT_EQ(over.value.high, 3);
  EXPECT_EQ(over.sampled.size(), 4u);
}

TEST(OverRanges, AnEndThatDoesNotRunBreaksAClaim) {
  const OverRanges over = *over_ranges(Rule("> 1"), plan(1), {2, std::nullopt, 2, 2, 2, 2});
  EXPECT_EQ(over.broken_by, std::vector<std::string>{"a"});
}

TEST(OverRanges, NamesTheValuesThatAloneMendAClaim) {
  const OverRanges over = *over_ranges(Rule("> 1"), plan(1), {0, 0, 0, 0, 2, 0});
  EXPECT_TRUE(over.broken_by.empty());
  EXPECT_EQ(over.mended_by, std::vector<std::string>{"b"});
}

// The measure is the value b itself, whatever a is.
TEST(OverRanges, WhereNoneAloneBreaksItNamesWhatTellsTheSamplesApart) {
  const sim::UncertaintyPlan all = plan(16);
  sim::Outcomes measures{10, 10, 10, 9, 10};
  for (const std::vector<double>& shares : all.shares) measures.emplace_back(10 * shares[1]);
  const OverRanges over = *over_ranges(Rule(">= 5"), all, measures);
  EXPECT_EQ(over.holds, 0.5) << "half of the strata";
  EXPECT_TRUE(over.broken_by.empty());
  EXPECT_EQ(over.told_apart_by, "b");
}

TEST(OverRanges, WhatMovesNothingTellsNothingApart) {
  const sim::UncertaintyPlan all = plan(16);
  sim::Outcomes measures(5, 10.0);  // neither of them moves it by itself
  for (const std::vector<double>& shares : all.shares) measures.emplace_back(10 * shares[1]);
  EXPECT_EQ(over_ranges(Rule(">= 5"), all, measures)->told_apart_by, "");
}

TEST(OverRanges, OneSampleTellsNothingApart) {
  sim::Outcomes measures{10, 9, 11, 9, 11};
  for (std::size_t i = 0; i < 16; ++i) measures.emplace_back(i == 7 ? 0 : 10);
  const OverRanges over = *over_ranges(Rule(">= 5"), plan(16), measures);
  EXPECT_EQ(over.holds, 15.0 / 16);
  EXPECT_EQ(over.told_apart_by, "") << "chance might as well";
}

TEST(OverRanges, AMeasureThatNothingMovesHoldsEverywhere) {
  const OverRanges over = *over_ranges(Rule("== 1"), plan(3), sim::Outcomes(8, 1.0));
  EXPECT_EQ(over.holds, 1);
  EXPECT_EQ(over.told_apart_by, "");
  EXPECT_EQ(over.value.moved_by, "");
}

TEST(OverRanges, ASampleWithoutTheMeasureDoesNotHold) {
  sim::Outcomes measures(8, 2.0);
  measures[6] = std::nullopt;
  EXPECT_EQ(over_ranges(Rule("> 1"), plan(3), measures)->holds, 2.0 / 3);
  measures[0] = std::nullopt;
  EXPECT_FALSE(over_ranges(Rule("> 1"), plan(3), measures));
}

TEST(VariantMeasures, ComeBackFromTheirLines) {
  const studies::StudyMeasures a{{"fig3", {{"x", 0.1}, {"y", std::nan("")}}}, {"fig5", {}}};
  const studies::StudyMeasures b{{"fig3", {{"x", 1e-300}}}};
  const std::string text = studies::variant_line(0, a) + studies::variant_line(7, b);
  const auto read = studies::parse_variant_lines(text + "{\"variant\":8,\"measu", 8);
  ASSERT_EQ(read.size(), 2u) << "a line that a kill has cut off is no line";
  EXPECT_EQ(read.at(7), b);
  EXPECT_EQ(read.at(0).at("fig3").at("x"), 0.1);
  EXPECT_TRUE(std::isnan(read.at(0).at("fig3").at("y")));
  EXPECT_EQ(read.at(0).count("fig5"), 1u);
}

TEST(VariantMeasures, LinesThatNoPlanHasAreRefusedByTheirNumber) {
  const std::string line = studies::variant_line(7, {{"fig3", {{"x", 0.1}}}});
  const auto complaint = [](const std::string& text) {
    return message_of<DocumentError>([&] { studies::parse_variant_lines(text, 7); });
  };
  EXPECT_EQ(complaint("\n" + line), "line 2: variant 7 of 7");
  const auto edited = [&](const char* from, const char* to) {
    std::string text = studies::variant_line(6, {{"fig3", {{"x", 0.1}}}});
    text.replace(text.find(from), std::string(from).size(), to);
    return complaint(sim::json_with_checksum(parse_json(text), JsonLayout::compact));
  };
  EXPECT_EQ(edited(":6", ":-1"), "line 1: must be a whole number from 0, not an integer");
  EXPECT_EQ(edited(":6", ":1.5"), "line 1: must be a whole number from 0, not a number");
  EXPECT_EQ(edited("variant", "variety"), "line 1: 'variant' is missing");
  EXPECT_EQ(edited("{\"x\":0.1}", "1"), "line 1: must be an object, not an integer");
}

TEST(VariantMeasures, RandomChangesOfBytesAreLeftOutOrChangeNothing) {
  std::map<std::size_t, studies::StudyMeasures> all;
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    all[i] = {{"fig3", {{"x", 0.1 * static_cast<double>(i)}, {"y", 1e-300}}}, {"fig5", {}}};
    text += studies::variant_line(i, all[i]);
  }
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    for (const auto& [variant, measures] : studies::parse_variant_lines(mutated(text, seed), 8)) {
      EXPECT_EQ(measures, all.at(variant)) << seed;
    }
  }
}

TEST(FrontCurve, LeavesOutWhatAnotherOneBeats) {
  const FrontCurve front({{70, 2}, {71, 1}, {72, 3}, {71.5, 3}});
  EXPECT_EQ(front.points(), (std::vector<std::pair<double, double>>{{71, 1}, {72, 3}}));
  EXPECT_DOUBLE_EQ(front.cost_at(71.25), 1.5);
  EXPECT_DOUBLE_EQ(front.accuracy_at(2), 71.5);
}

TEST(SameAccuracy, IsWhereBothFrontsAreInStepsOfATenth) {
  const FrontCurve before({{71, 10}, {73, 20}}), after({{72, 9}, {74, 30}});
  const studies::SameAccuracy same = studies::same_accuracy(before, after);
  ASSERT_EQ(same.saved.size(), 11u) << "72.0, 72.1 .. 73.0";
  EXPECT_DOUBLE_EQ(same.saved.front().first, 72);
  EXPECT_DOUBLE_EQ(same.saved.front().second, 1 - 9.0 / 15);
  EXPECT_DOUBLE_EQ(same.most, 1 - 9.0 / 15);
  EXPECT_DOUBLE_EQ(same.saved.back().second, 1 - 19.5 / 20);
}

TEST(SameAccuracy, OfAFrontWithItselfSavesNothing) {
  const FrontCurve front({{71, 10}, {72, 12}, {74, 30}});
  const studies::SameAccuracy same = studies::same_accuracy(front, front);
  EXPECT_EQ(same.mean, 0);
  EXPECT_EQ(same.most, 0);
  EXPECT_EQ(studies::same_cost(front, front).most, 0);
}

TEST(SameAccuracy, OfFrontsThatDoNotMeetIsNoNumber) {
  const FrontCurve low({{70, 1}, {71, 2}}), high({{75, 5}, {76, 6}});
  EXPECT_TRUE(std::isnan(studies::same_accuracy(low, high).mean));
  EXPECT_TRUE(std::isnan(studies::same_cost(low, high).most));
}

TEST(SameCost, IsTheAccuracyGainedWhereBothFrontsAre) {
  const FrontCurve before({{70, 10}, {72, 20}}), after({{71, 10}, {72, 15}, {75, 30}});
  const studies::SameCost gained = studies::same_cost(before, after);
  EXPECT_DOUBLE_EQ(gained.most, 1) << "at 10, at 15 and at 20";
  EXPECT_DOUBLE_EQ(gained.mean, 1);
  EXPECT_DOUBLE_EQ(gained.least, 1);
}

TEST(SameCost, LeastIsWhereTheSecondFrontLeadsLeast) {
  const FrontCurve before({{70, 10}, {74, 20}}), after({{72, 10}, {73, 20}});
  const studies::SameCost gained = studies::same_cost(before, after);
  EXPECT_DOUBLE_EQ(gained.least, -1) << "at 20; at 10 it leads by 2";
  EXPECT_DOUBLE_EQ(gained.most, 2);
}

}  // namespace
}  // namespace h4h::tests
