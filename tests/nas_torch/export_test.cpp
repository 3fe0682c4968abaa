#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "nas/export/onnx.hpp"
#include "nas/export/run_graph.hpp"
#include "nas/export/tflite.hpp"
#include "nas/supernet/folded.hpp"
#include "tests/nas_torch/deployments.hpp"
#include "tests/support/files.hpp"
#include "workloads/fuse/fuse.hpp"
#include "workloads/import/onnx/convert.hpp"
#include "workloads/import/tflite/convert.hpp"

namespace h4h::tests {
namespace {

using workloads::Network;

Network read_onnx(const std::string& bytes) {
  return workloads::onnx::convert(workloads::onnx::parse_model(bytes), "net", {});
}
Network read_tflite(const std::string& bytes) {
  return workloads::tflite::convert(workloads::tflite::parse_model(bytes), "net", {});
}

// Layers with the shapes that they read and make, without names and views.
std::vector<std::string> layers_of(const Network& network) {
  std::vector<std::string> all;
  for (const workloads::Layer& layer : network.layers) {
    if (workloads::is_view(layer.op)) continue;
    const workloads::LayerShape shape = layer_shape(network, layer);
    std::string line = canonical_text(layer.op) + " -> " + to_string(shape.output);
    for (const workloads::Shape& input : shape.inputs) line += " " + to_string(input);
    all.push_back(line);
  }
  return all;
}

// As files spell the network: a hard sigmoid is a sum that is limited to 0..6, and a product. In
// float the reader adds the sum to the bias of the layer in front.
std::vector<std::string> spelled_layers(const Network& network, bool in_float) {
  const auto replaced = [](std::string line, const std::string& from, const std::string& to) {
    const std::size_t at = line.find(from);
    return at == std::string::npos ? line : line.replace(at, from.size(), to);
  };
  std::vector<std::string> all;
  for (const std::string& line : layers_of(network)) {
    if (line.rfind("hard_sigmoid", 0) != 0) {
      all.push_back(line);
      continue;
    }
    if (in_float) {
      all.back() = replaced(all.back(), ",none]", ",relu6]");
    } else {
      all.push_back(replaced(line, "hard_sigmoid[]", "add[relu6]"));
    }
    all.push_back(replaced(line, "hard_sigmoid[]", "mul[none]"));
  }
  return all;
}

TEST(Export, GraphsComputeWhatTheSupernetDoes) {
  for (const Network& network : exported_networks()) {
    const Deployed d = deployed(network);
    const torch::Tensor images = random_images(8, d.calibration[0].size(2), 9);
    const nas::Calibration statistics = d.supernet.calibrate(network, d.calibration);
    const torch::NoGradGuard no_gradients;
    const torch::Tensor expected = nas::forward(
        network, nas::folded(network, d.supernet.extract(network), statistics), images, {});
    const torch::Tensor actual = nas::GraphRunner(d.deployment.graph).run(images);
    EXPECT_LT((expected - actual).abs().max().item<float>(), 1e-4F);
    EXPECT_GT(expected.std().item<float>(), 0.1F) << "outputs that are all alike say nothing";
  }
}

TEST(Export, FilesAreReadBackAsTheNetworkThatIsCosted) {
  for (const Network& network : exported_networks()) {
    const nas::Deployment made = deployed(network).deployment;
    const Network costed = workloads::with_joined_projections(network);
    const std::vector<std::string> in_float = spelled_layers(costed, true),
                                   in_integers = spelled_layers(costed, false);
    EXPECT_EQ(layers_of(read_onnx(nas::to_onnx(made.graph, "{}"))), in_float);
    EXPECT_EQ(layers_of(read_onnx(nas::to_onnx(made.graph, "{}", &made.values))), in_integers);
    EXPECT_EQ(layers_of(read_tflite(nas::to_tflite(made.graph, "{}", made.values))), in_integers);
  }
}

TEST(Export, ReadersSeeTheWeightsThatAreExported) {
  const Network network = exported_networks().front();
  const nas::Deployment made = deployed(network).deployment;
  const Network onnx = read_onnx(nas::to_onnx(made.graph, "{}", &made.values)),
                tflite = read_tflite(nas::to_tflite(made.graph, "{}", made.values));
  std::size_t coded = 0;
  ASSERT_EQ(onnx.layers.size(), tflite.layers.size());
  for (std::size_t i = 0; i < onnx.layers.size(); ++i) {
    EXPECT_EQ(onnx.layers[i].coded_weight_bytes, tflite.layers[i].coded_weight_bytes)
        << onnx.layers[i].name;
    coded += onnx.layers[i].coded_weight_bytes ? 1 : 0;
  }
  EXPECT_GT(coded, 5U);
}

TEST(Export, ABiasThatIsLargeBesideItsWeightsEnlargesTheirScale) {
  nas::Convolution op;
  op.weight = {{2, 1, 1, 1}, {1e-9F, 0.5F}};
  op.bias = {{2}, {3.0F, 3.0F}};
  const nas::QuantizedLayer made = nas::quantized(op, 0.01F);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(static_cast<double>(made.bias.values[i]) * made.bias.scales[i], 3, 1e-3);
  }
  EXPECT_EQ(made.weight.values[1], 127);
  EXPECT_EQ(made.weight.values[0], 0);
}

TEST(Export, FullyConnectedLayersHaveOneScale) {
  nas::FullyConnected op;
  op.weight = {{2, 2}, {0.1F, -0.2F, 1.27F, 0.3F}};
  op.bias = {{2}, {0, 0}};
  const nas::QuantizedLayer made = nas::quantized(op, 1);
  EXPECT_EQ(made.weight.scales, (std::vector<float>(2, 1.27F / 127)));
  EXPECT_EQ(made.weight.values, (std::vector<std::int8_t>{10, -20, 127, 30}));
}

// A folder with images, and what the evaluators in this directory make of a file there.
class Evaluated : public ::testing::TestWithParam<std::size_t> {
 protected:
  Evaluated()
      : network_(exported_networks().at(GetParam())),
        deployed_(deployed(network_)),
        images_(random_images(3, deployed_.calibration[0].size(2), 11)) {}

  torch::Tensor evaluate(const std::string& script, const std::string& name,
                         const std::string& bytes, const torch::Tensor& images) const {
    const auto at = [&](const std::string& file) { return (folder_.path() / file).string(); };
    std::ofstream(at(name), std::ios::binary) << bytes;
    const torch::Tensor plain = images.contiguous();
    std::ofstream(at("images"), std::ios::binary)
        .write(static_cast<const char*>(plain.data_ptr()), plain.numel() * 4);
    const std::string command = std::string(H4H_PYTHON3) + " -B " +
                                (source_dir() / "tests/nas_torch" / script).string() + " " +
                                at(name) + " " + at("images") + " > " + at("outputs");
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream outputs(at("outputs"));
    std::vector<float> values;
    for (float value = 0; outputs >> value;) values.push_back(value);
    return torch::tensor(values).reshape({images.size(0), -1});
  }

  torch::Tensor by_integers() const {
    const nas::Deployment& made = deployed_.deployment;
    const nas::Graph graph = nas::with_quantized_constants(made.graph, made.values);
    return nas::GraphRunner(graph).run(images_, made.values);
  }
  // Sums in another order may round to the next integer, rarely, and a deep network amplifies that.
  // A scale or zero point that is wrong moves all outputs as far as quantisation itself does.
  void expect_integers(const torch::Tensor& actual) const {
    const torch::Tensor expected = by_integers();
    const torch::Tensor in_float = nas::GraphRunner(deployed_.deployment.graph).run(images_);
    const auto apart = [](const torch::Tensor& a, const torch::Tensor& b) {
      return (a - b).abs().mean().item<float>();
    };
    EXPECT_LT(apart(actual, expected), 0.1F * apart(expected, in_float));
    EXPECT_GT(apart(expected, in_float), 0) << "nothing is rounded";
    const torch::Tensor equal = (actual - expected).abs().amax(1) < 1e-5F;
    EXPECT_TRUE(equal.any().item<bool>()) << "no image has the same outputs";
  }

  TemporaryFolder folder_;
  Network network_;
  Deployed deployed_;
  torch::Tensor images_;
};

TEST_P(Evaluated, AnOnnxFileComputesWhatTheSupernetDoes) {
  const torch::Tensor expected = nas::GraphRunner(deployed_.deployment.graph).run(images_);
  const torch::Tensor actual = evaluate("evaluate_onnx.py", "net.onnx",
                                        nas::to_onnx(deployed_.deployment.graph, "{}"), images_);
  EXPECT_LT((expected - actual).abs().max().item<float>(), 1e-4F);
}

TEST_P(Evaluated, IntegersOfAnOnnxFileAreThoseThatWereMeasured) {
  const nas::Deployment& made = deployed_.deployment;
  expect_integers(evaluate("evaluate_onnx.py", "net.onnx",
                           nas::to_onnx(made.graph, "{}", &made.values), images_));
}

TEST_P(Evaluated, IntegersOfATfliteFileAreThoseThatWereMeasured) {
  const nas::Deployment& made = deployed_.deployment;
  expect_integers(evaluate("evaluate_tflite.py", "net.tflite",
                           nas::to_tflite(made.graph, "{}", made.values),
                           images_.permute({0, 2, 3, 1})));
}

// Not the 192 x 192 pixels of number 3, which take numpy long.
INSTANTIATE_TEST_SUITE_P(Networks, Evaluated, ::testing::Values(0U, 1U, 2U, 4U, 5U));

}  // namespace
}  // namespace h4h::tests
