#include <gtest/gtest.h>

#include "tests/support/tflite_network.hpp"

// Layers that files spell with several operators.
namespace h4h::workloads::tflite {
namespace {

using tests::option_bytes;
using tests::TfliteNetwork;
using tests::work_of;

constexpr int kAdd = 0, kLogistic = 14, kMul = 18, kMean = 40, kSub = 41, kRsqrt = 76;
constexpr int kRelu6 = 21, kSquaredDifference = 99;
const std::vector<int> kTokens{1, 50, 64};

TEST(TflitePatterns, ALayerNormOfKeras) {
  TfliteNetwork net;
  const std::vector<int> rows{1, 50, 1};
  const int x = net.input(kTokens), scale = net.weights({64}), shift = net.weights({64});
  const int mean = net.one(kMean, {x, net.numbers({-1})}, rows, option_bytes({{0, 1}}));
  const int squares = net.one(kSquaredDifference, {x, mean}, kTokens);
  const int variance = net.one(kMean, {squares, net.numbers({-1})}, rows, option_bytes({{0, 1}}));
  const int sum = net.one(kAdd, {variance, net.weights({})}, rows);
  const int inverse = net.one(kRsqrt, {sum}, rows);
  const int factor = net.one(kMul, {inverse, scale}, kTokens);
  const int left = net.one(kMul, {x, factor}, kTokens);
  const int right = net.one(kMul, {mean, factor}, kTokens);
  const int rest = net.one(kSub, {shift, right}, kTokens);
  net.one(kAdd, {left, rest}, kTokens);
  EXPECT_EQ(work_of(net.import()).op, Op(LayerNorm{NormKind::layer_norm}));
}

TEST(TflitePatterns, ASilu) {
  TfliteNetwork net;
  const int x = net.input(kTokens);
  net.one(kMul, {x, net.one(kLogistic, {x}, kTokens)}, kTokens);
  EXPECT_EQ(work_of(net.import()).op, Op(Unary{UnaryKind::silu}));
}

TEST(TflitePatterns, AHardSwish) {
  TfliteNetwork net;
  const int x = net.input(kTokens);
  const int shifted = net.one(kAdd, {x, net.weights({})}, kTokens);
  const int clipped = net.one(kRelu6, {shifted}, kTokens);
  const int product = net.one(kMul, {x, clipped}, kTokens);
  net.one(kMul, {product, net.weights({})}, kTokens);
  EXPECT_EQ(work_of(net.import()).op, Op(Activate{Activation::hard_swish}));
}

TEST(TflitePatterns, StayAsTheyAreWhereAnotherLayerReadsAPart) {
  TfliteNetwork net;
  const int x = net.input(kTokens), gate = net.one(kLogistic, {x}, kTokens);
  const int product = net.one(kMul, {x, gate}, kTokens);
  EXPECT_EQ(net.import({}, {product, gate}).layers.size(), 2u);
}

}  // namespace
}  // namespace h4h::workloads::tflite
