#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "workloads/fuse/fuse.hpp"

namespace h4h::workloads {
namespace {

using Names = std::vector<std::string>;

Names operators(const Network& net) {
  Names names;
  for (const Layer& layer : net.layers) {
    if (!is_view(layer.op)) names.emplace_back(op_name(layer.op));
  }
  return names;
}

// A network whose layers are written one behind the other.
class Writer {
 public:
  explicit Writer(const Shape& shape = {1, 20, 16}) { x = net.input("x", shape); }

  TensorId add(const Op& op, const std::vector<TensorId>& inputs) {
    const TensorId made =
        net.add(std::string(op_name(op)) + std::to_string(net.layers()), op, inputs);
    net.last_layer().file_index = net.layers() - 1;
    return made;
  }
  // Of two tensors, and of one and a constant.
  TensorId sum(TensorId a, TensorId b) { return add(Elementwise{ElementwiseKind::add}, {a, b}); }
  TensorId sum(TensorId a) { return add(Elementwise{ElementwiseKind::add}, {a}); }
  TensorId difference(TensorId a, TensorId b) {
    return add(Elementwise{ElementwiseKind::sub}, {a, b});
  }
  TensorId product(TensorId a, TensorId b) {
    return add(Elementwise{ElementwiseKind::mul}, {a, b});
  }
  TensorId product(TensorId a) { return add(Elementwise{ElementwiseKind::mul}, {a}); }
  TensorId quotient(TensorId a, TensorId b) {
    return add(Elementwise{ElementwiseKind::div}, {a, b});
  }
  TensorId unary(UnaryKind kind, TensorId a) { return add(Unary{kind}, {a}); }
  TensorId activate(Activation function, TensorId a) { return add(Activate{function}, {a}); }
  TensorId mean(TensorId a) { return add(Mean{false, false, true}, {a}); }

  Network fused(TensorId output) {
    net.output(output);
    return fuse(std::move(net).build());
  }

  NetworkBuilder net{"net"};
  TensorId x = 0;
};

TEST(Fuse, LayerNormOfPyTorch) {
  Writer w;
  const TensorId centred = w.difference(w.x, w.mean(w.x));
  const TensorId variance = w.sum(w.mean(w.unary(UnaryKind::square, centred)));
  const TensorId normal = w.quotient(centred, w.unary(UnaryKind::sqrt, variance));
  const Network net = w.fused(w.sum(w.product(normal)));
  ASSERT_EQ(operators(net), (Names{"layer_norm"}));
  EXPECT_EQ(net.layers[0].name, "add8");
  EXPECT_EQ(net.layers[0].file_index, 8u);
  EXPECT_EQ(net.folded.size(), 8u);
  EXPECT_EQ(net.folded[0].into, "add8");
  EXPECT_EQ(net.tensors.size(), 2u);
}

TEST(Fuse, LayerNormOfTensorFlow) {
  Writer w;
  const TensorId mean = w.mean(w.x);
  const TensorId squares = w.add(Elementwise{ElementwiseKind::squared_difference}, {w.x, mean});
  const TensorId gain = w.product(w.unary(UnaryKind::rsqrt, w.sum(w.mean(squares))));
  const TensorId offset = w.add(Elementwise{ElementwiseKind::sub}, {w.product(mean, gain)});
  EXPECT_EQ(operators(w.fused(w.sum(w.product(w.x, gain), offset))), (Names{"layer_norm"}));
}

TEST(Fuse, RmsNorm) {
  Writer w;
  const TensorId squares = w.sum(w.mean(w.product(w.x, w.x)));
  const TensorId normal = w.product(w.x, w.unary(UnaryKind::rsqrt, squares));
  EXPECT_EQ(operators(w.fused(w.product(normal))), (Names{"rms_norm"}));
}

TEST(Fuse, ANormOfOtherAxesStays) {
  Writer w({4, 20, 16});
  const TensorId mean = w.add(Mean{true, true, false}, {w.x});
  const TensorId centred = w.difference(w.x, mean);
  const TensorId variance =
      w.sum(w.add(Mean{true, true, false}, {w.unary(UnaryKind::square, centred)}));
  const Network net = w.fused(w.quotient(centred, w.unary(UnaryKind::sqrt, variance)));
  EXPECT_EQ(operators(net).size(), 7u);
}

TEST(Fuse, APatternOfWhichSomethingElseReadsAPartStays) {
  Writer w;
  const TensorId centred = w.difference(w.x, w.mean(w.x));
  const TensorId variance = w.sum(w.mean(w.unary(UnaryKind::square, centred)));
  w.net.output(variance);
  const Network net = w.fused(w.quotient(centred, w.unary(UnaryKind::sqrt, variance)));
  EXPECT_EQ(operators(net).size(), 7u);
}

TEST(Fuse, GeluByErf) {
  for (const bool half_first : {true, false}) {
    Writer w;
    const TensorId one_plus = w.sum(w.unary(UnaryKind::erf, w.product(w.x)));
    const TensorId y =
        half_first ? w.product(w.product(w.x), one_plus) : w.product(w.product(w.x, one_plus));
    EXPECT_EQ(operators(w.fused(y)), (Names{"gelu"}));
  }
}

TEST(Fuse, GeluByTanh) {
  Writer w;
  const TensorId cube = w.product(w.product(w.x, w.x), w.x);
  const TensorId inner = w.product(w.sum(w.x, w.product(cube)));
  const TensorId one_plus = w.sum(w.activate(Activation::tanh, inner));
  EXPECT_EQ(operators(w.fused(w.product(w.product(w.x), one_plus))), (Names{"gelu"}));
  Writer v;
  const TensorId power = v.product(v.unary(UnaryKind::lookup, v.x));
  const TensorId plus = v.sum(v.activate(Activation::tanh, v.product(v.sum(v.x, power))));
  EXPECT_EQ(operators(v.fused(v.product(v.product(v.x, plus)))), (Names{"gelu"}));
}

TEST(Fuse, GatesByLogistic) {
  Writer w;
  EXPECT_EQ(operators(w.fused(w.product(w.x, w.activate(Activation::logistic, w.x)))),
            (Names{"silu"}));
  Writer v;
  const TensorId gate = v.activate(Activation::logistic, v.product(v.x));
  EXPECT_EQ(operators(v.fused(v.product(gate, v.x))), (Names{"gelu"}));
}

TEST(Fuse, HardSwishAndMish) {
  Writer w;
  EXPECT_EQ(operators(w.fused(w.product(w.x, w.unary(UnaryKind::hard_sigmoid, w.x)))),
            (Names{"hard_swish"}));
  Writer v;
  const TensorId gate = v.activate(Activation::relu6, v.sum(v.x));
  EXPECT_EQ(operators(v.fused(v.product(v.product(v.x, gate)))), (Names{"hard_swish"}));
  Writer u;
  const TensorId soft = u.activate(Activation::tanh, u.unary(UnaryKind::softplus, u.x));
  EXPECT_EQ(operators(u.fused(u.product(u.x, soft))), (Names{"mish"}));
}

TEST(Fuse, AGateByAnotherTensorStays) {
  Writer w;
  const TensorId other = w.add(Conv2d{16, {}, Activation::none}, {w.x});
  const Network net = w.fused(w.product(w.x, w.activate(Activation::logistic, other)));
  EXPECT_EQ(operators(net), (Names{"conv", "logistic", "mul"}));
}

TEST(Fuse, AResidualSumInFrontOfAGeluStays) {
  Writer w;
  const TensorId x = w.sum(w.add(Conv2d{16, {}, Activation::none}, {w.x}), w.x);
  const TensorId one_plus = w.sum(w.unary(UnaryKind::erf, w.product(x)));
  const Network net = w.fused(w.product(w.product(x), one_plus));
  EXPECT_EQ(operators(net), (Names{"conv", "add", "gelu"}));
}

// Attention of 4 heads with 8 channels over 20 tokens, its query, key and value in three slices of
// one tensor.
struct Heads {
  std::int64_t tokens = 20, heads = 4, channels = 8;
};

TensorId split_heads(Writer& w, TensorId in, const Heads& h, bool is_key) {
  const TensorId seen = w.add(Reshape{{h.tokens, h.heads, h.channels}}, {in});
  return w.add(is_key ? Transpose{{Axis::width, Axis::channels, Axis::height}}
                      : Transpose{{Axis::width, Axis::height, Axis::channels}},
               {seen});
}

TensorId attention(Writer& w, const Heads& h, bool has_bias, std::optional<TensorId> mask = {}) {
  std::vector<TensorId> parts;
  for (int i = 0; i < 3; ++i) {
    const Linear linear{h.heads * h.channels, Activation::none, true};
    parts.push_back(split_heads(w, w.add(linear, {w.x}), h, i == 1));
  }
  TensorId scores = w.product(w.add(MatMul{false}, {parts[0], parts[1]}));
  if (has_bias) scores = w.sum(scores);
  if (mask) scores = w.sum(scores, *mask);
  const TensorId weighed = w.add(MatMul{false}, {w.add(Softmax{}, {scores}), parts[2]});
  const TensorId back = w.add(Transpose{{Axis::width, Axis::height, Axis::channels}}, {weighed});
  return w.add(Reshape{{1, h.tokens, h.heads * h.channels}}, {back});
}

TEST(Fuse, AttentionWithAndWithoutABias) {
  for (const bool has_bias : {false, true}) {
    Writer w({1, 20, 32});
    const Heads h;
    const TensorId y = attention(w, h, has_bias);
    const Network net = w.fused(y);
    EXPECT_EQ(operators(net), (Names{"linear", "attention"}));
    const auto fused = std::find_if(net.layers.begin(), net.layers.end(), [](const Layer& l) {
      return std::holds_alternative<Attention>(l.op);
    });
    EXPECT_EQ(std::get<Attention>(fused->op).heads, 4);
    EXPECT_EQ(macs(net), 3 * 20 * 32 * 32 + 2 * 20 * 20 * 32);
  }
}

TEST(Fuse, AttentionWithAMaskThatIsComputedStays) {
  Writer w({1, 20, 32});
  const TensorId mask = w.net.input("mask", {4, 20, 20});
  const Network net = w.fused(attention(w, {}, false, mask));
  const Names names = operators(net);
  EXPECT_EQ(std::count(names.begin(), names.end(), "matmul"), 2);
  EXPECT_EQ(std::count(names.begin(), names.end(), "softmax"), 1);
}

TEST(Fuse, WindowsOfTokensAreHeadsThatDoNotSeeEachOther) {
  // 3 sequences of 20 tokens, one behind the other: [3, 20, 4 x 8].
  Writer w({3, 20, 32});
  const auto split = [&](bool is_key) {
    const TensorId in = w.add(Linear{32, Activation::none, true}, {w.x});
    // [3 x 20, 4, 8] -> [3, 4, 20, 8]
    const TensorId seen = w.add(Reshape{{3, 20, 32}}, {in});
    const TensorId channels = w.add(Transpose{{Axis::height, Axis::channels, Axis::width}}, {seen});
    const TensorId heads = w.add(Reshape{{12, 8, 20}}, {channels});
    if (is_key) return heads;
    return w.add(Transpose{{Axis::height, Axis::channels, Axis::width}}, {heads});
  };
  const TensorId q = split(false), k = split(true), v = split(false);
  const TensorId scores = w.add(Softmax{}, {w.add(MatMul{false}, {q, k})});
  const Network net = w.fused(w.add(MatMul{false}, {scores, v}));
  const Names names = operators(net);
  EXPECT_EQ(std::count(names.begin(), names.end(), "attention"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "matmul"), 0);
  EXPECT_EQ(macs(net), 3 * 60 * 32 * 32 + 2 * 3 * 20 * 20 * 32);
}

TEST(Fuse, TransposesThatUndoEachOtherGo) {
  Writer w({4, 5, 6});
  const TensorId there = w.add(Transpose{{Axis::channels, Axis::height, Axis::width}}, {w.x});
  const TensorId seen = w.add(Reshape{{6, 1, 20}}, {there});
  const TensorId back = w.add(Transpose{{Axis::width, Axis::channels, Axis::height}}, {seen});
  const Network net = w.fused(w.activate(Activation::relu, back));
  EXPECT_EQ(operators(net), (Names{"relu"}));
}

TEST(Fuse, ATransposeAloneStays) {
  Writer w({4, 5, 6});
  const TensorId moved = w.add(Transpose{{Axis::channels, Axis::height, Axis::width}}, {w.x});
  EXPECT_EQ(operators(w.fused(w.activate(Activation::relu, moved))), (Names{"transpose", "relu"}));
}

TEST(Fuse, ClampsJoinWhatMakesTheirInput) {
  Writer w({4, 4, 16});
  const TensorId conv = w.add(Conv2d{16, {}, Activation::none}, {w.x});
  const TensorId relu = w.activate(Activation::relu6, conv);
  const TensorId sum = w.activate(Activation::relu, w.sum(relu, w.x));
  const TensorId table = w.activate(Activation::tanh, sum);
  w.net.output(table);
  const Network net = fuse_activations(std::move(w.net).build());
  ASSERT_EQ(operators(net), (Names{"conv", "add", "tanh"}));
  EXPECT_EQ(activation_of(net.layers[0].op), Activation::relu6);
  EXPECT_EQ(activation_of(net.layers[1].op), Activation::relu);
}

TEST(Fuse, AClampOfAnOutputThatIsReadTwiceStays) {
  Writer w({4, 4, 16});
  const TensorId conv = w.add(Conv2d{16, {}, Activation::none}, {w.x});
  w.net.output(w.sum(w.activate(Activation::relu, conv), conv));
  const Network net = fuse_activations(std::move(w.net).build());
  EXPECT_EQ(operators(net), (Names{"conv", "relu", "add"}));
}

TEST(Fuse, SharedWeightsAndTheHostKeepTheirLayers) {
  Writer w({1, 20, 16});
  const Linear linear{16, Activation::none, true};
  const TensorId first = w.add(linear, {w.x});
  const TensorId gate = w.product(first, w.activate(Activation::logistic, first));
  const TensorId second = w.add(linear, {gate});
  ASSERT_TRUE(w.net.share_weights(0));
  w.net.unsupported({9, "CUSTOM", "none", 0, 3, {gate}, {}});
  const Network net = w.fused(second);
  ASSERT_EQ(operators(net), (Names{"linear", "silu", "linear"}));
  EXPECT_EQ(net.layers[2].weights_of, 0u);
  EXPECT_EQ(net.unsupported[0].before, 2u);
  EXPECT_EQ(net.unsupported[0].reads.at(0), net.layers[1].output);
  EXPECT_EQ(weight_bytes(net), 256);
}

TEST(Fuse, WhatTheHostReadsIsNoPartOfAPattern) {
  Writer w;
  const TensorId gate = w.activate(Activation::logistic, w.x);
  w.net.unsupported({9, "CUSTOM", "none", 0, 1, {gate}, {}});
  EXPECT_EQ(operators(w.fused(w.product(w.x, gate))), (Names{"logistic", "mul"}));
}

}  // namespace
}  // namespace h4h::workloads
