#include "sim/mapping/cascade_search.hpp"

#include <gtest/gtest.h>

#include "sim/report/report.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using testing::platform;
using workloads::Network;

Report mapped_report(const platforms::Platform& p, const Network& network, Objective objective) {
  LayerCosts costs(p.hardware);
  const Mapping m = testing::mapped(costs, p, network, Strategy::automatic, objective);
  return make_report(p, network, m, simulate_layers(costs, network, m));
}

TEST(CascadeSearch, KeepsActivationsInAnSramThatWholeLayersOverflow) {
  const Network network = workloads::mobilenet_v2();
  for (const char* const size : {"sram.size=1000 KiB", "sram.size=512 KiB"}) {
    const Report layers = mapped_report(platform("h4h-7nm", {size}), network, Objective::energy);
    const Report cascades = mapped_report(platform("h4h-7nm", {size, "sram.schedule=cascade"}),
                                          network, Objective::energy);
    EXPECT_GT(layers.spilled_bytes, 0);
    EXPECT_EQ(cascades.spilled_bytes, 0);
    EXPECT_FALSE(cascades.cascades.empty());
    EXPECT_LT(cascades.energy_j.total(), layers.energy_j.total() / 2);
    for (const LayerReport& layer : cascades.layers)
      EXPECT_LE(layer.sram_bytes, cascades.sram_bytes);
  }
}

TEST(CascadeSearch, IsNeverWorseThanWholeLayersInItsObjective) {
  const Network network = workloads::mobilenet_v2();
  for (const char* const size : {"sram.size=1400 KiB", "sram.size=300 KiB", "sram.size=100 KiB"}) {
    for (const Objective objective : {Objective::latency, Objective::energy}) {
      const Report layers = mapped_report(platform("h4h-7nm", {size}), network, objective);
      const Report cascades =
          mapped_report(platform("h4h-7nm", {size, "sram.schedule=cascade"}), network, objective);
      if (objective == Objective::latency) {
        EXPECT_LE(cascades.time, layers.time) << size;
      } else {
        EXPECT_LE(cascades.energy_j.total(), layers.energy_j.total()) << size;
      }
    }
  }
}

TEST(CascadeSearch, WithAHaloThatIsComputedAgainKeepsItsPromises) {
  const Network network = workloads::mobilenet_v2();
  for (const char* const size : {"sram.size=512 KiB", "sram.size=256 KiB"}) {
    const auto energy = [&](const std::vector<std::string>& more) {
      std::vector<std::string> sets{size};
      sets.insert(sets.end(), more.begin(), more.end());
      return mapped_report(platform("h4h-7nm", sets), network, Objective::energy);
    };
    const Report layers = energy({}),
                 anew = energy({"sram.schedule=cascade", "sram.halo=recompute"});
    EXPECT_LE(anew.energy_j.total(), layers.energy_j.total()) << size;
    EXPECT_GT(anew.counts[Event::npu_mac] + anew.counts[Event::cim_mac], workloads::macs(network));
    for (const LayerReport& layer : anew.layers) EXPECT_LE(layer.sram_bytes, anew.sram_bytes);
  }
}

TEST(CascadeSearch, ChangesNothingWhereActivationsFit) {
  const Network network = workloads::mobilenet_v2();
  const Report layers = mapped_report(platform("h4h-7nm"), network, Objective::latency);
  const Report cascades =
      mapped_report(platform("h4h-7nm", {"sram.schedule=cascade"}), network, Objective::latency);
  EXPECT_EQ(cascades.time, layers.time);
  EXPECT_TRUE(cascades.cascades.empty());
}

TEST(CascadeSearch, MakesANetworkRunOnAnSramThatDoesNotSpill) {
  const Network network = workloads::mobilenet_v2();
  const auto run = [&](const std::vector<std::string>& sets) {
    const platforms::Platform p = platform("h4h-7nm", sets);
    LayerCosts costs(p.hardware);
    return map_network(costs, p, network, Strategy::npu);
  };
  const std::vector<std::string> sets{"sram.size=512 KiB", "sram.overflow=infeasible"};
  EXPECT_TRUE(std::holds_alternative<Infeasible>(run(sets)));
  EXPECT_TRUE(std::holds_alternative<Mapping>(
      run({"sram.size=512 KiB", "sram.overflow=infeasible", "sram.schedule=cascade"})));
}

TEST(CascadeSearch, NamesTheLeastThatAMappingWithCascadesTakes) {
  const Network network = workloads::mobilenet_v2();
  const platforms::Platform p = platform("h4h-7nm", {"sram.size=440 KiB", "sram.schedule=cascade"});
  LayerCosts costs(p.hardware);
  const auto least = [&](const Goal& goal) {
    return std::get<Infeasible>(map_network(costs, p, network, Strategy::automatic, goal));
  };
  const double limit_j = 1e-4;
  const Infeasible result = least({Objective::latency, limit_j});
  EXPECT_NE(result.reason.find("no mapping that was found takes 0.1 mJ or less"), std::string::npos)
      << result.reason;
  const Report report = mapped_report(p, network, Objective::energy);
  EXPECT_NEAR(*result.least, report.energy_j.total(), 1e-3 * report.energy_j.total());
}

// Whether a network fits does not depend on what is minimised.
TEST(CascadeSearch, FindsCascadesThatFitWhateverTheObjective) {
  const Network network = workloads::mobilenet_v2();
  const platforms::Platform p = platform(
      "h4h-7nm", {"sram.size=400 KiB", "sram.overflow=infeasible", "sram.schedule=cascade"});
  for (const Objective objective : {Objective::latency, Objective::energy, Objective::edp}) {
    LayerCosts costs(p.hardware);
    const MappingResult result = map_network(costs, p, network, Strategy::automatic, objective);
    EXPECT_TRUE(std::holds_alternative<Mapping>(result)) << to_string(objective);
  }
}

// The steps at which energy jumps without cascades (docs/validation.md).
TEST(CascadeSearch, LeavesNoJumpWhereATensorWouldSpill) {
  const Network network = workloads::mobilenet_v2();
  for (const auto& [from, to] : std::vector<std::pair<const char*, const char*>>{
           {"sram.size=1505 KiB", "sram.size=1430 KiB"},
           {"sram.size=998 KiB", "sram.size=948 KiB"}}) {
    const auto energy = [&](const char* size) {
      return mapped_report(platform("h4h-7nm", {size, "sram.schedule=cascade"}), network,
                           Objective::energy)
          .energy_j.total();
    };
    EXPECT_LT(energy(to), 1.2 * energy(from));
  }
}

}  // namespace
}  // namespace h4h::sim
