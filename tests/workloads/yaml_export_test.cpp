#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/files.hpp"
#include "workloads/export/yaml.hpp"
#include "workloads/import/tflite/reader.hpp"
#include "workloads/import/yaml/reader.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::workloads {
namespace {

Network again(const Network& net) { return parse_yaml_network(to_yaml(net), "again.yaml"); }

void expect_round_trip(const Network& net) {
  EXPECT_EQ(canonical_text(again(net)), canonical_text(net));
  EXPECT_TRUE(again(net) == net);
}

// Operators that only some networks have.
void add_more(NetworkBuilder& b, TensorId x) {
  b.add("groups", Conv2d{8, {}, Activation::none, 4}, {x});
  b.add("tokens", Linear{5, Activation::relu, true}, {x});
  const Window twice{3, 2, 2, 2, 1, 1, {0, 1, 0, 0}};
  b.add("larger", TransposeConv2d{6, 32, 32, twice, Activation::relu6}, {x});
  b.add("lstm", Lstm{7}, {x});
  b.add("svdf", Svdf{3, 2, 8, Activation::tanh}, {x});
  b.add("to depth", SpaceToDepth{4}, {x});
  b.add("part", Slice{{1, 0, 2}, {5, 8, 1}, {3, 2, 1}}, {x});
  b.add("places", Gather{Axis::width, 40}, {x});
  b.add("tile", Tile{{16, 32, 12}}, {x});
  b.add("group norm", GroupNorm{2}, {x});
  for (const auto& [kind, name] : kNormNames) b.add(std::string(name), LayerNorm{kind}, {x});
  for (const auto& [kind, name] : kUnaryNames) b.add(std::string(name), Unary{kind}, {x});
  for (const auto& [kind, name] : kReduceNames) {
    b.add(std::string(name), Reduce{kind, false, true, true}, {x});
  }
  for (const auto& [kind, name] : kArgNames)
    b.add(std::string(name), ArgMax{kind, Axis::width}, {x});
  for (const auto& [kind, name] : kElementwiseNames) {
    b.add("one " + std::string(name), Elementwise{kind, Activation::relu}, {x, x});
  }
  b.add("log", Softmax{SoftmaxKind::log_softmax}, {x});
}

// Every operator, with parameters that are not the defaults.
Network everything() {
  NetworkBuilder b("every operator: \"quoted\"");
  const Window window{3, 1, 2, 1, 1, 2, {1, 2, 3, 4}};
  const TensorId x = b.input("x", {16, 16, 4}, DataType::float16);
  const TensorId y = b.input("yes", {16, 16, 4}, DataType::uint8);
  TensorId t = b.add("conv", Conv2d{6, window, Activation::relu_n1_to_1}, {x}, "conv;merged");
  b.last_layer().encoded_weight_bytes = 96;
  t = b.add("depthwise", DepthwiseConv2d{2, window, Activation::tanh}, {t});
  b.last_layer().coded_weight_bytes = 17;
  t = b.add("max", Pool2d{PoolKind::max, window, Activation::relu}, {t});
  t = b.add("average", Pool2d{PoolKind::average, {1, 1, 1, 1, 1, 1, {2, 2, 2, 2}}, {}}, {t});
  t = b.add("pad", Pad{{0, 1, 2, 3}, 4, 5}, {t});
  t = b.add("mean", Mean{true, false, true}, {t});
  t = b.add("linear", Linear{24, Activation::hard_swish}, {t});
  t = b.add("reshape", Reshape{{2, 3, 4}}, {t});
  t = b.add("transpose", Transpose{{Axis::width, Axis::channels, Axis::height}}, {t});
  t = b.add("nearest", Resize{ResizeKind::nearest, 5, 6}, {t});
  t = b.add("bilinear", Resize{ResizeKind::bilinear, 7, 6}, {t});
  t = b.add("matmul", MatMul{true}, {t, t});
  t = b.add("softmax", Softmax{}, {t});
  t = b.add("concat", Concat{Axis::height}, {t, t, t});
  t = b.add("norm", LayerNorm{}, {t});
  t = b.add("leaky", LeakyRelu{}, {t});
  t = b.add("attention", Attention{2}, {t, t, t});
  for (const Activation function : kActivations) {
    t = b.add("to " + std::string(to_string(function)), Activate{function}, {t});
  }
  t = b.add("constant", Elementwise{ElementwiseKind::mul, Activation::none}, {t});
  b.add("to space", DepthToSpace{4}, {b.add("deep", Conv2d{32, {}, Activation::none}, {x})});
  add_more(b, x);
  const TensorId sum = b.add("sum", Elementwise{ElementwiseKind::add, Activation::prelu}, {x, y});
  b.add("difference", Elementwise{ElementwiseKind::sub, Activation::none}, {y, x});
  b.output(t);
  b.output(sum);
  return std::move(b).build();
}

TEST(YamlExport, EveryOperatorComesBackWithEveryParameter) {
  expect_round_trip(everything());
  std::set<std::string_view> used, known;
  for (const Layer& layer : everything().layers) used.insert(op_name(layer.op));
  for (const NamedOp& named : named_ops()) known.insert(named.name);
  EXPECT_EQ(used, known);
}

TEST(YamlExport, WritesALayerALine) {
  const std::string text = to_yaml(everything());
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')),
            5 + 2 + everything().layers.size() - 1);
  EXPECT_NE(text.find("\n  - {name: conv, output: \"conv;merged\", op: conv, from: x, out: 6, "
                      "kernel: [3, 1], stride: [2, 1], dilation: [1, 2], padding: {top: 1, bottom: "
                      "2, left: 3, right: 4}, activation: relu_n1_to_1, encoded_weight_bytes: 96}"),
            std::string::npos)
      << text;
}

TEST(YamlExport, EveryBuiltInNetworkComesBack) {
  for (const CatalogueEntry& entry : catalogue()) expect_round_trip(*build_by_name(entry.name));
}

TEST(YamlExport, NamesMayHoldAnyByte) {
  std::string all;
  for (int byte = 0; byte < 128; ++byte) all += static_cast<char>(byte);
  for (const std::string& name : {all, std::string("null"), std::string("~"), std::string(" a "),
                                  std::string("12"), std::string("a: b"), std::string("\xc3\xa9"),
                                  std::string("# a"), std::string("NO"), std::string("- a")}) {
    NetworkBuilder b(name);
    b.output(b.add(name + "layer", Softmax{}, {b.input(name, {1, 1, 4})}, name + "out"));
    expect_round_trip(std::move(b).build());
  }
}

TEST(YamlExport, RepeatedAndEmptyNamesComeBackNumbered) {
  NetworkBuilder b("n");
  TensorId t = b.input("t", {1, 1, 4});
  t = b.add("a", Softmax{}, {t}, "t");
  t = b.add("a", Softmax{}, {t}, "t");
  b.output(b.add("", Softmax{}, {t}));
  const Network net = std::move(b).build();
  EXPECT_EQ(net.tensors[1].name, "t#1");
  EXPECT_EQ(net.layers[1].name, "a#1");
  EXPECT_EQ(net.layers[2].name, "#2");
  expect_round_trip(net);
}

// Of two convolutions with one set of weights, an operator of the host between them and a state.
Network shared_beside_the_host() {
  NetworkBuilder b("n");
  const TensorId x = b.input("x", {4, 4, 8});
  const TensorId made = b.input("made", {8, 8, 8});
  const Conv2d conv{8, {}, Activation::none};
  const TensorId a = b.add("a", conv, {x});
  b.output(b.add("b", conv, {made}));
  EXPECT_TRUE(b.share_weights(0));
  b.remark("the file holds float32");
  b.unsupported({3, "SVDF", "operator not supported", 77, 1, {a}, {made}});
  b.unsupported({4, "CUSTOM:Top", "left: to the host", {}, 2, {}, {}});
  b.state({"memory", 1234});
  b.state({"", 5});
  return std::move(b).build();
}

TEST(YamlExport, KeepsWhatIsNotInTheLayers) {
  const Network net = shared_beside_the_host();
  expect_round_trip(net);
  const Network read = again(net);
  EXPECT_EQ(read.remarks, (std::vector<std::string>{"the file holds float32"}));
  ASSERT_EQ(read.unsupported.size(), 2u);
  EXPECT_EQ(read.unsupported[0].index, 3u);
  EXPECT_EQ(read.unsupported[0].op, "SVDF");
  EXPECT_EQ(read.unsupported[0].reason, "operator not supported");
  EXPECT_EQ(read.unsupported[0].macs, 77);
  EXPECT_EQ(read.unsupported[0].before, 1u);
  EXPECT_EQ(read.unsupported[1].op, "CUSTOM:Top");
  EXPECT_EQ(read.unsupported[1].before, 2u);
  EXPECT_EQ(read.unsupported[1].macs, std::nullopt);
  ASSERT_EQ(read.states.size(), 2u);
  EXPECT_EQ(read.states[0].bytes, 1234);
  EXPECT_EQ(read.layers[1].weights_of, 0u);
  EXPECT_EQ(host_macs(read), 77);
}

TEST(NetworkEquality, SeesEveryPartOfWhatRuns) {
  EXPECT_TRUE(everything() == everything());
  const auto differs = [](void (*change)(Network&)) {
    Network net = everything();
    change(net);
    return !(net == everything());
  };
  EXPECT_TRUE(differs([](Network& n) { n.name += "x"; }));
  EXPECT_TRUE(differs([](Network& n) { n.tensors[0].type = DataType::int8; }));
  EXPECT_TRUE(differs([](Network& n) { n.tensors[0].name += "x"; }));
  EXPECT_TRUE(differs([](Network& n) { n.layers[0].name += "x"; }));
  EXPECT_TRUE(differs([](Network& n) { n.layers[0].coded_weight_bytes = 1; }));
  EXPECT_TRUE(differs([](Network& n) { n.layers.back().inputs = {0, 1}; }));
  EXPECT_TRUE(differs([](Network& n) { std::swap(n.outputs[0], n.outputs[1]); }));
  EXPECT_TRUE(differs([](Network& n) { n.layers.back().weights_of = 0; }));
  EXPECT_TRUE(differs([](Network& n) { n.states.push_back({"s", 1}); }));
  EXPECT_TRUE(differs([](Network& n) {
    n.unsupported.push_back({0, "op", "why", {}, 1, {0}, {}});
  }));
  EXPECT_FALSE(differs([](Network& n) { n.unsupported.push_back({0, "op", "why"}); }));
  EXPECT_FALSE(differs([](Network& n) { n.remarks.push_back("hello"); }));
  EXPECT_FALSE(differs([](Network& n) { n.layers[0].file_index = 7; }));
}

TEST(YamlExport, EveryRealFileComesBack) {
  const auto nets = tests::shared_file("nets");
  if (nets.empty()) GTEST_SKIP() << "needs the .tflite files of ../shared/nets";
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(nets)) {
    if (entry.path().extension() != ".tflite") continue;
    SCOPED_TRACE(entry.path());
    expect_round_trip(tflite::read(entry.path(), {UnsupportedPolicy::host}));
    ++files;
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace h4h::workloads
