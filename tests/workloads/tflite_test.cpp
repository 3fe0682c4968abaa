#include <gtest/gtest.h>

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
std::string one_conv(std::int8_t padding = kSame, std::vector<int> output = {1, 4, 4, 16}) {
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

TEST(Tflite, RefusesAnOutputShapeThatItsInputsContradict) {
  const std::string message = message_of<NetworkError>([] { import(one_conv(kValid)); });
  EXPECT_NE(message.find("operator 0 (CONV_2D)"), std::string::npos) << message;
  EXPECT_NE(message.find("4x4x16 in the file but 3x3x16"), std::string::npos) << message;
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

TEST(Tflite, KeepsAPadThatTwoLayersRead) {
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
  const Network net = import(w.finish({in}, {a, b}));
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
  w.op(25, {in}, {out});
  const std::string message = message_of<NetworkError>([&] { import(w.finish({in}, {out})); });
  EXPECT_NE(message.find("operator 0 (operator 25): not mapped"), std::string::npos) << message;
}

TEST(Tflite, RefusesABatch) {
  TfliteWriter w;
  const int in = w.tensor("x", {2, 4, 4, 8}, kInt8);
  const int out = w.tensor("y", {2, 4, 4, 8}, kInt8);
  w.op(19, {in}, {out});
  const std::string message = message_of<NetworkError>([&] { import(w.finish({in}, {out})); });
  EXPECT_NE(message.find("tensor 'x': batch is 2"), std::string::npos) << message;
}

TEST(Tflite, RefusesATensorThatNothingProduces) {
  TfliteWriter w;
  const int in = w.tensor("x", {1, 4, 4, 8}, kInt8);
  const int orphan = w.tensor("orphan", {1, 4, 4, 8}, kInt8);
  const int out = w.tensor("y", {1, 4, 4, 8}, kInt8);
  w.op(0, {in, orphan}, {out}, [](TfliteWriter::Builder&) {});
  const std::string message = message_of<NetworkError>([&] { import(w.finish({in}, {out})); });
  EXPECT_NE(message.find("'orphan' is used before anything produces it"), std::string::npos);
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
  EXPECT_EQ(message, "/nowhere/net.tflite: not a file");
}

TEST(TfliteFiles, MobileNetV2Int8HasItsPublishedMacs) {
  const auto path = tests::shared_file("nets/int8/mobilenet_v2_224_int8.tflite");
  if (path.empty()) GTEST_SKIP() << "needs nets/int8/mobilenet_v2_224_int8.tflite of ../shared";
  const Network net = read(path);
  EXPECT_EQ(macs(net), 300'774'272);
  EXPECT_EQ(net.layers.size() + net.folded.size(), 68u);  // every operator of the file
}

TEST(TfliteFiles, HandLandmarkLiteHasItsMeasuredMacs) {
  const auto path = tests::shared_file("nets/mediapipe/hand_landmark_lite.tflite");
  if (path.empty())
    GTEST_SKIP() << "needs hand_landmark_lite.tflite of npm package @mediapipe/hands";
  const Network net = read(path);
  EXPECT_EQ(macs(net), 145'605'824);
  EXPECT_EQ(net.folded.size(), 102u);
  EXPECT_EQ(net.outputs.size(), 4u);
}

}  // namespace
}  // namespace h4h::workloads::tflite
