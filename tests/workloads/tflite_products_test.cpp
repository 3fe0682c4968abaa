#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/files.hpp"
#include "tests/support/tflite_network.hpp"

// Operators with MACs: convolutions, matrices and recurrent layers.
namespace h4h::workloads::tflite {
namespace {

using tests::message_of;
using tests::option_bytes;
using tests::TfliteNetwork;
using tests::TfliteWriter;

TfliteNetwork::Options strides(int stride, int padding = 0) {
  return option_bytes({{0, padding}}, {{1, stride}, {2, stride}});
}

TEST(TfliteProducts, AConvolutionOfGroupsHasAGroupsWeights) {
  const auto grouped = [](int in, int out, int of_group) {
    TfliteNetwork net;
    net.one(3, {net.input({1, 16, 16, in}), net.weights({out, 3, 3, of_group})}, {1, 16, 16, out},
            strides(1));
    return net.import();
  };
  const Network four = grouped(64, 64, 16);
  EXPECT_EQ(std::get<Conv2d>(four.layers.at(0).op).groups, 4);
  EXPECT_EQ(macs(four), 16 * 16 * 9 * 16 * 64);
  EXPECT_EQ(weight_bytes(four), 9 * 16 * 64);
  EXPECT_EQ(std::get<DepthwiseConv2d>(grouped(8, 16, 1).layers.at(0).op).multiplier, 2);
  EXPECT_THROW(grouped(64, 64, 24), NetworkError);
  EXPECT_THROW(grouped(64, 66, 16), NetworkError);
}

TEST(TfliteProducts, ATransposedConvolutionMultipliesItsInput) {
  for (const int padding : {0, 1}) {
    const int side = padding == 0 ? 32 : 33;
    TfliteNetwork net;
    const int x = net.input({1, 16, 16, 32}), w = net.weights({16, 3, 3, 32});
    net.one(67, {net.numbers({1, side, side, 16}), w, x}, {1, side, side, 16}, strides(2, padding));
    const Network up = net.import();
    EXPECT_EQ(macs(up), 16 * 16 * 32 * 9 * 16);
    EXPECT_EQ(std::get<TransposeConv2d>(up.layers.at(0).op).height, side);
  }
  TfliteNetwork wrong;
  const int x = wrong.input({1, 16, 16, 32}), w = wrong.weights({16, 3, 3, 32});
  wrong.one(67, {wrong.numbers({1, 40, 40, 16}), w, x}, {1, 40, 40, 16}, strides(2));
  EXPECT_THROW(wrong.import(), NetworkError);
}

TEST(TfliteProducts, AFullyConnectedOperatorKeepsItsRows) {
  const auto linear = [](const std::vector<int>& in, const std::vector<int>& out, int features) {
    TfliteNetwork net;
    net.one(9, {net.input(in), net.weights({out.back(), features})}, out, option_bytes({}));
    return net.import();
  };
  const Network tokens = linear({1, 197, 192}, {1, 197, 576}, 192);
  EXPECT_EQ(macs(tokens), 197 * 192 * 576);
  EXPECT_EQ(weight_bytes(tokens), 192 * 576);
  EXPECT_TRUE(std::get<Linear>(tokens.layers.at(0).op).per_token);
  const Network rows = linear({1, 14, 14, 64}, {196, 10}, 64);
  EXPECT_EQ(macs(rows), 196 * 64 * 10);
  const Network batch = linear({8, 64}, {8, 10}, 64);
  EXPECT_EQ(macs(batch), 8 * 64 * 10);
  const Network flat = linear({1, 7, 7, 64}, {1, 10}, 7 * 7 * 64);
  EXPECT_FALSE(std::get<Linear>(flat.layers.at(0).op).per_token);
  EXPECT_EQ(macs(flat), 7 * 7 * 64 * 10);
  EXPECT_NE(message_of<NetworkError>([&] {
              linear({1, 7, 64}, {1, 10}, 100);
            }).find("weights read 100 elements but the input 1x7x64 has 448"),
            std::string::npos);
}

TEST(TfliteProducts, AFullyConnectedOperatorOfTwoFeatureMapsIsAMatrixProduct) {
  TfliteNetwork net;
  net.one(9, {net.input({1, 197, 64}), net.input({197, 64})}, {1, 197, 197},
          option_bytes({{0, 1}}));
  const Network product = net.import();
  EXPECT_EQ(macs(product), 197 * 64 * 197);
  EXPECT_EQ(weight_bytes(product), 0);
}

TEST(TfliteProducts, BatchesOfMatricesMultiplyInEveryOrientation) {
  for (const int adjoint_a : {0, 1}) {
    for (const int adjoint_b : {0, 1}) {
      TfliteNetwork net;
      const int a =
          net.input(adjoint_a == 0 ? std::vector{1, 4, 20, 16} : std::vector{1, 4, 16, 20});
      const int b =
          net.input(adjoint_b == 0 ? std::vector{1, 4, 16, 30} : std::vector{1, 4, 30, 16});
      net.one(126, {a, b}, {1, 4, 20, 30}, option_bytes({{0, adjoint_a}, {1, adjoint_b}}));
      const Network product = net.import();
      EXPECT_EQ(macs(product), 4 * 20 * 16 * 30);
      const auto moved = std::count_if(product.layers.begin(), product.layers.end(),
                                       [](const Layer& l) { return op_name(l.op) == "transpose"; });
      EXPECT_EQ(moved, adjoint_a);  // the second matrix may lie either way
    }
  }
  TfliteNetwork wrong;
  wrong.one(126, {wrong.input({1, 20, 16}), wrong.input({1, 17, 30})}, {1, 20, 30},
            option_bytes({}));
  EXPECT_THROW(wrong.import(), NetworkError);
}

TEST(TfliteProducts, AConstantMatrixIsWeightsOnEitherSide) {
  for (const int adjoint : {0, 1}) {
    TfliteNetwork right;
    const int x = right.input({1, 4, 20, 16});
    const int w = right.weights(adjoint == 0 ? std::vector{16, 30} : std::vector{30, 16});
    right.one(126, {x, w}, {1, 4, 20, 30}, option_bytes({{1, adjoint}}));
    EXPECT_EQ(macs(right.import()), 4 * 20 * 16 * 30);
    TfliteNetwork left;
    const int y = left.input({1, 4, 16, 30});
    const int v = left.weights(adjoint == 0 ? std::vector{20, 16} : std::vector{16, 20});
    left.one(126, {v, y}, {1, 4, 20, 30}, option_bytes({{0, adjoint}}));
    const Network product = left.import();
    EXPECT_EQ(macs(product), 4 * 20 * 16 * 30);
    EXPECT_EQ(weight_bytes(product), 20 * 16);
  }
}

TEST(TfliteProducts, AttentionByHeadsIsMatrixProducts) {
  TfliteNetwork net;
  const int tokens = net.input({1, 50, 64});
  const auto heads = [&](const std::vector<std::int32_t>& order, const std::vector<int>& shape) {
    const int split = net.one(22, {tokens, net.numbers({1, 50, 4, 16})}, {1, 50, 4, 16});
    return net.one(39, {split, net.numbers(order)}, shape);
  };
  const int q = heads({0, 2, 1, 3}, {1, 4, 50, 16}), k = heads({0, 2, 3, 1}, {1, 4, 16, 50});
  const int v = heads({0, 2, 1, 3}, {1, 4, 50, 16});
  const int scores = net.one(126, {q, k}, {1, 4, 50, 50}, option_bytes({}));
  const int weights = net.one(25, {scores}, {1, 4, 50, 50});
  net.one(126, {weights, v}, {1, 4, 50, 16}, option_bytes({}));
  EXPECT_EQ(macs(net.import()), 2 * 4 * 50 * 50 * 16);
}

class Lstms : public ::testing::TestWithParam<bool> {};

TEST_P(Lstms, MultiplyEveryStepWithFourGates) {
  const bool time_first = GetParam();
  constexpr int kSteps = 10, kFeatures = 24, kUnits = 16;
  TfliteNetwork net;
  std::vector<int> inputs{net.input(time_first ? std::vector{kSteps, 1, kFeatures}
                                               : std::vector{1, kSteps, kFeatures})};
  for (int gate = 0; gate < 4; ++gate) inputs.push_back(net.weights({kUnits, kFeatures}));
  for (int gate = 0; gate < 4; ++gate) inputs.push_back(net.weights({kUnits, kUnits}));
  inputs.resize(24, -1);
  const TfliteWriter::Extra variable{{}, true, -1};
  inputs[18] = net.writer.tensor("h", {1, kUnits}, TfliteWriter::kInt8, "", variable);
  inputs[19] = net.writer.tensor("c", {1, kUnits}, TfliteWriter::kInt16, "", variable);
  net.one(44, inputs, time_first ? std::vector{kSteps, 1, kUnits} : std::vector{1, kSteps, kUnits},
          option_bytes({{0, 4}, {3, time_first ? 1 : 0}}));
  const Network lstm = net.import();
  EXPECT_EQ(macs(lstm), 4 * kSteps * kUnits * (kFeatures + kUnits));
  EXPECT_EQ(weight_bytes(lstm), 4 * kUnits * (kFeatures + kUnits));
  ASSERT_EQ(lstm.states.size(), 2u);
  EXPECT_EQ(lstm.states[0].bytes + lstm.states[1].bytes, kUnits + 2 * kUnits);
}

INSTANTIATE_TEST_SUITE_P(Tflite, Lstms, ::testing::Bool());

TEST(TfliteProducts, AnLstmWithAProjectionIsRefused) {
  TfliteNetwork net;
  std::vector<int> inputs{net.input({1, 10, 24})};
  for (int gate = 0; gate < 4; ++gate) inputs.push_back(net.weights({16, 24}));
  for (int gate = 0; gate < 4; ++gate) inputs.push_back(net.weights({16, 16}));
  inputs.resize(24, -1);
  inputs[16] = net.weights({8, 16});
  net.one(44, inputs, {1, 10, 8}, option_bytes({{0, 4}}));
  EXPECT_NE(message_of<NetworkError>([&] { net.import(); }).find("projections"), std::string::npos);
}

TEST(TfliteProducts, AnSvdfHasWeightsOfFeaturesAndOfTime) {
  TfliteNetwork net;
  const int x = net.input({1, 96}), features = net.weights({64, 96}), time = net.weights({64, 8});
  const int state = net.writer.tensor("ring", {1, 512}, TfliteWriter::kInt8, "", {{}, true, -1});
  net.one(27, {x, features, time, -1, state}, {1, 32}, option_bytes({{1, 1}}, {{0, 2}}));
  const Network svdf = net.import();
  EXPECT_EQ(macs(svdf), 64 * (96 + 8));
  EXPECT_EQ(svdf.remarks.back(), "SVDF is costed on the NPU; Arm's compiler leaves it to the host");
  EXPECT_EQ(svdf.layers.at(0).op, Op(Svdf{32, 2, 8, Activation::relu}));
  ASSERT_EQ(svdf.states.size(), 1u);
  EXPECT_EQ(svdf.states[0].bytes, 512);
  TfliteNetwork wrong;
  wrong.one(27, {wrong.input({1, 96}), wrong.weights({64, 96}), wrong.weights({60, 8}), -1},
            {1, 32}, option_bytes({}, {{0, 2}}));
  EXPECT_THROW(wrong.import(), NetworkError);
}

// ---- constants ----

TEST(TfliteProducts, WeightsThatSeveralLayersReadCountOnce) {
  const auto net_of = [](const std::function<int(TfliteNetwork&, int)>& weights_behind) {
    TfliteNetwork net;
    const int raw = net.weights({8, 3, 3, 8});
    std::vector<int> heads;
    for (const int side : {16, 8, 4}) {
      const int x = net.input({1, side, side, 8});
      const int w = weights_behind(net, raw);
      heads.push_back(net.one(3, {x, w}, {1, side, side, 8}, strides(1)));
    }
    return net.import({}, heads);
  };
  const std::vector<std::function<int(TfliteNetwork&, int)>> ways{
      [](TfliteNetwork&, int raw) { return raw; },
      [](TfliteNetwork& net, int raw) {
        return net.one(6, {raw}, {8, 3, 3, 8});
      },
      [](TfliteNetwork& net, int raw) {
        return net.one(124, {raw}, {8, 3, 3, 8});
      },
      [](TfliteNetwork& net, int raw) {
        return net.writer.tensor("same", {8, 3, 3, 8}, TfliteWriter::kInt8, "", {{}, false, raw});
      }};
  for (const auto& way : ways) {
    const Network net = net_of(way);
    EXPECT_EQ(weight_bytes(net), 9 * 8 * 8);
    EXPECT_EQ(net.layers.at(2).weights_of, 0u);
    EXPECT_EQ(macs(net), (256 + 64 + 16) * 9 * 8 * 8);
  }
}

TEST(TfliteProducts, OperatorsOnConstantsFold) {
  TfliteNetwork net;
  const int raw = net.weights({3, 3, 8, 8});
  const int turned = net.one(39, {raw, net.numbers({3, 0, 1, 2})}, {8, 3, 3, 8});
  const int sparse = net.one(124, {turned}, {8, 3, 3, 8});
  net.one(3, {net.input({1, 4, 4, 8}), sparse}, {1, 4, 4, 8}, strides(1));
  const Network folded = net.import();
  EXPECT_EQ(folded.layers.size(), 1u);
  EXPECT_EQ(folded.folded.size(), 2u);
  EXPECT_TRUE(folded.layers[0].coded_weight_bytes.has_value());
}

TEST(TfliteProducts, WeightsOfFourBitsTakeHalfTheStorage) {
  const auto coded = [](std::int8_t type, std::size_t bytes) {
    TfliteNetwork net;
    std::string values(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i) values[i] = static_cast<char>(37 * i * i + 11 * i);
    const int w = net.writer.tensor("w", {32, 3, 3, 16}, type, values);
    net.one(3, {net.input({1, 16, 16, 16}), w}, {1, 16, 16, 32}, strides(1));
    return net.import();
  };
  const Network whole = coded(TfliteWriter::kInt8, 4608), half = coded(TfliteWriter::kInt4, 2304);
  EXPECT_LT(*half.layers.at(0).coded_weight_bytes, *whole.layers.at(0).coded_weight_bytes * 6 / 10);
  EXPECT_EQ(macs(half), macs(whole));
  ASSERT_EQ(half.remarks.size(), 1u);
  EXPECT_NE(half.remarks[0].find("4 bits"), std::string::npos);
}

TEST(TfliteProducts, ActivationsOf16BitsAreCostedAsEight) {
  TfliteNetwork net;
  const int x = net.input({1, 4, 4, 8}, TfliteWriter::kInt16);
  net.one(3, {x, net.weights({8, 3, 3, 8})}, {1, 4, 4, 8}, strides(1), TfliteWriter::kInt16);
  const Network wide = net.import();
  EXPECT_EQ(macs(wide), 16 * 9 * 64);
  ASSERT_EQ(wide.remarks.size(), 1u);
  EXPECT_NE(wide.remarks[0].find("int16"), std::string::npos);
}

}  // namespace
}  // namespace h4h::workloads::tflite
