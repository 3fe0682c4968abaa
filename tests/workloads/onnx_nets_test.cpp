#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/support/files.hpp"
#include "tests/support/onnx_files.hpp"
#include "workloads/import/onnx/model.hpp"
#include "workloads/import/onnx/reader.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::workloads::onnx {
namespace {

// MMACs by kind as ../shared/nets/SOURCES.md counts them with shape inference, and how often
// patterns that the file spells are found.
struct Counted {
  const char* file;
  double conv, depthwise, linear, activations;
  std::map<std::string, int> layers;
};

double kind_macs(const Network& net, const std::string& kinds) {
  std::int64_t sum = 0;
  for (const Layer& layer : net.layers) {
    if (kinds.find("|" + std::string(op_name(layer.op)) + "|") == std::string::npos) continue;
    sum += macs(layer_shape(net, layer));
  }
  return static_cast<double>(sum) / 1e6;
}

class OnnxNets : public testing::TestWithParam<Counted> {};

TEST_P(OnnxNets, HaveTheMacsOfAnIndependentCount) {
  const auto file = tests::shared_file("nets/onnx/" + std::string(GetParam().file) + ".onnx");
  if (file.empty()) GTEST_SKIP() << "no ../shared/nets/onnx/" << GetParam().file;
  const Network net = read(file);
  EXPECT_TRUE(net.unsupported.empty());
  EXPECT_NEAR(kind_macs(net, "|conv|"), GetParam().conv, 0.05);
  EXPECT_NEAR(kind_macs(net, "|depthwise|"), GetParam().depthwise, 0.05);
  EXPECT_NEAR(kind_macs(net, "|linear|"), GetParam().linear, 0.1);
  EXPECT_NEAR(kind_macs(net, "|matmul|attention|"), GetParam().activations, 0.05);
  for (const auto& [op, number] : GetParam().layers) EXPECT_EQ(tests::count(net, op), number) << op;
}

const std::map<std::string, int> kMobileVit{{"layer_norm", 21}, {"attention", 9}, {"silu", 34},
                                            {"softmax", 0},     {"matmul", 0},    {"mul", 0},
                                            {"sqrt", 0},        {"linear", 37}};
const std::map<std::string, int> kResnet18{{"conv", 20}, {"add", 8}, {"relu", 0}, {"linear", 1}};
const std::map<std::string, int> kMobileNet{{"conv", 35}, {"depthwise", 17}, {"relu6", 0}};

INSTANTIATE_TEST_SUITE_P(
    Shared, OnnxNets,
    testing::Values(
        Counted{"mlperf_ic_resnet", 12.5, 0, 0, 0, {{"conv", 9}, {"requantize", 0}}},
        Counted{"mobilevit_s", 1055.8, 36.6, 730.8, 177.6, kMobileVit},
        Counted{"mobilevit_xs", 576.6, 30.9, 301.2, 117.3, kMobileVit},
        Counted{"mobilevit_xxs", 185.0, 10.2, 134.0, 78.2, kMobileVit},
        Counted{"tv_efficientnet_b0", 350.0, 34.5, 1.3, 0, {{"silu", 49}, {"transpose", 0}}},
        Counted{"tv_mobilenet_v2", 278.8, 20.7, 1.3, 0, kMobileNet},
        Counted{"tv_resnet18", 1813.6, 0, 0.5, 0, kResnet18},
        Counted{"zigzag_mobilenetv2", 278.8, 20.7, 1.3, 0, kMobileNet},
        Counted{"zigzag_resnet18", 1813.6, 0, 0.5, 0, kResnet18}),
    [](const auto& one) { return std::string(one.param.file); });

TEST_P(OnnxNets, HaveNoNodeOfWhichNothingIsSaid) {
  const auto file = tests::shared_file("nets/onnx/" + std::string(GetParam().file) + ".onnx");
  if (file.empty()) GTEST_SKIP() << "no ../shared/nets/onnx/" << GetParam().file;
  const Network net = read(file);
  std::set<std::size_t> said;
  for (const Layer& layer : net.layers) {
    if (layer.file_index) said.insert(*layer.file_index);
  }
  for (const Folded& folded : net.folded) said.insert(folded.index);
  const std::size_t nodes = parse_model(tests::content(file)).nodes.size();
  EXPECT_EQ(said.size(), nodes);
  EXPECT_EQ(*said.rbegin() + 1, nodes);
}

TEST(OnnxFiles, MobileNetV2IsTheBuildersLayerByLayer) {
  const auto file = tests::shared_file("nets/onnx/tv_mobilenet_v2.onnx");
  if (file.empty()) GTEST_SKIP() << "no ../shared/nets/onnx/tv_mobilenet_v2.onnx";
  const Network net = read(file), built = mobilenet_v2(1.0, 224);
  ASSERT_EQ(net.layers.size(), built.layers.size());
  for (std::size_t i = 0; i < net.layers.size(); ++i) {
    // Everything that a layer's cost depends on.
    EXPECT_EQ(canonical_text(layer_shape(net, net.layers[i])),
              canonical_text(layer_shape(built, built.layers[i])))
        << net.layers[i].name;
  }
}

TEST(OnnxFiles, TheCaseOfARealNetworkIsRead) {
  const auto file = tests::shared_file("cases/onnx/ResNet8_fp32.onnx");
  if (file.empty()) GTEST_SKIP() << "no ../shared/cases/onnx";
  const Network net = read(file);
  EXPECT_EQ(macs(net), 12501632);
  EXPECT_TRUE(net.unsupported.empty());
}

}  // namespace
}  // namespace h4h::workloads::onnx
