#include "models/noc/tenure_timing.hpp"

#include <gtest/gtest.h>

namespace h4h::models {
namespace {

using platforms::Exclusivity;

TenureArbiter arbiter(Exclusivity exclusivity) {
  TenureArbiter a(exclusivity, {40});
  a.start_layer({true, true});
  return a;
}

TEST(Tenure, TheNpuGoesFirstOnATie) {
  TenureArbiter a = arbiter(Exclusivity::tenure);
  a.request(Side::cim);
  a.request(Side::npu);
  EXPECT_EQ(a.grant({0}), Side::npu);
  EXPECT_FALSE(a.grant({0}));
}

TEST(Tenure, WarmUpIsPaidByTheSideThatGainsTheLinkOnly) {
  TenureArbiter a = arbiter(Exclusivity::tenure);
  a.request(Side::npu);
  a.grant({100});
  EXPECT_EQ(a.ready(Side::npu), (Picoseconds{140}));
  a.release(Side::npu);
  a.request(Side::npu);
  a.grant({500});  // back to back, nobody else was there
  EXPECT_EQ(a.ready(Side::npu), (Picoseconds{140}));
  EXPECT_EQ(a.link_turnarounds(), 1);
  a.release(Side::npu);
  a.request(Side::cim);
  a.grant({600});
  EXPECT_EQ(a.ready(Side::cim), (Picoseconds{640}));
  EXPECT_EQ(a.link_turnarounds(), 2);
}

TEST(Tenure, AHoldIsNotPreemptedAndThenGoesToWhoWaits) {
  TenureArbiter a = arbiter(Exclusivity::tenure);
  a.request(Side::npu);
  a.grant({0});
  a.request(Side::cim);
  a.request(Side::npu);  // a further stream of the holder waits its turn: CIM was first
  EXPECT_FALSE(a.grant({10}));
  a.release(Side::npu);
  EXPECT_EQ(a.grant({20}), Side::cim);
  EXPECT_FALSE(a.grant({20}));
  a.release(Side::cim);
  EXPECT_EQ(a.grant({30}), Side::npu);
}

TEST(Tenure, StreamsOfTheHolderJoinWhileNobodyWaits) {
  TenureArbiter a = arbiter(Exclusivity::tenure);
  a.request(Side::npu);
  a.grant({0});
  a.request(Side::npu);
  EXPECT_EQ(a.grant({10}), Side::npu);
  EXPECT_EQ(a.inside(Side::npu), 2);
}

TEST(Tenure, LayerExclusivityKeepsTheLinkUntilTheSideHasFinished) {
  TenureArbiter a = arbiter(Exclusivity::layer);
  a.request(Side::npu);
  a.grant({0});
  a.release(Side::npu);
  a.request(Side::cim);
  EXPECT_FALSE(a.grant({10}));
  a.finish(Side::npu);
  EXPECT_EQ(a.grant({20}), Side::cim);
}

TEST(Tenure, WithoutExclusivityBothSidesEnter) {
  TenureArbiter a = arbiter(Exclusivity::none);
  a.request(Side::npu);
  a.request(Side::cim);
  EXPECT_TRUE(a.grant({0}));
  EXPECT_TRUE(a.grant({0}));
  EXPECT_EQ(a.inside(Side::npu) + a.inside(Side::cim), 2);
}

TEST(Tenure, ALayerStartsWithTheLinkUnowned) {
  TenureArbiter a = arbiter(Exclusivity::tenure);
  a.request(Side::npu);
  a.grant({0});
  a.release(Side::npu);
  a.start_layer({true, true});
  a.request(Side::npu);
  a.grant({1000});
  EXPECT_EQ(a.ready(Side::npu), (Picoseconds{1040}));
}

}  // namespace
}  // namespace h4h::models
