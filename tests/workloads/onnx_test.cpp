#include <gtest/gtest.h>

#include <string>

#include "tests/support/onnx_files.hpp"

namespace h4h::workloads::onnx {
namespace {

using tests::first_output;
using tests::import_onnx;
using tests::one_conv;
using tests::OnnxWriter;
using tests::operators;
using Dims = OnnxWriter::Dims;
using Names = OnnxWriter::Names;

TEST(Onnx, ReadsAConvolutionAsHeightWidthChannels) {
  OnnxWriter w = one_conv({16, 3, 3, 3});
  w.node("Conv", {"x", "w"}, {"y"}, "stem")
      .set("strides", Dims{2, 2})
      .set("pads", Dims{1, 1, 1, 1});
  const Network net = import_onnx(w);
  ASSERT_EQ(net.layers.size(), 1u);
  EXPECT_EQ(net.layers[0].name, "stem");
  EXPECT_EQ(net.tensors[0].shape, (Shape{8, 8, 3}));
  EXPECT_EQ(first_output(net), (Shape{4, 4, 16}));
  // No window reaches the padding behind the image.
  EXPECT_EQ(std::get<Conv2d>(net.layers[0].op).window.padding, (Padding{1, 0, 1, 0}));
  EXPECT_EQ(macs(net), 4 * 4 * 27 * 16);
}

TEST(Onnx, KeepsAsymmetricPaddingAndDilation) {
  OnnxWriter w = one_conv({4, 3, 3, 1});
  w.node("Conv", {"x", "w"}, {"y"}).set("dilations", Dims{2, 1}).set("pads", Dims{0, 1, 2, 3});
  const Network net = import_onnx(w);
  EXPECT_EQ(std::get<Conv2d>(net.layers[0].op).window.padding, (Padding{0, 2, 1, 3}));
  EXPECT_EQ(first_output(net), (Shape{6, 12, 4}));
}

TEST(Onnx, ResolvesAutomaticPadding) {
  for (const auto& [kind, padding] :
       {std::pair{"SAME_UPPER", Padding{0, 1, 0, 1}}, std::pair{"SAME_LOWER", Padding{1, 0, 1, 0}},
        std::pair{"VALID", Padding{}}}) {
    OnnxWriter w = one_conv({4, 3, 3, 3});
    w.node("Conv", {"x", "w"}, {"y"}).set("strides", Dims{2, 2}).set("auto_pad", kind);
    EXPECT_EQ(std::get<Conv2d>(import_onnx(w).layers[0].op).window.padding, padding) << kind;
  }
}

TEST(Onnx, ReadsDepthwiseAndGroupedConvolutions) {
  OnnxWriter w = one_conv({8, 1, 3, 3}, {1, 4, 8, 8});
  w.node("Conv", {"x", "w"}, {"y"}).set("group", 4);
  const Network depthwise = import_onnx(w);
  EXPECT_EQ(std::get<DepthwiseConv2d>(depthwise.layers[0].op).multiplier, 2);
  EXPECT_EQ(macs(depthwise), 6 * 6 * 9 * 8);
  OnnxWriter v = one_conv({8, 2, 1, 1}, {1, 4, 8, 8});
  v.node("Conv", {"x", "w"}, {"y"}).set("group", 2);
  const Network grouped = import_onnx(v);
  EXPECT_EQ(std::get<Conv2d>(grouped.layers[0].op).groups, 2);
  EXPECT_EQ(macs(grouped), 64 * 2 * 8);
}

TEST(Onnx, ReadsConvolutionsOfOneDimension) {
  OnnxWriter w = one_conv({8, 16, 5}, {1, 16, 100});
  w.node("Conv", {"x", "w"}, {"y"}).set("strides", Dims{2}).set("pads", Dims{2, 2});
  const Network net = import_onnx(w);
  EXPECT_EQ(first_output(net), (Shape{1, 50, 8}));
  EXPECT_EQ(macs(net), 50 * 5 * 16 * 8);
}

TEST(Onnx, ReadsATransposedConvolution) {
  OnnxWriter w = one_conv({3, 16, 4, 4});
  w.node("ConvTranspose", {"x", "w"}, {"y"})
      .set("strides", Dims{2, 2})
      .set("pads", Dims{1, 1, 1, 1});
  const Network net = import_onnx(w);
  EXPECT_EQ(first_output(net), (Shape{16, 16, 16}));
  EXPECT_EQ(macs(net), 8 * 8 * 16 * 3 * 16);
  OnnxWriter v = one_conv({3, 4, 3, 3});
  v.node("ConvTranspose", {"x", "w"}, {"y"})
      .set("strides", Dims{2, 2})
      .set("pads", Dims{1, 1, 1, 1})
      .set("output_padding", Dims{1, 1});
  EXPECT_EQ(first_output(import_onnx(v)), (Shape{16, 16, 4}));
}

TEST(Onnx, FusesBiasBatchNormAndActivationIntoTheConvolution) {
  OnnxWriter w = one_conv({16, 3, 3, 3});
  for (const char* name : {"scale", "shift", "mean", "variance"}) w.weights(name, {16});
  w.weights("bias", {1, 16, 1, 1});
  w.number("low", 0);
  w.number("high", 6);
  w.node("Conv", {"x", "w"}, {"a"}, "conv");
  w.node("Add", {"bias", "a"}, {"b"});
  w.node("BatchNormalization", {"b", "scale", "shift", "mean", "variance"}, {"c"});
  w.node("Clip", {"c", "low", "high"}, {"y"});
  const Network net = import_onnx(w);
  ASSERT_EQ(net.layers.size(), 1u);
  EXPECT_EQ(net.layers[0].name, "conv");
  EXPECT_EQ(std::get<Conv2d>(net.layers[0].op).activation, Activation::relu6);
  EXPECT_EQ(net.folded.size(), 3u);
}

TEST(Onnx, KeepsABiasOfWhichTheConvolutionsOutputIsReadTwice) {
  OnnxWriter w = one_conv({3, 3, 1, 1});
  w.weights("bias", {1, 3, 1, 1});
  w.node("Conv", {"x", "w"}, {"a"});
  w.node("Add", {"a", "bias"}, {"b"});
  w.node("Mul", {"a", "b"}, {"y"});
  EXPECT_EQ(operators(import_onnx(w)), (Names{"conv", "add", "mul"}));
}

TEST(Onnx, TellsClampsApart) {
  const auto clipped = [](const Names& ends) {
    OnnxWriter w = one_conv({4, 3, 1, 1});
    w.number("minus_one", -1);
    w.number("zero", 0);
    w.number("one", 1);
    w.node("Conv", {"x", "w"}, {"a"});
    w.node("Clip", {"a", ends[0], ends[1]}, {"y"});
    return activation_of(import_onnx(w).layers.at(0).op);
  };
  EXPECT_EQ(clipped({"zero", ""}), Activation::relu);
  EXPECT_EQ(clipped({"minus_one", "one"}), Activation::relu_n1_to_1);
  EXPECT_EQ(clipped({"", ""}), Activation::none);
  EXPECT_EQ(clipped({"zero", "one"}), Activation::relu6);
}

TEST(Onnx, FoldsAPadIntoTheConvolutionBehindIt) {
  OnnxWriter w = one_conv({16, 3, 3, 3});
  w.integers("pads", {0, 0, 1, 1, 0, 0, 2, 2});
  w.node("Pad", {"x", "pads"}, {"a"});
  w.node("Conv", {"a", "w"}, {"y"});
  const Network net = import_onnx(w);
  ASSERT_EQ(operators(net), (Names{"conv"}));
  EXPECT_EQ(std::get<Conv2d>(net.layers[0].op).window.padding, (Padding{1, 2, 1, 2}));
}

TEST(Onnx, NegativePaddingCrops) {
  OnnxWriter w = tests::one_node("Pad", {1, 3, 8, 8}, {"pads"});
  w.integers("pads", {0, 0, -1, 2, 0, 0, -1, 0});
  const Network net = import_onnx(w);
  EXPECT_EQ(first_output(net), (Shape{6, 10, 3}));
}

TEST(Onnx, PoolsRoundUpWhereAsked) {
  for (const auto& [ceil, side] : {std::pair{0, 3}, std::pair{1, 4}}) {
    OnnxWriter w;
    w.input("x", {1, 4, 8, 8});
    w.node("MaxPool", {"x"}, {"y"})
        .set("kernel_shape", Dims{3, 3})
        .set("strides", Dims{2, 2})
        .set("ceil_mode", ceil);
    w.output("y");
    EXPECT_EQ(first_output(import_onnx(w)), (Shape{side, side, 4}));
  }
}

TEST(Onnx, ARoundedUpWindowBeginsInsideTheImage) {
  OnnxWriter w;
  w.input("x", {1, 4, 5, 5});
  w.node("AveragePool", {"x"}, {"y"})
      .set("kernel_shape", Dims{2, 2})
      .set("strides", Dims{2, 2})
      .set("pads", Dims{1, 1, 1, 1})
      .set("ceil_mode", 1);
  w.output("y");
  EXPECT_EQ(first_output(import_onnx(w)), (Shape{3, 3, 4}));
}

TEST(Onnx, GlobalPoolAndClassifierAreAMeanAndALinearLayer) {
  OnnxWriter w;
  w.input("x", {-1, 16, 7, 7});
  w.weights("w", {10, 16});
  w.weights("b", {10});
  w.node("GlobalAveragePool", {"x"}, {"a"});
  w.node("Flatten", {"a"}, {"b1"});
  w.node("Gemm", {"b1", "w", "b"}, {"y"}).set("transB", 1);
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(operators(net), (Names{"mean", "linear"}));
  EXPECT_EQ(first_output(net), (Shape{1, 1, 10}));
  EXPECT_EQ(macs(net), 160);
}

TEST(Onnx, AMatrixOfWeightsActsOnEveryToken) {
  OnnxWriter w;
  w.input("x", {1, 50, 16});
  w.weights("w", {16, 32});
  w.weights("b", {32});
  w.node("MatMul", {"x", "w"}, {"a"}, "fc");
  w.node("Add", {"a", "b"}, {"y"});
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(operators(net), (Names{"linear"}));
  EXPECT_EQ(first_output(net), (Shape{1, 50, 32}));
  EXPECT_EQ(macs(net), 50 * 16 * 32);
}

TEST(Onnx, WeightsOnTheLeftMultiplyToo) {
  OnnxWriter w;
  w.input("x", {1, 16, 50});
  w.weights("w", {32, 16});
  w.node("MatMul", {"w", "x"}, {"y"});
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(macs(net), 50 * 16 * 32);
  EXPECT_EQ(weight_bytes(net), 16 * 32);
}

TEST(Onnx, FeatureMapsMultiply) {
  OnnxWriter w;
  w.input("x", {1, 4, 10, 16});
  w.input("z", {1, 4, 16, 20});
  w.node("MatMul", {"x", "z"}, {"y"});
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(operators(net), (Names{"matmul"}));
  EXPECT_EQ(macs(net), 4 * 10 * 16 * 20);
}

TEST(Onnx, QuantizeAndDequantizeFold) {
  OnnxWriter w;
  w.input("x", {1, 3, 8, 8});
  w.number("s", 0.5F);
  w.weights("z", {}, OnnxWriter::kInt8).add_int32_data(0);
  ::onnx::TensorProto& weights = w.weights("w", {4, 3, 1, 1}, OnnxWriter::kInt8);
  for (int i = 0; i < 12; ++i) weights.add_int32_data(i - 6);
  w.node("QuantizeLinear", {"x", "s", "z"}, {"xq"});
  w.node("DequantizeLinear", {"xq", "s", "z"}, {"xd"});
  w.node("DequantizeLinear", {"w", "s", "z"}, {"wd"});
  w.node("Conv", {"xd", "wd"}, {"a"});
  w.node("Relu", {"a"}, {"b"});
  w.node("QuantizeLinear", {"b", "s", "z"}, {"bq"});
  w.node("DequantizeLinear", {"bq", "s", "z"}, {"y"});
  w.output("y");
  const Network net = import_onnx(w);
  ASSERT_EQ(operators(net), (Names{"conv"}));
  EXPECT_EQ(activation_of(net.layers[0].op), Activation::relu);
  EXPECT_GT(net.layers[0].coded_weight_bytes.value_or(0), 0);
}

TEST(Onnx, ReadsOperatorsOfIntegers) {
  OnnxWriter w;
  w.input("x", {1, 3, 8, 8}, OnnxWriter::kUint8);
  w.number("s", 0.5F);
  w.weights("z", {}, OnnxWriter::kUint8).add_int32_data(0);
  w.weights("w", {4, 3, 3, 3}, OnnxWriter::kUint8);
  w.weights("b", {4}, 6);
  w.node("QLinearConv", {"x", "s", "z", "w", "s", "z", "s", "z", "b"}, {"y"});
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(macs(net), 6 * 6 * 27 * 4);
}

TEST(Onnx, MeasuresWeightsAsTheTfliteReaderDoes) {
  OnnxWriter w = one_conv({4, 3, 2, 2});
  w.graph().clear_initializer();
  ::onnx::TensorProto& weights = w.weights("w", {4, 3, 2, 2});
  std::string bytes;
  for (int i = 0; i < 48; ++i) {
    const float value = static_cast<float>(i % 7 - 3);
    bytes.append(reinterpret_cast<const char*>(&value), 4);
  }
  weights.set_raw_data(bytes);
  w.node("Conv", {"x", "w"}, {"y"});
  const Network net = import_onnx(w);
  const std::int64_t coded = net.layers.at(0).coded_weight_bytes.value_or(0);
  EXPECT_GT(coded, 0);
  EXPECT_LE(coded, 48);
  EXPECT_EQ(net.remarks.size(), 1u);  // float32
}

TEST(Onnx, SaysThatWeightsAreMissing) {
  OnnxWriter w = one_conv({4, 3, 2, 2});
  w.node("Conv", {"x", "w"}, {"y"});
  const Network net = import_onnx(w);
  EXPECT_FALSE(net.layers.at(0).coded_weight_bytes.has_value());
  ASSERT_EQ(net.remarks.size(), 2u);
  EXPECT_NE(net.remarks[1].find("estimated"), std::string::npos);
}

}  // namespace
}  // namespace h4h::workloads::onnx
