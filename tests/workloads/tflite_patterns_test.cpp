#include <gtest/gtest.h>

#include "tests/support/tflite_network.hpp"

// Layers that files spell with several operators.
namespace h4h::workloads::tflite {
namespace {

using tests::option_bytes;
using tests::TfliteNetwork;
using tests::work_of;

constexpr int kAdd = 0, kLogistic = 14, kMul = 18, kMean = 40, kSub = 41, kRsqrt = 76;
constexpr int kRelu6Code = 21, kSquaredDifference = 99;
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
  const int clipped = net.one(kRelu6Code, {shifted}, kTokens);
  const int product = net.one(kMul, {x, clipped}, kTokens);
  net.one(kMul, {product, net.weights({})}, kTokens);
  EXPECT_EQ(work_of(net.import()).op, Op(Activate{Activation::hard_swish}));
}

struct Spelling {
  const char* name;
  bool is_adjoint, scales_query, scales_scores, has_mask;
};
class AttentionSpellings : public ::testing::TestWithParam<Spelling> {};

// Heads of 16 channels, told apart by reshapes and transposes.
TEST_P(AttentionSpellings, AreOneLayer) {
  const Spelling& s = GetParam();
  constexpr int kReshape = 22, kSoftmax = 25, kTranspose = 39, kMatmul = 126;
  TfliteNetwork net;
  const std::vector<int> heads{1, 4, 50, 16}, scores_shape{1, 4, 50, 50};
  const auto head = [&](const std::vector<std::int32_t>& order, const std::vector<int>& shape) {
    const int split =
        net.one(kReshape, {net.input(kTokens), net.numbers({1, 50, 4, 16})}, {1, 50, 4, 16});
    return net.one(kTranspose, {split, net.numbers(order)}, shape);
  };
  int q = head({0, 2, 1, 3}, heads);
  const int k = s.is_adjoint ? head({0, 2, 1, 3}, heads) : head({0, 2, 3, 1}, {1, 4, 16, 50});
  const int v = head({0, 2, 1, 3}, heads);
  if (s.scales_query) q = net.one(kMul, {q, net.weights({})}, heads);
  int scores =
      net.one(kMatmul, {q, k}, scores_shape, option_bytes({{0, 0}, {1, s.is_adjoint ? 1 : 0}}));
  if (s.scales_scores) scores = net.one(kMul, {scores, net.weights({})}, scores_shape);
  if (s.has_mask) scores = net.one(kAdd, {scores, net.weights({1, 1, 50, 50})}, scores_shape);
  const int shares = net.one(kSoftmax, {scores}, scores_shape);
  const int sums = net.one(kMatmul, {shares, v}, heads, option_bytes({}));
  const int joined = net.one(kTranspose, {sums, net.numbers({0, 2, 1, 3})}, {1, 50, 4, 16});
  net.one(kReshape, {joined, net.numbers(kTokens)}, kTokens);
  const Network attention = net.import();
  EXPECT_EQ(macs(attention), 2 * 50 * 50 * 64);
  EXPECT_EQ(work_of(attention).op, Op(Attention{4}));
}

INSTANTIATE_TEST_SUITE_P(Tflite, AttentionSpellings,
                         ::testing::Values(Spelling{"Plain", false, false, false, false},
                                           Spelling{"AdjointKeys", true, false, false, false},
                                           Spelling{"ScaledQuery", true, true, false, false},
                                           Spelling{"ScaledScores", false, false, true, false},
                                           Spelling{"Masked", true, false, true, true}),
                         [](const auto& spelling) { return spelling.param.name; });

TEST(TflitePatterns, StayAsTheyAreWhereAnotherLayerReadsAPart) {
  TfliteNetwork net;
  const int x = net.input(kTokens), gate = net.one(kLogistic, {x}, kTokens);
  const int product = net.one(kMul, {x, gate}, kTokens);
  EXPECT_EQ(net.import({}, {product, gate}).layers.size(), 2u);
}

}  // namespace
}  // namespace h4h::workloads::tflite
