#include "sim/network/views.hpp"

#include <gtest/gtest.h>

#include "sim/mapping/shares.hpp"
#include "sim/network/placement.hpp"
#include "tests/sim/support.hpp"

namespace h4h::sim {
namespace {

using models::Layout;
using workloads::Activation;
using workloads::Axis;
using workloads::Concat;
using workloads::Conv2d;
using workloads::Network;
using workloads::NetworkBuilder;
using workloads::Slice;
using workloads::TensorId;

TensorId conv(NetworkBuilder& b, const std::string& name, TensorId in, std::int64_t channels = 16) {
  return b.add(name, Conv2d{channels, {}, Activation::relu}, {in});
}

bool is_view(const Network& network, const std::string& name) {
  const Views views = views_of(network);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (network.layers[i].name == name) return views.layers[i];
  }
  ADD_FAILURE() << name;
  return false;
}

// Two convolutions, joined and read by a third.
Network joined(std::int64_t channels) {
  NetworkBuilder b("joined");
  const TensorId in = b.input("in", {8, 8, 16});
  const TensorId one = conv(b, "one", in, channels), two = conv(b, "two", in, channels);
  b.output(conv(b, "three", b.add("join", Concat{}, {one, two})));
  return std::move(b).build();
}

TEST(Views, AConcatIsWrittenByItsProducers) {
  const Network net = joined(16);
  EXPECT_TRUE(is_view(net, "join"));
  const Views views = views_of(net);
  const TensorId whole = net.layers[2].output;
  EXPECT_EQ(views.stored_in[net.layers[0].output], whole);
  EXPECT_EQ(views.stored_in[net.layers[1].output], whole);
  EXPECT_EQ(views.stored_in[whole], whole);
}

TEST(Views, AConcatTakesItsMemoryFromTheFirstProducerOn) {
  const Placement p = place_in_sram(joined(16));
  // The input, and 32 channels for both producers; then those and the output.
  EXPECT_EQ(p.peak_bytes, 8 * 8 * (16 + 32));
  EXPECT_EQ(p.peak_at, "layer 'one'");
}

TEST(Views, PartsInsideAGroupOfChannelsNeedTheirMapInOrder) {
  const Network aligned = joined(16), odd = joined(24);
  EXPECT_EQ(place_in_sram(aligned).layouts[aligned.layers[2].output], Layout::nhcwb16);
  EXPECT_EQ(place_in_sram(odd).layouts[odd.layers[2].output], Layout::nhwc);
  EXPECT_EQ(place_in_sram(odd).layouts[odd.layers[0].output], Layout::nhwc);
}

TEST(Views, AConcatOfWhatOthersReadOrOfInputsIsCopied) {
  NetworkBuilder b("copied");
  const TensorId in = b.input("in", {8, 8, 16});
  const TensorId one = conv(b, "one", in), two = conv(b, "two", one);
  b.add("of a read one", Concat{}, {one, two});
  b.add("of an input", Concat{}, {in, conv(b, "three", in)});
  const TensorId four = conv(b, "four", in);
  b.add("twice", Concat{}, {four, four});
  b.output(b.add("of a view", Concat{Axis::width},
                 {b.add("flat", workloads::Reshape{{1, 64, 16}}, {conv(b, "five", in)})}));
  const Network net = std::move(b).build();
  for (const char* name : {"of a read one", "of an input", "twice", "of a view"}) {
    EXPECT_FALSE(is_view(net, name)) << name;
  }
}

TEST(Views, ASliceIsReadFromAnOffset) {
  NetworkBuilder b("sliced");
  const TensorId in = b.input("in", {8, 8, 16});
  const TensorId all = conv(b, "all", in, 32);
  const TensorId low = b.add("low", Slice{{0, 0, 0}, {8, 8, 16}, {1, 1, 1}}, {all});
  const TensorId high = b.add("high", Slice{{0, 0, 16}, {8, 8, 16}, {1, 1, 1}}, {all});
  const TensorId steps = b.add("steps", Slice{{0, 0, 0}, {4, 8, 16}, {2, 1, 1}}, {low});
  const TensorId rows = b.add("rows", Slice{{0, 0, 0}, {4, 8, 16}, {1, 1, 1}}, {high});
  const TensorId flat = b.add("flat", Slice{{4, 0, 0}, {4, 8, 16}, {1, 1, 1}}, {high});
  b.add("reshape", workloads::Reshape{{1, 32, 16}}, {flat});
  const TensorId end = b.add("end", Slice{{0, 0, 0}, {4, 8, 16}, {1, 1, 1}}, {low});
  b.output(conv(b, "last", b.add("sum", workloads::Elementwise{}, {steps, rows})));
  b.output(end);
  const Network net = std::move(b).build();
  for (const char* name : {"low", "high", "rows", "reshape"}) {
    EXPECT_TRUE(is_view(net, name)) << name;
  }
  EXPECT_FALSE(is_view(net, "steps"));
  EXPECT_FALSE(is_view(net, "flat")) << "a reshape keeps the order of all elements";
  EXPECT_FALSE(is_view(net, "end")) << "somebody outside reads it";
  const Views views = views_of(net);
  EXPECT_EQ(views.stored_in[rows], all);
  EXPECT_EQ(place_in_sram(net).layouts[all], Layout::nhcwb16);
}

TEST(Views, CostNothing) {
  const platforms::Platform chip = testing::platform("ethos-u55-high-end");
  const Network net = joined(16);
  LayerCosts costs(chip.hardware);
  Mapping mapping{"npu", {}, {}};
  for (const workloads::Layer& layer : net.layers) {
    mapping.layers.push_back(sim::on_npu(costs.devices(), layer_shape(net, layer)));
  }
  const std::vector<JobResult> results = simulate_layers(costs, net, mapping);
  EXPECT_EQ(results[2].time.count, 0);
  EXPECT_GT(results[3].time.count, 0);
}

}  // namespace
}  // namespace h4h::sim
