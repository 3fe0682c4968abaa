#include "models/measured/measured_cost.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace h4h::models {
namespace {

using platforms::MeasuredTable;
using workloads::ListedOp;
using workloads::ListedShape;

ListedShape pointwise(std::int64_t side, std::int64_t in, std::int64_t out) {
  return {ListedOp::pw1x1, side, side, in, out, 1};
}
ListedShape depthwise(std::int64_t side, std::int64_t channels) {
  return {ListedOp::dw3x3, side, side, channels, channels, 1};
}

std::int64_t time(const MeasuredTable& table, const ListedShape& layer) {
  const auto found = measured_cost(table, layer);
  return found ? found->time.count : -1;
}

TEST(MeasuredCost, OfAMeasuredLayerIsTheTables) {
  const MeasuredTable table{{{pointwise(8, 16, 32), 1'234'567}, {pointwise(8, 64, 32), 7}}};
  EXPECT_EQ(time(table, pointwise(8, 16, 32)), 1'234'567);
  EXPECT_EQ(time(table, pointwise(8, 64, 32)), 7);
}

TEST(MeasuredCost, BetweenTwoLayersLiesOnTheLogLineAndInsideTheirHull) {
  const std::int64_t low = 1'000'000, high = 9'000'000;
  const MeasuredTable table{{{pointwise(8, 16, 32), low}, {pointwise(8, 144, 32), high}}};
  EXPECT_NEAR(static_cast<double>(time(table, pointwise(8, 48, 32))), 3e6, 1);
  for (std::int64_t in = 16; in <= 144; ++in) {
    const std::int64_t found = time(table, pointwise(8, in, 32));
    const double up = std::log(static_cast<double>(in) / 16) / std::log(9);
    EXPECT_NEAR(std::log(static_cast<double>(found)), std::log(1e6) + up * std::log(9), 1e-6);
    EXPECT_GE(found, low);
    EXPECT_LE(found, high);
  }
}

TEST(MeasuredCost, EnergyIsInterpolatedAsTimeIs) {
  const MeasuredTable table{{{pointwise(8, 16, 32), 1, 1'000}, {pointwise(8, 64, 32), 1, 4'000}}};
  EXPECT_EQ(measured_cost(table, pointwise(8, 16, 32))->energy_fj, 1'000);
  EXPECT_EQ(measured_cost(table, pointwise(8, 32, 32))->energy_fj, 2'000);
  const MeasuredTable times{{{pointwise(8, 16, 32), 1}, {pointwise(8, 64, 32), 1}}};
  EXPECT_EQ(measured_cost(times, pointwise(8, 32, 32))->energy_fj, std::nullopt);
}

TEST(MeasuredCost, NeedNotGrowWithTheLayer) {
  const MeasuredTable table{{{pointwise(8, 16, 32), 4'000}, {pointwise(8, 64, 32), 1'000}}};
  EXPECT_EQ(time(table, pointwise(8, 32, 32)), 2'000);
}

TEST(MeasuredCost, IsMultilinearInsideABoxWithAllItsCorners) {
  const MeasuredTable table{{{pointwise(8, 16, 16), 1'000},
                             {pointwise(8, 16, 64), 4'000},
                             {pointwise(8, 64, 16), 16'000},
                             {pointwise(8, 64, 64), 256'000}}};
  EXPECT_EQ(time(table, pointwise(8, 16, 32)), 2'000);
  EXPECT_EQ(time(table, pointwise(8, 32, 16)), 4'000);
  EXPECT_NEAR(static_cast<double>(time(table, pointwise(8, 32, 32))),
              std::pow(1e3 * 4e3 * 16e3 * 256e3, 0.25), 1);
}

TEST(MeasuredCost, FollowsResolutionOfSquareMapsAndChannelsOfDepthwiseLayers) {
  const MeasuredTable maps{{{pointwise(8, 16, 32), 1'000}, {pointwise(32, 16, 32), 16'000}}};
  EXPECT_EQ(time(maps, pointwise(16, 16, 32)), 4'000);
  EXPECT_EQ(time(maps, {ListedOp::pw1x1, 16, 8, 16, 32, 1}), -1);
  const MeasuredTable channels{{{depthwise(8, 16), 1'000}, {depthwise(8, 64), 4'000}}};
  EXPECT_EQ(time(channels, depthwise(8, 32)), 2'000);
}

TEST(MeasuredCost, IsNeverExtrapolated) {
  const MeasuredTable table{{{pointwise(8, 16, 32), 1'000}, {pointwise(8, 64, 32), 4'000}}};
  EXPECT_EQ(time(table, pointwise(8, 8, 32)), -1);
  EXPECT_EQ(time(table, pointwise(8, 65, 32)), -1);
  EXPECT_EQ(time(table, pointwise(8, 32, 33)), -1);
  EXPECT_EQ(time(table, pointwise(9, 32, 32)), -1);
  EXPECT_EQ(time({}, pointwise(8, 32, 32)), -1);
}

TEST(MeasuredCost, KeepsKindsAndStridesApart) {
  const MeasuredTable table{{{pointwise(8, 16, 32), 1'000}, {pointwise(8, 64, 32), 4'000}}};
  EXPECT_EQ(time(table, {ListedOp::pw1x1, 8, 8, 32, 32, 2}), -1);
  EXPECT_EQ(time(table, {ListedOp::conv3x3, 8, 8, 32, 32, 1}), -1);
}

// A grid of 3 x 3 channels, without one point.
MeasuredTable grid_without(std::int64_t in, std::int64_t out) {
  MeasuredTable table;
  for (const std::int64_t i : {16, 64, 256}) {
    for (const std::int64_t o : {16, 64, 256}) {
      if (i != in || o != out) table.layers.push_back({pointwise(8, i, o), 1'000 * i * o});
    }
  }
  return table;
}

TEST(MeasuredCost, OfAHoleIsNotGuessedFromItsSurroundings) {
  const MeasuredTable table = grid_without(64, 64);
  for (const std::int64_t in : {32, 128}) {
    for (const std::int64_t out : {32, 128}) {
      EXPECT_EQ(time(table, pointwise(8, in, out)), -1) << in << " " << out;
    }
  }
  // Between two measured layers in a row there is none.
  EXPECT_EQ(time(table, pointwise(8, 16, 32)), 16 * 32 * 1'000);
  EXPECT_EQ(time(table, pointwise(8, 64, 64)), 64 * 64 * 1'000);
}

TEST(MeasuredCost, ComesFromTheNearestCorners) {
  MeasuredTable table = grid_without(0, 0);
  table.layers.front().time_ps = 7;  // 16, 16: a corner of one cell only
  EXPECT_EQ(time(table, pointwise(8, 128, 128)), 128 * 128 * 1'000);
  EXPECT_LT(time(table, pointwise(8, 32, 32)), 32 * 32 * 1'000);
}

}  // namespace
}  // namespace h4h::models
