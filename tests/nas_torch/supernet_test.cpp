#include <gtest/gtest.h>

#include <set>

#include "nas/supernet/bfloat16.hpp"
#include "nas/supernet/folded.hpp"
#include "nas/supernet/residual.hpp"
#include "nas/supernet/supernet.hpp"
#include "tests/nas_torch/nets.hpp"
#include "tests/support/files.hpp"
#include "workloads/blocks/basic_block.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::tests {
namespace {

using nas::ForwardMode;
using nas::ParameterGroup;
using nas::Supernet;
using workloads::Network;

// Multiply-accumulates of one image, from the tensors that the forward pass saw.
std::int64_t macs_seen(const Supernet& supernet, const Network& network) {
  const nas::Parameters own = supernet.extract(network);
  std::int64_t macs = 0;
  ForwardMode mode;
  mode.observe = [&](const workloads::Layer& layer, const std::vector<torch::Tensor>& inputs,
                     const torch::Tensor& output) {
    if (std::holds_alternative<workloads::Attention>(layer.op)) {
      const std::int64_t tokens = inputs[0].size(2) * inputs[0].size(3);
      macs += 2 * tokens * tokens * inputs[0].size(1);
      return;
    }
    const auto weight = own.find(nas::parameter_name(layer, nas::ParameterRole::weight));
    if (weight == own.end()) return;
    macs += output[0].numel() * weight->second.value[0].numel();
  };
  nas::forward(network, own, random_images(2, 16, 1), mode);
  return macs;
}

TEST(Supernet, SubnetsHaveTheParametersAndMacsThatTheSimulatorSees) {
  const Supernet supernet(hybrid({}), 1);
  nas::Random random(3);
  for (int i = 0; i < 20; ++i) {
    const Network subnet = hybrid(random_sizes(random));
    EXPECT_EQ(nas::elements(nas::sliced(supernet.parameters(), subnet)),
              workloads::parameters(subnet));
    EXPECT_EQ(macs_seen(supernet, subnet), workloads::macs(subnet));
  }
}

TEST(Supernet, SlicesAreTheLeadingElementsOfEveryTensor) {
  Supernet supernet(hybrid({}), 1);
  const Network subnet = hybrid(smallest());
  const nas::Parameters slices = nas::sliced(supernet.parameters(), subnet);
  const torch::Tensor& all = supernet.parameters().at("mb1.0/expand.weight").value;
  const torch::Tensor& slice = slices.at("mb1.0/expand.weight").value;
  EXPECT_EQ(slice.sizes(), torch::IntArrayRef({24, 8, 1, 1}));
  EXPECT_TRUE(
      slice.equal(all.index({torch::indexing::Slice(0, 24), torch::indexing::Slice(0, 8)})));
  EXPECT_EQ(slice.data_ptr(), all.data_ptr()) << "views, so that training reaches all subnets";
  EXPECT_EQ(slices.count("vit.0/attention.position_bias"), 0U);
}

TEST(Supernet, RefusesANetworkThatDoesNotFit) {
  const Supernet supernet(hybrid(smallest()), 1);
  EXPECT_NE(message_of<std::invalid_argument>([&] {
              supernet.extract(hybrid({}));
            }).find("network 'hybrid' needs 'stem.weight' [16, 3, 3, 3]"),
            std::string::npos);
}

TEST(Supernet, ASubnetTakenOutComputesWhatItComputesInside) {
  const Supernet supernet = trained_looking(hybrid({}));
  nas::Random random(5);
  const torch::NoGradGuard no_gradients;
  for (int i = 0; i < 6; ++i) {
    const Network subnet = hybrid(random_sizes(random));
    const nas::Parameters alone = supernet.extract(subnet);
    const torch::Tensor images = random_images(16, 16, 2);
    const torch::Tensor inside = supernet.forward(subnet, images, {});
    const torch::Tensor outside = nas::forward(subnet, alone, images, {});
    EXPECT_LT((inside - outside).abs().max().item<float>(), 1e-5);
    EXPECT_GT(inside.std().item<float>(), 1e-3) << "a test of constants would prove nothing";
  }
}

// By LibTorch's batch norm, behind each convolution in turn: its input and output are observed.
TEST(Supernet, FoldedNormsAreThoseOfTheCalibration) {
  const Supernet supernet = trained_looking(hybrid({}));
  const Network subnet = hybrid({});
  const nas::Parameters alone = supernet.extract(subnet);
  const nas::Calibration calibration =
      supernet.calibrate(subnet, {random_images(32, 16, 3), random_images(32, 16, 4)});
  const torch::NoGradGuard no_gradients;
  int seen = 0;
  ForwardMode mode;
  mode.observe = [&](const workloads::Layer& layer, const auto& inputs, const auto& output) {
    const auto* const conv = std::get_if<workloads::Conv2d>(&layer.op);
    if (conv == nullptr || !nas::has_batch_norm(layer)) return;
    if (conv->window.kernel_height != 1 || conv->activation != workloads::Activation::none) return;
    const auto value = [&](nas::ParameterRole role) {
      return alone.at(nas::parameter_name(layer, role)).value;
    };
    const nas::Calibration::Moments& moments = calibration.layers.at(layer.name);
    const torch::Tensor expected =
        torch::batch_norm(torch::conv2d(inputs[0], value(nas::ParameterRole::weight)),
                          value(nas::ParameterRole::scale), value(nas::ParameterRole::shift),
                          moments.mean.to(torch::kFloat), moments.variance.to(torch::kFloat), false,
                          0, nas::kNormEpsilon, false);
    EXPECT_LT((output - expected).abs().max().template item<float>(), 1e-4) << layer.name;
    EXPECT_GT(expected.std().template item<float>(), 0.1F) << layer.name;
    ++seen;
  };
  nas::forward(subnet, nas::folded(subnet, alone, calibration), random_images(16, 16, 2), mode);
  EXPECT_GT(seen, 3);
}

TEST(Supernet, ASubnetTakenOutSharesNothing) {
  Supernet supernet(hybrid({}), 1);
  const nas::Parameters alone = supernet.extract(hybrid(smallest()));
  const torch::Tensor before = alone.at("stem.weight").value.clone();
  supernet.parameters().at("stem.weight").value.zero_();
  EXPECT_TRUE(alone.at("stem.weight").value.equal(before));
}

TEST(Supernet, InitialValuesDependOnTheSeedAlone) {
  const Supernet a(hybrid({}), 1), b(hybrid({}), 1), c(hybrid({}), 2);
  for (const auto& [name, parameter] : a.parameters()) {
    EXPECT_TRUE(parameter.value.equal(b.parameters().at(name).value)) << name;
  }
  const std::string weight = "mb1.0/expand.weight";
  EXPECT_FALSE(a.parameters().at(weight).value.equal(c.parameters().at(weight).value));
}

TEST(Supernet, StartsFromHeFanOutAndSilentBranches) {
  const Supernet supernet(hybrid({}), 1);
  const auto value = [&](const std::string& name) { return supernet.parameters().at(name).value; };
  EXPECT_NEAR(value("mb2.1/expand.weight").std().item<float>(), std::sqrt(2.0 / 96), 0.01);
  EXPECT_NEAR(value("vit.0/query.weight").std().item<float>(), std::sqrt(1.0 / 16), 0.03);
  EXPECT_EQ(value("mb1.1/project.scale").abs().max().item<float>(), 0);
  EXPECT_EQ(value("mb2.0/project.scale").min().item<float>(), 1) << "no shortcut around stride 2";
}

TEST(Supernet, EveryParameterHasItsGroup) {
  const Supernet supernet(hybrid({}), 1);
  const auto group = [&](const std::string& name) { return supernet.parameters().at(name).group; };
  EXPECT_EQ(group("stem.weight"), ParameterGroup::conv);
  EXPECT_EQ(group("mb1.0/depthwise.weight"), ParameterGroup::conv);
  EXPECT_EQ(group("mb1.0/depthwise.shift"), ParameterGroup::batch_norm);
  EXPECT_EQ(group("pool/expand.scale"), ParameterGroup::batch_norm);
  EXPECT_EQ(group("pool/expand.weight"), ParameterGroup::head);
  EXPECT_EQ(group("classifier.bias"), ParameterGroup::head);
  for (const auto& [name, parameter] : supernet.parameters()) {
    EXPECT_EQ(name.rfind("vit.", 0) == 0, parameter.group == ParameterGroup::vit) << name;
  }
}

TEST(Supernet, PositionBiasOfASmallerGridIsASliceOfTheBigger) {
  const torch::Tensor table = torch::rand({2, 4, 5}, at::detail::createCPUGenerator(1));
  const torch::Tensor big = nas::position_bias(table).view({2, 4, 5, 4, 5});
  const torch::Tensor small =
      nas::position_bias(nas::leading(table, {2, 3, 2})).view({2, 3, 2, 3, 2});
  using torch::indexing::Slice;
  EXPECT_TRUE(
      small.equal(big.index({Slice(), Slice(0, 3), Slice(0, 2), Slice(0, 3), Slice(0, 2)})));
  EXPECT_EQ(big[1][3][0][1][4].item<float>(), table[1][2][4].item<float>());
  EXPECT_TRUE(big.equal(big.permute({0, 3, 4, 1, 2}))) << "the bias of a pair has no direction";
}

TEST(Supernet, PadsAsTheNetworkSays) {
  using namespace workloads;
  BlockBuilder b("one conv");
  const TensorId image = b.image(4, 4, 1);
  b.begin(Block::vit);  // a bias, no batch norm
  const Window window = same_window({4, 4, 1}, 3, 2);
  ASSERT_EQ(window.padding.top, 0);
  ASSERT_EQ(window.padding.bottom, 1);
  const TensorId out_map = b.add("conv", Conv2d{1, window, Activation::none}, image);
  const Network net = std::move(b).finish(out_map);
  nas::Parameters parameters = nas::Supernet(net, 1).parameters();
  parameters.at("conv.weight").value.fill_(1);
  const torch::Tensor out = nas::forward(net, parameters, torch::ones({1, 1, 4, 4}), {});
  EXPECT_TRUE(out.equal(torch::tensor({{9.F, 6.F, 6.F, 4.F}})));
}

TEST(Supernet, ImagesAreResizedToTheSubnet) {
  const Supernet supernet(hybrid({}), 1);
  Sizes small = smallest();
  small.resolution = 12;
  std::int64_t side = 0;
  ForwardMode mode;
  mode.observe = [&](const auto& layer, const auto& inputs, const auto&) {
    if (layer.name == "stem") side = inputs[0].size(2);
  };
  supernet.forward(hybrid(small), random_images(2, 16, 1), mode);
  EXPECT_EQ(side, 12);
}

TEST(Supernet, CalibrationIsTheAverageOfBatches) {
  const Supernet supernet = trained_looking(hybrid({}));
  const Network subnet = hybrid(smallest());
  const std::vector<torch::Tensor> batches{random_images(16, 16, 3), random_images(16, 16, 4)};
  const nas::Calibration both = supernet.calibrate(subnet, batches);
  const nas::Calibration first = supernet.calibrate(subnet, {batches[0]});
  const nas::Calibration second = supernet.calibrate(subnet, {batches[1]});
  const torch::Tensor mean = (first.layers.at("stem").mean + second.layers.at("stem").mean) / 2;
  EXPECT_LT((both.layers.at("stem").mean - mean).abs().max().item<float>(), 1e-6);
  EXPECT_EQ(both.batches, 2);
}

TEST(Supernet, DropConnectMasksAreThoseOfTheGenerator) {
  const Supernet supernet = trained_looking(hybrid({}));
  const auto logits = [&](std::uint64_t seed, double rate) {
    const nas::Regularisation regularisation{rate, rate, at::detail::createCPUGenerator(seed)};
    ForwardMode mode;
    mode.regularisation = &regularisation;
    return supernet.forward(hybrid({}), random_images(8, 16, 1), mode);
  };
  EXPECT_TRUE(logits(1, 0.5).equal(logits(1, 0.5)));
  EXPECT_FALSE(logits(1, 0.5).equal(logits(2, 0.5)));
  EXPECT_TRUE(logits(1, 0).equal(supernet.forward(hybrid({}), random_images(8, 16, 1), {})));
}

TEST(Supernet, Bfloat16IsCloseToFloat) {
  const Supernet supernet = trained_looking(hybrid({}));
  ForwardMode mode;
  mode.bf16 = true;
  const torch::Tensor exact = supernet.forward(hybrid({}), random_images(8, 16, 1), {});
  const torch::Tensor rounded = supernet.forward(hybrid({}), random_images(8, 16, 1), mode);
  EXPECT_EQ(rounded.scalar_type(), torch::kFloat);
  EXPECT_LT((exact - rounded).abs().max().item<float>(), 0.1 * exact.std().item<float>() + 0.1);
}

TEST(Supernet, Bfloat16GradientsAreCloseToThoseOfFloat) {
  if (const auto fault = nas::bfloat16_fault()) GTEST_SKIP() << *fault;
  const Supernet supernet = trained_looking(hybrid({}));
  const auto gradient = [&](bool bf16) {
    nas::Parameters own = supernet.extract(hybrid({}));
    for (auto& [name, p] : own) p.value.requires_grad_();
    ForwardMode mode;
    mode.bf16 = bf16;
    nas::forward(hybrid({}), own, random_images(32, 16, 1), mode).square().mean().backward();
    return own.at("stem.weight").value.grad().flatten();
  };
  const torch::Tensor exact = gradient(false), rounded = gradient(true);
  const double cosine = torch::cosine_similarity(exact, rounded, 0).item<double>();
  EXPECT_GT(cosine, 0.97);
}

TEST(Supernet, ResidualBranchesAreThoseAroundAnIdentity) {
  const Network net = hybrid({});
  std::set<std::string> sums;
  for (const auto& [sum, last] : nas::residual_branches(net)) sums.insert(net.layers[sum].name);
  EXPECT_EQ(sums, (std::set<std::string>{"mb1.0/add", "mb1.1/add", "mb1.2/add", "mb2.1/add",
                                         "vit.0/add1", "vit.0/add2", "vit.1/add1", "vit.1/add2"}));
  using namespace workloads;
  BlockBuilder b("basic");
  const TensorId out =
      basic_block(b, "block", b.image(8, 8, 4), 4, 1, &same_window, Shortcut::convolution);
  EXPECT_TRUE(nas::residual_branches(std::move(b).finish(out)).empty());
}

TEST(Supernet, RefusesAnOperatorThatIsNotTrainedByLayerName) {
  using namespace workloads;
  BlockBuilder b("odd");
  const TensorId out = b.add("odd/transpose", Transpose{}, b.image(8, 8, 3));
  const Network net = std::move(b).finish(out);
  EXPECT_NE(message_of<std::invalid_argument>([&] {
              nas::forward(net, {}, random_images(1, 8, 1), {});
            }).find("layer 'odd/transpose' (transpose)"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::tests
