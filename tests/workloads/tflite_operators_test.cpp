#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/support/files.hpp"
#include "tests/support/tflite_network.hpp"
#include "workloads/import/tflite/operator_names.hpp"
#include "workloads/import/tflite/operators.hpp"

// One operator of a file at a time: the layers that it becomes.
namespace h4h::workloads::tflite {
namespace {

using tests::first_output;
using tests::message_of;
using tests::option_bytes;
using tests::option_numbers;
using tests::TfliteNetwork;
using tests::TfliteWriter;
using tests::work_of;

TEST(TfliteOperators, OfTheSchemaHaveNames) {
  EXPECT_EQ(operator_name(BuiltinOperator::conv_2d, ""), "CONV_2D");
  EXPECT_EQ(operator_name(BuiltinOperator::gelu, ""), "GELU");
  EXPECT_EQ(operator_name(BuiltinOperator::custom, "Foo"), "CUSTOM:Foo");
  for (int code = 0; code <= 205; ++code) {
    const auto op = static_cast<BuiltinOperator>(code);
    EXPECT_TRUE(is_named(op)) << code;
    EXPECT_EQ(operator_name(op, "").find("operator"), std::string::npos) << code;
  }
  EXPECT_EQ(operator_name(static_cast<BuiltinOperator>(206), ""), "operator 206");
  EXPECT_EQ(operator_name(static_cast<BuiltinOperator>(-1), ""), "operator -1");
}

TEST(TfliteOperators, ThatNetworksOfTheFieldHaveAreSupported) {
  std::set<std::string> names;
  for (const OperatorLayers& read : operators_read()) names.insert(read.op);
  for (const char* name : {"STRIDED_SLICE",
                           "SLICE",
                           "SPLIT",
                           "SPLIT_V",
                           "PACK",
                           "UNPACK",
                           "SQUEEZE",
                           "EXPAND_DIMS",
                           "GATHER",
                           "SHAPE",
                           "CONCATENATION",
                           "TRANSPOSE",
                           "RESHAPE",
                           "BATCH_MATMUL",
                           "FULLY_CONNECTED",
                           "GELU",
                           "LEAKY_RELU",
                           "PADV2",
                           "MIRROR_PAD",
                           "LOG_SOFTMAX",
                           "MAXIMUM",
                           "MINIMUM",
                           "SUB",
                           "DIV",
                           "SQUARED_DIFFERENCE",
                           "RSQRT",
                           "SQRT",
                           "ABS",
                           "CAST",
                           "ARG_MAX",
                           "TRANSPOSE_CONV",
                           "CONV_2D",
                           "DENSIFY",
                           "DEPTH_TO_SPACE",
                           "SPACE_TO_DEPTH",
                           "SVDF",
                           "UNIDIRECTIONAL_SEQUENCE_LSTM",
                           "VAR_HANDLE",
                           "READ_VARIABLE",
                           "ASSIGN_VARIABLE",
                           "CALL_ONCE"}) {
    EXPECT_EQ(names.count(name), 1u) << name;
  }
}

// ---- views and copies ----

TEST(TfliteOperators, ReshapesTakeAnyRank) {
  TfliteNetwork net;
  const int x = net.input({1, 28, 28, 48});
  const int parts = net.one(22, {x, net.numbers({1, 28, 28, 2, 24})}, {1, 28, 28, 2, 24});
  const int turned = net.one(39, {parts, net.numbers({0, 1, 2, 4, 3})}, {1, 28, 28, 24, 2});
  net.one(22, {turned, net.numbers({-1, 28, 28, 48})}, {1, 28, 28, 48});
  const Network shuffle = net.import();
  const LayerShape layer = work_of(shuffle);
  EXPECT_EQ(layer.input(), (Shape{784, 2, 24}));
  EXPECT_EQ(layer.output, (Shape{784, 24, 2}));
  EXPECT_EQ(first_output(shuffle), (Shape{28, 28, 48}));
}

TEST(TfliteOperators, ATransposeThatMovesOnlyOnesIsAView) {
  TfliteNetwork net;
  net.one(39, {net.input({1, 7, 1, 4}), net.numbers({0, 2, 1, 3})}, {1, 1, 7, 4});
  const Network view = net.import();
  ASSERT_EQ(view.layers.size(), 1u);
  EXPECT_TRUE(is_view(view.layers[0].op));
}

TEST(TfliteOperators, WindowsOfSwinAreTwoTransposes) {
  TfliteNetwork net;
  const int x = net.input({1, 56, 56, 96});
  const int tiles = net.one(22, {x, net.numbers({1, 8, 7, 8, 7, 96})}, {1, 8, 7, 8, 7, 96});
  const int turned = net.one(39, {tiles, net.numbers({0, 1, 3, 2, 4, 5})}, {1, 8, 8, 7, 7, 96});
  net.one(22, {turned, net.numbers({64, 49, 96})}, {64, 49, 96});
  const Network windows = net.import();
  const auto moves = std::count_if(windows.layers.begin(), windows.layers.end(),
                                   [](const Layer& l) { return op_name(l.op) == "transpose"; });
  EXPECT_EQ(moves, 2);
  EXPECT_EQ(first_output(windows), (Shape{64, 49, 96}));
}

TEST(TfliteOperators, SqueezeAndExpandDimsAreViews) {
  TfliteNetwork net;
  const int x = net.input({1, 1, 1, 10});
  const int flat = net.one(43, {x}, {1, 10});  // no axes given: the file's statement holds
  net.one(70, {flat, net.numbers({-1}, {})}, {1, 10, 1});
  const Network views = net.import();
  ASSERT_EQ(views.layers.size(), 2u);
  EXPECT_TRUE(is_view(views.layers[0].op) && is_view(views.layers[1].op));
  EXPECT_EQ(first_output(views), (Shape{1, 10, 1}));
}

TEST(TfliteOperators, ABatchIsMoreRowsWhereNoWindowReachesOver) {
  TfliteNetwork relu;
  relu.one(19, {relu.input({2, 4, 4, 8})}, {2, 4, 4, 8});
  EXPECT_EQ(first_output(relu.import()), (Shape{8, 4, 8}));
  TfliteNetwork pointwise;
  const int x = pointwise.input({2, 4, 4, 8}), w = pointwise.weights({16, 1, 1, 8});
  pointwise.one(3, {x, w}, {2, 4, 4, 16}, option_bytes({}, {{1, 1}, {2, 1}}));
  EXPECT_EQ(macs(pointwise.import()), 2 * 4 * 4 * 8 * 16);
  TfliteNetwork wide;
  const int y = wide.input({2, 4, 4, 8}), k = wide.weights({16, 3, 3, 8});
  wide.one(3, {y, k}, {2, 4, 4, 16}, option_bytes({}, {{1, 1}, {2, 1}}));
  EXPECT_NE(message_of<NetworkError>([&] { wide.import(); }).find("batch is 2; supported: 1"),
            std::string::npos);
}

// ---- parts ----

struct StridedCase {
  const char* name;
  std::vector<std::int32_t> begin, end, strides;
  std::array<int, 5> masks;  // begin, end, ellipsis, new axis, shrink
  std::vector<int> output;
  Shape at, size;
};
class StridedSlices : public ::testing::TestWithParam<StridedCase> {};

TEST_P(StridedSlices, TakeWhatTheirMasksSay) {
  const StridedCase& c = GetParam();
  TfliteNetwork net;
  const int x = net.input({1, 8, 6, 4});
  net.one(
      45, {x, net.numbers(c.begin), net.numbers(c.end), net.numbers(c.strides)}, c.output,
      option_numbers(
          {{0, c.masks[0]}, {1, c.masks[1]}, {2, c.masks[2]}, {3, c.masks[3]}, {4, c.masks[4]}}));
  const auto slice = std::get<Slice>(work_of(net.import()).op);
  EXPECT_EQ(slice.begin, c.at);
  EXPECT_EQ(slice.shape, c.size);
}

INSTANTIATE_TEST_SUITE_P(
    Tflite, StridedSlices,
    ::testing::Values(
        // x[:, :, :, 1:3]
        StridedCase{"Channels",
                    {0, 0, 0, 1},
                    {0, 0, 0, 3},
                    {1, 1, 1, 1},
                    {7, 7, 0, 0, 0},
                    {1, 8, 6, 2},
                    {0, 0, 1},
                    {8, 6, 2}},
        // x[:, -3:, ::2]
        StridedCase{"FromTheEnd",
                    {0, -3, 0},
                    {0, 0, 0},
                    {1, 1, 2},
                    {5, 7, 0, 0, 0},
                    {1, 3, 3, 4},
                    {5, 0, 0},
                    {3, 3, 4}},
        // x[0, 2]
        StridedCase{
            "OfOneRow", {0, 2}, {1, 3}, {1, 1}, {0, 0, 0, 0, 3}, {6, 4}, {2, 0, 0}, {1, 6, 4}},
        // x[..., -1]
        StridedCase{"BehindAnEllipsis",
                    {0, -1},
                    {0, 0},
                    {1, 1},
                    {0, 0, 1, 0, 2},
                    {1, 8, 6},
                    {0, 0, 3},
                    {8, 6, 1}},
        // x[:, newaxis, 1:5]
        StridedCase{"WithANewAxis",
                    {0, 0, 1},
                    {0, 0, 5},
                    {1, 1, 1},
                    {1, 1, 0, 2, 0},
                    {1, 1, 4, 6, 4},
                    {1, 0, 0},
                    {4, 6, 4}}),
    [](const auto& one) { return one.param.name; });

TEST(TfliteOperators, ASliceThatRunsBackwardsIsNotALayer) {
  TfliteNetwork net;
  const int x = net.input({1, 8});
  net.one(45, {x, net.numbers({0, 7}), net.numbers({1, -9}), net.numbers({1, -1})}, {1, 8},
          option_numbers({{0, 0}}));
  EXPECT_NE(message_of<NetworkError>([&] { net.import(); }).find("slices backwards, by -1"),
            std::string::npos);
}

TEST(TfliteOperators, SliceTakesTheRestForMinusOne) {
  TfliteNetwork net;
  const int x = net.input({1, 8, 6, 4});
  net.one(65, {x, net.numbers({0, 2, 0, 0}), net.numbers({1, -1, 6, 4})}, {1, 6, 6, 4});
  EXPECT_EQ(std::get<Slice>(work_of(net.import()).op).shape, (Shape{6, 6, 4}));
}

TEST(TfliteOperators, SplitsArePiecesWithNamesOfTheirOwn) {
  TfliteNetwork net;
  const int x = net.input({1, 8, 6, 9});
  net.operation(49, {net.numbers({3}, {}), x}, {{1, 8, 6, 3}, {1, 8, 6, 3}, {1, 8, 6, 3}},
                option_numbers({{0, 3}}));
  const Network split = net.import();
  ASSERT_EQ(split.layers.size(), 3u);
  EXPECT_EQ(split.outputs.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(split.layers[i].file_index, 0u);
    EXPECT_EQ(std::get<Slice>(split.layers[i].op).begin.channels, static_cast<std::int64_t>(3 * i));
  }
  TfliteNetwork sizes;
  const int y = sizes.input({1, 8, 6, 9});
  sizes.operation(102, {y, sizes.numbers({2, -1, 3}), sizes.numbers({-1}, {})},
                  {{1, 8, 6, 2}, {1, 8, 6, 4}, {1, 8, 6, 3}});
  EXPECT_EQ(sizes.import().layers.size(), 3u);
}

TEST(TfliteOperators, UnevenSplitsAreRefused) {
  TfliteNetwork net;
  net.operation(49, {net.numbers({3}, {}), net.input({1, 8, 6, 9})}, {{1, 8, 6, 4}, {1, 8, 6, 5}});
  EXPECT_NE(message_of<NetworkError>([&] { net.import(); }).find("an axis of 9 does not split"),
            std::string::npos);
}

TEST(TfliteOperators, PackAndUnpackAreTheReverseOfEachOther) {
  TfliteNetwork net;
  const int x = net.input({1, 3, 6, 4});
  const std::vector<int> rows =
      net.operation(88, {x}, {{1, 6, 4}, {1, 6, 4}, {1, 6, 4}}, option_numbers({{0, 3}, {1, 1}}));
  net.one(83, rows, {1, 6, 3, 4}, option_numbers({{0, 3}, {1, 2}}));
  EXPECT_EQ(first_output(net.import()), (Shape{6, 3, 4}));
  TfliteNetwork few;
  few.operation(88, {few.input({1, 3, 6, 4})}, {{1, 6, 4}}, option_numbers({{0, 1}, {1, 1}}));
  EXPECT_THROW(few.import(), NetworkError);
}

TEST(TfliteOperators, GatherOfKnownPlacesIsASliceWhereTheyAreEvenlySpaced) {
  const auto gather = [](const std::vector<std::int32_t>& places) {
    TfliteNetwork net;
    const int x = net.input({1, 8, 6, 4});
    net.one(36, {x, net.numbers(places)}, {1, static_cast<int>(places.size()), 6, 4},
            option_numbers({{0, 1}}));
    return work_of(net.import()).op;
  };
  EXPECT_EQ(std::get<Slice>(gather({3, 4, 5})).begin.height, 3);
  EXPECT_EQ(std::get<Slice>(gather({1, 3, 5})).stride.height, 2);
  EXPECT_EQ(std::get<Gather>(gather({5, 0, 5})).count, 3);
  EXPECT_THROW(gather({8}), NetworkError);
  EXPECT_THROW(gather({-1}), NetworkError);
}

TEST(TfliteOperators, ConcatenationsTakeConstants) {
  const auto layers = [](bool is_first) {
    TfliteNetwork net;
    const int x = net.input({1, 196, 192}), token = net.weights({1, 1, 192});
    net.one(2, is_first ? std::vector{token, x} : std::vector{x, token}, {1, 197, 192},
            option_numbers({{0, 1}}));
    return work_of(net.import());
  };
  EXPECT_EQ(std::get<Pad>(layers(true).op).padding.left, 1);
  EXPECT_EQ(std::get<Pad>(layers(false).op).padding.right, 1);
}

TEST(TfliteOperators, TilesAndBroadcastsRepeat) {
  TfliteNetwork net;
  const int x = net.input({1, 1, 6, 4});
  const int rows = net.one(130, {x, net.numbers({1, 8, 6, 4})}, {1, 8, 6, 4});
  net.one(69, {rows, net.numbers({1, 1, 2, 1})}, {1, 8, 12, 4});
  EXPECT_EQ(first_output(net.import()), (Shape{8, 12, 4}));
}

TEST(TfliteOperators, EveryKindOfPaddingIsALayer) {
  for (const int code : {34, 60, 100}) {
    TfliteNetwork net;
    const int x = net.input({1, 8, 6, 4}), margins = net.numbers({0, 0, 1, 2, 3, 4, 0, 5}, {4, 2});
    net.one(code, {x, margins}, {1, 11, 13, 9});
    const auto pad = std::get<Pad>(work_of(net.import()).op);
    EXPECT_EQ(pad.padding, (Padding{1, 2, 3, 4}));
    EXPECT_EQ(pad.channels_after, 5);
  }
}

TEST(TfliteOperators, BlocksMoveBetweenSpaceAndDepth) {
  TfliteNetwork net;
  const int x = net.input({1, 8, 6, 4});
  const int deep = net.one(26, {x}, {1, 4, 3, 16}, option_numbers({{0, 2}}));
  net.one(5, {deep}, {1, 8, 6, 4}, option_numbers({{0, 2}}));
  const Network both = net.import();
  EXPECT_EQ(op_name(both.layers.at(0).op), "space_to_depth");
  EXPECT_EQ(op_name(both.layers.at(1).op), "depth_to_space");
}

// ---- along axes ----

TEST(TfliteOperators, ReductionsKeepOrDropTheirAxes) {
  for (const auto& [code, name] :
       std::vector<std::pair<int, std::string_view>>{{40, "mean"},
                                                     {74, "reduce_sum"},
                                                     {82, "reduce_max"},
                                                     {89, "reduce_min"},
                                                     {81, "reduce_prod"}}) {
    for (const bool keep : {true, false}) {
      TfliteNetwork net;
      const int x = net.input({1, 8, 6, 4});
      net.one(code, {x, net.numbers({1, -2})}, keep ? std::vector{1, 1, 1, 4} : std::vector{1, 4});
      const Network reduced = net.import();
      EXPECT_EQ(op_name(work_of(reduced).op), name);
      EXPECT_EQ(first_output(reduced), (Shape{1, 1, 4}));
    }
  }
}

TEST(TfliteOperators, ThePlaceOfTheGreatestIsTheHostsWhereArmLeavesItThere) {
  const auto file = [](int channels, int axis, const std::vector<int>& output) {
    TfliteNetwork net;
    net.one(56, {net.input({1, 8, 6, channels}), net.numbers({axis}, {})}, output, {},
            TfliteWriter::kInt64);
    return net.import();
  };
  EXPECT_EQ(op_name(work_of(file(127, -1, {1, 8, 6})).op), "arg_max");
  EXPECT_NE(message_of<NetworkError>([&] {
              file(128, 3, {1, 8, 6});
            }).find("Arm's compiler"),
            std::string::npos);
  EXPECT_THROW(file(4, 1, {1, 6, 4}), NetworkError);
}

TEST(TfliteOperators, WhatNoLayerStandsForIsNamedWithAWayOut) {
  TfliteNetwork net;
  net.operation(48, {net.input({1, 100}), net.numbers({5}, {})}, {{1, 5}, {1, 5}});
  const std::string message = message_of<NetworkError>([&] { net.import(); });
  EXPECT_NE(message.find("operator 0 (TOPK_V2): H4H does not model it\n"), std::string::npos)
      << message;
  EXPECT_NE(message.find("--unsupported host"), std::string::npos);
}

TEST(TfliteOperators, ThatMakeNothingAreRefused) {
  TfliteNetwork net;
  const int x = net.input({1, 8});
  net.writer.op(19, {x}, {});
  EXPECT_NE(message_of<NetworkError>([&] { net.import({}, {x}); }).find("no outputs"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::workloads::tflite
