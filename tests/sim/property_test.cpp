#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fmt/format.h>

#include "platforms/description/loader.hpp"
#include "sim/report/report.hpp"
#include "tests/sim/support.hpp"
#include "tests/support/useful_macs.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using models::Picoseconds;
using workloads::Activation;
using workloads::Network;
using workloads::NetworkBuilder;
using workloads::TensorId;

// Random small networks on random platforms through the invariants of the design.

Activation any_activation() {
  return *rc::gen::element(Activation::none, Activation::relu, Activation::relu6,
                           Activation::logistic);
}

std::int64_t any_heads(const workloads::Shape& s) {
  const auto heads = *rc::gen::element<std::int64_t>(1, 2, 4);
  return s.channels % heads == 0 ? heads : 1;
}

// One more layer on `t`, of a kind that fits its shape.
TensorId add_layer(NetworkBuilder& b, TensorId t, int index) {
  const std::string name = fmt::format("layer{}", index);
  const workloads::Shape s = b.shape(t);
  const auto window = [&] {
    const auto kernel = *rc::gen::element<std::int64_t>(1, 2, 3, 5);
    return workloads::same_window(s, kernel, *rc::gen::inRange<std::int64_t>(1, 4));
  };
  switch (*rc::gen::inRange(0, 11)) {
    case 0:
      return b.add(
          name,
          workloads::Conv2d{*rc::gen::inRange<std::int64_t>(1, 70), window(), any_activation()},
          {t});
    case 1:
      return b.add(name,
                   workloads::DepthwiseConv2d{*rc::gen::inRange<std::int64_t>(1, 3), window(),
                                              any_activation()},
                   {t});
    case 2:
      return b.add(
          name, workloads::Linear{*rc::gen::inRange<std::int64_t>(1, 100), any_activation()}, {t});
    case 3:
      return b.add(name, workloads::Pool2d{workloads::PoolKind::max, window(), Activation::none},
                   {t});
    case 4:
      return b.add(name, workloads::Elementwise{workloads::ElementwiseKind::mul, any_activation()},
                   {t, t});
    case 5:
      return b.add(name, workloads::Concat{workloads::Axis::width}, {t, t});
    case 6:
      return b.add(name, workloads::Reshape{{1, s.pixels(), s.channels}}, {t});
    case 7:
      return b.add(name, workloads::LayerNorm{}, {t});
    case 8:
      return b.add(name,
                   *rc::gen::element(workloads::Mean{}, workloads::Mean{false, true, false},
                                     workloads::Mean{false, false, true}),
                   {t});
    case 9:
      if (s.pixels() <= 256) return b.add(name, workloads::Attention{any_heads(s)}, {t, t, t});
      [[fallthrough]];
    default:
      return b.add(name, workloads::Softmax{}, {t});
  }
}

Network any_network() {
  NetworkBuilder b("random");
  const auto side = [] { return *rc::gen::inRange<std::int64_t>(1, 24); };
  TensorId t = b.input("in", {side(), side(), *rc::gen::inRange<std::int64_t>(1, 80)});
  const int layers = *rc::gen::inRange(1, 6);
  for (int i = 0; i < layers; ++i) t = add_layer(b, t, i);
  b.output(t);
  return std::move(b).build();
}

// None to two devices beside the NPU and the macros.
std::string any_devices() {
  const auto pick = [](std::vector<std::string> values) { return *rc::gen::elementOf(values); };
  std::string text;
  const int more = *rc::gen::inRange(0, 3);
  for (int i = 0; i < more; ++i) {
    const std::string macros =
        fmt::format("like: cim, macros: {}, step: {}, dynamic_operands.size: {}, energy.mac: 3 pJ",
                    pick({"1", "2", "5"}), pick({"1 ns", "20 ns"}), pick({"0 B", "32 KiB"}));
    const std::string npu = fmt::format("like: npu, macs_per_cycle: {}", pick({"32", "128"}));
    const bool of_macros = *rc::gen::inRange(0, 3) > 0;
    text += fmt::format("  more_{}: {{type: {}, {}}}\n", i, of_macros ? "cim" : "ethos-u55",
                        of_macros ? macros : npu);
  }
  return text.empty() ? text : "devices:\n" + text;
}

platforms::Platform any_platform() {
  const auto pick = [](std::vector<std::string> values) { return *rc::gen::elementOf(values); };
  const std::string base = pick({"h4h-7nm", "ethos-u55-high-end", "alif-ensemble-hp"});
  return platforms::parse_platform(
      "extends: " + base + ".yaml\nnpu.weights.port: " + pick({"noc", "private"}) + "\n" +
          any_devices(),
      "random.yaml",
      {"npu.macs_per_cycle=" + pick({"32", "64", "128", "256"}),
       "cim.macros=" + pick({"1", "2", "3", "8"}), "cim.compute_units=" + pick({"1", "3", "4"}),
       "cim.step=" + pick({"2 ns", "9 ns"}), "cim.stream_buffer=" + pick({"256 B", "8 KiB"}),
       "cim.dynamic_operands.size=" + pick({"0 B", "64 KiB"}),
       "npu.dynamic_matmul.rule=" + pick({"weights", "arm", "dense"}),
       "cim.capacity=" + pick({"enforce", "ignore"}),
       "noc.bandwidth=" + pick({"1 GB/s", "3.3 GB/s", "8 GB/s"}),
       "noc.duplex=" + pick({"half", "full"}), "noc.warm_up=" + pick({"0 ns", "40 ns"}),
       "noc.exclusivity=" + pick({"tenure", "layer", "none"}),
       "sram.size=" + pick({"4 KiB", "2 MiB"}), "sram.bandwidth=" + pick({"2 GB/s", "8 GB/s"})});
}

// A split at random over the devices that can run the layer; what is left for the NPU.
Mapping any_mapping(const platforms::Platform& p, const Network& network) {
  const models::Devices devices = models::make_devices(p.hardware);
  const ActiveDevices all = all_macros(devices);
  Mapping mapping{"random", all, {}};
  for (const workloads::LayerShape& shape : layer_shapes(network)) {
    std::vector<std::int64_t> channels(devices.size());
    channels[platforms::kNpu] = shape.output.channels;
    for (DeviceId id = 1; id < devices.size(); ++id) {
      const auto own = *rc::gen::elementOf(channel_choices(*devices[id], shape));
      if (own > channels[platforms::kNpu]) continue;
      channels[id] = own;
      channels[platforms::kNpu] -= own;
    }
    mapping.layers.push_back(split_of(channels, all));
  }
  return mapping;
}

struct Case {
  platforms::Platform platform = any_platform();
  Network network = any_network();
  Mapping mapping = any_mapping(platform, network);
};

std::int64_t link_bytes(const platforms::Hardware& hardware, const JobResult& r) {
  return hardware.noc.duplex == platforms::Duplex::half
             ? r.noc_read_bytes + r.noc_write_bytes
             : std::max(r.noc_read_bytes, r.noc_write_bytes);
}

double peak_macs_per_second(const platforms::Hardware& hardware, const Split& split) {
  const models::Devices devices = models::make_devices(hardware);
  double peak = 0;
  for (DeviceId id = 0; id < devices.size(); ++id) {
    if (split.channels(id) > 0) peak += devices[id]->peak_macs_per_s(split.shares.at(id));
  }
  return peak;
}

std::int64_t counted_macs(const models::Counts& counts) {
  std::int64_t macs = counts[Event::npu_mac] + counts[Event::cim_mac];
  for (std::size_t i = 0; i < counts.listed(); ++i) {
    macs += counts.of_listed(i, Event::npu_mac) + counts.of_listed(i, Event::cim_mac);
  }
  return macs;
}

void check_layer(const Case& c, const LayerReport& layer, const workloads::LayerShape& shape) {
  const JobResult& r = layer.result;
  const platforms::Hardware& hw = c.platform.hardware;
  for (const Picoseconds busy : r.busy) RC_ASSERT(busy.count >= 0 && busy <= r.time);
  RC_ASSERT(r.noc_busy.count >= 0 && r.noc_busy <= r.time);
  RC_ASSERT(r.time >= models::transfer_time(link_bytes(hw, r), hw.noc.bandwidth));
  const double useful = static_cast<double>(tests::useful_macs(shape));
  RC_ASSERT(to_seconds(r.time) * peak_macs_per_second(hw, layer.split) >= useful * (1 - 1e-9));
  RC_ASSERT(counted_macs(r.counts) == workloads::macs(shape));
  if (workloads::is_view(shape.op)) {
    RC_ASSERT(r.time.count == 0);
    return;
  }
  RC_ASSERT(layer.energy_j.total() > 0);
  RC_ASSERT(r.counts[Event::noc_byte] >= shape.output.elements());
  const std::int64_t maps = r.counts[Event::sram_byte] + r.counts[Event::external_byte];
  const bool ride = hw.npu.weights_port == platforms::WeightsPort::noc;
  RC_ASSERT(r.counts[Event::noc_byte] == maps + (ride ? r.counts[Event::weight_byte] : 0));
}

void check_tenures(const Case& c, const models::Timeline& timeline) {
  if (c.platform.hardware.noc.exclusivity == platforms::Exclusivity::none) return;
  std::vector<models::Interval> holds;
  for (const models::Interval& i : timeline) {
    if (i.lane == models::Lane::noc_tenure) holds.push_back(i);
  }
  std::sort(holds.begin(), holds.end(),
            [](const auto& a, const auto& b) { return a.begin < b.begin; });
  for (std::size_t i = 1; i < holds.size(); ++i) RC_ASSERT(holds[i - 1].end <= holds[i].begin);
}

void check(const Case& c) {
  LayerCosts costs(c.platform.hardware);
  const std::vector<JobResult> fold = simulate_layers(costs, c.network, c.mapping);
  models::Timeline timeline;
  RC_ASSERT(run_network(c.platform.hardware, c.network, c.mapping, timeline) == fold);
  check_tenures(c, timeline);
  const Report report = make_report(c.platform, c.network, c.mapping, fold);
  double sum = 0;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    check_layer(c, report.layers[i], workloads::layer_shape(c.network, c.network.layers[i]));
    sum += report.layers[i].energy_j.total();
  }
  RC_ASSERT(std::abs(sum - report.energy_j.total()) <= 1e-12 * sum);
}

TEST(Property, InvariantsHoldForRandomNetworksPlatformsAndSplits) {
  EXPECT_TRUE(rc::check([] { check(Case{}); }));
}

TEST(Property, ASplitLayerTakesAtLeastAsLongAsEachSideAlone) {
  EXPECT_TRUE(rc::check([] {
    const Case c;
    if (c.platform.hardware.noc.exclusivity == platforms::Exclusivity::none) return;
    LayerCosts costs(c.platform.hardware);
    for (const auto& [stripe, job] : stripe_jobs(c.platform.hardware, c.network, c.mapping)) {
      const Picoseconds all = costs.cost(job).time;
      for (DeviceId id = 0; id < job.split.shares.size(); ++id) {
        const std::int64_t own = job.split.channels(id);
        if (own == 0 || own == job.layer.output.channels) continue;
        LayerJob alone = job;
        alone.layer = share_of(job.layer, own);
        alone.split.shares.assign(job.split.shares.size(), Share{});
        alone.split.shares[id] = job.split.shares[id];
        RC_ASSERT(all >= costs.cost(alone).time);
      }
    }
  }));
}

TEST(Property, AutoIsNeverWorseThanASingleDevice) {
  EXPECT_TRUE(rc::check([] {
    const Case c;
    LayerCosts costs(c.platform.hardware);
    const auto time = [&](Strategy strategy) {
      Picoseconds sum;
      const Mapping mapping = testing::mapped(costs, c.platform, c.network, strategy);
      for (const JobResult& r : simulate_layers(costs, c.network, mapping)) sum += r.time;
      return sum;
    };
    const Picoseconds best = time(Strategy::automatic);
    RC_ASSERT(best <= time(Strategy::npu));
    RC_ASSERT(best <= time(Strategy::cim));
  }));
}

}  // namespace
}  // namespace h4h::sim
