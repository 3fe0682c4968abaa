#include "sim/explain/explain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "platforms/description/overrides.hpp"
#include "sim/explain/format_explain.hpp"
#include "sim/network/fold.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/three_devices.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::sim {
namespace {

using models::Picoseconds;
using testing::platform;

class Explain : public ::testing::Test {
 protected:
  Report report(const platforms::Platform& chip, const Mapping& mapping) {
    LayerCosts costs(chip.hardware, results_);
    return make_report(chip, network_, mapping, simulate_layers(costs, network_, mapping));
  }
  Mapping mapping(const platforms::Platform& chip) {
    LayerCosts costs(chip.hardware, results_);
    return testing::mapped(costs, chip, network_, Strategy::automatic);
  }

  JobResults results_;
  platforms::Platform chip_ = platform("h4h-7nm");
  workloads::Network network_ = workloads::mobilenet_v2(0.5, 96);
};

TEST_F(Explain, AWaitIsWhatTheSameSharesSaveWithoutThePart) {
  const Mapping m = mapping(chip_);
  const Report own = report(chip_, m);
  const std::vector<LayerReasons> why = reasons(results_, network_, m, own, ideal_parts(chip_));
  const Report without =
      report(platform("h4h-7nm", {"noc.bandwidth=1000 GB/s", "noc.warm_up=0 ps"}), m);
  Picoseconds saved;
  for (std::size_t i = 0; i < why.size(); ++i) {
    const Picoseconds less = own.layers[i].result.time - without.layers[i].result.time;
    EXPECT_EQ(why[i].waits[0], std::max(Picoseconds{}, less)) << why[i].name;
    saved += why[i].waits[0];
  }
  EXPECT_GT(saved.count, own.time.count / 20) << "the NoC is the bottleneck of this chip";
}

TEST_F(Explain, ALayerIsBusyForItsTimeAtMostAndMovesItsTensorsAtLeast) {
  const Mapping m = mapping(chip_);
  const Report own = report(chip_, m);
  for (const LayerReasons& why : reasons(results_, network_, m, own, ideal_parts(chip_))) {
    for (const Picoseconds busy : why.busy) EXPECT_LE(busy.count, why.time.count) << why.name;
    for (const Picoseconds wait : why.waits) EXPECT_LT(wait.count, why.time.count) << why.name;
    EXPECT_GE(why.read_bytes, why.input_bytes) << why.name;
    EXPECT_GE(why.written_bytes, why.output_bytes) << why.name;
  }
}

TEST_F(Explain, WhatIfIsTheNetworkOnTheChangedPlatform) {
  const auto found = what_if(results_, chip_, network_, {}, {"noc.bandwidth", "", 2});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->setting, "noc.bandwidth=16 GB/s");
  const platforms::Platform changed = platform("h4h-7nm", {found->setting});
  const Report there = report(changed, mapping(changed));
  EXPECT_EQ(found->point.latency_s, to_seconds(there.time));
  EXPECT_EQ(found->point.energy_j, there.energy_j.total());
}

TEST_F(Explain, ValuesThatAKeyDoesNotAllowAreLeftOut) {
  EXPECT_FALSE(what_if(results_, chip_, network_, {}, {"npu.macs_per_cycle", "", 2}));
  EXPECT_TRUE(what_if(results_, chip_, network_, {}, {"npu.macs_per_cycle", "", 0.5}));
  EXPECT_FALSE(what_if(results_, chip_, network_, {}, {"cim.macros", "", 1000}));
  EXPECT_FALSE(what_if(results_, chip_, network_, {}, {"noc.duplex", "", 2})) << "no number";
  EXPECT_FALSE(what_if(results_, chip_, network_, {}, {"no.such_key", "", 2}));
  const platforms::Platform alone = platform("h4h-7nm", {"cim.macros=0"});
  EXPECT_FALSE(what_if(results_, alone, network_, {}, {"cim.compute_units", "", 2}));
}

TEST_F(Explain, EveryUsualChangeIsOfAKey) {
  const platforms::Platform small = platform("h4h-7nm", {"npu.macs_per_cycle=64"});
  for (const Change& change : usual_changes(small)) {
    EXPECT_TRUE(what_if(results_, small, network_, {}, change)) << change.key;
  }
}

TEST_F(Explain, ListedDevicesAreChangedAsThoseOfEveryChip) {
  const platforms::Platform listed = testing::platform_with_slow_macros();
  std::vector<std::string> more;
  for (const Change& change : usual_changes(listed)) {
    if (change.key.rfind("slow_cim.", 0) != 0) continue;
    more.push_back(change.key);
    EXPECT_TRUE(what_if(results_, listed, network_, {}, change)) << change.key;
  }
  EXPECT_EQ(more, (std::vector<std::string>{"slow_cim.macros", "slow_cim.compute_units",
                                            "slow_cim.step"}));
}

TEST_F(Explain, KeysThatDifferAreThoseThatWereChanged) {
  const std::vector<KeyDifference> keys =
      differing_keys(chip_, platform("h4h-7nm", {"cim.macros=3", "noc.warm_up=50 ns"}));
  std::map<std::string, std::string> second;
  for (const KeyDifference& key : keys) second[key.key] = key.second;
  EXPECT_EQ(second,
            (std::map<std::string, std::string>{{"noc.warm_up", "50 ns"}, {"cim.macros", "3"}}));
  EXPECT_TRUE(differing_keys(chip_, chip_).empty());
}

TEST_F(Explain, DifferencesOfLayersAddUpToThatOfTheNetwork) {
  const platforms::Platform other = platform("h4h-7nm", {"cim.macros=2"});
  const Report a = report(chip_, mapping(chip_)), b = report(other, mapping(other));
  const std::vector<LayerDifference> layers = layer_differences(a, b);
  double moved = 0;
  for (const LayerDifference& layer : layers) moved += layer.second_s - layer.first_s;
  EXPECT_NEAR(moved, to_seconds(b.time) - to_seconds(a.time), 1e-12);
  EXPECT_LE(layers_behind(layers, 0.8), layers.size());
  EXPECT_THROW(layer_differences(a, Report{}), std::invalid_argument);
}

TEST(LayersBehind, CountsThoseWithTheLargestEffect) {
  const auto layer = [](double first, double second) {
    return LayerDifference{"", first, second, 0, 0, {}, {}};
  };
  EXPECT_EQ(layers_behind({layer(1, 2), layer(1, 9), layer(3, 3)}, 0.8), 1U);
  EXPECT_EQ(layers_behind({layer(2, 1), layer(9, 1), layer(3, 4)}, 0.9), 1U);
  EXPECT_EQ(layers_behind({layer(1, 2), layer(1, 2), layer(1, 2)}, 0.8), 3U);
  EXPECT_EQ(layers_behind({layer(1, 1)}, 0.8), 0U);
}

}  // namespace
}  // namespace h4h::sim
