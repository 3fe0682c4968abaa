// The search simulates what its bounds do not rule out. It finds what it finds with everything
// simulated, and the least of every mapping it considers.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "sim/mapping/layer_options.hpp"
#include "sim/mapping/share_search.hpp"
#include "tests/sim/random_jobs.hpp"
#include "workloads/ir/network.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::sim {
namespace {

using testing::Draw;
using workloads::Network;

// Convolutions, wide and narrow, and depthwise ones; some blocks stand twice.
Network small_network(Draw& draw) {
  workloads::NetworkBuilder b("random");
  workloads::Shape shape{draw.from(4, 14), draw.from(4, 14), 16 * draw.from(1, 4)};
  auto last = b.input("x", shape);
  const std::int64_t layers = draw.from(2, 4);
  std::int64_t channels = 16 * draw.from(1, 6);
  for (std::int64_t i = 0; i < layers; ++i) {
    const std::string name = "layer" + std::to_string(i);
    if (draw.below(3) == 0) {
      const auto window = workloads::same_window(shape, 3, 1);
      last =
          b.add(name, workloads::DepthwiseConv2d{1, window, workloads::Activation::relu}, {last});
      continue;
    }
    last = b.add(name, workloads::Conv2d{channels, {}, workloads::Activation::relu}, {last});
    shape.channels = channels;
    if (draw.below(2) == 0) channels = 16 * draw.from(1, 6);
  }
  b.output(last);
  return std::move(b).build();
}

// Few macros, whose capacity binds more often than not.
platforms::Platform small_platform(Draw& draw) {
  platforms::Platform p = testing::platform("h4h-7nm");
  p.hardware = testing::any_hardware(draw);
  p.hardware.cim.macros = draw.from(1, 3);
  p.hardware.cim.compute_units = draw.of<std::int64_t>({1, 2, 4});
  const std::int64_t word_bits = p.hardware.cim.word_bits();
  p.hardware.cim.macro_size_bits = word_bits * draw.log_from(8, 200);
  p.coefficients.energy.cim_mac *= draw.of({0.3, 1.0, 3.0});
  return p;
}

// Simulates all that a search may ask for.
void simulate_all(LayerCosts& costs, const Network& network, Effort effort) {
  const std::vector<LayerContext> contexts =
      testing::layer_contexts(costs.hardware().sram, network);
  const std::vector<workloads::LayerShape> layers = layer_shapes(network);
  const models::Devices& devices = costs.devices();
  for (const ActiveDevices& active : active_choices(all_macros(devices), devices.size(), effort)) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      for (const Split& split : layer_splits(devices, layers[i], active, effort)) {
        LayerJob job{layers[i], split, contexts[i]};
        costs.cost(job);
        JobResult idle;
        idle.weights_idle = {INT64_MAX};
        carry_over(devices, &idle, job);
        costs.cost(job);
      }
    }
  }
}

std::vector<Goal> goals(const Totals& fast, const Totals& frugal) {
  std::vector<Goal> all{Objective::latency, Objective::energy, Objective::edp};
  for (const double share : {-0.1, 0.0, 0.3, 0.7}) {
    all.emplace_back(Objective::latency,
                     frugal.joules + share * std::abs(fast.joules - frugal.joules));
    all.emplace_back(
        Objective::energy,
        1e-12 * (fast.picoseconds + share * std::abs(frugal.picoseconds - fast.picoseconds)));
  }
  return all;
}

void expect_same_mapping(const MappingResult& bounded, const MappingResult& exact,
                         const char* what) {
  ASSERT_EQ(bounded.index(), exact.index()) << what;
  if (const auto* reason = std::get_if<Infeasible>(&exact)) {
    EXPECT_EQ(std::get<Infeasible>(bounded).reason, reason->reason) << what;
    return;
  }
  const Mapping &a = std::get<Mapping>(bounded), &b = std::get<Mapping>(exact);
  EXPECT_TRUE(a.layers == b.layers) << what;
  EXPECT_EQ(a.active.macros(), b.active.macros()) << what;
  EXPECT_EQ(a.active.units(), b.active.units()) << what;
  EXPECT_EQ(a.gap, b.gap) << what;
}

// Each goal on costs that nobody has asked for anything, against costs that are all there.
// Returns which part of the shares was simulated.
double compare_goals(const platforms::Platform& p, const Network& network, Effort effort) {
  LayerCosts all(p.hardware);
  simulate_all(all, network, effort);
  const auto on = [&](LayerCosts& costs, const Goal& goal) {
    return map_network(costs, p, network, Strategy::automatic, goal, {}, effort);
  };
  const auto totals = [&](const Goal& goal) {
    return totals_of(all, p, network, std::get<Mapping>(on(all, goal)));
  };
  std::int64_t simulated = 0;
  const std::int64_t shares = all.simulated();
  const std::vector<Goal> every = goals(totals(Objective::latency), totals(Objective::energy));
  for (const Goal& goal : every) {
    LayerCosts cold(p.hardware);
    expect_same_mapping(on(cold, goal), on(all, goal),
                        std::string(to_string(goal.objective)).c_str());
    simulated += cold.simulated();
  }
  return static_cast<double>(simulated) / static_cast<double>(shares) /
         static_cast<double>(every.size());
}

TEST(BoundedSearch, FindsWhatItFindsWithEverythingSimulated) {
  Draw draw(19);
  double parts = 0;
  constexpr int kRounds = 60;
  for (int round = 0; round < kRounds; ++round) {
    const platforms::Platform p = small_platform(draw);
    const Network network = small_network(draw);
    SCOPED_TRACE(round);
    parts += compare_goals(p, network, round % 6 == 0 ? Effort::full : Effort::quick);
  }
  EXPECT_LT(parts / kRounds, 0.7);
}

TEST(BoundedSearch, FindsWhatItFindsWithEverythingSimulatedOfMobileNetV2) {
  const Network network = *workloads::build_by_name("mobilenet_v2");
  for (const char* const macros : {"cim.macros=8", "cim.macros=2"}) {
    SCOPED_TRACE(macros);
    EXPECT_LT(compare_goals(testing::platform("h4h-7nm", {macros}), network, Effort::quick), 0.4);
  }
}

// The least that any mapping takes of what quick looks at.
double least_considered(LayerCosts& costs, const platforms::Platform& p, const Network& network,
                        const Goal& goal) {
  const models::Devices& devices = costs.devices();
  const std::vector<workloads::LayerShape> layers = layer_shapes(network);
  double least = std::numeric_limits<double>::infinity();
  for (const ActiveDevices& active : active_choices(all_macros(devices), devices.size())) {
    Mapping mapping{"auto", active, std::vector<Split>(layers.size())};
    const std::function<void(std::size_t, const Words&)> choose = [&](std::size_t i,
                                                                      const Words& words) {
      if (!words.within(
              capacity_words(*devices[platforms::kCim], active.of(platforms::kCim).macros))) {
        return;
      }
      if (i == layers.size()) {
        const Totals totals = totals_of(costs, p, network, mapping);
        if (limited(goal, totals) > limit_of(goal)) return;
        least = std::min(least, minimised(goal, totals));
        return;
      }
      for (const Split& split : layer_splits(devices, layers[i], active)) {
        mapping.layers[i] = split;
        choose(i + 1, words + words_of(*devices[platforms::kCim], layers[i],
                                       split.shares[platforms::kCim]));
      }
    };
    choose(0, {});
  }
  return least;
}

TEST(BoundedSearch, FindsTheLeastOfEveryMapping) {
  Draw draw(23);
  for (int round = 0; round < 12; ++round) {
    platforms::Platform p = small_platform(draw);
    p.hardware.npu.weights_port = platforms::WeightsPort::noc;  // else layers depend on each other
    p.hardware.cim.macros = draw.from(1, 2);
    p.hardware.cim.compute_units = 1;
    const Network network = small_network(draw);
    if (network.layers.size() > 3) continue;
    LayerCosts all(p.hardware);
    const auto totals = [&](const Goal& goal) {
      return totals_of(all, p, network,
                       testing::mapped(all, p, network, Strategy::automatic, goal.objective));
    };
    for (const Goal& goal : goals(totals(Objective::latency), totals(Objective::energy))) {
      LayerCosts cold(p.hardware);
      const MappingResult found = map_network(cold, p, network, Strategy::automatic, goal);
      const double least = least_considered(all, p, network, goal);
      const auto* mapping = std::get_if<Mapping>(&found);
      ASSERT_EQ(mapping != nullptr, least < std::numeric_limits<double>::infinity()) << round;
      if (mapping == nullptr) continue;
      EXPECT_NEAR(minimised(goal, totals_of(all, p, network, *mapping)), least, 1e-11 * least)
          << round << to_string(goal.objective);
    }
  }
}

}  // namespace
}  // namespace h4h::sim
