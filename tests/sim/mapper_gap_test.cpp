// What the mapper says of what it found: against every mapping, and over every network we ship.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "sim/mapping/share_search.hpp"
#include "tests/sim/support.hpp"
#include "workloads/ir/network.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::sim {
namespace {

using testing::platform;
using workloads::Network;

Network three_layers() {
  workloads::NetworkBuilder b("three layers");
  const auto in = b.input("x", {9, 7, 48});
  const auto wide = b.add("expand", workloads::Conv2d{80, {}, workloads::Activation::relu}, {in});
  const auto deep = b.add("depthwise",
                          workloads::DepthwiseConv2d{1, workloads::same_window({9, 7, 80}, 3, 2),
                                                     workloads::Activation::relu},
                          {wide});
  b.output(b.add("project", workloads::Conv2d{32, {}, workloads::Activation::none}, {deep}));
  return std::move(b).build();
}

// The least that any mapping takes: every number of macros, of units, and of words of each layer.
double least_of_all(LayerCosts& costs, const platforms::Platform& p, const Network& network,
                    const Goal& goal) {
  const models::Devices& devices = costs.devices();
  const models::Device& macros = *devices.at(platforms::kCim);
  const std::vector<workloads::LayerShape> shapes = layer_shapes(network);
  double least = std::numeric_limits<double>::infinity();
  Mapping mapping{"auto", {}, std::vector<Split>(shapes.size())};
  const std::function<void(std::size_t, std::int64_t)> choose = [&](std::size_t i,
                                                                    std::int64_t words) {
    if (words > capacity_words(macros, mapping.active.macros())) return;
    if (i == shapes.size()) {
      const Totals totals = totals_of(costs, p, network, mapping);
      if (limited(goal, totals) <= limit_of(goal)) {
        least = std::min(least, minimised(goal, totals));
      }
      return;
    }
    const std::int64_t all = shapes[i].output.channels;
    for (std::int64_t channels = 0; channels <= all; channels += p.hardware.cim.accumulators) {
      mapping.layers[i] = split_of({all - channels, channels}, mapping.active);
      choose(i + 1,
             words + words_of(macros, shapes[i], mapping.layers[i].shares.at(platforms::kCim)));
    }
  };
  const ActiveMacros all = all_macros(devices).of(platforms::kCim);
  for (std::int64_t n = 1; n <= all.macros; ++n) {
    for (std::int64_t units = 1; units <= all.units; ++units) {
      mapping.active.set(platforms::kCim, {n, units});
      choose(0, 0);
    }
  }
  for (std::size_t i = 0; i < shapes.size(); ++i) mapping.layers[i] = on_npu(devices, shapes[i]);
  mapping.active = {};
  const Totals alone = totals_of(costs, p, network, mapping);
  if (limited(goal, alone) <= limit_of(goal)) least = std::min(least, minimised(goal, alone));
  return least;
}

TEST(FullEffort, FindsTheLeastOfEveryMapping) {
  const Network network = three_layers();
  for (const char* const size : {"10 Mib", "20736 bit"}) {  // 9,102 words a macro, or 18: they bind
    const platforms::Platform p = platform(
        "h4h-7nm", {"cim.macros=3", "cim.compute_units=2", std::string("cim.macro_size=") + size});
    LayerCosts costs(p.hardware);
    for (const Objective objective : {Objective::latency, Objective::energy, Objective::edp}) {
      const MappingResult found =
          map_network(costs, p, network, Strategy::automatic, objective, {}, Effort::full);
      const Mapping& mapping = std::get<Mapping>(found);
      const double least = least_of_all(costs, p, network, objective);
      EXPECT_NEAR(minimised(objective, totals_of(costs, p, network, mapping)), least, 1e-9 * least)
          << size;
      EXPECT_LE(*mapping.gap, 1e-9);
    }
  }
}

TEST(FullEffort, FindsTheLeastWithinALimit) {
  const Network network = three_layers();
  const platforms::Platform p =
      platform("h4h-7nm", {"cim.macros=2", "cim.compute_units=2", "energy.cim_read_bit=0.5 pJ"});
  LayerCosts costs(p.hardware);
  const auto totals = [&](const Goal& goal) {
    return totals_of(costs, p, network,
                     std::get<Mapping>(map_network(costs, p, network, Strategy::automatic, goal, {},
                                                   Effort::full)));
  };
  const Totals fast = totals(Objective::latency), frugal = totals(Objective::energy);
  ASSERT_LT(frugal.joules, fast.joules);
  for (const double share : {0.25, 0.5, 0.75}) {
    const Goal goal(Objective::latency, frugal.joules + share * (fast.joules - frugal.joules));
    EXPECT_DOUBLE_EQ(totals(goal).picoseconds, least_of_all(costs, p, network, goal)) << share;
  }
}

TEST(FullEffort, IsNeverWorseThanQuick) {
  const platforms::Platform p = platform("h4h-7nm", {"cim.macros=3"});
  const Network network = *workloads::build_by_name("ds_cnn_kws");
  LayerCosts costs(p.hardware);
  for (const Objective objective : {Objective::latency, Objective::energy, Objective::edp}) {
    const auto cost = [&](Effort effort) {
      return minimised(
          objective, totals_of(costs, p, network,
                               std::get<Mapping>(map_network(costs, p, network, Strategy::automatic,
                                                             objective, {}, effort))));
    };
    EXPECT_LE(cost(Effort::full), cost(Effort::quick) * (1 + 1e-12));
  }
}

TEST(Gap, IsNoneForLatencyAndEnergyAndSmallForAllElseOnEveryNetwork) {
  const platforms::Platform p = platform("h4h-7nm");
  for (const workloads::CatalogueEntry& entry : workloads::catalogue()) {
    const Network network = *workloads::build_by_name(entry.name);
    LayerCosts costs(p.hardware);
    const auto mapped = [&](const Goal& goal) {
      return std::get<Mapping>(map_network(costs, p, network, Strategy::automatic, goal));
    };
    const Mapping fast = mapped(Objective::latency), frugal = mapped(Objective::energy);
    EXPECT_LE(*fast.gap, 1e-12) << network.name;
    EXPECT_LE(*frugal.gap, 1e-12) << network.name;
    EXPECT_LE(*mapped(Objective::edp).gap, 0.005) << network.name;
    const Totals most = totals_of(costs, p, network, fast),
                 least = totals_of(costs, p, network, frugal);
    for (double share = 0.05; share < 1; share += 0.1) {
      const double joules = least.joules + share * (most.joules - least.joules);
      const double seconds =
          1e-12 * (most.picoseconds + share * (least.picoseconds - most.picoseconds));
      EXPECT_LE(*mapped(Goal(Objective::latency, joules)).gap, 0.005) << network.name << share;
      EXPECT_LE(*mapped(Goal(Objective::energy, seconds)).gap, 0.005) << network.name << share;
    }
  }
}

// Words on each macro where the groups of every layer are dealt from the first macro on.
std::vector<std::int64_t> words_by_macro(const platforms::Cim& cim, const Network& network,
                                         const Mapping& mapping) {
  const std::vector<workloads::LayerShape> shapes = layer_shapes(network);
  std::vector<std::int64_t> words(static_cast<std::size_t>(mapping.active.macros()));
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const std::int64_t channels = mapping.layers[i].channels(platforms::kCim);
    if (channels == 0) continue;
    const auto groups = static_cast<std::size_t>(ceil_div(channels, cim.accumulators));
    const std::int64_t all = models::cim_words(cim, share_of(shapes[i], channels), 1);
    for (std::size_t g = 0; g < groups; ++g) {
      words[g % words.size()] += all / static_cast<std::int64_t>(groups);
    }
  }
  return words;
}

TEST(Capacity, EveryMacroHoldsItsPartOfEveryLayer) {
  const Network network = *workloads::build_by_name("mobilenet_v2");
  for (const char* const macros : {"2", "3", "8"}) {
    const platforms::Platform p = platform(
        "h4h-7nm", {std::string("cim.macros=") + macros, "cim.macro_size=900 Kib"});  // 800 words
    LayerCosts costs(p.hardware);
    for (const Strategy strategy : {Strategy::cim, Strategy::automatic}) {
      const Mapping mapping = testing::mapped(costs, p, network, strategy);
      const auto words = words_by_macro(p.hardware.cim, network, mapping);
      const std::int64_t most = *std::max_element(words.begin(), words.end());
      EXPECT_GT(most, 700) << "capacity binds";
      EXPECT_LE(most, p.hardware.cim.words_per_macro()) << macros;
    }
  }
}

// Two macros of 20 words hold a group of 16 words each, though 40 words are there.
TEST(Capacity, AGroupStaysInOneMacro) {
  workloads::NetworkBuilder b("one group each");
  auto at = b.input("x", {4, 4, 16});
  const workloads::Conv2d conv{16, workloads::same_window({4, 4, 16}, 3, 1),
                               workloads::Activation::relu};
  for (const char* const name : {"a", "b", "c"}) at = b.add(name, conv, {at});
  b.output(at);
  const Network network = std::move(b).build();
  const platforms::Platform p = platform("h4h-7nm", {"cim.macros=2", "cim.macro_size=23040 bit"});
  LayerCosts costs(p.hardware);
  const Mapping mapping = testing::mapped(costs, p, network, Strategy::cim);
  const auto on_macros =
      std::count_if(mapping.layers.begin(), mapping.layers.end(),
                    [](const Split& split) { return split.channels(platforms::kCim) > 0; });
  EXPECT_EQ(on_macros, 1) << "each is dealt from the first macro on";
}

}  // namespace
}  // namespace h4h::sim
