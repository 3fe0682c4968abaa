#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/onnx_files.hpp"

namespace h4h::workloads::onnx {
namespace {

using tests::first_output;
using tests::import_onnx;
using tests::one_node;
using tests::OnnxWriter;
using tests::operators;
using Dims = OnnxWriter::Dims;
using Names = OnnxWriter::Names;

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
  EXPECT_EQ(first_output(import_onnx(w)), (Shape{1, 16, 12}));
}

TEST(Onnx, AnUpsampleByScalesKnowsItsSize) {
  OnnxWriter w;
  w.input("x", {1, 8, 5, 6});
  w.floats("scales", {1, 1, 2, 3});
  w.node("Resize", {"x", "", "scales"}, {"y"}).set("mode", "linear");
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(operators(net), (Names{"resize_bilinear"}));
  EXPECT_EQ(first_output(net), (Shape{10, 18, 8}));
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
  EXPECT_EQ(first_output(import_onnx(w)), (Shape{20, 24, 8}));
}

TEST(Onnx, SplitsSlicesAndConcatenatesChannels) {
  OnnxWriter w;
  w.input("x", {1, 8, 4, 4});
  w.node("Split", {"x"}, {"a", "b"}).set("axis", 1);
  w.node("Relu", {"a"}, {"a1"});
  w.node("Concat", {"b", "a1"}, {"y"}).set("axis", 1);
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(operators(net), (Names{"slice", "slice", "relu", "concat"}));
  EXPECT_EQ(first_output(net), (Shape{4, 4, 8}));
}

TEST(Onnx, AnInputThatIsTransposedFirstStaysWhereItIs) {
  OnnxWriter w;
  w.input("x", {1, 32, 32, 3});
  w.weights("w", {8, 3, 3, 3});
  w.node("Transpose", {"x"}, {"t"}).set("perm", Dims{0, 3, 1, 2});
  w.node("Conv", {"t", "w"}, {"y"});
  w.output("y");
  const Network net = import_onnx(w);
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
  const Network net = import_onnx(w);
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
    return operators(import_onnx(w));
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
  w.input("image", {1, 16, 4, 4});
  w.weights("w", {16, 16, 1, 1});
  w.node("Conv", {"image", "w"}, {"x"});
  w.integers("grouped", {0, 4, -1});
  w.integers("back", {1, 16, 4, 4});
  w.weights("s", {4});
  w.weights("b", {4});
  w.node("Reshape", {"x", "grouped"}, {"g"});
  w.node("InstanceNormalization", {"g", "s", "b"}, {"n"});
  w.node("Reshape", {"n", "back"}, {"r"});
  w.node("Relu", {"r"}, {"y"});
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(operators(net), (Names{"conv", "group_norm", "relu"}));
  EXPECT_EQ(std::get<GroupNorm>(net.layers[1].op).groups, 4);
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
    const Network net = import_onnx(w);
    EXPECT_EQ(operators(net), (Names{"mean", "relu"}));
    EXPECT_EQ(first_output(net), (Shape{1, 1, 16}));
  }
}

// Operators of one input that need nothing else.
class OnnxMaps : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(OnnxMaps, AreOneLayer) {
  OnnxWriter w = one_node(GetParam().first, {1, 8, 4, 4}, {}, 20);
  EXPECT_EQ(operators(import_onnx(w)), (Names{GetParam().second}));
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
  const auto layers = [](std::int64_t opset, const Dims& image) {
    OnnxWriter w(opset);
    w.input("x", image);
    w.weights("w", {8, 8, 1, 1});
    w.node("Conv", {"x", "w"}, {"c"});
    w.node("Softmax", {"c"}, {"y"});
    w.output("y");
    return operators(import_onnx(w));
  };
  EXPECT_EQ(layers(13, {1, 8, 5, 5}), (Names{"conv", "transpose", "softmax"}));
  EXPECT_EQ(layers(11, {1, 8, 1, 1}), (Names{"conv", "softmax"}));
}

}  // namespace
}  // namespace h4h::workloads::onnx
