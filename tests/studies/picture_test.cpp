#include "tools/studies/picture.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace h4h::tests {
namespace {

using studies::Chart;

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

Chart chart() {
  return {"A & B",
          {"latency, ms", true},
          {"accuracy, %"},
          {{"first", {{1, 50}, {10, 60}}}, {"second", {{2, 55}}, false}}};
}

TEST(Picture, TicksAreRoundNumbersWithinTheEnds) {
  EXPECT_EQ(studies::ticks_of(0, 10, false), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(studies::ticks_of(0.9, 11, true), (std::vector<double>{1, 2, 5, 10}));
  for (const auto& [low, high] :
       {std::pair(61.3, 74.8), std::pair(-0.2, 0.7), std::pair(3.1, 3.3)}) {
    for (const bool logarithmic : {false, true}) {
      if (logarithmic && low <= 0) continue;
      const auto ticks = studies::ticks_of(low, high, logarithmic);
      EXPECT_GE(ticks.size(), 2U) << low;
      EXPECT_LE(ticks.size(), 8U) << low;
      EXPECT_GE(ticks.front(), low - 1e-9);
      EXPECT_LE(ticks.back(), high + 1e-9);
    }
  }
}

TEST(Picture, DrawsEachPointAndJoinsCurves) {
  const std::string svg = studies::format_svg("fig", {chart()});
  EXPECT_EQ(count(svg, "<circle"), 3U + 2) << "points, and two names";
  EXPECT_EQ(count(svg, "<polyline"), 1U);
  EXPECT_NE(svg.find(">first</text>"), std::string::npos);
  EXPECT_NE(svg.find("A &amp; B"), std::string::npos);
  EXPECT_EQ(svg.rfind("<svg xmlns=", 0), 0U);
  EXPECT_EQ(svg, studies::format_svg("fig", {chart()})) << "the same bytes";
}

// Equal steps of the values are equal steps of the picture, upward in y.
TEST(Picture, PutsPointsWhereTheirValuesAre) {
  const Chart linear{"", {"x"}, {"y"}, {{"a", {{0, 0}, {1, 5}, {2, 10}}}}};
  const std::string svg = studies::format_svg("", {linear});
  const std::size_t at = svg.find("points=\"") + 8;
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  ASSERT_EQ(std::sscanf(svg.c_str() + at, "%lf,%lf %lf,%lf %lf,%lf", &x0, &y0, &x1, &y1, &x2, &y2),
            6);
  EXPECT_NEAR(x1 - x0, x2 - x1, 0.11);
  EXPECT_NEAR(y0 - y1, y1 - y2, 0.11);
  EXPECT_GT(x2, x0);
  EXPECT_LT(y2, y0) << "up";
}

TEST(Picture, LeavesOutWhatHasNoPlace) {
  Chart some = chart();
  some.series[0].points.emplace_back(std::nan(""), 1);
  some.series[0].points.emplace_back(0, 55);  // of a logarithmic axis
  EXPECT_EQ(studies::format_svg("fig", {some}), studies::format_svg("fig", {chart()}));
  some.series = {{"none", {}}};
  EXPECT_NE(studies::format_svg("fig", {some}).find("no points"), std::string::npos);
}

TEST(Picture, OfOneValueHasAxes) {
  const std::string svg = studies::format_svg("", {{"", {"x"}, {"y"}, {{"a", {{3, 0}}}}}});
  EXPECT_EQ(svg.find("nan"), std::string::npos) << svg;
  EXPECT_GE(count(svg, "class=\"grid\""), 4U);
}

TEST(Picture, ChartsStandInTwoColumns) {
  const std::string svg = studies::format_svg("fig", {chart(), chart(), chart()});
  EXPECT_NE(svg.find("translate(480 0)"), std::string::npos);
  EXPECT_NE(svg.find("viewBox=\"0 0 960 "), std::string::npos);
  EXPECT_EQ(count(svg, "class=\"title\""), 3U);
}

}  // namespace
}  // namespace h4h::tests
