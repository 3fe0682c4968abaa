#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/files.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/onnx_files.hpp"
#include "workloads/import/onnx/reader.hpp"

namespace h4h::workloads::onnx {
namespace {

using tests::first_output;
using tests::import_onnx;
using tests::one_conv;
using tests::OnnxWriter;
using tests::operators;
using Dims = OnnxWriter::Dims;
using Names = OnnxWriter::Names;

const ImportOptions kHost{UnsupportedPolicy::host, {}};

template <typename Call>
std::string message_of(Call call) {
  return tests::message_of<std::runtime_error>(call);
}

TEST(Onnx, NodesInAnyOrderAreSorted) {
  OnnxWriter w = one_conv({3, 3, 1, 1});
  w.node("Relu", {"a"}, {"y"});
  w.node("Conv", {"x", "w"}, {"a"});
  EXPECT_EQ(operators(import_onnx(w)), (Names{"conv"}));
}

TEST(Onnx, NodesThatNoOutputNeedsAreLeftOut) {
  OnnxWriter w = one_conv({3, 3, 1, 1});
  w.node("Conv", {"x", "w"}, {"y"});
  w.node("NonMaxSuppression", {"y"}, {"unread"});
  EXPECT_EQ(operators(import_onnx(w)), (Names{"conv"}));
}

TEST(Onnx, ConstantsThatAreInputsTooAreConstants) {
  OnnxWriter w = one_conv({3, 3, 1, 1});
  w.input("w", {3, 3, 1, 1});
  w.node("Conv", {"x", "w"}, {"y"});
  EXPECT_EQ(import_onnx(w).inputs.size(), 1u);
}

TEST(Onnx, AnOpenShapeIsAskedFor) {
  const auto file = [] {
    OnnxWriter w = one_conv({4, 3, 3, 3}, {-1, 3, -1, -1});
    w.node("Conv", {"x", "w"}, {"y"});
    return w;
  };
  const OnnxWriter w = file();
  EXPECT_NE(message_of([&] { import_onnx(w); }).find("input 'x' is ?x3x?x?"), std::string::npos);
  const ImportOptions options{UnsupportedPolicy::refuse, Dims{1, 3, 10, 20}};
  EXPECT_EQ(first_output(import_onnx(w, options)), (Shape{8, 18, 4}));
  const ImportOptions wrong{UnsupportedPolicy::refuse, Dims{1, 4, 10, 20}};
  EXPECT_THROW(import_onnx(w, wrong), NetworkError);
  EXPECT_EQ(message_of([&] { import_onnx(w, wrong); }),
            "the given input, 1x4x10x20, does not fit: 'x' is ?x3x?x?");
}

TEST(Onnx, NamesWhatItDoesNotSupport) {
  OnnxWriter w = one_conv({4, 3, 1, 1});
  w.node("Conv", {"x", "w"}, {"a"});
  w.node("Bernoulli", {"a"}, {"b"}, "/head/noise");
  w.node("Foo", {"b"}, {"y"}).proto().set_domain("com.example");
  const std::string message = message_of([&] { import_onnx(w); });
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
  const Network net = import_onnx(w, kHost);
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
  const std::string message = message_of([&] { import_onnx(w); });
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
     "node 0 (Relu r) reads 'nowhere', which no node produces"},
    {"MissingOutput", [](OnnxWriter& w) { w.node("Relu", {"x"}, {"z"}); },
     "no node produces the output 'y'"},
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
    {"HugeTensor",
     [](OnnxWriter& w) {
       w.weights("w", {1 << 30, 1 << 30});
     },
     "more than"},
    {"NegativeTensor", [](OnnxWriter& w) { w.weights("w", {-4}); }, "has a dimension of -4"},
    {"OldOperators", [](OnnxWriter& w) { w.model().mutable_opset_import(0)->set_version(6); },
     "operator set 6; supported: 7 to 22"},
    {"NewOperators", [](OnnxWriter& w) { w.model().mutable_opset_import(0)->set_version(99); },
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
  const tests::TemporaryFolder folder;
  const auto file = folder.write("not.onnx", "inputs: []\n");
  EXPECT_NE(message_of([&] { read(file); }).find("not.onnx: not an ONNX file"), std::string::npos);
}

}  // namespace
}  // namespace h4h::workloads::onnx
