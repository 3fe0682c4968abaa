#include "models/device/devices.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "sim/job/wire.hpp"
#include "sim/session/session.hpp"
#include "tests/sim/three_devices.hpp"

namespace h4h::sim {
namespace {

using models::Devices;
using models::Event;
using models::Interval;
using models::Lane;
using models::Picoseconds;
using testing::conv;
using testing::platform;
using testing::ThreeDevices;

// 96 output channels: a third each.
LayerJob in_thirds() {
  return {conv({16, 16, 64}, 96, 3), {{{32, 0, 0}, {32, 8, 1}, {32, 2, 1}}}, {}};
}

std::vector<Interval> tenures(const models::Timeline& timeline) {
  std::vector<Interval> holds;
  std::copy_if(timeline.begin(), timeline.end(), std::back_inserter(holds),
               [](const Interval& i) { return i.lane == Lane::noc_tenure; });
  std::sort(holds.begin(), holds.end(),
            [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  return holds;
}

std::vector<int> holds_by_device(const std::vector<Interval>& holds) {
  std::vector<int> counts(3);
  for (const Interval& hold : holds) ++counts.at(hold.device);
  return counts;
}

std::int64_t bytes_of(const models::Timeline& timeline, DeviceId device, Lane lane) {
  std::int64_t bytes = 0;
  for (const Interval& i : timeline) bytes += i.device == device && i.lane == lane ? i.bytes : 0;
  return bytes;
}

TEST(ThreeDevices, RunALayerThatIsSplitThreeWays) {
  const LayerJob job = in_thirds();
  const JobResult result = ThreeDevices().run(job);
  ASSERT_EQ(result.busy.size(), 3u);
  for (const Picoseconds busy : result.busy) {
    EXPECT_GT(busy, Picoseconds{});
    EXPECT_LE(busy, result.time);
  }
  const std::int64_t macs = workloads::macs(job.layer);
  EXPECT_EQ(result.counts[Event::npu_mac], macs / 3);
  EXPECT_EQ(result.counts[Event::cim_mac], macs / 3);
  EXPECT_EQ(result.counts.of_listed(0, Event::cim_mac), macs / 3);
}

TEST(ThreeDevices, NeverHoldTheLinkTogether) {
  models::Timeline timeline;
  const JobResult result = ThreeDevices().run(in_thirds(), timeline);
  const std::vector<Interval> holds = tenures(timeline);
  for (const int count : holds_by_device(holds)) EXPECT_GT(count, 1);
  std::int64_t changes = 1;
  for (std::size_t i = 1; i < holds.size(); ++i) {
    EXPECT_LE(holds[i - 1].end, holds[i].begin);
    changes += holds[i].device != holds[i - 1].device ? 1 : 0;
  }
  EXPECT_EQ(result.link_turnarounds, changes);
}

TEST(ThreeDevices, MoveBytesThatAddUp) {
  const LayerJob job = in_thirds();
  models::Timeline timeline;
  const JobResult result = ThreeDevices().run(job, timeline);
  const std::int64_t out = job.layer.output.pixels() * 32;
  EXPECT_EQ(bytes_of(timeline, 0, Lane::npu_dma_output), out);
  for (const DeviceId macros : {1u, 2u}) {
    EXPECT_EQ(bytes_of(timeline, macros, Lane::cim_dma_input), job.layer.input().elements());
    EXPECT_EQ(bytes_of(timeline, macros, Lane::cim_dma_output), out);
  }
  EXPECT_EQ(result.noc_write_bytes, 3 * out);
  const std::int64_t streamed =
      std::accumulate(timeline.begin(), timeline.end(), std::int64_t{0},
                      [](std::int64_t sum, const Interval& i) { return sum + i.bytes; });
  EXPECT_EQ(streamed, result.noc_read_bytes + result.noc_write_bytes);
  EXPECT_EQ(streamed, result.counts[Event::noc_byte]);
}

TEST(ThreeDevices, TakeAtLeastAsLongAsEachOfThemAloneWithItsShare) {
  const ThreeDevices chip;
  const LayerJob job = in_thirds();
  const Picoseconds all = chip.run(job).time;
  for (DeviceId device = 0; device < 3; ++device) {
    LayerJob alone{share_of(job.layer, 32), {std::vector<Share>(3)}, {}};
    alone.split.shares[device] = job.split.shares[device];
    EXPECT_GE(all, chip.run(alone).time) << device;
  }
}

TEST(ThreeDevices, OfWhichOneHasNoShareAreAChipOfTwo) {
  const ThreeDevices chip;
  const workloads::LayerShape layer = conv({16, 16, 64}, 96, 3);
  const JobResult two = Session(platform("h4h-7nm").hardware).run(testing::split(layer, 48, 8, 1));
  JobResult three = chip.run({layer, {{{48, 0, 0}, {48, 8, 1}, {0, 0, 0}}}, {}});
  EXPECT_EQ(three.busy.at(2), Picoseconds{});
  three.busy.pop_back();
  EXPECT_EQ(three, two);
}

TEST(ThreeDevices, WithLayerExclusivityHaveTheLinkOneAfterTheOther) {
  models::Timeline timeline;
  ThreeDevices({"noc.exclusivity=layer"}).run(in_thirds(), timeline);
  const std::vector<Interval> holds = tenures(timeline);
  for (const int count : holds_by_device(holds)) EXPECT_GE(count, 1);
  for (std::size_t i = 1; i < holds.size(); ++i) {
    EXPECT_LE(holds[i - 1].end, holds[i].begin);
    EXPECT_LE(holds[i - 1].device, holds[i].device);
  }
}

TEST(ThreeDevices, WithoutExclusivityShareTheLinkAndWarmUpOnceEach) {
  models::Timeline timeline;
  const JobResult result = ThreeDevices({"noc.exclusivity=none"}).run(in_thirds(), timeline);
  const std::vector<Interval> holds = tenures(timeline);
  bool together = false;
  for (std::size_t i = 1; i < holds.size(); ++i) together |= holds[i - 1].end > holds[i].begin;
  EXPECT_TRUE(together);
  EXPECT_EQ(result.link_turnarounds, 3);
}

TEST(ThreeDevices, GiveJobsOfTheirOwnInTheWireFormat) {
  const LayerJob job = in_thirds();
  const LayerJob back = decode_job(encode(job));
  EXPECT_TRUE(back.split == job.split);
  EXPECT_EQ(canonical_text(back), canonical_text(job));
  LayerJob other = job;
  std::swap(other.split.shares[0], other.split.shares[1]);
  EXPECT_NE(encode(other), encode(job));
}

TEST(Devices, SplitsOfOtherDevicesAreRefused) {
  const workloads::LayerShape layer = conv({8, 8, 16}, 48, 1);
  const Devices two = models::make_devices(platform("h4h-7nm").hardware);
  EXPECT_THROW(plan_job(two, {layer, {{{16, 0, 0}, {16, 1, 1}, {16, 1, 1}}}, {}}),
               std::invalid_argument);
  EXPECT_THROW(plan_job(ThreeDevices().devices, testing::split(layer, 16, 1, 1)),
               std::invalid_argument);
  EXPECT_THROW(plan_job(two, testing::split(layer, 64, 1, 1)), std::invalid_argument)
      << "a share below zero";
}

TEST(Devices, CountTheEventsThatTheyNameAndNoOthersOfTheirKind) {
  const ThreeDevices chip;
  const workloads::LayerShape layer = conv({8, 8, 16}, 48, 1);
  std::map<Event, int> counted;
  for (DeviceId id = 0; id < chip.devices.size(); ++id) {
    LayerJob job{layer, {std::vector<Share>(3)}, {}};
    job.split.shares[id] = {48, 1, 1};
    const JobResult result = chip.run(job);
    const std::vector<Event> own = chip.devices[id]->events();
    for (const auto& device : chip.devices) {
      for (const Event event : device->events()) {
        if (std::find(own.begin(), own.end(), event) == own.end()) {
          EXPECT_EQ(result.counts[event], 0) << device->name() << " while another device ran";
        }
      }
    }
    const bool listed = id >= platforms::kFirstOfList;
    const std::size_t place = id - platforms::kFirstOfList;
    for (const Event event : own) {
      const std::int64_t count =
          listed ? result.counts.of_listed(place, event) : result.counts[event];
      counted[event] += count > 0 ? 1 : 0;
    }
  }
  EXPECT_EQ(counted[Event::npu_mac], 1);
  EXPECT_EQ(counted[Event::cim_mac], 2);
}

TEST(Devices, AnswerForThemselvesWhatTheyCanRunAndHowItIsSplit) {
  const Devices devices = models::make_devices(platform("h4h-7nm").hardware);
  const models::Device& npu = *devices.at(platforms::kNpu);
  const models::Device& macros = *devices.at(platforms::kCim);
  const workloads::LayerShape mean = testing::shaped(workloads::Mean{}, {7, 7, 64});
  EXPECT_TRUE(npu.can_run(mean));
  EXPECT_EQ(npu.cannot_run(mean), "");
  EXPECT_FALSE(macros.can_run(mean));
  EXPECT_NE(macros.cannot_run(mean).find("it has no weights"), std::string::npos);
  EXPECT_EQ(npu.share_unit(conv({8, 8, 8}, 64, 1)), 1);
  EXPECT_EQ(macros.share_unit(conv({8, 8, 8}, 64, 1)), 16);
  EXPECT_EQ(npu.name(), "npu");
  EXPECT_EQ(macros.name(), "cim");
}

}  // namespace
}  // namespace h4h::sim
