#include <gtest/gtest.h>

#include <string>

#include "tests/support/onnx_files.hpp"

// Transformer blocks as exporters write them.
namespace h4h::workloads::onnx {
namespace {

using tests::count;
using tests::import_onnx;
using tests::OnnxWriter;
using tests::operators;
using Dims = OnnxWriter::Dims;
using Names = OnnxWriter::Names;

// timm: one linear layer for query, key and value, told apart by a gather.
TEST(OnnxAttention, OfOneLinearLayerWithGathers) {
  OnnxWriter w;
  w.input("x", {1, 50, 64});
  w.weights("qkv_w", {64, 192});
  w.weights("qkv_b", {192});
  w.weights("proj_w", {64, 64});
  w.integers("split", {1, 50, 3, 4, 16});
  w.integers("merge", {1, 50, 64});
  w.number("scale", 0.25F);
  w.node("MatMul", {"x", "qkv_w"}, {"qkv0"});
  w.node("Add", {"qkv_b", "qkv0"}, {"qkv"});
  w.node("Reshape", {"qkv", "split"}, {"r"});
  w.node("Transpose", {"r"}, {"t"}).set("perm", Dims{2, 0, 3, 1, 4});
  for (const auto& [name, index] : {std::pair{"q", 0}, std::pair{"k", 1}, std::pair{"v", 2}}) {
    const std::string at = std::string("i") + name;
    w.weights(at, {}, OnnxWriter::kInt64).add_int64_data(index);
    w.node("Gather", {"t", at}, {name}).set("axis", 0);
  }
  w.node("Transpose", {"k"}, {"kt"}).set("perm", Dims{0, 1, 3, 2});
  w.node("MatMul", {"q", "kt"}, {"s"});
  w.node("Mul", {"s", "scale"}, {"ss"});
  w.node("Softmax", {"ss"}, {"p"}).set("axis", -1);
  w.node("MatMul", {"p", "v"}, {"o"});
  w.node("Transpose", {"o"}, {"ot"}).set("perm", Dims{0, 2, 1, 3});
  w.node("Reshape", {"ot", "merge"}, {"m"});
  w.node("MatMul", {"m", "proj_w"}, {"y"});
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(operators(net), (Names{"linear", "attention", "linear"}));
  EXPECT_EQ(macs(net), 50 * 64 * 192 + 2 * 50 * 50 * 64 + 50 * 64 * 64);
}

// Three convolutions of a map whose pixels are the tokens, as networks with convolutions spell it.
TEST(OnnxAttention, OfPixelsKeepsTheirMap) {
  OnnxWriter w;
  w.input("x", {1, 32, 6, 8});
  w.integers("split", {1, 4, 8, 48});
  w.integers("merge", {1, 32, 6, 8});
  for (const char* name : {"q", "k", "v"}) {
    const std::string n = name;
    w.weights("w" + n, {32, 32, 1, 1});
    w.node("Conv", {"x", "w" + n}, {n + "0"}).set("kernel_shape", Dims{1, 1});
    w.node("Reshape", {n + "0", "split"}, {n == "k" ? "k" : n + "1"});
    if (n != "k") w.node("Transpose", {n + "1"}, {n}).set("perm", Dims{0, 1, 3, 2});
  }
  w.weights("project", {32, 32, 1, 1});
  w.node("MatMul", {"q", "k"}, {"s"});
  w.node("Softmax", {"s"}, {"p"}).set("axis", -1);
  w.node("MatMul", {"p", "v"}, {"o"});
  w.node("Transpose", {"o"}, {"ot"}).set("perm", Dims{0, 1, 3, 2});
  w.node("Reshape", {"ot", "merge"}, {"m"});
  w.node("Conv", {"m", "project"}, {"y"}).set("kernel_shape", Dims{1, 1});
  w.output("y");
  const Network net = import_onnx(w);
  ASSERT_EQ(net.layers.size(), 3U) << "a layer for q, k and v, and no view anywhere";
  EXPECT_EQ(operators(net), (Names{"conv", "attention", "conv"}));
  EXPECT_EQ(layer_shape(net, net.layers[1]).output, (Shape{6, 8, 32}));
}

// Three linear layers, the query scaled, a mask that is known.
OnnxWriter three_layers(bool has_mask) {
  OnnxWriter w;
  w.input("x", {1, 50, 64});
  w.integers("split", {1, 50, 4, 16});
  w.integers("merge", {1, 50, 64});
  w.number("scale", 0.25F);
  w.weights("mask", {1, 1, 50, 50});
  for (const char* name : {"q", "k", "v"}) {
    const std::string n = name;
    w.weights("w" + n, {64, 64});
    w.weights("b" + n, {64});
    w.node("MatMul", {"x", "w" + n}, {n + "0"});
    w.node("Add", {n + "0", "b" + n}, {n + "1"});
    w.node("Reshape", {n + "1", "split"}, {n + "2"});
    w.node("Transpose", {n + "2"}, {n}).set("perm", n == "k" ? Dims{0, 2, 3, 1} : Dims{0, 2, 1, 3});
  }
  w.node("Mul", {"q", "scale"}, {"qs"});
  w.node("MatMul", {"qs", "k"}, {"s"});
  if (has_mask) w.node("Add", {"s", "mask"}, {"sm"});
  w.node("Softmax", {has_mask ? "sm" : "s"}, {"p"}).set("axis", -1);
  w.node("MatMul", {"p", "v"}, {"o"});
  w.node("Transpose", {"o"}, {"ot"}).set("perm", Dims{0, 2, 1, 3});
  w.node("Reshape", {"ot", "merge"}, {"y"});
  w.output("y");
  return w;
}

TEST(OnnxAttention, OfThreeLinearLayersWithAndWithoutAMask) {
  for (const bool has_mask : {false, true}) {
    const Network net = import_onnx(three_layers(has_mask));
    EXPECT_EQ(operators(net), (Names{"linear", "attention"}));
  }
}

// Swin: windows of 7 x 7 pixels of 56 x 56, a bias for each head and a mask for each window.
TEST(OnnxAttention, OfWindows) {
  OnnxWriter w;
  w.input("x", {1, 56, 56, 96});
  w.integers("window", {1, 8, 7, 8, 7, 96});
  w.integers("windows", {64, 49, 96});
  w.integers("split", {64, 49, 3, 3, 32});
  w.integers("masked", {1, 64, 3, 49, 49});
  w.integers("heads", {64, 3, 49, 49});
  w.integers("merge", {64, 49, 96});
  w.integers("back", {1, 8, 8, 7, 7, 96});
  w.integers("image", {1, 56, 56, 96});
  w.weights("qkv_w", {96, 288});
  w.weights("bias", {1, 3, 49, 49});
  w.weights("mask", {1, 64, 1, 49, 49});
  w.number("scale", 0.2F);
  w.node("Reshape", {"x", "window"}, {"a"});
  w.node("Transpose", {"a"}, {"b"}).set("perm", Dims{0, 1, 3, 2, 4, 5});
  w.node("Reshape", {"b", "windows"}, {"c"});
  w.node("MatMul", {"c", "qkv_w"}, {"qkv"});
  w.node("Reshape", {"qkv", "split"}, {"r"});
  w.node("Transpose", {"r"}, {"t"}).set("perm", Dims{2, 0, 3, 1, 4});
  w.integers("axis0", {0});
  w.node("Split", {"t"}, {"q0", "k0", "v0"}).set("axis", 0);
  for (const std::string n : {"q", "k", "v"}) w.node("Squeeze", {n + "0", "axis0"}, {n});
  w.node("Mul", {"q", "scale"}, {"qs"});
  w.node("Transpose", {"k"}, {"kt"}).set("perm", Dims{0, 1, 3, 2});
  w.node("MatMul", {"qs", "kt"}, {"s"});
  w.node("Add", {"s", "bias"}, {"sb"});
  w.node("Reshape", {"sb", "masked"}, {"s5"});
  w.node("Add", {"s5", "mask"}, {"sm"});
  w.node("Reshape", {"sm", "heads"}, {"s4"});
  w.node("Softmax", {"s4"}, {"p"}).set("axis", -1);
  w.node("MatMul", {"p", "v"}, {"o"});
  w.node("Transpose", {"o"}, {"ot"}).set("perm", Dims{0, 2, 1, 3});
  w.node("Reshape", {"ot", "merge"}, {"m"});
  w.node("Reshape", {"m", "back"}, {"w6"});
  w.node("Transpose", {"w6"}, {"i6"}).set("perm", Dims{0, 1, 3, 2, 4, 5});
  w.node("Reshape", {"i6", "image"}, {"y"});
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(count(net, "attention"), 1);
  EXPECT_EQ(count(net, "matmul"), 0);
  EXPECT_EQ(count(net, "softmax"), 0);
  EXPECT_EQ(macs(net), 56 * 56 * 96 * 288 + 2 * 64 * 49 * 49 * 96);
}

TEST(OnnxAttention, AMaskThatIsAnInputStaysALayer) {
  OnnxWriter w = three_layers(true);
  w.graph().mutable_initializer()->DeleteSubrange(4 - 1, 1);
  w.input("mask", {1, 4, 50, 50});
  const Network net = import_onnx(w);
  EXPECT_EQ(count(net, "matmul"), 2);
  EXPECT_EQ(count(net, "attention"), 0);
}

TEST(OnnxAttention, ByEinsum) {
  OnnxWriter w;
  for (const char* name : {"q", "k", "v"}) w.input(name, {1, 4, 50, 16});
  w.node("Einsum", {"q", "k"}, {"s"}).set("equation", "bhid,bhjd->bhij");
  w.node("Softmax", {"s"}, {"p"});
  w.node("Einsum", {"p", "v"}, {"y"}).set("equation", "bhij,bhjd->bhid");
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(macs(net), 2 * 4 * 50 * 50 * 16);
  EXPECT_EQ(count(net, "attention"), 1);
}

TEST(OnnxAttention, AnEinsumWithWeightsIsALinearLayer) {
  OnnxWriter w;
  w.input("x", {1, 50, 64});
  w.weights("w", {64, 4, 16});
  w.node("Einsum", {"x", "w"}, {"y"}).set("equation", "bnc,chd->bhnd");
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(macs(net), 50 * 64 * 64);
  EXPECT_EQ(count(net, "linear"), 1);
}

TEST(OnnxAttention, AGeluAndALayerNormOfOldOperatorSetsAreOneLayerEach) {
  OnnxWriter w(11);
  w.input("x", {1, 50, 64});
  w.number("two", 2);
  w.number("eps", 1e-5F);
  w.number("root", 1.4142F);
  w.number("one", 1);
  w.number("half", 0.5F);
  w.weights("gamma", {64});
  w.weights("beta", {64});
  w.node("ReduceMean", {"x"}, {"m"}).set("axes", Dims{-1});
  w.node("Sub", {"x", "m"}, {"d"});
  w.node("Pow", {"d", "two"}, {"d2"});
  w.node("ReduceMean", {"d2"}, {"v"}).set("axes", Dims{-1});
  w.node("Add", {"v", "eps"}, {"ve"});
  w.node("Sqrt", {"ve"}, {"sd"});
  w.node("Div", {"d", "sd"}, {"n"});
  w.node("Mul", {"n", "gamma"}, {"ng"});
  w.node("Add", {"ng", "beta"}, {"h"});
  w.node("Div", {"h", "root"}, {"g1"});
  w.node("Erf", {"g1"}, {"g2"});
  w.node("Add", {"g2", "one"}, {"g3"});
  w.node("Mul", {"h", "g3"}, {"g4"});
  w.node("Mul", {"g4", "half"}, {"y"});
  w.output("y");
  EXPECT_EQ(operators(import_onnx(w)), (Names{"layer_norm", "gelu"}));
}

TEST(OnnxRecurrent, AnLstmIsALayerForEachDirection) {
  OnnxWriter w;
  w.input("x", {30, 1, 40});
  w.weights("w", {2, 256, 40});
  w.weights("r", {2, 256, 64});
  w.node("LSTM", {"x", "w", "r"}, {"y", "h"})
      .set("hidden_size", 64)
      .set("direction", "bidirectional");
  w.output("y");
  const Network net = import_onnx(w);
  EXPECT_EQ(count(net, "lstm"), 2);
  EXPECT_EQ(macs(net), 2 * 30 * 4 * 64 * (40 + 64));
}

}  // namespace
}  // namespace h4h::workloads::onnx
