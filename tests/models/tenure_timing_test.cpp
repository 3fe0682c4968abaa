#include "models/noc/tenure_timing.hpp"

#include <gtest/gtest.h>

namespace h4h::models {
namespace {

using platforms::Exclusivity;
using platforms::kCim;
using platforms::kNpu;

constexpr Picoseconds kWarmUp{40};

TenureArbiter arbiter(Exclusivity exclusivity, std::size_t devices = 2) {
  TenureArbiter a(exclusivity, kWarmUp, devices);
  a.start_layer(std::vector<bool>(devices, true));
  return a;
}

TEST(Tenure, TheFirstDeviceGoesFirstOnATie) {
  TenureArbiter a = arbiter(Exclusivity::tenure);
  a.request(kCim);
  a.request(kNpu);
  EXPECT_EQ(a.grant({0}), kNpu);
  EXPECT_FALSE(a.grant({0}));
}

TEST(Tenure, WarmUpIsPaidByTheDeviceThatGainsTheLinkOnly) {
  TenureArbiter a = arbiter(Exclusivity::tenure);
  a.request(kNpu);
  a.grant({100});
  EXPECT_EQ(a.ready(kNpu), (Picoseconds{140}));
  a.release(kNpu);
  a.request(kNpu);
  a.grant({500});  // back to back, nobody else was there
  EXPECT_EQ(a.ready(kNpu), (Picoseconds{140}));
  EXPECT_EQ(a.link_turnarounds(), 1);
  a.release(kNpu);
  a.request(kCim);
  a.grant({600});
  EXPECT_EQ(a.ready(kCim), (Picoseconds{640}));
  EXPECT_EQ(a.link_turnarounds(), 2);
}

TEST(Tenure, AHoldIsNotPreemptedAndThenGoesToWhoWaits) {
  TenureArbiter a = arbiter(Exclusivity::tenure);
  a.request(kNpu);
  a.grant({0});
  a.request(kCim);
  a.request(kNpu);  // a further stream of the holder waits its turn: CIM was first
  EXPECT_FALSE(a.grant({10}));
  a.release(kNpu);
  EXPECT_EQ(a.grant({20}), kCim);
  EXPECT_FALSE(a.grant({20}));
  a.release(kCim);
  EXPECT_EQ(a.grant({30}), kNpu);
}

TEST(Tenure, StreamsOfTheHolderJoinWhileNobodyWaits) {
  TenureArbiter a = arbiter(Exclusivity::tenure);
  a.request(kNpu);
  a.grant({0});
  a.request(kNpu);
  EXPECT_EQ(a.grant({10}), kNpu);
  EXPECT_EQ(a.inside(kNpu), 2);
}

TEST(Tenure, LayerExclusivityKeepsTheLinkUntilTheDeviceHasFinished) {
  TenureArbiter a = arbiter(Exclusivity::layer);
  a.request(kNpu);
  a.grant({0});
  a.release(kNpu);
  a.request(kCim);
  EXPECT_FALSE(a.grant({10}));
  a.finish(kNpu);
  EXPECT_EQ(a.grant({20}), kCim);
}

TEST(Tenure, WithoutExclusivityBothDevicesEnter) {
  TenureArbiter a = arbiter(Exclusivity::none);
  a.request(kNpu);
  a.request(kCim);
  EXPECT_TRUE(a.grant({0}));
  EXPECT_TRUE(a.grant({0}));
  EXPECT_EQ(a.inside(kNpu) + a.inside(kCim), 2);
}

TEST(Tenure, ALayerStartsWithTheLinkUnowned) {
  TenureArbiter a = arbiter(Exclusivity::tenure);
  a.request(kNpu);
  a.grant({0});
  a.release(kNpu);
  a.start_layer({true, true});
  a.request(kNpu);
  a.grant({1000});
  EXPECT_EQ(a.ready(kNpu), (Picoseconds{1040}));
}

// Grants that follow each other while every device asks again as soon as its hold ends.
std::vector<DeviceId> holds_in_turn(TenureArbiter& a, std::size_t devices, int count) {
  std::vector<DeviceId> order;
  for (DeviceId device = devices; device-- > 0;) a.request(device);  // the last one asks first
  for (int i = 0; i < count; ++i) {
    const DeviceId device = a.grant({100 * i}).value();
    EXPECT_FALSE(a.grant({100 * i})) << "another entered a hold of device " << device;
    a.request(device);
    EXPECT_FALSE(a.grant({100 * i})) << "its next stream joined while others waited";
    a.release(device);
    order.push_back(device);
  }
  return order;
}

TEST(TenureOfThree, DevicesThatAreAlwaysReadyTakeTurnsInTheirOrder) {
  TenureArbiter a = arbiter(Exclusivity::tenure, 3);
  EXPECT_EQ(holds_in_turn(a, 3, 7), (std::vector<DeviceId>{0, 1, 2, 0, 1, 2, 0}));
}

TEST(TenureOfThree, EveryDeviceOfNHasEveryNthHold) {
  for (const std::size_t devices : {2u, 3u, 4u, 7u}) {
    TenureArbiter a = arbiter(Exclusivity::tenure, devices);
    std::vector<DeviceId> expected;
    for (DeviceId i = 0; i < 3 * devices; ++i) expected.push_back(i % devices);
    EXPECT_EQ(holds_in_turn(a, devices, static_cast<int>(3 * devices)), expected) << devices;
  }
}

TEST(TenureOfThree, DevicesThatAskForNothingAreSkipped) {
  TenureArbiter a = arbiter(Exclusivity::tenure, 3);
  a.request(1);
  EXPECT_EQ(a.grant({0}), 1u);
  a.request(0);
  a.request(2);
  EXPECT_FALSE(a.grant({10})) << "a hold excludes all others";
  a.release(1);
  EXPECT_EQ(a.grant({20}), 2u) << "the next one behind the last owner";
  a.release(2);
  EXPECT_EQ(a.grant({30}), 0u);
}

TEST(TenureOfThree, ATieOfALinkWithoutOwnerGoesToTheLowestId) {
  TenureArbiter a = arbiter(Exclusivity::tenure, 3);
  a.request(2);
  a.request(1);
  EXPECT_EQ(a.grant({0}), 1u);
}

// n holds in turn change the owner n times; each new owner may move bytes a warm-up later.
TEST(TenureOfThree, EveryChangeOfOwnerPaysTheWarmUpOnce) {
  TenureArbiter a = arbiter(Exclusivity::tenure, 3);
  holds_in_turn(a, 3, 7);
  EXPECT_EQ(a.link_turnarounds(), 7);
  EXPECT_EQ(a.ready(0), Picoseconds{600} + kWarmUp);
  EXPECT_EQ(a.ready(1), Picoseconds{400} + kWarmUp);
  EXPECT_EQ(a.ready(2), Picoseconds{500} + kWarmUp);

  TenureArbiter alone = arbiter(Exclusivity::tenure, 3);
  for (int i = 0; i < 5; ++i) {
    alone.request(2);
    EXPECT_EQ(alone.grant({100 * i}), 2u);
    alone.release(2);
  }
  EXPECT_EQ(alone.link_turnarounds(), 1);
  EXPECT_EQ(alone.ready(2), kWarmUp);
}

TEST(TenureOfThree, LayerExclusivityPassesTheLinkOnInOrderAsDevicesFinish) {
  TenureArbiter a = arbiter(Exclusivity::layer, 3);
  for (const DeviceId device : {2u, 1u, 0u}) a.request(device);
  for (const DeviceId device : {0u, 1u, 2u}) {
    EXPECT_EQ(a.grant({10}), device);
    a.release(device);
    EXPECT_FALSE(a.grant({20})) << "device " << device << " has not finished";
    a.request(device);
    EXPECT_EQ(a.grant({30}), device) << "its own streams go on";
    a.release(device);
    a.finish(device);
  }
  EXPECT_EQ(a.link_turnarounds(), 3);
}

TEST(TenureOfThree, WithoutExclusivityAllEnterAndEachWarmsUpOnce) {
  TenureArbiter a = arbiter(Exclusivity::none, 3);
  for (int round = 0; round < 2; ++round) {
    for (const DeviceId device : {0u, 1u, 2u}) a.request(device);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(a.grant({1000 * round}));
    EXPECT_FALSE(a.grant({1000 * round}));
  }
  for (const DeviceId device : {0u, 1u, 2u}) {
    EXPECT_EQ(a.inside(device), 2);
    EXPECT_EQ(a.ready(device), kWarmUp);
  }
  EXPECT_EQ(a.link_turnarounds(), 3);
}

TEST(Tenure, ADeviceThatIsNotThereIsRefused) {
  TenureArbiter a = arbiter(Exclusivity::tenure, 3);
  EXPECT_THROW(a.request(3), std::out_of_range);
  EXPECT_THROW(a.start_layer({true, true}), std::out_of_range);
}

}  // namespace
}  // namespace h4h::models
