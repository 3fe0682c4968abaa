#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/files.hpp"
#include "tests/support/tflite_network.hpp"

// What is not a layer: the host's operators, states, shapes that are left open, and what a file
// says beside its first subgraph.
namespace h4h::workloads::tflite {
namespace {

using tests::message_of;
using tests::option_bytes;
using tests::option_numbers;
using tests::TfliteNetwork;
using tests::TfliteWriter;

constexpr int kConv = 3, kTopK = 48, kReverse = 105, kGather = 36;
const ImportOptions kHost{UnsupportedPolicy::host};

TfliteNetwork::Options stride_one() { return option_bytes({}, {{1, 1}, {2, 1}}); }

int conv(TfliteNetwork& net, int in, int side, int channels, int out) {
  return net.one(kConv, {in, net.weights({out, 3, 3, channels})}, {1, side, side, out},
                 stride_one());
}

TEST(TfliteHost, ATailLeavesTheRestCosted) {
  TfliteNetwork net;
  const int scores = conv(net, net.input({1, 16, 16, 16}), 16, 16, 21);
  net.operation(kTopK, {scores, net.numbers({5}, {})}, {{1, 16, 16, 5}, {1, 16, 16, 5}});
  const Network costed = net.import(kHost);
  EXPECT_EQ(macs(costed), 256 * 9 * 16 * 21);
  ASSERT_EQ(costed.unsupported.size(), 1u);
  const Unsupported& host = costed.unsupported[0];
  EXPECT_EQ(host.before, 1u);
  EXPECT_EQ(host.reads, std::vector{costed.layers.at(0).output});
  EXPECT_EQ(host.makes.size(), 2u);
  EXPECT_EQ(host.macs, 0);
}

TEST(TfliteHost, ACustomTailCanHaveOutputsOfAnyShape) {
  TfliteNetwork net;
  const int boxes = conv(net, net.input({1, 8, 8, 4}), 8, 4, 4);
  const int out = net.writer.tensor("boxes", {}, TfliteWriter::kFloat32);
  net.writer.op(32, {boxes}, {out}, {}, "TFLite_Detection_PostProcess");
  const Network costed = net.import(kHost, {out});
  EXPECT_EQ(costed.layers.size(), 1u);
  EXPECT_EQ(costed.unsupported.at(0).op, "CUSTOM:TFLite_Detection_PostProcess");
  EXPECT_EQ(costed.unsupported.at(0).reason,
            "a custom operator: H4H does not model it, and Arm's compiler leaves it to the host");
}

TEST(TfliteHost, AHeadMayReadWhatNoLayerReads) {
  const auto file = [](std::int8_t type) {
    TfliteNetwork net;
    const int ids = net.input({1, 32}, type);
    const int found = net.one(kGather, {net.weights({1000, 64}), ids}, {1, 32, 64});
    const int image = net.one(22, {found, net.numbers({1, 1, 32, 64})}, {1, 1, 32, 64});
    net.one(kConv, {image, net.weights({128, 1, 1, 64})}, {1, 1, 32, 128}, stride_one());
    return net;
  };
  for (const std::int8_t type : {TfliteWriter::kInt32, TfliteWriter::kInt64, std::int8_t{6}}) {
    EXPECT_EQ(macs(file(type).import(kHost)), 32 * 64 * 128);
  }
  const std::string message =
      message_of<NetworkError>([&] { file(TfliteWriter::kInt32).import(); });
  EXPECT_NE(message.find("operator 0 (GATHER): looks up"), std::string::npos) << message;
}

TEST(TfliteHost, WholeNumbersAreNoFeatureMaps) {
  TfliteNetwork net;
  net.one(0, {net.input({1, 8}, TfliteWriter::kInt32), net.input({1, 8}, TfliteWriter::kInt32)},
          {1, 8}, option_bytes({}), TfliteWriter::kInt32);
  EXPECT_NE(message_of<NetworkError>([&] {
              net.import();
            }).find("tensor 't0': int32 feature maps are not supported"),
            std::string::npos);
}

TEST(TfliteHost, WhatItMakesLivesFromItOnAndWhatItReadsUntilIt) {
  TfliteNetwork net;
  int x = net.input({1, 8, 8, 4});
  for (int i = 0; i < 3; ++i) {
    x = conv(net, x, 8, 4, 4);
    x = net.one(kReverse, {x, net.numbers({1})}, {1, 8, 8, 4});
  }
  conv(net, x, 8, 4, 4);
  const Network costed = net.import(kHost);
  ASSERT_EQ(costed.unsupported.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(costed.unsupported[i].before, i + 1);
    EXPECT_EQ(costed.unsupported[i].reads.at(0), costed.layers.at(i).output);
    EXPECT_EQ(costed.unsupported[i].makes.at(0), costed.layers.at(i + 1).inputs.at(0));
  }
}

TEST(TfliteHost, SaysWhichMacsAreLeftOut) {
  struct LeftOut {
    int code;
    std::vector<int> in, weights, out;
    std::int64_t macs;
  };
  // Each has a batch, over whose images windows would reach.
  for (const LeftOut& c :
       {LeftOut{3, {2, 8, 8, 4}, {6, 3, 3, 4}, {2, 8, 8, 6}, 2 * 64 * 36 * 6},
        LeftOut{4, {2, 8, 8, 4}, {1, 3, 3, 4}, {2, 8, 8, 4}, 2 * 64 * 9 * 4},
        LeftOut{132, {2, 8, 8, 8, 4}, {3, 3, 3, 4, 6}, {2, 8, 8, 8, 6}, 2 * 512 * 27 * 4 * 6}}) {
    TfliteNetwork net;
    const int x = net.input(c.in);
    const int y = net.one(c.code, {x, net.weights(c.weights)}, c.out, stride_one());
    net.one(19, {y}, c.out);
    const Network costed = net.import(kHost);
    EXPECT_EQ(host_macs(costed), c.macs);
    EXPECT_EQ(macs(costed), 0);
  }
}

TEST(TfliteHost, TransposedConvolutionsOfMediaPipeSayTheirMacs) {
  TfliteNetwork net;
  const int x = net.one(19, {net.input({1, 16, 16, 8})}, {1, 16, 16, 8});
  const int y = net.writer.tensor("y", {1, 32, 32, 2}, TfliteWriter::kInt8);
  net.writer.op(32, {x, net.weights({2, 2, 2, 8})}, {y}, {}, "Convolution2DTransposeBias");
  EXPECT_EQ(host_macs(net.import(kHost, {y})), 256 * 8 * 4 * 2);
}

TEST(TfliteHost, NothingLeftNamesWhatWentToTheHostAndWhy) {
  TfliteNetwork net;
  net.one(kReverse, {net.input({1, 8}), net.numbers({1})}, {1, 8});
  const std::string message = message_of<NetworkError>([&] { net.import(kHost); });
  EXPECT_NE(message.find("REVERSE_V2"), std::string::npos) << message;
  EXPECT_NE(message.find("H4H does not model it"), std::string::npos) << message;
}

// ---- states ----

TEST(TfliteStates, TakeMemoryAtAllTimes) {
  TfliteNetwork net;
  const int x = net.input({1, 1, 1, 40});
  const int handle = net.writer.tensor("ring", {}, TfliteWriter::kResource);
  net.writer.op(129, {}, {}, option_numbers({{0, 1}}));
  net.writer.op(142, {}, {handle});
  const int old = net.one(143, {handle}, {1, 2, 1, 40});
  const int all = net.one(2, {old, x}, {1, 3, 1, 40}, option_numbers({{0, 1}}));
  const int next = net.one(
      45, {all, net.numbers({0, 1, 0, 0}), net.numbers({0, 0, 0, 0}), net.numbers({1, 1, 1, 1})},
      {1, 2, 1, 40}, option_numbers({{0, 13}, {1, 15}}));
  net.writer.op(144, {handle, next}, {});
  const int y = net.one(kConv, {all, net.weights({32, 3, 1, 40})}, {1, 1, 1, 32},
                        option_bytes({{0, 1}}, {{1, 1}, {2, 1}}));
  const std::string file = net.writer.finish({x}, {y}, 1);
  const Network streaming = convert(parse_model(file), "net");
  ASSERT_EQ(streaming.states.size(), 1u);
  EXPECT_EQ(streaming.states[0].name, "ring");
  EXPECT_EQ(streaming.states[0].bytes, 80);
  EXPECT_EQ(macs(streaming), 3 * 40 * 32);
  EXPECT_TRUE(streaming.remarks.empty());  // the second subgraph only sets first values
  EXPECT_EQ(streaming.folded.size(), 4u);
}

TEST(TfliteStates, ThatAreAlsoAnOutputAreOneOutput) {
  TfliteNetwork net;
  const int handle = net.writer.tensor("h", {}, TfliteWriter::kResource);
  net.writer.op(142, {}, {handle});
  const int old = net.one(143, {handle}, {1, 8});
  const int next = net.one(0, {old, net.input({1, 8})}, {1, 8}, option_bytes({}));
  net.writer.op(144, {handle, next}, {});
  const Network streaming = net.import({}, {next, next});
  EXPECT_EQ(streaming.outputs.size(), 1u);
  EXPECT_EQ(streaming.states.at(0).bytes, 8);
}

TEST(TfliteStates, OfNoHandleAreRefused) {
  TfliteNetwork net;
  const int handle = net.writer.tensor("ring", {}, TfliteWriter::kResource);
  net.one(143, {handle}, {1, 8});
  EXPECT_NE(message_of<NetworkError>([&] { net.import(); }).find("no VAR_HANDLE"),
            std::string::npos);
}

// ---- shapes ----

TEST(TfliteShapes, ArithmeticThatOnlyReshapesReadFolds) {
  TfliteNetwork net;
  const int x = net.input({1, 4, 6, 16});
  const auto number = [&](int code, const std::vector<int>& inputs, const std::vector<int>& shape,
                          const TfliteNetwork::Options& options = {}) {
    return net.one(code, inputs, shape, options, TfliteWriter::kInt32);
  };
  const int shape = number(77, {x}, {4});
  const int one = net.numbers({1}), two = net.numbers({2}), three = net.numbers({3});
  const int height = number(45, {shape, one, two, one}, {}, option_numbers({{4, 1}}));
  const int width = number(45, {shape, two, three, one}, {}, option_numbers({{4, 1}}));
  const int pixels = number(18, {height, width}, {});
  const int dims = number(83, {net.numbers({-1}, {}), pixels, net.numbers({16}, {})}, {3},
                          option_numbers({{0, 3}}));
  net.one(22, {x, dims}, {1, 24, 16});
  const Network folded = net.import();
  ASSERT_EQ(folded.layers.size(), 1u);
  EXPECT_EQ(folded.layers[0].op, Op(Reshape{{1, 24, 16}}));
  EXPECT_EQ(folded.folded.size(), 5u);
}

TEST(TfliteShapes, ArithmeticThatDoesNotFitIsRefused) {
  TfliteNetwork net;
  const int x = net.input({1, 4, 6, 16});
  const int sum = net.one(0, {net.numbers({1, 2}), net.numbers({1, 2, 3})}, {2}, option_bytes({}),
                          TfliteWriter::kInt32);
  net.one(22, {x, sum}, {1, 384});
  EXPECT_NE(message_of<NetworkError>([&] { net.import(); }).find("operator 0 (ADD)"),
            std::string::npos);
}

// A convolution over an image whose sides the file leaves open, and its mean.
std::string open_file(const std::vector<int>& signature) {
  TfliteNetwork net;
  const int x =
      net.writer.tensor("x", {1, 1, 1, 16}, TfliteWriter::kInt8, "", {signature, false, -1});
  const int y = net.writer.tensor("y", {1, 1, 1, 32}, TfliteWriter::kInt8, "",
                                  {{signature[0], signature[1], signature[2], 32}, false, -1});
  net.writer.op(kConv, {x, net.weights({32, 3, 3, 16})}, {y}, stride_one());
  const int z = net.writer.tensor("z", {1, 32}, TfliteWriter::kInt8);
  net.writer.op(40, {y, net.numbers({1, 2})}, {z});
  return net.writer.finish({x}, {z});
}

TEST(TfliteShapes, ThatAFileLeavesOpenMustBeGiven) {
  const std::string file = open_file({1, -1, -1, 16});
  const Model model = parse_model(file);
  const std::string message = message_of<NetworkError>([&] { convert(model, "net"); });
  EXPECT_NE(message.find("input 'x' is 1x?x?x16"), std::string::npos) << message;
  EXPECT_NE(message.find("--input 1x224x224x16"), std::string::npos) << message;
  ImportOptions options;
  options.input = std::vector<std::int64_t>{1, 20, 30, 16};
  EXPECT_EQ(macs(convert(model, "net", options)), 600 * 9 * 16 * 32);
  for (const std::vector<std::int64_t>& wrong :
       {std::vector<std::int64_t>{1, 20, 30, 3}, std::vector<std::int64_t>{20, 30, 16},
        std::vector<std::int64_t>{2, 20, 30, 16}}) {
    options.input = wrong;
    EXPECT_NE(
        message_of<NetworkError>([&] { convert(model, "net", options); }).find("does not fit"),
        std::string::npos);
  }
}

TEST(TfliteShapes, OfABatchThatIsOpenAreOfOneImage) {
  const std::string file = open_file({-1, 1, 1, 16});
  EXPECT_EQ(macs(convert(parse_model(file), "net")), 9 * 16 * 32);
}

TEST(TfliteShapes, ThatAreStatedCannotBeReplaced) {
  const std::string file = open_file({1, 1, 1, 16});
  ImportOptions options;
  options.input = std::vector<std::int64_t>{1, 20, 30, 16};
  EXPECT_NE(message_of<NetworkError>([&] {
              convert(parse_model(file), "net", options);
            }).find("does not fit"),
            std::string::npos);
}

// ---- files ----

TEST(TfliteFiles, WithMoreSubgraphsSayThatTheyAreNotCosted) {
  for (const int further : {1, 3}) {
    TfliteNetwork net;
    const int x = net.input({1, 8}), y = net.one(19, {x}, {1, 8});
    const std::string file = net.writer.finish({x}, {y}, further);
    const Network first = convert(parse_model(file), "net");
    ASSERT_EQ(first.remarks.size(), 1u);
    EXPECT_NE(first.remarks[0].find(std::to_string(further) + " more subgraph"), std::string::npos);
  }
}

TEST(TfliteFiles, ThatVelaCompiledAreRefusedWhateverThePolicy) {
  TfliteNetwork net;
  const int x = net.input({1, 8}), y = net.writer.tensor("y", {1, 8}, TfliteWriter::kInt8);
  net.writer.op(32, {x}, {y}, {}, "ethos-u");
  const std::string file = net.file({y});
  for (const ImportOptions& options : {ImportOptions{}, kHost}) {
    EXPECT_NE(message_of<NetworkError>([&] {
                convert(parse_model(file), "net", options);
              }).find("compiled for Ethos-U by Arm's Vela"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace h4h::workloads::tflite
