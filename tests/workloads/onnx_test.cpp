#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "tests/support/files.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/onnx_writer.hpp"
#include "workloads/import/onnx/convert.hpp"
#include "workloads/import/onnx/model.hpp"
#include "workloads/import/onnx/reader.hpp"

namespace h4h::workloads::onnx {
namespace {

using tests::message_of;
using tests::OnnxWriter;
using Dims = std::vector<std::int64_t>;

Network import(const OnnxWriter& file, const ImportOptions& options = {}) {
  return convert(parse_model(file.bytes()), "net", options);
}

constexpr ImportOptions kHost{UnsupportedPolicy::host, {}};

// The layers, views left out.
std::vector<std::string> operators(const Network& net) {
  std::vector<std::string> names;
  for (const Layer& layer : net.layers) {
    if (!is_view(layer.op)) names.emplace_back(op_name(layer.op));
  }
  return names;
}

using Names = std::vector<std::string>;

Shape output_of(const Network& net) { return net.tensors.at(net.outputs.at(0)).shape; }

// image [1, channels, height, width] -> one node `y` with what `more` adds to it.
OnnxWriter one_node(const std::string& op, const Dims& image, const Names& more = {},
                    std::int64_t opset = 17) {
  OnnxWriter w(opset);
  w.input("x", image);
  Names inputs{"x"};
  inputs.insert(inputs.end(), more.begin(), more.end());
  w.node(op, inputs, {"y"}, "the_" + op);
  w.output("y");
  return w;
}

OnnxWriter one_conv(const Dims& weights, const Dims& image = {1, 3, 8, 8}) {
  OnnxWriter w;
  w.input("x", image);
  w.weights("w", weights);
  w.output("y");
  return w;
}

TEST(Onnx, ReadsAConvolutionAsHeightWidthChannels) {
  OnnxWriter w = one_conv({16, 3, 3, 3});
  w.node("Conv", {"x", "w"}, {"y"}, "stem")
      .set("strides", Dims{2, 2})
      .set("pads", Dims{1, 1, 1, 1});
  const Network net = import(w);
  ASSERT_EQ(net.layers.size(), 1u);
  EXPECT_EQ(net.layers[0].name, "stem");
  EXPECT_EQ(net.tensors[0].shape, (Shape{8, 8, 3}));
  EXPECT_EQ(output_of(net), (Shape{4, 4, 16}));
  EXPECT_EQ(std::get<Conv2d>(net.layers[0].op).window.padding, (Padding{1, 1, 1, 1}));
  EXPECT_EQ(macs(net), 4 * 4 * 27 * 16);
}

TEST(Onnx, KeepsAsymmetricPaddingAndDilation) {
  OnnxWriter w = one_conv({4, 3, 3, 1});
  w.node("Conv", {"x", "w"}, {"y"}).set("dilations", Dims{2, 1}).set("pads", Dims{0, 1, 2, 3});
  const Network net = import(w);
  EXPECT_EQ(std::get<Conv2d>(net.layers[0].op).window.padding, (Padding{0, 2, 1, 3}));
  EXPECT_EQ(output_of(net), (Shape{6, 12, 4}));
}

TEST(Onnx, ResolvesAutomaticPadding) {
  for (const auto& [kind, padding] :
       {std::pair{"SAME_UPPER", Padding{0, 1, 0, 1}}, std::pair{"SAME_LOWER", Padding{1, 0, 1, 0}},
        std::pair{"VALID", Padding{}}}) {
    OnnxWriter w = one_conv({4, 3, 3, 3});
    w.node("Conv", {"x", "w"}, {"y"}).set("strides", Dims{2, 2}).set("auto_pad", kind);
    EXPECT_EQ(std::get<Conv2d>(import(w).layers[0].op).window.padding, padding) << kind;
  }
}

TEST(Onnx, ReadsDepthwiseAndGroupedConvolutions) {
  OnnxWriter w = one_conv({8, 1, 3, 3}, {1, 4, 8, 8});
  w.node("Conv", {"x", "w"}, {"y"}).set("group", 4);
  const Network depthwise = import(w);
  EXPECT_EQ(std::get<DepthwiseConv2d>(depthwise.layers[0].op).multiplier, 2);
  EXPECT_EQ(macs(depthwise), 6 * 6 * 9 * 8);
  OnnxWriter v = one_conv({8, 2, 1, 1}, {1, 4, 8, 8});
  v.node("Conv", {"x", "w"}, {"y"}).set("group", 2);
  const Network grouped = import(v);
  EXPECT_EQ(std::get<Conv2d>(grouped.layers[0].op).groups, 2);
  EXPECT_EQ(macs(grouped), 64 * 2 * 8);
}

TEST(Onnx, ReadsConvolutionsOfOneDimension) {
  OnnxWriter w = one_conv({8, 16, 5}, {1, 16, 100});
  w.node("Conv", {"x", "w"}, {"y"}).set("strides", Dims{2}).set("pads", Dims{2, 2});
  const Network net = import(w);
  EXPECT_EQ(output_of(net), (Shape{1, 50, 8}));
  EXPECT_EQ(macs(net), 50 * 5 * 16 * 8);
}

TEST(Onnx, ReadsATransposedConvolution) {
  OnnxWriter w = one_conv({3, 16, 4, 4});
  w.node("ConvTranspose", {"x", "w"}, {"y"})
      .set("strides", Dims{2, 2})
      .set("pads", Dims{1, 1, 1, 1});
  const Network net = import(w);
  EXPECT_EQ(output_of(net), (Shape{16, 16, 16}));
  EXPECT_EQ(macs(net), 8 * 8 * 16 * 3 * 16);
  OnnxWriter v = one_conv({3, 4, 3, 3});
  v.node("ConvTranspose", {"x", "w"}, {"y"})
      .set("strides", Dims{2, 2})
      .set("pads", Dims{1, 1, 1, 1})
      .set("output_padding", Dims{1, 1});
  EXPECT_EQ(output_of(import(v)), (Shape{16, 16, 4}));
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
  const Network net = import(w);
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
  EXPECT_EQ(operators(import(w)), (Names{"conv", "add", "mul"}));
}

TEST(Onnx, TellsClampsApart) {
  const auto clipped = [](const Names& ends) {
    OnnxWriter w = one_conv({4, 3, 1, 1});
    w.number("minus_one", -1);
    w.number("zero", 0);
    w.number("one", 1);
    w.node("Conv", {"x", "w"}, {"a"});
    w.node("Clip", {"a", ends[0], ends[1]}, {"y"});
    return activation_of(import(w).layers.at(0).op);
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
  const Network net = import(w);
  ASSERT_EQ(operators(net), (Names{"conv"}));
  EXPECT_EQ(std::get<Conv2d>(net.layers[0].op).window.padding, (Padding{1, 2, 1, 2}));
}

TEST(Onnx, NegativePaddingCrops) {
  OnnxWriter w = one_node("Pad", {1, 3, 8, 8}, {"pads"});
  w.integers("pads", {0, 0, -1, 2, 0, 0, -1, 0});
  const Network net = import(w);
  EXPECT_EQ(output_of(net), (Shape{6, 10, 3}));
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
    EXPECT_EQ(output_of(import(w)), (Shape{side, side, 4}));
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
  EXPECT_EQ(output_of(import(w)), (Shape{3, 3, 4}));
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
  const Network net = import(w);
  EXPECT_EQ(operators(net), (Names{"mean", "linear"}));
  EXPECT_EQ(output_of(net), (Shape{1, 1, 10}));
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
  const Network net = import(w);
  EXPECT_EQ(operators(net), (Names{"linear"}));
  EXPECT_EQ(output_of(net), (Shape{1, 50, 32}));
  EXPECT_EQ(macs(net), 50 * 16 * 32);
}

TEST(Onnx, WeightsOnTheLeftMultiplyToo) {
  OnnxWriter w;
  w.input("x", {1, 16, 50});
  w.weights("w", {32, 16});
  w.node("MatMul", {"w", "x"}, {"y"});
  w.output("y");
  const Network net = import(w);
  EXPECT_EQ(macs(net), 50 * 16 * 32);
  EXPECT_EQ(weight_bytes(net), 16 * 32);
}

TEST(Onnx, FeatureMapsMultiply) {
  OnnxWriter w;
  w.input("x", {1, 4, 10, 16});
  w.input("z", {1, 4, 16, 20});
  w.node("MatMul", {"x", "z"}, {"y"});
  w.output("y");
  const Network net = import(w);
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
  const Network net = import(w);
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
  const Network net = import(w);
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
  const Network net = import(w);
  const std::int64_t coded = net.layers.at(0).coded_weight_bytes.value_or(0);
  EXPECT_GT(coded, 0);
  EXPECT_LE(coded, 48);
  EXPECT_EQ(net.remarks.size(), 1u);  // float32
}

TEST(Onnx, SaysThatWeightsAreMissing) {
  OnnxWriter w = one_conv({4, 3, 2, 2});
  w.node("Conv", {"x", "w"}, {"y"});
  const Network net = import(w);
  EXPECT_FALSE(net.layers.at(0).coded_weight_bytes.has_value());
  ASSERT_EQ(net.remarks.size(), 2u);
  EXPECT_NE(net.remarks[1].find("estimated"), std::string::npos);
}

TEST(Onnx, ShapeArithmeticIsComputed) {
  // x.reshape(x.shape[0], x.shape[1] * 2, -1), as PyTorch writes it.
  OnnxWriter w;
  w.input("x", {1, 8, 4, 6});
  w.weights("i0", {}, OnnxWriter::kInt64).add_int64_data(0);
  w.weights("i1", {}, OnnxWriter::kInt64).add_int64_data(1);
  w.weights("two", {}, OnnxWriter::kInt64).add_int64_data(2);
  w.integers("axes", {0});
  w.integers("open", {-1});
  w.node("Shape", {"x"}, {"shape"});
  w.node("Gather", {"shape", "i0"}, {"batch"});
  w.node("Gather", {"shape", "i1"}, {"channels"});
  w.node("Mul", {"channels", "two"}, {"twice"});
  w.node("Unsqueeze", {"batch", "axes"}, {"b1"});
  w.node("Unsqueeze", {"twice", "axes"}, {"c1"});
  w.node("Concat", {"b1", "c1", "open"}, {"target"}).set("axis", 0);
  w.node("Reshape", {"x", "target"}, {"r"});
  w.node("Relu", {"r"}, {"y"});
  w.output("y");
  EXPECT_EQ(output_of(import(w)), (Shape{1, 16, 12}));
}

TEST(Onnx, AnUpsampleByScalesKnowsItsSize) {
  OnnxWriter w;
  w.input("x", {1, 8, 5, 6});
  w.floats("scales", {1, 1, 2, 3});
  w.node("Resize", {"x", "", "scales"}, {"y"}).set("mode", "linear");
  w.output("y");
  const Network net = import(w);
  EXPECT_EQ(operators(net), (Names{"resize_bilinear"}));
  EXPECT_EQ(output_of(net), (Shape{10, 18, 8}));
}

TEST(Onnx, AnUpsampleToSizesOfAnotherTensorKnowsThem) {
  OnnxWriter w;
  w.input("x", {1, 8, 5, 6});
  w.input("other", {1, 2, 20, 24});
  w.integers("two", {2});
  w.integers("four", {4});
  w.integers("zero", {0});
  w.node("Shape", {"x"}, {"xs"});
  w.node("Slice", {"xs", "zero", "two"}, {"nc"});
  w.node("Shape", {"other"}, {"os"});
  w.node("Slice", {"os", "two", "four"}, {"hw"});
  w.node("Concat", {"nc", "hw"}, {"sizes"}).set("axis", 0);
  w.node("Resize", {"x", "", "", "sizes"}, {"y"});
  w.output("y");
  EXPECT_EQ(output_of(import(w)), (Shape{20, 24, 8}));
}

TEST(Onnx, SplitsSlicesAndConcatenatesChannels) {
  OnnxWriter w;
  w.input("x", {1, 8, 4, 4});
  w.node("Split", {"x"}, {"a", "b"}).set("axis", 1);
  w.node("Relu", {"a"}, {"a1"});
  w.node("Concat", {"b", "a1"}, {"y"}).set("axis", 1);
  w.output("y");
  const Network net = import(w);
  EXPECT_EQ(operators(net), (Names{"slice", "slice", "relu", "concat"}));
  EXPECT_EQ(output_of(net), (Shape{4, 4, 8}));
}

TEST(Onnx, AnInputThatIsTransposedFirstStaysWhereItIs) {
  OnnxWriter w;
  w.input("x", {1, 32, 32, 3});
  w.weights("w", {8, 3, 3, 3});
  w.node("Transpose", {"x"}, {"t"}).set("perm", Dims{0, 3, 1, 2});
  w.node("Conv", {"t", "w"}, {"y"});
  w.output("y");
  const Network net = import(w);
  EXPECT_EQ(operators(net), (Names{"conv"}));
  EXPECT_EQ(net.tensors[0].shape, (Shape{32, 32, 3}));
}

TEST(Onnx, ChannelShufflesMoveData) {
  OnnxWriter w;
  w.input("x", {1, 8, 4, 4});
  w.integers("grouped", {1, 2, 4, 4, 4});
  w.integers("back", {1, 8, 4, 4});
  w.weights("w", {8, 8, 1, 1});
  w.node("Conv", {"x", "w"}, {"c"});
  w.node("Reshape", {"c", "grouped"}, {"g"});
  w.node("Transpose", {"g"}, {"t"}).set("perm", Dims{0, 2, 1, 3, 4});
  w.node("Reshape", {"t", "back"}, {"s"});
  w.node("Conv", {"s", "w"}, {"y"});
  w.output("y");
  const Network net = import(w);
  EXPECT_EQ(operators(net), (Names{"conv", "transpose", "conv"}));
}

TEST(Onnx, NormsOfEveryKindAreOneLayer) {
  const auto layers = [](const std::string& op, const Dims& dims, const Names& constants,
                         const std::function<void(OnnxWriter::Node)>& attributes) {
    OnnxWriter w(18);
    w.input("x", dims);
    Names inputs{"x"};
    for (const std::string& name : constants) {
      w.weights(name, {dims[1]});
      inputs.push_back(name);
    }
    attributes(w.node(op, inputs, {"y"}));
    w.output("y");
    return operators(import(w));
  };
  EXPECT_EQ(layers("LayerNormalization", {1, 20, 16}, {"s"}, [](OnnxWriter::Node) {}),
            (Names{"layer_norm"}));
  EXPECT_EQ(layers("GroupNormalization", {1, 16, 4, 4}, {"s", "b"},
                   [](OnnxWriter::Node n) { n.set("num_groups", 4); }),
            (Names{"group_norm"}));
  EXPECT_EQ(layers("InstanceNormalization", {1, 16, 4, 4}, {"s", "b"}, [](OnnxWriter::Node) {}),
            (Names{"group_norm"}));
  EXPECT_EQ(layers("LpNormalization", {1, 20, 16}, {}, [](OnnxWriter::Node) {}),
            (Names{"l2_norm"}));
}

TEST(Onnx, AGroupNormInTheSpellingOfPyTorchIsOneLayer) {
  OnnxWriter w;
  w.input("x", {1, 16, 4, 4});
  w.integers("grouped", {0, 4, -1});
  w.integers("back", {1, 16, 4, 4});
  w.weights("s", {4});
  w.weights("b", {4});
  w.node("Reshape", {"x", "grouped"}, {"g"});
  w.node("InstanceNormalization", {"g", "s", "b"}, {"n"});
  w.node("Reshape", {"n", "back"}, {"r"});
  w.node("Relu", {"r"}, {"y"});
  w.output("y");
  const Network net = import(w);
  EXPECT_EQ(operators(net), (Names{"group_norm", "relu"}));
  EXPECT_EQ(std::get<GroupNorm>(net.layers[0].op).groups, 4);
}

TEST(Onnx, ReductionsKeepOrDropAxes) {
  for (const std::int64_t opset : {11, 18}) {
    OnnxWriter w(opset);
    w.input("x", {1, 16, 4, 4});
    w.integers("axes", {2, 3});
    auto node = w.node("ReduceMean", opset < 18 ? Names{"x"} : Names{"x", "axes"}, {"m"});
    node.set("keepdims", 0);
    if (opset < 18) node.set("axes", Dims{2, 3});
    w.node("Relu", {"m"}, {"y"});
    w.output("y");
    const Network net = import(w);
    EXPECT_EQ(operators(net), (Names{"mean", "relu"}));
    EXPECT_EQ(output_of(net), (Shape{1, 1, 16}));
  }
}

// Operators of one input that need nothing else.
class OnnxMaps : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(OnnxMaps, AreOneLayer) {
  OnnxWriter w = one_node(GetParam().first, {1, 8, 4, 4}, {}, 20);
  EXPECT_EQ(operators(import(w)), (Names{GetParam().second}));
}

INSTANTIATE_TEST_SUITE_P(
    Onnx, OnnxMaps,
    testing::Values(std::pair{"Abs", "abs"}, std::pair{"Elu", "elu"}, std::pair{"Erf", "erf"},
                    std::pair{"Exp", "exp"}, std::pair{"Gelu", "gelu"},
                    std::pair{"HardSigmoid", "hard_sigmoid"}, std::pair{"HardSwish", "hard_swish"},
                    std::pair{"LeakyRelu", "leaky_relu"}, std::pair{"Log", "log"},
                    std::pair{"LogSoftmax", "log_softmax"}, std::pair{"Mish", "mish"},
                    std::pair{"Neg", "neg"}, std::pair{"Reciprocal", "reciprocal"},
                    std::pair{"Relu", "relu"}, std::pair{"Sigmoid", "logistic"},
                    std::pair{"Softplus", "softplus"}, std::pair{"Sqrt", "sqrt"},
                    std::pair{"Tanh", "tanh"}),
    [](const auto& one) { return std::string(one.param.first); });

TEST(Onnx, SoftmaxIsOverTheLastAxisOrOverAllFromOneOn) {
  OnnxWriter w = one_node("Softmax", {1, 8, 5, 5}, {}, 13);
  EXPECT_EQ(operators(import(w)), (Names{"transpose", "softmax"}));
  OnnxWriter v = one_node("Softmax", {1, 8, 1, 1}, {}, 11);
  const Network old = import(v);
  EXPECT_EQ(operators(old), (Names{"softmax"}));
  EXPECT_EQ(old.tensors.at(old.layers.back().output).shape.channels, 8);
}

TEST(Onnx, NodesInAnyOrderAreSorted) {
  OnnxWriter w = one_conv({3, 3, 1, 1});
  w.node("Relu", {"a"}, {"y"});
  w.node("Conv", {"x", "w"}, {"a"});
  EXPECT_EQ(operators(import(w)), (Names{"conv"}));
}

TEST(Onnx, NodesThatNoOutputNeedsAreLeftOut) {
  OnnxWriter w = one_conv({3, 3, 1, 1});
  w.node("Conv", {"x", "w"}, {"y"});
  w.node("NonMaxSuppression", {"y"}, {"unread"});
  EXPECT_EQ(operators(import(w)), (Names{"conv"}));
}

TEST(Onnx, ConstantsThatAreInputsTooAreConstants) {
  OnnxWriter w = one_conv({3, 3, 1, 1});
  w.input("w", {3, 3, 1, 1});
  w.node("Conv", {"x", "w"}, {"y"});
  EXPECT_EQ(import(w).inputs.size(), 1u);
}

TEST(Onnx, AnOpenShapeIsAskedFor) {
  const auto file = [] {
    OnnxWriter w = one_conv({4, 3, 3, 3}, {-1, 3, -1, -1});
    w.node("Conv", {"x", "w"}, {"y"});
    return w;
  };
  const OnnxWriter w = file();
  EXPECT_NE(message_of([&] { import(w); }).find("input 'x' is ?x3x?x?"), std::string::npos);
  const ImportOptions options{UnsupportedPolicy::refuse, Dims{1, 3, 10, 20}};
  EXPECT_EQ(output_of(import(w, options)), (Shape{8, 18, 4}));
  const ImportOptions wrong{UnsupportedPolicy::refuse, Dims{1, 4, 10, 20}};
  EXPECT_THROW(import(w, wrong), NetworkError);
}

TEST(Onnx, NamesWhatItDoesNotSupport) {
  OnnxWriter w = one_conv({4, 3, 1, 1});
  w.node("Conv", {"x", "w"}, {"a"});
  w.node("Bernoulli", {"a"}, {"b"}, "/head/noise");
  w.node("Foo", {"b"}, {"y"}).proto().set_domain("com.example");
  const std::string message = message_of([&] { import(w); });
  EXPECT_NE(message.find("2 operators are not supported"), std::string::npos) << message;
  EXPECT_NE(message.find("operator 1 (Bernoulli): node '/head/noise'"), std::string::npos);
  EXPECT_NE(message.find("operator 2 (com.example.Foo)"), std::string::npos) << message;
  EXPECT_NE(message.find("--unsupported host"), std::string::npos);
}

TEST(Onnx, LeavesUnsupportedNodesToTheHostWhereAsked) {
  OnnxWriter w = one_conv({4, 3, 1, 1});
  w.weights("v", {2, 4, 1, 1});
  w.info("b", {1, 4, 8, 8});
  w.node("Conv", {"x", "w"}, {"a"});
  w.node("Bernoulli", {"a"}, {"b"}, "noise");
  w.node("Conv", {"b", "v"}, {"y"});
  const Network net = import(w, kHost);
  EXPECT_EQ(operators(net), (Names{"conv", "conv"}));
  ASSERT_EQ(net.unsupported.size(), 1u);
  EXPECT_EQ(net.unsupported[0].op, "Bernoulli");
  EXPECT_EQ(net.unsupported[0].index, 1u);
  EXPECT_EQ(net.inputs.size(), 2u);
}

TEST(BadOnnx, EveryTruncationIsRefused) {
  OnnxWriter w = one_conv({4, 3, 3, 3});
  w.node("Conv", {"x", "w"}, {"y"}).set("pads", Dims{1, 1, 1, 1});
  const std::string whole = w.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(convert(parse_model(whole.substr(0, size)), "net"), std::runtime_error) << size;
  }
}

TEST(BadOnnx, EveryMutantIsReadOrRefused) {
  OnnxWriter w(11);
  w.input("x", {1, 4, 6, 6});
  w.weights("w", {4, 2, 3, 3});
  w.integers("shape", {1, 4, -1});
  w.integers("starts", {1});
  w.integers("ends", {3});
  w.node("Conv", {"x", "w"}, {"a"}).set("group", 2).set("pads", Dims{1, 1, 1, 1});
  w.node("MaxPool", {"a"}, {"b"}).set("kernel_shape", Dims{2, 2}).set("ceil_mode", 1);
  w.node("Slice", {"b", "starts", "ends"}, {"c"});
  w.node("Reshape", {"b", "shape"}, {"d"});
  w.node("Transpose", {"d"}, {"e"}).set("perm", Dims{0, 2, 1});
  w.node("MatMul", {"d", "e"}, {"f"});
  w.node("Softmax", {"f"}, {"g"});
  w.node("Concat", {"f", "g"}, {"y"}).set("axis", 1);
  w.output("y");
  const std::string whole = w.bytes();
  int read = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    try {
      convert(parse_model(tests::mutated(whole, seed)), "net", kHost);
      ++read;
    } catch (const std::runtime_error&) {
      continue;
    }
  }
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 4000);
}

// A file that is wrong, and what is said of it.
struct Wrong {
  const char* name;
  std::function<void(OnnxWriter&)> make;
  const char* message;
};

class BadOnnxFiles : public testing::TestWithParam<Wrong> {};

TEST_P(BadOnnxFiles, AreRefusedByName) {
  OnnxWriter w;
  w.input("x", {1, 3, 8, 8});
  GetParam().make(w);
  w.output("y");
  const std::string message = message_of([&] { import(w); });
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}

const Wrong kWrong[] = {
    {"Cycle",
     [](OnnxWriter& w) {
       w.node("Add", {"x", "b"}, {"a"});
       w.node("Relu", {"a"}, {"b"}, "loop");
       w.node("Relu", {"b"}, {"y"});
     },
     "reads, through others, what it makes itself"},
    {"MissingInput", [](OnnxWriter& w) { w.node("Relu", {"nowhere"}, {"y"}, "r"); },
     "node 0 (Relu r) reads 'nowhere', which nothing makes"},
    {"MissingOutput", [](OnnxWriter& w) { w.node("Relu", {"x"}, {"z"}); },
     "nothing makes the output 'y'"},
    {"MadeTwice",
     [](OnnxWriter& w) {
       w.node("Relu", {"x"}, {"y"});
       w.node("Relu", {"x"}, {"y"});
     },
     "node 1 (Relu) makes 'y', which is made before it"},
    {"LyingSize",
     [](OnnxWriter& w) {
       w.weights("w", {4, 3, 1, 1}).set_raw_data("12345678");
       w.node("Conv", {"x", "w"}, {"y"});
     },
     "tensor 'w' has 8 bytes of values; its shape takes 48"},
    {"HugeTensor", [](OnnxWriter& w) { w.weights("w", {1 << 30, 1 << 30}); }, "more than"},
    {"NegativeTensor", [](OnnxWriter& w) { w.weights("w", {-4}); }, "has a dimension of -4"},
    {"OldOperators",
     [](OnnxWriter& w) { w.model().mutable_opset_import(0)->set_version(6); },
     "operator set 6; supported: 7 to 22"},
    {"NewOperators",
     [](OnnxWriter& w) { w.model().mutable_opset_import(0)->set_version(99); },
     "operator set 99"},
    {"NoOperatorSet", [](OnnxWriter& w) { w.model().clear_opset_import(); },
     "does not say its operator set"},
    {"WeightsOfOtherChannels",
     [](OnnxWriter& w) {
       w.weights("w", {4, 5, 1, 1});
       w.node("Conv", {"x", "w"}, {"y"});
     },
     "do not fit 3 input channels"},
    {"HugeStride",
     [](OnnxWriter& w) {
       w.weights("w", {4, 3, 1, 1});
       w.node("Conv", {"x", "w"}, {"y"}).set("strides", Dims{std::int64_t{1} << 62, 1});
     },
     "strides of 4611686018427387904"},
    {"Batch",
     [](OnnxWriter& w) {
       w.input("z", {4, 3, 8, 8});
       w.weights("w", {4, 3, 3, 3});
       w.node("Conv", {"z", "w"}, {"y"});
     },
     "batch is 4"},
};

INSTANTIATE_TEST_SUITE_P(BadOnnx, BadOnnxFiles, testing::ValuesIn(kWrong),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(BadOnnx, DeepNestingIsRefused) {
  std::string graph;  // an attribute with a graph with a node with an attribute ...
  const auto field = [](int number, const std::string& bytes) {
    std::string text(1, static_cast<char>(number << 3 | 2));
    for (std::size_t size = bytes.size(); true; size >>= 7) {
      text += static_cast<char>((size & 127) | (size > 127 ? 128 : 0));
      if (size <= 127) break;
    }
    return text + bytes;
  };
  for (int depth = 0; depth < 200; ++depth) graph = field(1, field(5, field(6, graph)));
  EXPECT_NE(message_of([&] { parse_model("\x08\x08" + field(7, graph)); }).find("nested"),
            std::string::npos);
}

TEST(BadOnnx, ManyEmptyMessagesAreRefusedBeforeTheyTakeMemory) {
  std::string nodes;
  for (int i = 0; i < 2'100'000; ++i) nodes += std::string("\x0a\x00", 2);
  std::string file = "\x08\x08\x3a";
  for (std::size_t size = nodes.size(); true; size >>= 7) {
    file += static_cast<char>((size & 127) | (size > 127 ? 128 : 0));
    if (size <= 127) break;
  }
  EXPECT_NE(message_of([&] { parse_model(file + nodes); }).find("fields"), std::string::npos);
}

TEST(BadOnnx, NamesTheFileThatIsMissing) {
  EXPECT_NE(message_of([] { read("/nowhere/net.onnx"); }).find("/nowhere/net.onnx"),
            std::string::npos);
}

TEST(BadOnnx, NamesTheFileThatIsNotOnnx) {
  const tests::TempFile file("not.onnx", "inputs: []\n");
  EXPECT_NE(message_of([&] { read(file.path()); }).find("not.onnx: not an ONNX file"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::workloads::onnx
