#include "workloads/ir/layer_shape.hpp"

#include <gtest/gtest.h>

#include "tests/support/files.hpp"
#include "tests/support/layer_shapes.hpp"
#include "tests/support/useful_macs.hpp"
#include "workloads/ir/network.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

using tests::shaped;

TEST(LayerShape, SamePaddingKeepsCeilOfInputOverStride) {
  for (std::int64_t size = 1; size <= 20; ++size) {
    for (std::int64_t stride = 1; stride <= 3; ++stride) {
      const Shape in{size, size + 1, 4};
      const Shape out = output_shape(Conv2d{8, same_window(in, 3, stride), Activation::none}, {in});
      EXPECT_EQ(out, (Shape{(size + stride - 1) / stride, (size + stride) / stride, 8}));
    }
  }
}

TEST(LayerShape, SamePaddingPutsTheOddPixelBehind) {
  const Padding p = same_padding({224, 224, 3}, Window{3, 3, 2, 2, 1, 1, {}});
  EXPECT_EQ(p, (Padding{0, 1, 0, 1}));
}

TEST(LayerShape, MacsCountPaddedTapsAndUsefulMacsDoNot) {
  const Shape in{4, 4, 8};
  const LayerShape conv = shaped(Conv2d{16, same_window(in, 3, 1), Activation::relu}, in);
  EXPECT_EQ(macs(conv), 4 * 4 * 9 * 8 * 16);
  // Rows at the edge have two taps of three: 4 * 3 - 2 = 10 taps per axis.
  EXPECT_EQ(tests::useful_macs(conv), 10 * 10 * 8 * 16);
  EXPECT_EQ(weight_bytes(conv), 9 * 8 * 16);
}

TEST(LayerShape, DepthwiseHasOneFilterPerOutputChannel) {
  const Shape in{7, 7, 32};
  const LayerShape layer = shaped(DepthwiseConv2d{2, same_window(in, 3, 1), Activation::none}, in);
  EXPECT_EQ(layer.output, (Shape{7, 7, 64}));
  EXPECT_EQ(macs(layer), 7 * 7 * 9 * 64);
  EXPECT_EQ(weight_bytes(layer), 9 * 64);
}

TEST(LayerShape, LinearReadsTheWholeInput) {
  const LayerShape layer = shaped(Linear{10, Activation::none}, {7, 7, 64});
  EXPECT_EQ(layer.output, (Shape{1, 1, 10}));
  EXPECT_EQ(macs(layer), 7 * 7 * 64 * 10);
}

TEST(LayerShape, PoolingAndElementwiseHaveNoMacs) {
  const Shape in{8, 8, 16};
  EXPECT_EQ(macs(shaped(Pool2d{PoolKind::max, same_window(in, 2, 2), Activation::none}, in)), 0);
  EXPECT_EQ(macs(shaped(Mean{}, in)), 0);
  const LayerShape add{Elementwise{}, {in, in}, output_shape(Elementwise{}, {in, in}), {}, {}};
  EXPECT_EQ(macs(add), 0);
  EXPECT_EQ(tests::useful_macs(add), 0);
}

TEST(LayerShape, ALeakyReluKeepsTheShapeAndHasNoWeights) {
  const LayerShape layer = shaped(LeakyRelu{}, {8, 6, 16});
  EXPECT_EQ(layer.output, (Shape{8, 6, 16}));
  EXPECT_EQ(macs(layer), 0);
  EXPECT_EQ(weight_bytes(layer), 0);
  EXPECT_THROW(output_shape(LeakyRelu{}, {{8, 6, 16}, {8, 6, 16}}), std::invalid_argument);
}

TEST(LayerShape, DepthToSpaceKeepsEveryElement) {
  const LayerShape layer = shaped(DepthToSpace{2}, {8, 6, 16});
  EXPECT_EQ(layer.output, (Shape{16, 12, 4}));
  EXPECT_EQ(macs(layer), 0);
  EXPECT_EQ(output_shape(DepthToSpace{1}, {{8, 6, 16}}), (Shape{8, 6, 16}));
  for (const std::int64_t block : {-2, 0, 3, 8}) {
    EXPECT_THROW(output_shape(DepthToSpace{block}, {{8, 6, 16}}), std::invalid_argument) << block;
  }
}

TEST(LayerShape, ElementwiseBroadcastsEitherOperandAlongEveryAxis) {
  const Shape in{8, 6, 16};
  for (const Shape& other :
       std::vector<Shape>{{1, 1, 16}, {1, 1, 1}, {8, 1, 16}, {8, 6, 1}, {1, 6, 1}, {8, 1, 1}}) {
    EXPECT_EQ(output_shape(Elementwise{}, {in, other}), in) << to_string(other);
    EXPECT_EQ(output_shape(Elementwise{}, {other, in}), in) << to_string(other);
  }
  EXPECT_EQ(output_shape(Elementwise{}, {{8, 1, 1}, {1, 6, 16}}), in);
  EXPECT_EQ(output_shape(Elementwise{}, {in}), in);
  EXPECT_THROW(output_shape(Elementwise{}, {in, {8, 3, 16}}), std::invalid_argument);
  EXPECT_THROW(output_shape(Elementwise{}, {in, in, in}), std::invalid_argument);
}

TEST(LayerShape, GroupsDivideTheChannelsTheWeightsAndTheMacs) {
  const Shape in{8, 8, 32};
  const LayerShape layer = shaped(Conv2d{64, same_window(in, 3, 1), Activation::none, 4}, in);
  EXPECT_EQ(layer.output, (Shape{8, 8, 64}));
  EXPECT_EQ(weight_bytes(layer), 9 * (32 / 4) * 64);
  EXPECT_EQ(macs(layer), 8 * 8 * 9 * (32 / 4) * 64);
  for (const std::int64_t groups : {-1, 0, 3, 64}) {
    EXPECT_THROW(output_shape(Conv2d{64, {}, Activation::none, groups}, {in}),
                 std::invalid_argument)
        << groups;
  }
  EXPECT_THROW(output_shape(Conv2d{6, {}, Activation::none, 4}, {in}), std::invalid_argument);
}

TEST(LayerShape, ALinearLayerPerTokenSharesItsWeightsAmongPixels) {
  const LayerShape layer = shaped(Linear{576, Activation::none, true}, {1, 197, 192});
  EXPECT_EQ(layer.output, (Shape{1, 197, 576}));
  EXPECT_EQ(weight_bytes(layer), 192 * 576);
  EXPECT_EQ(macs(layer), 21786624);
  EXPECT_EQ(trained_parameters(layer, true), 192 * 576 + 576);
}

TEST(LayerShape, ATransposedConvolutionIsTheWayBackOfAConvolution) {
  for (const std::int64_t kernel : {2, 3, 4}) {
    for (const std::int64_t size : {9, 10}) {
      const Shape large{size, size + 1, 6};
      const Window window = same_window(large, kernel, 2);
      const Shape small = output_shape(Conv2d{4, window, Activation::none}, {large});
      const TransposeConv2d back{6, large.height, large.width, window, Activation::none};
      const LayerShape layer = shaped(back, small);
      EXPECT_EQ(layer.output, large);
      EXPECT_EQ(weight_bytes(layer), kernel * kernel * 4 * 6);
      EXPECT_EQ(macs(layer), small.pixels() * kernel * kernel * 4 * 6) << "no zeros";
    }
  }
  EXPECT_EQ(tests::message_of<std::invalid_argument>([] {
              output_shape(TransposeConv2d{4, 8, 8, {2, 2, 2, 2, 1, 1, {}}, {}}, {{4, 5, 3}});
            }),
            "transpose_conv to 8x8 needs an input of 4x4 pixels, not 4x5");
}

TEST(LayerShape, LstmAndSvdfCountTheirMatrices) {
  const LayerShape lstm = shaped(Lstm{24}, {1, 10, 16});
  EXPECT_EQ(lstm.output, (Shape{1, 10, 24}));
  EXPECT_EQ(weight_bytes(lstm), 4 * 24 * (16 + 24));
  EXPECT_EQ(macs(lstm), 10 * 4 * 24 * (16 + 24));
  EXPECT_EQ(trained_parameters(lstm, false), weight_bytes(lstm) + 4 * 24);
  const LayerShape svdf = shaped(Svdf{8, 2, 10, Activation::relu}, {1, 1, 40});
  EXPECT_EQ(svdf.output, (Shape{1, 1, 8}));
  EXPECT_EQ(weight_bytes(svdf), 2 * 8 * (40 + 10));
  EXPECT_EQ(macs(svdf), 2 * 8 * (40 + 10));
  EXPECT_THROW(output_shape(Lstm{0}, {{1, 1, 1}}), std::invalid_argument);
  EXPECT_THROW(output_shape(Svdf{1, 0, 1, {}}, {{1, 1, 1}}), std::invalid_argument);
}

TEST(LayerShape, ASliceLiesInsideItsInput) {
  const Shape in{8, 6, 16};
  EXPECT_EQ(output_shape(Slice{{1, 0, 8}, {7, 6, 8}, {1, 1, 1}}, {in}), (Shape{7, 6, 8}));
  EXPECT_EQ(output_shape(Slice{{1, 0, 0}, {4, 3, 16}, {2, 2, 1}}, {in}), (Shape{4, 3, 16}));
  EXPECT_EQ(tests::message_of<std::invalid_argument>([&] {
              output_shape(Slice{{2, 0, 0}, {4, 6, 16}, {2, 1, 1}}, {in});
            }),
            "slice of 4 from 2 on, in steps of 2, is not inside the height of 8");
  EXPECT_THROW(output_shape(Slice{{-1, 0, 0}, {1, 1, 1}, {1, 1, 1}}, {in}), std::invalid_argument);
  EXPECT_THROW(output_shape(Slice{{0, 0, 0}, {1, 1, 1}, {1, 0, 1}}, {in}), std::invalid_argument);
}

TEST(LayerShape, WhatMovesElementsKeepsOrRepeatsThem) {
  const Shape in{8, 6, 16};
  EXPECT_EQ(output_shape(SpaceToDepth{2}, {in}), (Shape{4, 3, 64}));
  EXPECT_THROW(output_shape(SpaceToDepth{4}, {in}), std::invalid_argument);
  EXPECT_EQ(output_shape(Gather{Axis::width, 9}, {in}), (Shape{8, 9, 16}));
  EXPECT_THROW(output_shape(Gather{Axis::width, 0}, {in}), std::invalid_argument);
  EXPECT_EQ(output_shape(Tile{{8, 12, 48}}, {in}), (Shape{8, 12, 48}));
  EXPECT_THROW(output_shape(Tile{{8, 9, 16}}, {in}), std::invalid_argument);
}

TEST(LayerShape, ReductionsLeaveOneElementOfWhatTheyAreOver) {
  const Shape in{8, 6, 16};
  EXPECT_EQ(output_shape(Reduce{ReduceKind::max, true, false, false}, {in}), (Shape{1, 6, 16}));
  EXPECT_EQ(output_shape(Reduce{ReduceKind::sum, false, true, true}, {in}), (Shape{8, 1, 1}));
  EXPECT_EQ(output_shape(ArgMax{ArgKind::max, Axis::channels}, {in}), (Shape{8, 6, 1}));
  EXPECT_EQ(output_shape(ArgMax{ArgKind::min, Axis::height}, {in}), (Shape{1, 6, 16}));
}

TEST(LayerShape, FunctionsAndNormsKeepTheShape) {
  const Shape in{8, 6, 16};
  for (const auto& [kind, name] : kUnaryNames) EXPECT_EQ(output_shape(Unary{kind}, {in}), in);
  EXPECT_EQ(output_shape(GroupNorm{4}, {in}), in);
  EXPECT_THROW(output_shape(GroupNorm{3}, {in}), std::invalid_argument);
  EXPECT_EQ(trained_parameters(shaped(GroupNorm{4}, in), false), 2 * 16);
  const auto trained = [&](NormKind kind) {
    return trained_parameters(shaped(LayerNorm{kind}, in), true);
  };
  EXPECT_EQ(trained(NormKind::layer_norm), 2 * 16);
  EXPECT_EQ(trained(NormKind::rms_norm), 16);
  EXPECT_EQ(trained(NormKind::l2_norm), 0);
}

TEST(LayerShape, DilationWidensTheWindow) {
  Window window{3, 3, 1, 1, 2, 2, {}};
  EXPECT_EQ(output_shape(Conv2d{4, window, Activation::none}, {{9, 9, 4}}), (Shape{5, 5, 4}));
}

TEST(LayerShape, CanonicalTextTellsEveryParameterApart) {
  const Shape in{8, 8, 16};
  const Conv2d base{16, same_window(in, 3, 1), Activation::none};
  Conv2d other = base;
  other.activation = Activation::relu;
  EXPECT_NE(canonical_text(shaped(base, in)), canonical_text(shaped(other, in)));
  other = base;
  other.window.padding = {2, 0, 1, 1};
  EXPECT_NE(canonical_text(shaped(base, in)), canonical_text(shaped(other, in)));
  LayerShape encoded = shaped(base, in);
  encoded.encoded_weight_bytes = 7;
  EXPECT_NE(canonical_text(shaped(base, in)), canonical_text(encoded));
}

TEST(NetworkBuilder, NamesLayerAndTensorThatDoNotFit) {
  NetworkBuilder builder("net");
  const TensorId a = builder.input("picture", {4, 4, 8});
  const TensorId b = builder.input("other", {5, 4, 8});
  const std::string message = tests::message_of<NetworkError>([&] {
    builder.add("join", Elementwise{}, {a, b});
  });
  EXPECT_NE(message.find("layer 'join' (add)"), std::string::npos) << message;
  EXPECT_NE(message.find("'other' 5x4x8"), std::string::npos) << message;
}

TEST(NetworkBuilder, RefusesWindowsLargerThanTheirInput) {
  NetworkBuilder builder("net");
  const TensorId in = builder.input("picture", {4, 4, 8});
  const Conv2d conv{8, Window{5, 5, 1, 1, 1, 1, {}}, Activation::none};
  EXPECT_THROW(builder.add("conv", conv, {in}), NetworkError);
}

TEST(NetworkBuilder, RefusesShapesBeyondAnyEdgeNetwork) {
  NetworkBuilder builder("net");
  EXPECT_THROW(builder.input("x", {0, 4, 8}), NetworkError);
  EXPECT_THROW(builder.input("x", {1 << 20, 4, 8}), NetworkError);
  EXPECT_THROW(builder.input("x", {1 << 15, 1 << 15, 1 << 15}), NetworkError);
}

TEST(NetworkBuilder, RefusesANetworkWithoutLayersOrOutputs) {
  EXPECT_THROW(NetworkBuilder("empty").build(), NetworkError);
  NetworkBuilder builder("net");
  builder.add("mean", Mean{}, {builder.input("x", {4, 4, 8})});
  EXPECT_THROW(std::move(builder).build(), NetworkError);
}

}  // namespace
}  // namespace h4h::workloads
