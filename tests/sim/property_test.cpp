#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fmt/format.h>

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

platforms::Platform any_platform() {
  const auto pick = [](std::vector<std::string> values) { return *rc::gen::elementOf(values); };
  return testing::platform(
      pick({"h4h-7nm", "ethos-u55-high-end", "alif-ensemble-hp"}),
      {"npu.macs_per_cycle=" + pick({"32", "64", "128", "256"}),
       "npu.weights.port=" + pick({"noc", "private"}), "cim.macros=" + pick({"1", "2", "3", "8"}),
       "cim.compute_units=" + pick({"1", "3", "4"}), "cim.step=" + pick({"2 ns", "9 ns"}),
       "cim.stream_buffer=" + pick({"256 B", "8 KiB"}),
       "cim.dynamic_operands.size=" + pick({"0 B", "64 KiB"}),
       "npu.dynamic_matmul.rule=" + pick({"weights", "arm", "dense"}),
       "cim.capacity=" + pick({"enforce", "ignore"}),
       "noc.bandwidth=" + pick({"1 GB/s", "3.3 GB/s", "8 GB/s"}),
       "noc.duplex=" + pick({"half", "full"}), "noc.warm_up=" + pick({"0 ns", "40 ns"}),
       "noc.exclusivity=" + pick({"tenure", "layer", "none"}),
       "sram.size=" + pick({"4 KiB", "2 MiB"}), "sram.bandwidth=" + pick({"2 GB/s", "8 GB/s"})});
}

// A split at random, for layers that macros can run.
Mapping any_mapping(const platforms::Platform& p, const Network& network) {
  const auto macros = models::make_devices(p.hardware).at(platforms::kCim);
  const std::int64_t all_macros = p.hardware.cim.macros, all_units = p.hardware.cim.compute_units;
  Mapping mapping{"random", {{{}, {all_macros, all_units}}}, {}};
  for (const workloads::Layer& layer : network.layers) {
    const workloads::LayerShape shape = workloads::layer_shape(network, layer);
    const auto choices = channel_choices(*macros, shape);
    const std::int64_t cim = *rc::gen::elementOf(choices);
    const std::int64_t npu = shape.output.channels - cim;
    mapping.layers.push_back(cim == 0 ? split_between(npu, 0, 0, 0)
                                      : split_between(npu, cim, all_macros, all_units));
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
  const double npu = static_cast<double>(hardware.npu.macs_per_cycle * hardware.npu.clock_hz);
  const Share& macros = split.shares.at(platforms::kCim);
  const double cim = static_cast<double>(macros.macros * macros.units * hardware.cim.accumulators *
                                         hardware.cim.products) *
                     1e12 / static_cast<double>(hardware.cim.step_ps);
  return (split.channels(platforms::kNpu) > 0 ? npu : 0) + cim;
}

void check_layer(const Case& c, const LayerReport& layer, const workloads::LayerShape& shape) {
  const JobResult& r = layer.result;
  const platforms::Hardware& hw = c.platform.hardware;
  RC_ASSERT(r.busy_of(platforms::kNpu).count >= 0 && r.busy_of(platforms::kCim).count >= 0 &&
            r.noc_busy.count >= 0);
  RC_ASSERT(r.busy_of(platforms::kNpu) <= r.time && r.busy_of(platforms::kCim) <= r.time &&
            r.noc_busy <= r.time);
  RC_ASSERT(r.time >= models::transfer_time(link_bytes(hw, r), hw.noc.bandwidth));
  const double useful = static_cast<double>(tests::useful_macs(shape));
  RC_ASSERT(to_seconds(r.time) * peak_macs_per_second(hw, layer.split) >= useful * (1 - 1e-9));
  RC_ASSERT(r.counts[Event::npu_mac] + r.counts[Event::cim_mac] == workloads::macs(shape));
  if (workloads::is_view(shape.op)) {
    RC_ASSERT(r.time.count == 0);
    return;
  }
  RC_ASSERT(layer.energy_j.total() > 0);
  RC_ASSERT(r.counts[Event::noc_byte] >= shape.output.elements());
  const bool ride = hw.npu.weights_port == platforms::WeightsPort::noc;
  RC_ASSERT(r.counts[Event::noc_byte] == r.counts[Event::sram_byte] +
                                             r.counts[Event::external_byte] +
                                             (ride ? r.counts[Event::weight_byte] : 0));
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
      if (job.split.channels(platforms::kNpu) == 0 || job.split.channels(platforms::kCim) == 0)
        continue;
      LayerJob npu = job, cim = job;
      npu.layer = share_of(job.layer, job.split.channels(platforms::kNpu));
      npu.split = split_between(job.split.channels(platforms::kNpu), 0, 0, 0);
      cim.layer = share_of(job.layer, job.split.channels(platforms::kCim));
      cim.split.shares.at(platforms::kNpu) = {};
      const Picoseconds both = costs.cost(job).time;
      RC_ASSERT(both >= costs.cost(npu).time);
      RC_ASSERT(both >= costs.cost(cim).time);
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
