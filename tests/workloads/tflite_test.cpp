#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/files.hpp"
#include "tests/support/tflite_writer.hpp"
#include "workloads/import/tflite/convert.hpp"
#include "workloads/import/tflite/reader.hpp"

namespace h4h::workloads::tflite {
namespace {

using tests::message_of;
using tests::TfliteWriter;
constexpr std::int8_t kInt8 = TfliteWriter::kInt8;
constexpr std::int8_t kSame = 0, kValid = 1, kRelu6 = 3;

std::string zeros(std::size_t n) { return std::string(n, '\0'); }

std::string int32s(const std::vector<std::int32_t>& values) {
  return {reinterpret_cast<const char*>(values.data()), 4 * values.size()};
}

Network import(const std::string& file) { return convert(parse_model(file), "net"); }

// image 8x8x3 -> conv 3x3 stride 2, 16 channels.
std::string one_conv(std::int8_t padding = kSame, const std::vector<int>& output = {1, 4, 4, 16}) {
  TfliteWriter w;
  const int in = w.tensor("image", {1, 8, 8, 3}, kInt8);
  const int weights = w.tensor("w", {16, 3, 3, 3}, kInt8, zeros(432));
  const int out = w.tensor("features;merged", output, kInt8);
  w.conv({in, weights}, out, padding, 2, kRelu6);
  return w.finish({in}, {out});
}

TEST(Tflite, ReadsAConvolution) {
  const Network net = import(one_conv());
  ASSERT_EQ(net.layers.size(), 1u);
  EXPECT_EQ(net.layers[0].name, "features");
  const auto& conv = std::get<Conv2d>(net.layers[0].op);
  EXPECT_EQ(conv.out_channels, 16);
  EXPECT_EQ(conv.activation, Activation::relu6);
  EXPECT_EQ(conv.window.padding, (Padding{0, 1, 0, 1}));
  EXPECT_EQ(macs(net), 4 * 4 * 27 * 16);
}

TEST(Tflite, NamesAreUtf8WhateverTheFileHoldsAndStayApart) {
  TfliteWriter w;
  const int in = w.tensor("image", {1, 8, 8, 3}, kInt8);
  const int weights = w.tensor("w", {3, 1, 1, 3}, kInt8, zeros(9));
  const int first = w.tensor("stem\xb2", {1, 8, 8, 3}, kInt8);
  const int second = w.tensor("stem\xb3", {1, 8, 8, 3}, kInt8);
  w.conv({in, weights}, first, kSame, 1, 0);
  w.conv({first, weights}, second, kSame, 1, 0);
  const Network net = import(w.finish({in}, {second}));
  ASSERT_EQ(net.layers.size(), 2u);
  EXPECT_EQ(net.layers[0].name, "stem\xef\xbf\xbd");
  EXPECT_EQ(net.layers[1].name, "stem\xef\xbf\xbd#1");
}

TEST(Tflite, RefusesAnOutputShapeThatItsInputsContradict) {
  const std::string message = message_of<NetworkError>([] { import(one_conv(kValid)); });
  EXPECT_NE(message.find("operator 0 (CONV_2D)"), std::string::npos) << message;
  EXPECT_NE(message.find("1x4x4x16 in the file but 1x3x3x16"), std::string::npos) << message;
}

TEST(Tflite, FoldsAPadIntoTheConvolutionBehindIt) {
  TfliteWriter w;
  const int in = w.tensor("image", {1, 8, 8, 3}, kInt8);
  const int pads = w.tensor("pads", {4, 2}, TfliteWriter::kInt32, int32s({0, 0, 0, 1, 0, 1, 0, 0}));
  const int padded = w.tensor("padded", {1, 9, 9, 3}, kInt8);
  const int weights = w.tensor("w", {16, 3, 3, 3}, kInt8, zeros(432));
  const int out = w.tensor("out", {1, 4, 4, 16}, kInt8);
  w.op(34, {in, pads}, {padded});
  w.conv({padded, weights}, out, kValid, 2, 0);
  const Network net = import(w.finish({in}, {out}));
  ASSERT_EQ(net.layers.size(), 1u);
  EXPECT_EQ(std::get<Conv2d>(net.layers[0].op).window.padding, (Padding{0, 1, 0, 1}));
  ASSERT_EQ(net.folded.size(), 1u);
  EXPECT_EQ(net.folded[0].op, "PAD");
}

// A PAD of 1 that two convolutions read, and the file itself if it is an output.
Network padded_twice(bool is_output) {
  TfliteWriter w;
  const int in = w.tensor("image", {1, 8, 8, 3}, kInt8);
  const int pads = w.tensor("pads", {4, 2}, TfliteWriter::kInt32, int32s({0, 0, 1, 1, 1, 1, 0, 0}));
  const int padded = w.tensor("padded", {1, 10, 10, 3}, kInt8);
  const int weights = w.tensor("w", {16, 3, 3, 3}, kInt8, zeros(432));
  const int a = w.tensor("a", {1, 8, 8, 16}, kInt8);
  const int b = w.tensor("b", {1, 8, 8, 16}, kInt8);
  w.op(34, {in, pads}, {padded});
  w.conv({padded, weights}, a, kValid, 1, 0);
  w.conv({padded, weights}, b, kValid, 1, 0);
  std::vector<int> outputs{a, b};
  if (is_output) outputs.push_back(padded);
  return import(w.finish({in}, outputs));
}

TEST(Tflite, FoldsAPadIntoEveryConvolutionThatReadsIt) {
  const Network net = padded_twice(false);
  ASSERT_EQ(net.layers.size(), 2u);
  for (const Layer& layer : net.layers) {
    EXPECT_EQ(std::get<Conv2d>(layer.op).window.padding, (Padding{1, 1, 1, 1}));
    EXPECT_EQ(layer.inputs, net.inputs);
  }
  ASSERT_EQ(net.folded.size(), 1u);
  EXPECT_EQ(net.folded[0].into, "padding of CONV_2D, CONV_2D");
}

TEST(Tflite, KeepsAPadThatIsAnOutputToo) {
  const Network net = padded_twice(true);
  ASSERT_EQ(net.layers.size(), 3u);
  EXPECT_EQ(op_name(net.layers[0].op), "pad");
}

TEST(Tflite, FoldsTheDequantizeOfFloat16Weights) {
  TfliteWriter w;
  const int in = w.tensor("image", {1, 4, 4, 3}, TfliteWriter::kFloat32);
  const int half = w.tensor("half", {8, 1, 1, 3}, TfliteWriter::kFloat16, zeros(48));
  const int full = w.tensor("full", {8, 1, 1, 3}, TfliteWriter::kFloat32);
  const int out = w.tensor("out", {1, 4, 4, 8}, TfliteWriter::kFloat32);
  w.op(6, {half}, {full});
  w.conv({in, full}, out, kSame, 1, 0);
  const Network net = import(w.finish({in}, {out}));
  EXPECT_EQ(net.layers.size(), 1u);
  EXPECT_EQ(net.folded.size(), 1u);
  ASSERT_EQ(net.remarks.size(), 2u);  // float32 activations and float16 weights
  EXPECT_NE(net.remarks[1].find("float16"), std::string::npos);
}

TEST(Tflite, NamesAnOperatorThatItDoesNotMap) {
  TfliteWriter w;
  const int in = w.tensor("x", {1, 8}, kInt8);
  const int out = w.tensor("y", {1, 8}, kInt8);
  w.op(209, {in}, {out});
  const std::string message = message_of<NetworkError>([&] { import(w.finish({in}, {out})); });
  EXPECT_NE(message.find("operator 0 (operator 209): operator not supported"), std::string::npos)
      << message;
}

TEST(Tflite, RefusesATensorThatNothingProduces) {
  TfliteWriter w;
  const int in = w.tensor("x", {1, 4, 4, 8}, kInt8);
  const int orphan = w.tensor("orphan", {1, 4, 4, 8}, kInt8);
  const int out = w.tensor("y", {1, 4, 4, 8}, kInt8);
  w.op(0, {in, orphan}, {out}, [](TfliteWriter::Builder&) {});
  const std::string message = message_of<NetworkError>([&] { import(w.finish({in}, {out})); });
  EXPECT_NE(message.find(
                "operator 0 (ADD): reads 'orphan', which no supported operator before it produces"),
            std::string::npos);
}

TEST(Tflite, EveryTruncationIsRefused) {
  const std::string file = one_conv();
  // The writer's last bytes are alignment that nothing points to.
  for (std::size_t length = 0; length + 4 < file.size(); ++length) {
    EXPECT_THROW(import(file.substr(0, length)), std::runtime_error) << length;
  }
}

TEST(Tflite, EveryFlippedByteIsReadOrRefused) {
  const std::string file = one_conv();
  int refused = 0;
  for (std::size_t at = 0; at < file.size(); ++at) {
    std::string broken = file;
    broken[at] = static_cast<char>(~broken[at]);
    try {
      import(broken);
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 50);
}

TEST(Tflite, NamesTheFileThatIsMissing) {
  const std::string message = message_of<NetworkError>([] { read("/nowhere/net.tflite"); });
  EXPECT_EQ(message, "/nowhere/net.tflite: no such file");
}

TEST(Tflite, AnErrorWhileItReadsIsNotTheEnd) {
  EXPECT_EQ(message_of<NetworkError>([] { read("/proc/self/mem"); }),
            "/proc/self/mem: cannot be read: Input/output error");
}

TEST(Tflite, LeavesUnsupportedOperatorsToTheHostWhereAsked) {
  TfliteWriter w;
  const int in = w.tensor("x", {1, 8, 8, 4}, kInt8);
  const int strange = w.tensor("strange", {1, 8, 8, 4}, kInt8);
  const int out = w.tensor("y", {1, 8, 8, 4}, kInt8);
  w.op(209, {in}, {strange});
  w.op(19, {strange}, {out});
  const std::string file = w.finish({in}, {out});
  EXPECT_THROW(import(file), NetworkError);
  const Network net = convert(parse_model(file), "net", {UnsupportedPolicy::host});
  ASSERT_EQ(net.layers.size(), 1u);
  EXPECT_EQ(net.layers[0].file_index, 1u);
  ASSERT_EQ(net.unsupported.size(), 1u);
  EXPECT_EQ(net.unsupported[0].index, 0u);
  EXPECT_EQ(net.unsupported[0].op, "operator 209");
}

TEST(Tflite, ConcatenatesAlongTheAxisThatTheFileCounts) {
  TfliteWriter w;
  const int a = w.tensor("a", {1, 10, 4}, kInt8), b = w.tensor("b", {1, 6, 4}, kInt8);
  const int out = w.tensor("y", {1, 16, 4}, kInt8);
  w.op(2, {a, b}, {out},
       [](TfliteWriter::Builder& t) { t.AddElement<std::int32_t>(TfliteWriter::slot(0), -2, 0); });
  const Network net = import(w.finish({a, b}, {out}));
  EXPECT_EQ(std::get<Concat>(net.layers[0].op).axis, Axis::width);
}

TEST(Tflite, ReadsALeakyRelu) {
  TfliteWriter w;
  const int in = w.tensor("x", {1, 8, 8, 4}, kInt8), out = w.tensor("y", {1, 8, 8, 4}, kInt8);
  w.op(98, {in}, {out});
  const Network net = import(w.finish({in}, {out}));
  EXPECT_EQ(net.layers.at(0).op, Op(LeakyRelu{}));
}

TEST(Tflite, ReadsTheBlockOfADepthToSpaceFromItsShapes) {
  const auto file = [](const std::vector<int>& output) {
    TfliteWriter w;
    const int in = w.tensor("x", {1, 8, 8, 16}, kInt8), out = w.tensor("y", output, kInt8);
    w.op(5, {in}, {out});
    return w.finish({in}, {out});
  };
  EXPECT_EQ(import(file({1, 16, 16, 4})).layers.at(0).op, Op(DepthToSpace{2}));
  EXPECT_THROW(import(file({1, 16, 8, 8})), NetworkError);
  EXPECT_THROW(import(file({1, 4, 4, 64})), NetworkError);
}

TEST(Tflite, MeasuresWeightsInTheEncodersCode) {
  TfliteWriter w;
  const int in = w.tensor("image", {1, 8, 8, 8}, kInt8);
  const int sparse = w.tensor("w", {16, 3, 3, 8}, kInt8, zeros(1152));
  const int out = w.tensor("y", {1, 8, 8, 16}, kInt8);
  w.conv({in, sparse}, out, kSame, 1, 0);
  const Network net = import(w.finish({in}, {out}));
  EXPECT_LT(*net.layers[0].coded_weight_bytes, 1152 / 5);
}

struct RealFile {
  const char* path;
  std::int64_t macs;      // nets/SOURCES.md
  std::size_t operators;  // in the file
  std::size_t unsupported;
};

class RealFiles : public ::testing::TestWithParam<RealFile> {};

TEST_P(RealFiles, EveryOperatorIsALayerFoldedOrLeftToTheHost) {
  const auto path = tests::shared_file(std::string("nets/") + GetParam().path);
  if (path.empty()) GTEST_SKIP() << "needs nets/" << GetParam().path << " of ../shared";
  const Network net = read(path, {UnsupportedPolicy::host});
  EXPECT_EQ(macs(net), GetParam().macs);
  EXPECT_EQ(net.unsupported.size(), GetParam().unsupported);
  std::set<std::size_t> indices;
  std::size_t parts = 0;  // layers ahead of an operator's own
  for (const Layer& layer : net.layers) {
    parts += layer.file_index ? 0 : 1;
    if (layer.file_index) indices.insert(*layer.file_index);
  }
  for (const Folded& folded : net.folded) indices.insert(folded.index);
  for (const Unsupported& u : net.unsupported) indices.insert(u.index);
  EXPECT_EQ(indices.size() + parts, net.layers.size() + net.folded.size() + net.unsupported.size());
  EXPECT_EQ(indices.size(), GetParam().operators);
  EXPECT_EQ(*indices.rbegin() + 1, GetParam().operators);
}

std::string file_name(const ::testing::TestParamInfo<RealFile>& file) {
  std::string name = std::filesystem::path(file.param.path).stem().string();
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Shared, RealFiles,
    ::testing::Values(RealFile{"int8/emza_ssd_slim_120x160_int8.tflite", 19267072, 68, 0},
                      RealFile{"int8/mcunet_person_det_int8.tflite", 18296320, 79, 0},
                      RealFile{"int8/mcunetv2_large_int8.tflite", 216815264, 163, 0},
                      RealFile{"int8/mobilenet_v1_0.25_128_quant.tflite", 13570304, 31, 0},
                      RealFile{"int8/mobilenet_v2_224_int8.tflite", 300774272, 68, 0},
                      RealFile{"int8/tflm_keyword_scrambled_8bit.tflite", 21056, 15, 0},
                      RealFile{"int8/tflm_xtensa_mobilenet_v2_1x3x224x224.tflite", 300774272, 84,
                               0},
                      RealFile{"mediapipe/face_detection_short_range.tflite", 30760960, 164, 0},
                      RealFile{"mediapipe/face_landmark.tflite", 34979040, 210, 0},
                      RealFile{"mediapipe/hand_landmark_full.tflite", 330968800, 165, 0},
                      RealFile{"mediapipe/hand_landmark_lite.tflite", 145605824, 167, 0},
                      RealFile{"mediapipe/iris_landmark.tflite", 53667328, 169, 0},
                      RealFile{"mediapipe/palm_detection_lite.tflite", 283170816, 232, 0},
                      RealFile{"mediapipe/pose_landmark_lite.tflite", 197822208, 305, 0},
                      RealFile{"mediapipe/selfie_segmentation.tflite", 58167168, 246, 1},
                      RealFile{"mlperf-tiny/ad01_int8.tflite", 264192, 10, 0},
                      RealFile{"mlperf-tiny/kws_ref_model.tflite", 2656768, 13, 0},
                      RealFile{"mlperf-tiny/pretrainedResnet.tflite", 12501632, 16, 0},
                      RealFile{"mlperf-tiny/pretrainedResnet_quant.tflite", 12501632, 16, 0},
                      RealFile{"mlperf-tiny/str_ww_ref_model.tflite", 826368, 11, 0},
                      RealFile{"mlperf-tiny/vww_96_int8.tflite", 7489664, 31, 0}),
    file_name);

TEST(TfliteFiles, MeasuredWeightSizesAreNearThoseOfArmsEncoder) {
  // Encoded kB of tests by Arm's compiler (npu_networks.csv, U55-128): raw sizes are 208 and 264.
  const auto vww = tests::shared_file("nets/mlperf-tiny/vww_96_int8.tflite");
  const auto ad = tests::shared_file("nets/mlperf-tiny/ad01_int8.tflite");
  if (vww.empty() || ad.empty()) GTEST_SKIP() << "needs nets/mlperf-tiny of ../shared";
  const auto coded = [](const std::filesystem::path& path) {
    std::int64_t bytes = 0;
    for (const Layer& layer : read(path).layers) bytes += layer.coded_weight_bytes.value_or(0);
    return static_cast<double>(bytes);
  };
  EXPECT_NEAR(coded(ad), 184e3, 0.1 * 184e3);
  EXPECT_NEAR(coded(vww), 47e3, 0.25 * 47e3);
}

}  // namespace
}  // namespace h4h::workloads::tflite
