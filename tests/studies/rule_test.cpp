#include <gtest/gtest.h>

#include <limits>

#include "tests/support/files.hpp"
#include "tools/studies/rule.hpp"

namespace h4h::tests {
namespace {

using studies::Rule;

TEST(Rule, RangeHoldsItsEndsAndNothingBeyond) {
  const Rule rule("0.10 .. 0.25");
  for (const double inside : {0.10, 0.17, 0.25}) EXPECT_TRUE(rule.allows(inside)) << inside;
  for (const double outside : {0.0999, 0.2501, -0.1, 25.0}) {
    EXPECT_FALSE(rule.allows(outside)) << outside;
  }
}

TEST(Rule, OnlyOrEqualHoldsTheBound) {
  EXPECT_TRUE(Rule(">= 1").allows(1));
  EXPECT_FALSE(Rule("> 1").allows(1));
  EXPECT_TRUE(Rule("> 1").allows(1.001));
  EXPECT_TRUE(Rule("<= -2").allows(-2));
  EXPECT_FALSE(Rule("< -2").allows(-2));
  EXPECT_TRUE(Rule("< -2").allows(-2.001));
}

TEST(Rule, AllowsSomeOfAnIntervalThatReachesIt) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(Rule("1 .. 2").allows_some(0, 3));
  EXPECT_TRUE(Rule("1 .. 2").allows_some(2, 3));
  EXPECT_FALSE(Rule("1 .. 2").allows_some(2.1, 3));
  EXPECT_FALSE(Rule("1 .. 2").allows_some(0, 0.9));
  EXPECT_TRUE(Rule("> 0").allows_some(-1, 0.1));
  EXPECT_FALSE(Rule("> 0").allows_some(-1, 0));
  EXPECT_TRUE(Rule("<= 0").allows_some(0, 1));
  EXPECT_FALSE(Rule("< 0").allows_some(0, 1));
  for (const char* const rule : {"1 .. 2", "== 5", "> 0", "< 0", ">= 0", "<= 0"}) {
    EXPECT_TRUE(Rule(rule).allows_some(-infinity, infinity)) << rule;
    EXPECT_FALSE(Rule(rule).allows_some(std::numeric_limits<double>::quiet_NaN(), 1)) << rule;
  }
}

TEST(Rule, EveryKindCanFail) {
  EXPECT_FALSE(Rule(">= 1").allows(0.999));
  EXPECT_FALSE(Rule("> 1").allows(0.999));
  EXPECT_FALSE(Rule("<= 1").allows(1.001));
  EXPECT_FALSE(Rule("< 1").allows(1.001));
  EXPECT_FALSE(Rule("== 0.5").allows(0.5001));
}

TEST(Rule, EqualityAllowsForRoundingAlone) {
  EXPECT_TRUE(Rule("== 0.3").allows(0.1 + 0.2));
  EXPECT_FALSE(Rule("== 0").allows(1e-6));
}

TEST(Rule, WhatIsNotANumberNeverPasses) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (const char* const text : {"0 .. 1", ">= 0", "> 0", "<= 0", "< 0", "== 0"}) {
    EXPECT_FALSE(Rule(text).allows(none)) << text;
  }
}

TEST(Rule, RefusesWhatIsNoRule) {
  for (const char* const text :
       {"", "1", "about 1", "=> 1", "= 1", ">=", ">= one", ">= 1 %", "1 ..", ".. 1", "2 .. 1",
        "1 .. 2 .. 3", ">= inf", "== nan", "!= 1"}) {
    EXPECT_NE(message_of<std::invalid_argument>([&] { Rule{text}; }).find("is not a rule: LOW .. "),
              std::string::npos)
        << text;
  }
}

}  // namespace
}  // namespace h4h::tests
