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

TEST(LayerShape, ElementwiseBroadcastsVectorsAndScalarsOnly) {
  const Shape in{8, 8, 16};
  EXPECT_EQ(output_shape(Elementwise{}, {in, {1, 1, 16}}), in);
  EXPECT_EQ(output_shape(Elementwise{}, {in, {1, 1, 1}}), in);
  EXPECT_THROW(output_shape(Elementwise{}, {in, {8, 1, 16}}), std::invalid_argument);
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
