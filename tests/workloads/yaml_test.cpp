#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/support/files.hpp"
#include "workloads/export/yaml.hpp"
#include "workloads/import/yaml/reader.hpp"

namespace h4h::workloads {
namespace {

using tests::message_of;

const std::string kInput = "inputs: [{name: x, shape: [8, 8, 4]}]\n";

Network layers(const std::string& text) {
  return parse_yaml_network(kInput + "layers:\n" + text, "net.yaml");
}

Op only_op(const std::string& keys) { return layers("  - {name: a, " + keys + "}").layers[0].op; }

std::string problem_of(const std::string& text) {
  return message_of<NetworkError>([&] { parse_yaml_network(text, "net.yaml"); });
}

// The message about one layer in line 3.
std::string layer_problem(const std::string& keys) {
  return problem_of(kInput + "layers:\n  - {name: a, " + keys + "}");
}

void expect_problem(const std::string& message, const std::string& part) {
  EXPECT_NE(message.find(part), std::string::npos) << "not in: " << message;
}

TEST(NetworkYaml, ReadsAHandWrittenNetwork) {
  const Network net = parse_yaml_network(R"(
name: tiny
inputs: [{name: image, shape: [32, 32, 3]}]
layers:
  - {name: stem, op: conv, from: image, out: 16, kernel: 3, stride: 2, padding: same, activation: relu}
  - {name: dw, op: depthwise, kernel: 3, padding: {top: 1, bottom: 1, left: 1, right: 1}}
  - {name: sum, op: add, from: [dw, stem], activation: relu6}
)",
                                         "file.yaml");
  EXPECT_EQ(net.name, "tiny");
  ASSERT_EQ(net.layers.size(), 3u);
  EXPECT_EQ(net.layers[0].op, Op(Conv2d{16, {3, 3, 2, 2, 1, 1, {0, 1, 0, 1}}, Activation::relu}));
  EXPECT_EQ(net.layers[1].inputs, std::vector<TensorId>{net.layers[0].output});
  EXPECT_EQ(net.layers[2].op, Op(Elementwise{ElementwiseKind::add, Activation::relu6}));
  EXPECT_EQ(net.outputs, std::vector<TensorId>{net.layers[2].output});
  EXPECT_EQ(macs(net), 16 * 16 * 16 * 27 + 16 * 16 * 16 * 9);
}

TEST(NetworkYaml, ReadsTheExampleOfTheReadme) {
  std::ifstream stream(tests::source_dir() / "workloads/README.md");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const std::size_t begin = text.find("```yaml\n") + 8;
  EXPECT_EQ(
      parse_yaml_network(text.substr(begin, text.find("```", begin) - begin), "x").layers.size(),
      3u);
}

TEST(NetworkYaml, ANetworkWithoutANameIsCalledLikeItsFile) {
  EXPECT_EQ(layers("  - {name: a, op: relu}").name, "net");
}

TEST(NetworkYaml, ReadsEveryParameterOfAWindow) {
  const Window window{3, 1, 2, 1, 1, 2, {1, 2, 3, 4}};
  const std::string keys =
      "kernel: [3, 1], stride: [2, 1], dilation: [1, 2], padding: {top: 1, bottom: 2, left: 3, "
      "right: 4}";
  EXPECT_EQ(only_op("op: conv, out: 7, " + keys), Op(Conv2d{7, window, Activation::none}));
  EXPECT_EQ(only_op("op: depthwise, multiplier: 2, activation: tanh, " + keys),
            Op(DepthwiseConv2d{2, window, Activation::tanh}));
  EXPECT_EQ(only_op("op: max_pool, " + keys), Op(Pool2d{PoolKind::max, window, Activation::none}));
  EXPECT_EQ(only_op("op: average_pool, activation: relu, " + keys),
            Op(Pool2d{PoolKind::average, window, Activation::relu}));
}

TEST(NetworkYaml, PaddingIsANumberAWordOrFourSides) {
  const auto padding = [](const std::string& text) {
    return window_of(only_op("op: conv, out: 1, kernel: 2, padding: " + text)).padding;
  };
  EXPECT_EQ(padding("3"), (Padding{3, 3, 3, 3}));
  EXPECT_EQ(padding("same"), (Padding{0, 1, 0, 1}));
  EXPECT_EQ(padding("valid"), Padding{});
  EXPECT_EQ(padding("{left: 2}"), (Padding{0, 0, 2, 0}));
}

TEST(NetworkYaml, ReadsTheOtherOperators) {
  EXPECT_EQ(only_op("op: linear, out: 9, activation: relu"), Op(Linear{9, Activation::relu}));
  EXPECT_EQ(only_op("op: pad, padding: {top: 1}, channels: [2, 3]"), Op(Pad{{1, 0, 0, 0}, 2, 3}));
  EXPECT_EQ(only_op("op: mean"), Op(Mean{true, true, false}));
  EXPECT_EQ(only_op("op: mean, axes: [channels]"), Op(Mean{false, false, true}));
  EXPECT_EQ(only_op("op: mul, from: [x, x]"),
            Op(Elementwise{ElementwiseKind::mul, Activation::none}));
  EXPECT_EQ(only_op("op: sub, from: x"), Op(Elementwise{ElementwiseKind::sub, Activation::none}));
  EXPECT_EQ(only_op("op: concat, from: [x, x], axis: width"), Op(Concat{Axis::width}));
  EXPECT_EQ(only_op("op: reshape, shape: [1, 64, 4]"), Op(Reshape{{1, 64, 4}}));
  EXPECT_EQ(only_op("op: transpose, order: [channels, height, width]"),
            Op(Transpose{{Axis::channels, Axis::height, Axis::width}}));
  EXPECT_EQ(only_op("op: resize_nearest, size: [4, 6]"), Op(Resize{ResizeKind::nearest, 4, 6}));
  EXPECT_EQ(only_op("op: resize_bilinear, size: [4, 6]"), Op(Resize{ResizeKind::bilinear, 4, 6}));
  EXPECT_EQ(only_op("op: softmax"), Op(Softmax{}));
  EXPECT_EQ(only_op("op: leaky_relu"), Op(LeakyRelu{}));
  EXPECT_EQ(only_op("op: depth_to_space, block: 2"), Op(DepthToSpace{2}));
  EXPECT_EQ(only_op("op: matmul, from: [x, x], transposed: true"), Op(MatMul{true}));
  EXPECT_EQ(only_op("op: requantize"), Op(Activate{Activation::none}));
  EXPECT_EQ(only_op("op: hard_swish"), Op(Activate{Activation::hard_swish}));
}

TEST(NetworkYaml, ReadsTheOperatorsOfOtherNetworks) {
  EXPECT_EQ(only_op("op: conv, out: 6, kernel: 1, groups: 2"),
            Op(Conv2d{6, {}, Activation::none, 2}));
  EXPECT_EQ(only_op("op: linear, out: 9, per_token: true"), Op(Linear{9, Activation::none, true}));
  EXPECT_EQ(only_op("op: lstm, units: 5"), Op(Lstm{5}));
  EXPECT_EQ(only_op("op: svdf, units: 5, memory: 3"), Op(Svdf{5, 1, 3, Activation::none}));
  EXPECT_EQ(only_op("op: svdf, units: 5, rank: 2, memory: 3, activation: relu"),
            Op(Svdf{5, 2, 3, Activation::relu}));
  EXPECT_EQ(only_op("op: space_to_depth, block: 2"), Op(SpaceToDepth{2}));
  EXPECT_EQ(only_op("op: gelu"), Op(Unary{UnaryKind::gelu}));
  EXPECT_EQ(only_op("op: lookup"), Op(Unary{UnaryKind::lookup}));
  EXPECT_EQ(only_op("op: slice, shape: [4, 8, 4]"), Op(Slice{{0, 0, 0}, {4, 8, 4}, {1, 1, 1}}));
  EXPECT_EQ(only_op("op: slice, begin: [0, 0, 2], shape: [4, 4, 2], stride: [2, 2, 1]"),
            Op(Slice{{0, 0, 2}, {4, 4, 2}, {2, 2, 1}}));
  EXPECT_EQ(only_op("op: reduce_max, axes: [channels]"),
            Op(Reduce{ReduceKind::max, false, false, true}));
  EXPECT_EQ(only_op("op: arg_max"), Op(ArgMax{}));
  EXPECT_EQ(only_op("op: arg_min, axis: width"), Op(ArgMax{ArgKind::min, Axis::width}));
  EXPECT_EQ(only_op("op: gather, axis: height, count: 5"), Op(Gather{Axis::height, 5}));
  EXPECT_EQ(only_op("op: tile, shape: [8, 16, 4]"), Op(Tile{{8, 16, 4}}));
  EXPECT_EQ(only_op("op: group_norm, groups: 2"), Op(GroupNorm{2}));
  EXPECT_EQ(only_op("op: l2_norm"), Op(LayerNorm{NormKind::l2_norm}));
  EXPECT_EQ(only_op("op: log_softmax"), Op(Softmax{SoftmaxKind::log_softmax}));
  EXPECT_EQ(only_op("op: squared_difference, from: [x, x]"),
            Op(Elementwise{ElementwiseKind::squared_difference, Activation::none}));
}

TEST(NetworkYaml, SamePaddingOfATransposedConvolutionIsThatOfTheWayBack) {
  const Op op =
      only_op("op: transpose_conv, out: 3, size: [15, 16], kernel: 3, stride: 2, padding: same");
  EXPECT_EQ(op, Op(TransposeConv2d{3, 15, 16, {3, 3, 2, 2, 1, 1, {1, 1, 0, 1}}, Activation::none}));
}

TEST(NetworkYaml, MistakesInTheKeysOfTheseAreNamed) {
  expect_problem(layer_problem("op: conv, out: 6, kernel: 1, groups: 3"),
                 "conv of 3 groups does not divide 4 input and 6 output channels");
  expect_problem(layer_problem("op: conv, out: 6, kernel: 1, groups: 0"),
                 "groups must be a whole number 1..65536, not '0'");
  expect_problem(layer_problem("op: linear, out: 2, per_token: 1"),
                 "per_token must be one of: false, true");
  expect_problem(layer_problem("op: transpose_conv, out: 2, kernel: 2"),
                 "'size' is missing; expected: [height, width]");
  expect_problem(layer_problem("op: transpose_conv, out: 2, size: [9, 10], kernel: 2"),
                 "transpose_conv to 9x10 needs an input of 8x9 pixels");
  expect_problem(layer_problem("op: lstm"), "'units' is missing");
  expect_problem(layer_problem("op: svdf, units: 2"), "'memory' is missing");
  expect_problem(layer_problem("op: slice, shape: [9, 8, 4]"),
                 "slice of 9 from 0 on, in steps of 1, is not inside the height of 8");
  expect_problem(layer_problem("op: slice, begin: 1, shape: [1, 1, 1]"), "begin must be ");
  expect_problem(layer_problem("op: slice"),
                 "'shape' is missing; expected: [height, width, channels]");
  expect_problem(layer_problem("op: arg_max, axis: depth"),
                 "axis must be one of: height, width, channels");
  expect_problem(layer_problem("op: gather"), "'count' is missing");
  expect_problem(layer_problem("op: tile, shape: [8, 9, 4]"),
                 "is not whole times 8x8x4 along width");
  expect_problem(layer_problem("op: group_norm, groups: 3"),
                 "group_norm of 3 groups does not divide 4 channels");
  expect_problem(layer_problem("op: gelu, slope: 1"), "unknown key 'slope'");
}

TEST(NetworkYaml, ALinearLayerOverPixelsIsRemarkedOnUnlessItSaysWhatItReads) {
  const std::string remark =
      "layer 'a' has weights for each of its input's 64 pixels; with per_token: true the pixels "
      "would share them";
  EXPECT_EQ(layers("  - {name: a, op: linear, out: 2}").remarks, std::vector<std::string>{remark});
  EXPECT_TRUE(layers("  - {name: a, op: linear, out: 2, per_token: false}").remarks.empty());
  EXPECT_TRUE(layers("  - {name: a, op: linear, out: 2, per_token: true}").remarks.empty());
  const std::string again = to_yaml(layers("  - {name: a, op: linear, out: 2}"));
  EXPECT_EQ(parse_yaml_network(again, "again.yaml").remarks, std::vector<std::string>{remark});
}

TEST(NetworkYaml, ALeakyReluHasNoKeysOfItsOwn) {
  EXPECT_EQ(layer_problem("op: leaky_relu, slope: 1"),
            "net.yaml:3: layer 'a': unknown key 'slope'; allowed: name, output, op, from");
}

TEST(NetworkYaml, ABlockOfDepthToSpaceMustBeGivenAndDivideTheChannels) {
  expect_problem(layer_problem("op: depth_to_space"),
                 "'block' is missing; expected: a whole number 1..65536");
  expect_problem(layer_problem("op: depth_to_space, block: 0"),
                 "block must be a whole number 1..65536, not '0'");
  expect_problem(layer_problem("op: depth_to_space, block: 3"),
                 "depth_to_space of block 3 does not divide 4 channels");
}

TEST(NetworkYaml, ReadsMeasuredWeightSizes) {
  const Network net =
      layers("  - {name: a, op: linear, out: 2, encoded_weight_bytes: 640, coded_weight_bytes: 0}");
  EXPECT_EQ(net.layers[0].encoded_weight_bytes, 640);
  EXPECT_EQ(net.layers[0].coded_weight_bytes, 0);
}

TEST(NetworkYaml, TellsEverythingThatIsWrongAtOnce) {
  const std::string message = problem_of(
      "inputs: [{name: x, shape: [8, 8, 4]}]\n"
      "layers:\n"
      "  - {name: a, op: conv, out: 0, kernel: 3}\n"
      "  - {name: b, op: relu}\n"
      "  - {name: c, op: fold, from: b}\n"
      "output: [b]\n");
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 2) << message;
  expect_problem(message,
                 "net.yaml:3: layer 'a': out must be a whole number 1..65536, not '0'\n"
                 "net.yaml:5: layer 'c': op must be one of: conv, depthwise, linear");
  expect_problem(message,
                 "\nnet.yaml:6: unknown key 'output'; allowed: name, remarks, inputs, layers, "
                 "outputs");
}

TEST(NetworkYaml, NamesUnknownKeysAndWhatIsAllowed) {
  EXPECT_EQ(layer_problem("op: linear, out: 2, kernel: 3"),
            "net.yaml:3: layer 'a': unknown key 'kernel'; allowed: name, output, op, from, out, "
            "activation, per_token, encoded_weight_bytes, coded_weight_bytes, weights_of");
  expect_problem(layer_problem("op: pad, padding: {up: 1}"),
                 "padding: unknown key 'up'; allowed: top, bottom, left, right");
  expect_problem(layer_problem("op: relu, op: relu"), "op is given twice");
  expect_problem(layer_problem("op: relu, [b]: c"), "a key must be a word, not a list");
}

TEST(NetworkYaml, NamesWhatIsMissing) {
  expect_problem(layer_problem("out: 2"), "'op' is missing");
  expect_problem(layer_problem("op: conv, kernel: 1"),
                 "'out' is missing; expected: a whole number 1..65536");
  expect_problem(layer_problem("op: conv, out: 1"), "'kernel' is missing");
  expect_problem(layer_problem("op: reshape"),
                 "'shape' is missing; expected: [height, width, channels]");
  expect_problem(layer_problem("op: add"), "add needs from: ");
  expect_problem(problem_of("layers: [{name: a, op: relu}]"), "net.yaml:1: 'inputs' is missing");
  expect_problem(problem_of(kInput), "'layers' is missing");
  expect_problem(problem_of(kInput + "layers: [{op: relu}]"), "layer: 'name' is missing");
  expect_problem(problem_of(kInput + "layers: []"), "layers must be a list with at least one");
}

TEST(NetworkYaml, NumbersAreWholeAndInRange) {
  for (const std::string value :
       {"-1", "0", "1e30", ".nan", ".inf", "1.5", "99999999999999999999", "0x10", "~", "''", "' 3'",
        "3 px", "true", "[1, 2, 3]", "[]", "{a: 1}", "65537"}) {
    expect_problem(layer_problem("op: max_pool, kernel: " + value),
                   "net.yaml:3: layer 'a': kernel must be a whole number 1..128, or [height, "
                   "width] of them, not ");
  }
  expect_problem(layer_problem("op: max_pool, kernel: [1, -1]"), "not '-1'");
  expect_problem(layer_problem("op: linear, out: 1, coded_weight_bytes: -1"),
                 "coded_weight_bytes must be a whole number 0..1099511627776, not '-1'");
}

TEST(NetworkYaml, MismatchedShapesAreNamed) {
  expect_problem(layer_problem("op: max_pool, kernel: 9"),
                 "net.yaml:3: layer 'a' (max_pool): window of 9 does not fit the padded height of "
                 "8; inputs: 'x' 8x8x4");
  expect_problem(layer_problem("op: reshape, shape: [8, 8, 5]"), "changes the number of elements");
  expect_problem(layer_problem("op: matmul, from: [x, x]"), "does not match");
  expect_problem(problem_of("inputs: [{name: x, shape: [65536, 65536, 3]}]\nlayers: "
                            "[{name: a, op: relu}]"),
                 "net.yaml:1: tensor 'x': shape 65536x65536x3 is outside");
}

TEST(NetworkYaml, MultiplyAccumulatesStayInsideSixtyFourBits) {
  const std::string big = "op: conv, out: 65536, kernel: 128, padding: 64, from: y";
  const std::string message = problem_of(
      "inputs: [{name: y, shape: [128, 128, 65536]}]\nlayers:\n  - {name: a, " + big + "}");
  expect_problem(message, "MACs bring the network to more than 9007199254740992");
}

TEST(NetworkYaml, LayersReadOnlyWhatStandsBeforeThem) {
  const std::string cycle = problem_of(kInput +
                                       "layers:\n"
                                       "  - {name: a, op: add, from: [x, b]}\n"
                                       "  - {name: b, op: relu, from: a}\n");
  EXPECT_EQ(cycle,
            "net.yaml:3: layer 'a': 'b' is made only by the layer of line 4; a layer reads inputs "
            "and layers before it");
  expect_problem(layer_problem("op: relu, from: a"), "'a' is made only by the layer of line 3");
  expect_problem(layer_problem("op: relu, from: y"), "'y' is not the name of an input or of a");
  expect_problem(layer_problem("op: relu, from: [x, [y]]"), "from must be a list of strings");
  expect_problem(layer_problem("op: relu, from: []"), "relu needs from");
}

TEST(NetworkYaml, NamesAreUnique) {
  EXPECT_EQ(problem_of(kInput + "layers:\n  - {name: a, op: relu}\n  - {name: a, op: relu}\n"),
            "net.yaml:4: layer 'a': line 3 has this name");
  expect_problem(problem_of(kInput + "layers:\n  - {name: x, op: relu}\n"),
                 "'x' is already the tensor of line 1");
}

TEST(NetworkYaml, TheFirstOfSeveralInputsIsNotGuessed) {
  expect_problem(problem_of("inputs: [{name: a, shape: [1, 1, 1]}, {name: b, shape: [1, 1, 1]}]\n"
                            "layers: [{name: c, op: relu}]"),
                 "net.yaml:2: layer 'c': the first layer needs from: there are several inputs");
}

TEST(NetworkYaml, OutputsNameTensors) {
  expect_problem(problem_of(kInput + "layers: [{name: a, op: relu}]\noutputs: [b]"),
                 "net.yaml:3: outputs: 'b' is not the name of");
  expect_problem(problem_of(kInput + "layers: [{name: a, op: relu}]\noutputs: a"),
                 "outputs must be a list, not 'a'");
  expect_problem(problem_of(kInput + "layers: [{name: a, op: relu}]\noutputs: []"),
                 "outputs must name at least one tensor");
}

TEST(NetworkYaml, RefusesWhatIsNotANetwork) {
  for (const std::string text : {"", "~", "text", "[1]", "# only a comment"}) {
    expect_problem(problem_of(text), "net.yaml:1: a network file is a map");
  }
  expect_problem(problem_of("name: [a\nb: ]]"), "net.yaml:2: YAML: ");
  expect_problem(problem_of("a: 1\n---\nb: 2\n"), "a second document");
  expect_problem(problem_of("inputs: [3]\nlayers: 4"), "every entry is a map");
}

TEST(NetworkYaml, RefusesAliasesTagsAndDeepNesting) {
  expect_problem(problem_of("a: &x [1]\nb: [*x, *x]\n"), "net.yaml:1: anchors (&name)");
  expect_problem(problem_of("a: [*x]\n"), "net.yaml:1: ");
  expect_problem(problem_of("a: !!binary aGk=\n"), "net.yaml:1: tags (");
  expect_problem(problem_of("a: " + std::string(100'000, '[')), "net.yaml:1: ");
  expect_problem(problem_of("a: " + std::string(100'000, '{')), "net.yaml:1: ");
  std::string stairs;
  for (int i = 0; i < 400; ++i) stairs += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  expect_problem(problem_of(stairs), "nested more than 8 deep");
}

TEST(NetworkYaml, RefusesHugeFiles) {
  const tests::TemporaryFolder folder;
  const auto path = folder.write("big.yaml", std::string((1 << 20) + 1, '#'));
  EXPECT_EQ(message_of<NetworkError>([&] { read_yaml_network(path); }),
            path.string() + ": larger than 1048576 bytes, the most that a network file may have");
  std::string many = "inputs: [";
  for (int i = 0; i < 250'000; ++i) many += "a,";
  expect_problem(problem_of(many), "more than 200000 values");
}

TEST(NetworkYaml, TwentyProblemsAreEnough) {
  std::string text = kInput + "layers:\n";
  for (int i = 0; i < 1000; ++i) text += "  - {name: n" + std::to_string(i) + ", op: none}\n";
  const std::string message = problem_of(text);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 20);
  expect_problem(message, "\nnet.yaml: and 980 more");
}

TEST(NetworkYaml, NamesFilesThatAreNone) {
  const tests::TemporaryFolder folder;
  expect_problem(message_of<NetworkError>([] { read_yaml_network("/nowhere/net.yaml"); }),
                 "/nowhere/net.yaml: no such file");
  expect_problem(message_of<NetworkError>([&] { read_yaml_network(folder.path()); }),
                 ": is a directory");
}

TEST(NetworkYaml, EveryTruncationIsReadOrRefused) {
  const std::string text =
      to_yaml(layers("  - {name: 'a\"b', op: pad, padding: {left: 2}, channels: [1, 0]}\n"
                     "  - {name: b, op: mean, axes: [width]}\n"));
  int refused = 0;
  for (std::size_t length = 0; length < text.size(); ++length) {
    try {
      parse_yaml_network(text.substr(0, length), "net.yaml");
    } catch (const NetworkError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(NetworkYaml, EveryFlippedByteIsReadOrRefused) {
  const std::string text = kInput + "layers:\n  - {name: a, op: conv, out: 3, kernel: [1, 2]}\n";
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string broken = text;
      broken[at] = static_cast<char>(byte);
      try {
        parse_yaml_network(broken, "net.yaml");
      } catch (const NetworkError&) {
        continue;
      }
    }
  }
}

}  // namespace
}  // namespace h4h::workloads
