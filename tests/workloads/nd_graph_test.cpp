#include "workloads/import/nd/nd_graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/files.hpp"
#include "workloads/import/nd/grouping.hpp"

// Which layers tensors of any rank take, and which they do not.
namespace h4h::workloads {
namespace {

using tests::message_of;

const std::vector<int> kImageOrder{0, 2, 3, 1};  // [N,C,H,W] kept as height, width, channels

struct Count {
  std::size_t views = 0, moves = 0, others = 0;
};

// Of a graph's pending layers, with `result` as the network's output.
Count layers_of(NdGraph& graph, const NdTensor& result) {
  graph.net().output(graph.finish(0, "OP", {result, "y"}).id);
  const Network net = std::move(graph.net()).build();
  Count count;
  for (const Layer& layer : net.layers) {
    if (is_view(layer.op)) {
      ++count.views;
    } else if (op_name(layer.op) == "transpose") {
      ++count.moves;
    } else {
      ++count.others;
    }
  }
  return count;
}

TEST(NdGraph, ImagesOfOnnxNeedNoTranspose) {
  NdGraph graph("net");
  const NdTensor x = graph.input("x", {1, 3, 32, 48}, DataType::int8, kImageOrder);
  Window window;
  window.kernel_height = window.kernel_width = 3;
  window.padding = {1, 1, 1, 1};
  const NdTensor y = graph.conv(x, kNchw, 16, window, 1, Activation::relu);
  EXPECT_EQ(y.dims, (Dims{1, 16, 32, 48}));
  EXPECT_EQ(y.order, kImageOrder);
  // Pixels as tokens: rows of 16 features.
  const NdTensor tokens =
      graph.transpose(graph.renamed(y, {1, 16, 32 * 48}), {0, 2, 1}, TransposeAs::view);
  const NdTensor z = graph.linear(tokens, 64, Activation::none);
  EXPECT_EQ(z.dims, (Dims{1, 32 * 48, 64}));
  const Count count = layers_of(graph, z);
  EXPECT_EQ(count.moves, 0u);
  EXPECT_EQ(count.others, 2u);
}

TEST(NdGraph, FlatteningAnImageInAnotherOrderMovesIt) {
  NdGraph graph("net");
  const NdTensor x = graph.input("x", {1, 8, 4, 4}, DataType::int8, kImageOrder);
  EXPECT_EQ(layers_of(graph, graph.reshape(x, {1, 128})).moves, 1u);
  NdGraph pooled("net");
  const NdTensor y = pooled.input("x", {1, 8, 1, 1}, DataType::int8, kImageOrder);
  EXPECT_EQ(layers_of(pooled, pooled.reshape(y, {1, 8})).moves, 0u);
}

TEST(NdGraph, OneDimensionalConvolutionsHaveAHeightOfOne) {
  NdGraph graph("net");
  const NdTensor x = graph.input("x", {2, 16, 100}, DataType::int8, {0, 2, 1});
  Window window;
  window.kernel_width = 5;
  const NdTensor y = graph.conv(x, kNcw, 32, window, 1, Activation::none);
  EXPECT_EQ(y.dims, (Dims{2, 32, 96}));
  graph.net().output(graph.finish(0, "CONV", {y, "y"}).id);
  EXPECT_EQ(macs(std::move(graph.net()).build()), 2 * 96 * 32 * 16 * 5);
}

TEST(NdGraph, AWindowMustNotReachFromOneImageIntoTheNext) {
  NdGraph graph("net");
  const NdTensor x = graph.input("x", {2, 8, 8, 4}, DataType::int8);
  Window window;
  window.kernel_height = 3;
  const auto message = [&](const Op& op) {
    return message_of<NotMapped>([&] { graph.image(x, kNhwc, op); });
  };
  EXPECT_EQ(message(Conv2d{4, window, {}, 1}), "batch is 2; supported: 1");
  EXPECT_EQ(message(Pool2d{PoolKind::max, window, {}}), "batch is 2; supported: 1");
  EXPECT_EQ(message(Resize{ResizeKind::nearest, 16, 16}), "batch is 2; supported: 1");
  window.kernel_height = 1;
  window.stride_height = 2;
  EXPECT_EQ(message(Conv2d{4, window, {}, 1}), "batch is 2; supported: 1");
}

TEST(NdGraph, WhatIsDiscardedLeavesNothing) {
  NdGraph graph("net");
  const NdTensor x = graph.input("x", {1, 8}, DataType::int8);
  graph.map(x, Activate{Activation::relu});
  EXPECT_TRUE(graph.adds_layers());
  graph.discard();
  EXPECT_FALSE(graph.adds_layers());
  EXPECT_EQ(graph.net().layers(), 0u);
}

TEST(NdGraph, TheLayerThatMakesAResultHasItsNameAndPlaceInTheFile) {
  NdGraph graph("net");
  const NdTensor x = graph.input("x", {1, 2, 3, 4, 5}, DataType::int8);
  const NdTensor y = graph.transpose(x, {0, 3, 1, 2, 4}, TransposeAs::copy);
  graph.net().output(graph.finish(7, "TRANSPOSE", {y, "turned;and more"}).id);
  const Network net = std::move(graph.net()).build();
  EXPECT_EQ(net.layers.back().name, "turned");
  EXPECT_EQ(net.layers.back().file_index, 7u);
  EXPECT_EQ(net.tensors.at(net.layers.back().output).name, "turned;and more");
  for (std::size_t i = 0; i + 1 < net.layers.size(); ++i) {
    EXPECT_EQ(net.layers[i].name.substr(0, 11), "TRANSPOSE#7");
    EXPECT_FALSE(net.layers[i].file_index.has_value());
  }
}

TEST(NdGraph, LayersWithOneConstantShareItsWeights) {
  NdGraph graph("net");
  NdTensor x = graph.input("x", {1, 4, 4, 8}, DataType::int8);
  for (std::size_t i = 0; i < 3; ++i) {
    x = graph.conv(x, kNhwc, 8, {}, 1, Activation::none);
    graph.weights(60, i < 2 ? "first" : "second");
    x = graph.finish(i, "CONV", {x, "y"});
  }
  graph.net().output(x.id);
  const Network net = std::move(graph.net()).build();
  EXPECT_EQ(weight_bytes(net), 2 * 64);
  EXPECT_EQ(net.layers[1].weights_of, 0u);
  EXPECT_EQ(net.layers[2].coded_weight_bytes, 60);
}

TEST(NdGraph, RowsBeyondTheGreatestSideAreSplit) {
  NdGraph graph("net");
  const NdTensor x = graph.input("x", {1, 224 * 224 * 3}, DataType::int8);
  const Shape shape = graph.net().shape(x.id);
  EXPECT_EQ(shape.elements(), 224 * 224 * 3);
  EXPECT_LE(shape.channels, 65536);
  EXPECT_EQ(layers_of(graph, graph.elementwise(ElementwiseKind::add, x, x, {})).others, 1u);
}

TEST(NdGraph, MorePixelsThanASideHoldsAreSeveralRows) {
  NdGraph graph("net");
  const NdTensor x = graph.input("x", {1, 512 * 512, 21}, DataType::int8);
  const NdTensor y = graph.linear(graph.along(x, 2, Softmax{}), 4, Activation::none);
  graph.net().output(graph.finish(0, "OP", {y, "y"}).id);
  EXPECT_EQ(macs(std::move(graph.net()).build()), 512 * 512 * 21 * 4);
}

TEST(NdGraph, RefusesWhatDoesNotFit) {
  NdGraph graph("net");
  const NdTensor x = graph.input("x", {2, 3, 4}, DataType::int8);
  const auto message = [](const auto& use) { return message_of<NotMapped>(use); };
  EXPECT_EQ(message([&] {
              graph.reshape(x, {5, 5});
            }),
            "reshape of 2x3x4 to 5x5 changes the number of elements");
  EXPECT_EQ(message([&] {
              graph.transpose(x, {0, 1, 1}, TransposeAs::copy);
            }),
            "(0,1,1) is no order of 3 axes");
  EXPECT_EQ(message([&] { graph.matmul(x, x, false, false); }), "2x3x4 and 2x3x4 do not multiply");
  EXPECT_EQ(message([&] { graph.matmul(graph.renamed(x, {24}), x, false, false); }),
            "a vector is no matrix");
  EXPECT_EQ(message([&] {
              graph.broadcast_to(x, {2, 3, 8});
            }),
            "shapes [2, 3, 4] and [2, 3, 8] do not fit each other");
  EXPECT_EQ(message([&] {
              graph.broadcast_to(x, {1, 3, 4});
            }),
            "2x3x4 does not broadcast to 1x3x4");
  EXPECT_EQ(message([&] { graph.gather(x, 1, {0, 3}, {2}); }), "index 3 leaves an axis of 3");
  EXPECT_EQ(message([&] {
              graph.slice(x, {{0, 2, 1}, {1, 3, 1}, {0, 4, 1}});
            }),
            "slice of 3 from 1 by 1 leaves an axis of 3");
  EXPECT_EQ(message([&] {
              graph.concat({ConcatPart::of(x), ConcatPart::constant({2, 3, 5})}, 1);
            }),
            "2x3x4 and 2x3x5 do not concatenate along axis 1");
  const std::vector<ConcatPart> ranks{ConcatPart::constant({2, 3, 4, 1}), ConcatPart::of(x)};
  EXPECT_EQ(message([&] { graph.concat(ranks, 3); }),
            "2x3x4x1 and 2x3x4 do not concatenate along axis 3");
  EXPECT_EQ(message([&] { graph.stack(ranks, 4); }),
            "2x3x4x1 and 2x3x4 do not concatenate along axis 4");
  EXPECT_EQ(message([&] { graph.concat({ConcatPart::of(x)}, 3); }),
            "axis 3 of 3 axes does not exist");
  const NdTensor value = graph.input("value", {}, DataType::int8);
  EXPECT_EQ(message([&] { graph.along(value, -1, Softmax{}); }), "a single value has no axis");
  EXPECT_EQ(message([&] {
              graph.pad(x, {{0, 0}, {0, 65537}, {0, 0}});
            }),
            "padding of 65537; supported: 0..65536");
  EXPECT_EQ(message([&] {
              graph.input("y", {1, 65537}, DataType::int8);
            }),
            "1x1x65537 has a side outside 1..65536");
  EXPECT_EQ(message([&] {
              graph.broadcast_to(x, {65536, 65536, 2, 3, 4});
            }),
            "65536x65536x2x3x4 has more than 2147483648 elements");
  EXPECT_EQ(message([&] { elements({0, 4}); }), "0x4 has a dimension below 1");
  EXPECT_EQ(message([&] {
              elements({65536, 65536});
            }),
            "65536x65536 has more than 2147483648 elements");
}

TEST(Transposes, TakeAsFewStepsAsThereAre) {
  EXPECT_EQ(transpose_steps({0, 1, 2}).size(), 0u);
  EXPECT_EQ(transpose_steps({2, 1, 0}).size(), 1u);
  EXPECT_EQ(transpose_steps({1, 0, 3, 2}).size(), 2u);
  EXPECT_EQ(transpose_steps({0, 2, 1, 3}).size(), 2u);  // four blocks, of which two change places
}

}  // namespace
}  // namespace h4h::workloads
