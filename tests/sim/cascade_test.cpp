#include "sim/network/cascade.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "sim/mapping/mapping_file.hpp"
#include "sim/network/placement.hpp"
#include "sim/report/report.hpp"
#include "tests/sim/support.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using testing::platform;
using workloads::Activation;
using workloads::Conv2d;
using workloads::DepthwiseConv2d;
using workloads::Network;
using workloads::NetworkBuilder;
using workloads::Rows;

workloads::Window window(std::int64_t kernel, std::int64_t stride) {
  const std::int64_t pad = (kernel - 1) / 2;
  return {kernel, kernel, stride, stride, 1, 1, {pad, pad, pad, pad}};
}

// Two inverted residuals, the first with a shortcut, and a mean.
Network residuals() {
  NetworkBuilder b("residuals");
  const auto in = b.input("in", {30, 30, 16});
  const auto e = b.add("expand", Conv2d{64, window(1, 1), Activation::relu6}, {in});
  const auto d = b.add("depthwise", DepthwiseConv2d{1, window(3, 1), Activation::relu6}, {e});
  const auto p = b.add("project", Conv2d{16, window(1, 1)}, {d});
  const auto a = b.add("add", workloads::Elementwise{}, {p, in});
  const auto e2 = b.add("expand2", Conv2d{64, window(1, 1), Activation::relu6}, {a});
  const auto d2 = b.add("depthwise2", DepthwiseConv2d{1, window(3, 2), Activation::relu6}, {e2});
  const auto p2 = b.add("project2", Conv2d{24, window(1, 1)}, {d2});
  b.output(b.add("mean", workloads::Mean{true, true, false}, {p2}));
  return std::move(b).build();
}

// Every row of every layer once, from the top, and none before the rows that it reads.
void expect_in_order(const Network& network, const std::vector<Stripe>& stripes) {
  std::map<workloads::TensorId, std::int64_t> made;
  for (const workloads::TensorId id : network.inputs) {
    made[id] = network.tensors[id].shape.height;
  }
  for (const Stripe& stripe : stripes) {
    const workloads::Layer& layer = network.layers[stripe.layer];
    const workloads::LayerShape shape = workloads::layer_shape(network, layer);
    EXPECT_EQ(stripe.rows.begin, made[layer.output]) << layer.name;
    const bool whole = stripe.rows.size() == shape.output.height;
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      const std::int64_t needed =
          whole ? shape.inputs[i].height : workloads::input_rows(shape, i, stripe.rows).end;
      EXPECT_LE(needed, made[layer.inputs[i]]) << layer.name;
    }
    made[layer.output] = stripe.rows.end;
  }
  for (const workloads::Layer& layer : network.layers) {
    EXPECT_EQ(made[layer.output], network.tensors[layer.output].shape.height) << layer.name;
  }
}

TEST(Cascade, StripesMakeEveryRowOnceAndInOrder) {
  const Network network = residuals();
  for (const Cascade& cascade :
       std::vector<Cascade>{{0, 2, 1}, {0, 3, 4}, {1, 6, 1}, {0, 6, 5}, {4, 6, 15}}) {
    const std::vector<Stripe> stripes = stripes_of(network, {cascade});
    expect_in_order(network, stripes);
  }
  expect_in_order(network, stripes_of(network, {{0, 2, 7}, {4, 5, 3}}));
}

TEST(Cascade, RollingBuffersHoldTheRowsOfAWindowAndOfAShortcut) {
  const Network network = residuals();
  // A row of project: three of expand, of depthwise the row itself.
  EXPECT_EQ(rolling_rows(network, {0, 2, 1}), (std::vector<std::int64_t>{3, 1}));
  // Four rows more: six that the window reads, four that are new.
  EXPECT_EQ(rolling_rows(network, {0, 2, 4}), (std::vector<std::int64_t>{6, 4}));
  // The shortcut to `add` comes from outside; a row at stride 2 reads three of expand2.
  EXPECT_EQ(rolling_rows(network, {3, 6, 1}), (std::vector<std::int64_t>{2, 3, 1}));
}

TEST(Cascade, ABufferOfTheShortcutLastsUntilItIsAdded) {
  NetworkBuilder b("inside");
  const auto in = b.input("in", {16, 16, 16});
  const auto first = b.add("first", Conv2d{16, window(1, 1)}, {in});
  const auto wide = b.add("wide", Conv2d{16, window(7, 1)}, {first});
  b.output(b.add("sum", workloads::Elementwise{}, {wide, first}));
  const Network network = std::move(b).build();
  // Seven rows of `first` behind a row of `wide`; the one that is added is among them.
  EXPECT_EQ(rolling_rows(network, {0, 2, 1}), (std::vector<std::int64_t>{7, 1}));
}

TEST(Cascade, TakesTheBytesOfItsRollingBuffers) {
  const Network network = residuals();
  const Placement p = place_in_sram(network, {{0, 2, 4}});
  const std::int64_t in = 30 * 30 * 16, out = 30 * 30 * 16;  // the input is NHWC, 16 channels
  const std::int64_t rolling = (6 + 4) * 30 * 64;
  EXPECT_EQ(p.alive_bytes[0], in + out + rolling);
  EXPECT_EQ(p.alive_bytes[2], in + out + rolling);
  EXPECT_LT(p.alive_bytes[1], place_in_sram(network).alive_bytes[1]);
  EXPECT_EQ(p.alive_bytes[4], place_in_sram(network).alive_bytes[4]);
}

TEST(Cascade, KeepsItsRollingBuffersWhereItsInputAndOutputSpill) {
  const Network network = residuals();
  const std::int64_t rolling = (6 + 4) * 30 * 64;
  const Placement p = place_with_spills(network, rolling, {{0, 2, 4}});
  EXPECT_EQ(p.alive_bytes[0], rolling);
  EXPECT_EQ(p.levels[network.layers[0].output], MemoryLevel::sram);
  EXPECT_EQ(p.levels[network.layers[2].output], MemoryLevel::external);
  // With less than its buffers take, they must go too.
  EXPECT_LE(place_with_spills(network, rolling - 1, {{0, 2, 4}}).alive_bytes[0], rolling - 1);
}

TEST(Cascade, SaysWhyLayersCannotRunInStripes) {
  const CascadeRules rules(residuals());
  EXPECT_EQ(rules.refusal(0, 3), "");
  EXPECT_EQ(rules.refusal(2, 2), "a cascade needs at least two layers");
  EXPECT_EQ(rules.refusal(5, 7), "layer 'mean' cannot run in stripes: mean does not work by rows");
  EXPECT_EQ(rules.longest(0), 6U);
  EXPECT_EQ(rules.longest(6), 6U);
  NetworkBuilder b("branch");
  const auto in = b.input("in", {8, 8, 16});
  const auto a = b.add("a", Conv2d{16, window(3, 1)}, {in});
  const auto c = b.add("c", Conv2d{16, window(3, 1)}, {a});
  const auto d = b.add("d", Conv2d{16, window(3, 1)}, {c});
  b.output(b.add("sum", workloads::Elementwise{}, {d, a}));
  EXPECT_EQ(CascadeRules(std::move(b).build()).refusal(0, 1),
            "the output of layer 'a' is used after layer 'c', the last one");
}

TEST(Cascade, ThatCannotRunIsAnError) {
  const Network network = residuals();
  for (const std::vector<Cascade>& wrong : std::vector<std::vector<Cascade>>{
           {{0, 7, 1}}, {{0, 9, 1}}, {{0, 2, 0}}, {{0, 2, 31}}, {{0, 3, 1}, {3, 4, 1}}}) {
    EXPECT_THROW(stripes_of(network, wrong), std::invalid_argument);
  }
}

// In stripes that compute their halo again.
Cascade anew(std::size_t first, std::size_t last, std::int64_t rows) {
  return {first, last, rows, platforms::Halo::recompute};
}

// Six layers of 3x3 windows on a map of 20 rows.
Network windows() {
  NetworkBuilder b("windows");
  auto last = b.input("in", {20, 20, 16});
  for (const char* const name : {"a", "b", "c", "d", "e", "f"}) {
    last = b.add(name, Conv2d{16, window(3, 1)}, {last});
  }
  b.output(last);
  return std::move(b).build();
}

TEST(CascadeHalo, EveryStripeComputesARowMoreOnEitherSideForEachLayerBehind) {
  constexpr std::int64_t kHeight = 20, kLast = 5;
  for (const std::int64_t rows : {1, 3, 7, 20}) {
    std::vector<std::int64_t> made(kLast + 1, 0), expected(kLast + 1, 0), most(kLast, 0);
    for (const Stripe& stripe : stripes_of(windows(), {anew(0, kLast, rows)})) {
      made[stripe.layer] += stripe.rows.size();
    }
    for (std::int64_t from = 0; from < kHeight; from += rows) {
      for (std::int64_t layer = 0; layer <= kLast; ++layer) {
        const std::int64_t halo = kLast - layer;
        const std::int64_t size = std::min(kHeight, std::min(kHeight, from + rows) + halo) -
                                  std::max<std::int64_t>(0, from - halo);
        expected[static_cast<std::size_t>(layer)] += size;
        if (layer == kLast) continue;
        std::int64_t& buffer = most[static_cast<std::size_t>(layer)];
        buffer = std::max(buffer, size);
      }
    }
    EXPECT_EQ(made, expected) << rows;
    EXPECT_EQ(rolling_rows(windows(), anew(0, kLast, rows)), most) << rows;
  }
}

// Every row, and none before the rows that it reads were made in the same stripe.
TEST(CascadeHalo, StripesMakeEveryRowFromRowsOfTheSameStripe) {
  const Network network = residuals();
  for (const Cascade& cascade :
       std::vector<Cascade>{anew(0, 2, 1), anew(0, 3, 4), anew(1, 6, 1), anew(0, 6, 4)}) {
    std::map<workloads::TensorId, Rows> now;
    std::vector<std::vector<bool>> made(network.layers.size());
    for (const Stripe& stripe : cascade_stripes(network, cascade)) {
      const workloads::Layer& layer = network.layers[stripe.layer];
      const workloads::LayerShape shape = workloads::layer_shape(network, layer);
      for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
        if (now.count(layer.inputs[i]) == 0) continue;  // from outside
        const Rows needed = workloads::input_rows(shape, i, stripe.rows);
        EXPECT_LE(now[layer.inputs[i]].begin, needed.begin) << layer.name;
        EXPECT_GE(now[layer.inputs[i]].end, needed.end) << layer.name;
      }
      now[layer.output] = stripe.rows;
      made[stripe.layer].resize(static_cast<std::size_t>(shape.output.height), false);
      for (std::int64_t row = stripe.rows.begin; row < stripe.rows.end; ++row) {
        made[stripe.layer][static_cast<std::size_t>(row)] = true;
      }
    }
    for (std::size_t i = cascade.first; i <= cascade.last; ++i) {
      EXPECT_EQ(std::count(made[i].begin(), made[i].end(), false), 0) << network.layers[i].name;
    }
  }
}

TEST(CascadeHalo, BuffersOfLayersThatAreNoNeighboursUseTheSameBytes) {
  const Placement p = place_in_sram(windows(), {anew(0, 5, 1)});
  const std::int64_t row = 20 * 16, outside = 2 * 20 * row;  // NHWC and NHWCB16 are alike here
  const std::vector<std::int64_t> rows{11, 9, 7, 5, 3};      // of the buffers of a .. e
  for (std::size_t i = 0; i < 6; ++i) {
    const std::int64_t read = i == 0 ? 0 : rows[i - 1], made = i == 5 ? 0 : rows[i];
    EXPECT_EQ(p.alive_bytes[i], outside + (read + made) * row) << i;
  }
  EXPECT_EQ(alive_in(p, {0, 5, 1}), outside + (11 + 9) * row);
}

class CascadeRun : public ::testing::Test {
 protected:
  // With cascades of its own, split over both devices where that is possible.
  Mapping mapping(const std::vector<Cascade>& cascades) {
    Mapping m = testing::mapped(costs_, platform_, network_, Strategy::automatic);
    m.cascades = cascades;
    return m;
  }

  platforms::Platform platform_ = platform("h4h-7nm");
  Network network_ = residuals();
  LayerCosts costs_{platform_.hardware};
};

TEST_F(CascadeRun, InOneKernelTakesTheSumOfItsStripes) {
  for (const std::vector<Cascade>& cascades :
       std::vector<std::vector<Cascade>>{{{0, 3, 4}},
                                         {{0, 2, 1}, {4, 6, 2}},
                                         {anew(0, 3, 4)},
                                         {anew(0, 6, 1)},
                                         {anew(0, 2, 3), anew(3, 6, 2)}}) {
    const Mapping m = mapping(cascades);
    models::Timeline timeline;
    const std::vector<JobResult> fold = simulate_layers(costs_, network_, m);
    EXPECT_EQ(run_network(platform_.hardware, network_, m, timeline), fold);
    EXPECT_EQ(timeline.layers().size(), stripes_of(network_, cascades).size());
    models::Picoseconds time;
    for (const JobResult& r : model_stripes(costs_, network_, m)) time += r.time;
    EXPECT_EQ(timeline.layers().back().end, time);
  }
}

TEST_F(CascadeRun, DoesTheMacsOfTheNetwork) {
  const Mapping m = mapping({{0, 6, 3}});
  const Report r = make_report(platform_, network_, m, simulate_layers(costs_, network_, m));
  EXPECT_EQ(r.counts[Event::npu_mac] + r.counts[Event::cim_mac], workloads::macs(network_));
  ASSERT_EQ(r.cascades.size(), 1U);
  EXPECT_EQ(r.cascades[0].first, "expand");
  EXPECT_EQ(r.cascades[0].last, "project2");
  EXPECT_EQ(r.cascades[0].stripes, 5);
  EXPECT_LT(r.cascades[0].activation_bytes, r.cascades[0].whole_bytes);
  EXPECT_EQ(r.layers[3].activation_bytes, r.cascades[0].activation_bytes);
  EXPECT_LE(r.peak_run_bytes, r.peak_activation_bytes);
  EXPECT_EQ(r.layers[3].sram_bytes, r.cascades[0].activation_bytes) << "nothing spills";
}

TEST_F(CascadeRun, OfOneStripeIsTheLayers) {
  const std::vector<JobResult> whole = simulate_layers(costs_, network_, mapping({}));
  EXPECT_EQ(simulate_layers(costs_, network_, mapping({{0, 3, 30}})), whole);
  EXPECT_EQ(simulate_layers(costs_, network_, mapping({anew(0, 3, 30)})), whole);
}

// Of a row: one of `project`, one of `depthwise`, three of `expand`, all that touch the map.
TEST_F(CascadeRun, CountsTheMacsOfTheHaloAgain) {
  const Mapping m = mapping({anew(0, 2, 1)});
  const Report r = make_report(platform_, network_, m, simulate_layers(costs_, network_, m));
  const std::int64_t expand = 30 * 30 * 16 * 64;
  EXPECT_EQ(r.counts[Event::npu_mac] + r.counts[Event::cim_mac],
            workloads::macs(network_) + expand * (3 * 30 - 2 - 30) / 30);
  ASSERT_EQ(r.cascades.size(), 1U);
  EXPECT_EQ(r.cascades[0].stripes, 30);
}

class CascadeFile : public CascadeRun {
 protected:
  Pins parse(const std::string& cascades) {
    return parse_mapping("layers: []\ncascades:" + cascades, "m.yaml",
                         models::make_devices(platform_.hardware), network_);
  }
  std::string error(const std::string& cascades) {
    try {
      parse(cascades);
    } catch (const MappingFileError& e) {
      return e.what();
    }
    return {};
  }
};

TEST_F(CascadeFile, PinsWhatAMappingHad) {
  const Mapping m = mapping({{0, 2, 7}, {4, 6, 3}});
  const models::Devices devices = models::make_devices(platform_.hardware);
  const Pins pins = parse_mapping(mapping_text(devices, network_, m), "m.yaml", devices, network_);
  EXPECT_EQ(pins.cascades, m.cascades);
  const MappingResult again =
      map_network(costs_, platform_, network_, Strategy::automatic, Objective::latency, pins);
  EXPECT_EQ(std::get<Mapping>(again).cascades, m.cascades);
}

TEST_F(CascadeFile, MayPinThatThereIsNone) {
  EXPECT_EQ(parse(" []").cascades, std::vector<Cascade>{});
  EXPECT_EQ(
      parse_mapping("layers: []", "m.yaml", models::make_devices(platform_.hardware), network_)
          .cascades,
      std::nullopt);
}

TEST_F(CascadeFile, ErrorsNameTheLineAndWhatIsAllowed) {
  EXPECT_EQ(error(" 3"), "m.yaml:2: cascades must be a list");
  EXPECT_EQ(error("\n  - {first: expand, last: gone, rows: 1}"),
            "m.yaml:3: cascades: last: layer 'gone' is not in residuals; `h4h network show` lists "
            "those that are");
  EXPECT_NE(error("\n  - {first: expand, last: project, rows: 31}").find("1..30"),
            std::string::npos);
  EXPECT_EQ(error("\n  - {first: depthwise2, last: mean, rows: 1}"),
            "m.yaml:3: cascades: layer 'mean' cannot run in stripes: mean does not work by rows");
  EXPECT_EQ(
      error("\n  - {first: expand, last: add, rows: 2}\n  - {first: add, last: expand2, rows: 1}"),
      "m.yaml:4: cascades: must be in file order, and not overlap");
}

}  // namespace
}  // namespace h4h::sim
