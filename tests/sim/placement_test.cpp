#include "sim/network/placement.hpp"

#include <gtest/gtest.h>

#include "sim/report/report.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using models::Layout;
using testing::platform;
using workloads::Activation;
using workloads::Network;
using workloads::NetworkBuilder;

// 16x16x16 (4096 B) through four layers with a skip from the first to the last.
Network chain() {
  NetworkBuilder b("chain");
  const auto in = b.input("in", {16, 16, 16});
  const auto a = b.add("a", workloads::Activate{Activation::relu}, {in});
  const auto c = b.add("b", workloads::Activate{Activation::relu}, {a});
  const auto d = b.add("c", workloads::Activate{Activation::relu}, {c});
  b.output(b.add("sum", workloads::Elementwise{}, {d, a}));
  return std::move(b).build();
}

TEST(Placement, KeepsWhatFitsAndCountsWhatIsAlive) {
  const Placement p = place_with_spills(chain(), 12288);
  EXPECT_EQ(p.peak_bytes, 3 * 4096);  // at c: its input, its output and the skip
  EXPECT_EQ(p.peak_at, "layer 'c'");
  EXPECT_EQ(p.alive_bytes, (std::vector<std::int64_t>{8192, 8192, 12288, 12288}));
  EXPECT_EQ(p.spilled_tensor_bytes, 0);
}

TEST(Placement, ThePeakOfActivationsIsOfTheNetworkWhateverTheSram) {
  EXPECT_EQ(peak_activation_bytes(chain()), 3 * 4096);
  EXPECT_EQ(peak_activation_bytes(chain()), place_with_spills(chain(), 12288).peak_bytes);
  EXPECT_GT(peak_activation_bytes(chain()), place_with_spills(chain(), 8192).peak_bytes);
}

TEST(Placement, SpillsUntilTheRestFits) {
  for (const std::int64_t size : {0, 4096, 8192, 12287}) {
    const Placement p = place_with_spills(chain(), size);
    EXPECT_LE(p.peak_bytes, size);
    EXPECT_GT(p.spilled_tensor_bytes, 0);
  }
}

TEST(Placement, AViewLiesWhereItsTensorLiesAndKeepsItsOrder) {
  NetworkBuilder b("view");
  const auto in = b.input("in", {4, 4, 24});
  const auto a = b.add("a", workloads::Activate{Activation::relu}, {in});
  const auto view = b.add("view", workloads::Reshape{{1, 16, 24}}, {a});
  const auto c = b.add("c", workloads::Activate{Activation::relu}, {view});
  b.output(b.add("d", workloads::Activate{Activation::relu}, {c}));
  const Network network = std::move(b).build();
  const Placement p = place_in_sram(network);
  EXPECT_EQ(p.layouts[a], Layout::nhwc);
  EXPECT_EQ(p.layouts[view], Layout::nhwc);
  EXPECT_EQ(p.layouts[c], Layout::nhcwb16);
  EXPECT_EQ(p.peak_bytes, 4 * 4 * 24 + 4 * 4 * 32);  // the view takes no memory of its own
}

// 4096 B each: the host makes `late` of `a` before layer c; a is not read behind that.
Network with_host_between() {
  NetworkBuilder b("host");
  const workloads::Activate relu{Activation::relu};
  const auto in = b.input("in", {16, 16, 16});
  const auto late = b.input("late", {16, 16, 16});
  const auto a = b.add("a", relu, {in});
  const auto c = b.add("b", relu, {in});
  const auto d = b.add("c", workloads::Elementwise{}, {c, late});
  b.output(b.add("d", relu, {d}));
  b.unsupported({7, "TOPK_V2", "no layer", {}, 2, {a}, {late}});
  return std::move(b).build();
}

TEST(Placement, WhatTheHostMakesLivesFromItsOperatorOnAndWhatItReadsUntilIt) {
  const Placement p = place_in_sram(with_host_between());
  // a: in and a; b: in, a and b; the host: a, b and late; c: b, late and c; d: c and d.
  EXPECT_EQ(p.alive_bytes, (std::vector<std::int64_t>{8192, 12288, 12288, 8192}));
  EXPECT_EQ(p.peak_bytes, 12288);
  Network network = with_host_between();
  network.unsupported[0].makes.push_back(network.unsupported[0].reads[0]);  // in place
  EXPECT_EQ(place_in_sram(network).peak_bytes, 12288);
}

TEST(Placement, APeakDuringAnOperatorOfTheHostIsNamed) {
  NetworkBuilder b("host");
  const auto in = b.input("in", {16, 16, 16});
  const auto large = b.input("large", {64, 16, 16});
  const auto a = b.add("a", workloads::Activate{Activation::relu}, {in});
  b.output(a);
  b.unsupported({7, "TOPK_V2", "no layer", {}, 1, {a}, {large}});
  const Network network = std::move(b).build();
  const Placement p = place_in_sram(network);
  EXPECT_EQ(p.peak_at, "operator 7 (TOPK_V2) of the host");
  EXPECT_EQ(p.peak_bytes, 5 * 4096);
  EXPECT_EQ(p.alive_bytes, (std::vector<std::int64_t>{5 * 4096}));
}

TEST(Placement, StatesTakeTheSramAtAllTimesAndNeverLeaveIt) {
  Network network = chain();
  network.states = {{"memory", 1000}, {"more", 26}};
  EXPECT_EQ(state_bytes(network), 1026);
  EXPECT_EQ(place_in_sram(network).peak_bytes, 3 * 4096 + 1026);
  EXPECT_EQ(place_with_spills(network, 3 * 4096 + 1026).spilled_tensor_bytes, 0);
  const Placement spilled = place_with_spills(network, 3 * 4096);
  EXPECT_GT(spilled.spilled_tensor_bytes, 0);
  EXPECT_LE(spilled.peak_bytes, 3 * 4096);
  EXPECT_EQ(place_with_spills(network, 0).peak_bytes, 1026);
  const platforms::Platform p = platform("h4h-7nm", {"sram.size=1024 B"});
  LayerCosts costs(p.hardware);
  const MappingResult result = map_network(costs, p, network, Strategy::npu);
  ASSERT_TRUE(std::holds_alternative<Infeasible>(result));
  EXPECT_EQ(std::get<Infeasible>(result).reason,
            "states do not fit: the network keeps 1026 B from one inference to the next, sram.size "
            "is 1024 B");
}

TEST(Spills, CostTimeAndEnergyAndEveryByteIsCounted) {
  const Network network = workloads::mobilenet_v2();
  const auto run = [&](const std::string& size) {
    const platforms::Platform p = platform("h4h-7nm", {"sram.size=" + size});
    LayerCosts costs(p.hardware);
    const Mapping mapping = testing::mapped(costs, p, network, Strategy::npu);
    return make_report(p, network, mapping, simulate_layers(costs, network, mapping));
  };
  const Report fits = run("2 MiB"), spills = run("1 MiB"), none = run("1 KiB");
  EXPECT_EQ(fits.spilled_bytes, 0);
  EXPECT_GT(fits.peak_activation_bytes, 1 << 20);
  EXPECT_LE(fits.peak_activation_bytes, 2 << 20);
  EXPECT_EQ(spills.peak_activation_bytes, fits.peak_activation_bytes);
  EXPECT_EQ(none.peak_activation_bytes, fits.peak_activation_bytes);
  EXPECT_GT(spills.spilled_bytes, 112 * 112 * 96);
  EXPECT_GT(none.spilled_bytes, spills.spilled_bytes);
  EXPECT_GT(spills.time, fits.time);
  EXPECT_GT(spills.energy_j[models::Part::external], 0);
  for (const LayerReport& layer : none.layers) {
    const models::Counts& counts = layer.result.counts;
    EXPECT_EQ(counts[Event::noc_byte],
              counts[Event::sram_byte] + counts[Event::external_byte] + counts[Event::weight_byte]);
    EXPECT_LE(counts[Event::sram_byte], 1024) << layer.name;  // the last vector fits
  }
}

TEST(Spills, OneOfTwoOperandsInTheBackingStoreIsHalfTheBytes) {
  const workloads::Shape s{16, 16, 16};
  LayerJob job{{workloads::Elementwise{}, {s, s}, s, {}, {}}, split_between(16, 0, 0, 0), {}};
  job.context.input_levels = {MemoryLevel::sram, MemoryLevel::external};
  const JobResult r = Session(platform("h4h-7nm").hardware).run(job);
  EXPECT_EQ(r.counts[Event::external_byte], s.elements());
  EXPECT_EQ(r.counts[Event::sram_byte], 2 * s.elements());
}

TEST(Spills, MacrosReadAndWriteTheBackingStoreToo) {
  LayerJob job = testing::on_cim(testing::depthwise({16, 16, 32}), 2, 1);
  job.context.input_levels = {MemoryLevel::external};
  job.context.output_level = MemoryLevel::external;
  const JobResult r = Session(platform("h4h-7nm").hardware).run(job);
  EXPECT_EQ(r.counts[Event::external_byte], 2 * 16 * 16 * 32);
  EXPECT_EQ(r.counts[Event::sram_byte], 0);
}

}  // namespace
}  // namespace h4h::sim
