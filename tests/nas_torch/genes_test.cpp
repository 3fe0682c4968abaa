#include <gtest/gtest.h>

#include "nas/export/deployment.hpp"
#include "nas/export/tflite.hpp"
#include "nas/supernet/functions.hpp"
#include "nas/supernet/supernet.hpp"
#include "tests/nas/all_genes.hpp"
#include "tests/nas_torch/nets.hpp"
#include "tests/nas_torch/training.hpp"
#include "workloads/import/tflite/convert.hpp"
#include "workloads/ir/same_padding.hpp"

// What genes beyond width, depth and expansion do in a supernet.
namespace h4h::tests {
namespace {

using nas::Genotype;
using nas::ParameterRole;
using nas::Space;
using nas::Supernet;
using nas::testing::kAllGenes;
using nas::testing::space_of;
using torch::indexing::Slice;
using workloads::Network;

Space one_stage(const std::string& more) {
  return space_of(
      "input_channels: 3\nclasses: 4\nresolution: 12\nstages:\n"
      "  - {name: c, block: conv, width: 8, kernel: [3, 5], stride: 2}\n"
      "  - {name: m, block: mbconv, width: 8, depth: 2, expansion: 3" +
      more + "}\n");
}

TEST(KernelSlices, AreTheMiddleOfTheLargestKernel) {
  const torch::NoGradGuard no_gradients;
  const Space space = one_stage(", kernel: [3, 5, 7]");
  const Supernet supernet = trained_looking(space.network(space.max()));
  const Network small = space.network(space.min());
  nas::Parameters cut = supernet.extract(small);
  for (const char* const layer : {"m.1/depthwise.weight", "m.2/depthwise.weight"}) {
    const torch::Tensor& whole = supernet.parameters().at(layer).value;
    ASSERT_EQ(whole.size(2), 7);
    cut.at(layer).value =
        whole.index({Slice(), Slice(), Slice(2, 5), Slice(2, 5)}).contiguous().clone();
  }
  const torch::Tensor& stem = supernet.parameters().at("c.weight").value;
  cut.at("c.weight").value = stem.index({Slice(), Slice(), Slice(1, 4), Slice(1, 4)}).clone();
  const torch::Tensor images = random_images(3, 12, 2);
  const torch::Tensor expected = nas::forward(small, cut, images, {});
  EXPECT_TRUE(supernet.forward(small, images, {}).equal(expected));
  EXPECT_GT(expected.std().item<float>(), 0.01F);
}

// A kernel whose outer taps are 0 is the smaller kernel: their windows have one centre.
TEST(KernelSlices, LookAtTheSamePixelsAsTheLargestKernel) {
  const torch::NoGradGuard no_gradients;
  for (const int side : {12, 13}) {
    const Space space =
        space_of("input_channels: 3\nclasses: 4\nresolution: " + std::to_string(side) +
                 "\nstages:\n"
                 "  - {name: c, block: conv, width: 8, kernel: [3, 7], stride: 2}\n"
                 "  - {name: m, block: mbconv, width: 8, depth: 2, expansion: 3, kernel: [3, 5, 7],"
                 " stride: 2}\n");
    Supernet supernet = trained_looking(space.network(space.max()));
    for (auto& [name, parameter] : supernet.parameters()) {
      if (parameter.value.dim() != 4 || parameter.value.size(2) != 7) continue;
      const torch::Tensor middle =
          parameter.value.index({Slice(), Slice(), Slice(2, 5), Slice(2, 5)});
      parameter.value = torch::constant_pad_nd(middle, {2, 2, 2, 2}, 0);
    }
    const torch::Tensor images = random_images(3, side, 2);
    const torch::Tensor small = supernet.forward(space.network(space.min()), images, {}),
                        large = supernet.forward(space.network(space.max()), images, {});
    EXPECT_LT((small - large).abs().max().item<float>(), 1e-4F) << side;
  }
}

TEST(KernelSlices, GradientsReachTheMiddleAlone) {
  const Space space = one_stage(", kernel: [3, 7]");
  Supernet supernet = trained_looking(space.network(space.max()));
  for (auto& [name, parameter] : supernet.parameters()) parameter.value.requires_grad_();
  supernet.forward(space.network(space.min()), random_images(2, 12, 3), {})
      .square()
      .sum()
      .backward();
  const torch::Tensor gradient = supernet.parameters().at("m.2/depthwise.weight").value.grad();
  torch::Tensor outside = gradient.clone();
  outside.index_put_({Slice(), Slice(), Slice(2, 5), Slice(2, 5)}, 0);
  EXPECT_EQ(outside.abs().max().item<float>(), 0);
  EXPECT_GT(gradient.abs().amax(0).index({0, Slice(2, 5), Slice(2, 5)}).min().item<float>(), 0);
}

TEST(Squeeze, ScalesEveryChannelByItsGate) {
  const torch::NoGradGuard no_gradients;
  const Space space = one_stage(", se: true");
  const Network network = space.network(space.min());
  const Supernet supernet = trained_looking(network);
  const nas::Parameters own = supernet.extract(network);
  const auto value = [&](const char* name) { return own.at(name).value; };
  int seen = 0;
  nas::ForwardMode mode;
  torch::Tensor map;
  mode.observe = [&](const workloads::Layer& layer, const std::vector<torch::Tensor>& inputs,
                     const torch::Tensor& output) {
    if (layer.name == "m.1/se/mean") map = inputs[0];
    if (layer.name != "m.1/se/scale") return;
    ++seen;
    const torch::Tensor mean = map.mean({2, 3});
    const torch::Tensor hidden = torch::relu(
        torch::linear(mean, value("m.1/se/reduce.weight"), value("m.1/se/reduce.bias")));
    const torch::Tensor gate = torch::hardsigmoid(
        torch::linear(hidden, value("m.1/se/restore.weight"), value("m.1/se/restore.bias")));
    EXPECT_LT((output - map * gate.view({mean.size(0), -1, 1, 1})).abs().max().item<float>(),
              1e-5F);
  };
  nas::forward(network, own, random_images(3, 12, 2), mode);
  EXPECT_EQ(seen, 1);
}

TEST(Squeeze, IsTrainedWithConvolutions) {
  const Space space = one_stage(", se: true");
  int seen = 0;
  for (const nas::ParameterSpec& spec : nas::parameter_specs(space.network(space.max()))) {
    if (spec.name.find("/se/") == std::string::npos) continue;
    EXPECT_EQ(spec.group, nas::ParameterGroup::conv) << spec.name;
    ++seen;
  }
  EXPECT_EQ(seen, 2 * 4);
}

TEST(Functions, AreThoseOfTorch) {
  const torch::Tensor x = torch::linspace(-6, 6, 1001);
  const auto apart = [](const torch::Tensor& a, const torch::Tensor& b) {
    return (a.to(torch::kFloat) - b).abs().max().item<float>();
  };
  EXPECT_LT(apart(nas::hard_sigmoid(x), torch::hardsigmoid(x)), 1e-6F);
  EXPECT_LT(apart(nas::hard_swish(x), torch::hardswish(x)), 1e-6F);
  EXPECT_LT(apart(nas::function_of(workloads::UnaryKind::silu, x), x * torch::sigmoid(x)), 1e-6F);
  EXPECT_LT(apart(nas::function_of(workloads::UnaryKind::gelu, x),
                  x * 0.5 * (1 + torch::erf(x / std::sqrt(2)))),
            1e-6F);
  EXPECT_FALSE(nas::function_of(workloads::UnaryKind::mish, x).defined());
  const torch::Tensor half = x.to(torch::kBFloat16).requires_grad_();
  EXPECT_LT(apart(nas::hard_swish(half), torch::hardswish(x)), 0.05F);
  nas::hard_swish(half).sum().backward();
  EXPECT_TRUE(half.grad().isfinite().all().item<bool>());
}

TEST(AveragePool, LeavesPaddingOutOfTheMean) {
  // 3 x 3 pixels in windows of 2 x 2: of the last row and column one pixel or two.
  const torch::Tensor x = torch::arange(9, torch::kFloat).view({1, 1, 3, 3});
  const torch::Tensor made = nas::average_pool(x, workloads::same_window({3, 3, 1}, 2, 2));
  EXPECT_TRUE(made.allclose(torch::tensor({{2.0F, 3.5F}, {6.5F, 8.0F}}).view({1, 1, 2, 2})));
}

TEST(SupernetOfAllGenes, SubnetsHaveTheParametersThatTheSimulatorSees) {
  const Space space = space_of(kAllGenes);
  const Supernet supernet(space.network(space.max()), 1);
  nas::Random random(3);
  for (int i = 0; i < 60; ++i) {
    const Network subnet = space.network(space.sample(random));
    EXPECT_EQ(nas::elements(nas::sliced(supernet.parameters(), subnet)),
              workloads::parameters(subnet));
  }
}

TEST(SupernetOfAllGenes, LogitsOfEveryNetworkVaryOverImages) {
  const torch::NoGradGuard no_gradients;
  const Space space = space_of(kAllGenes);
  const Supernet supernet(space.network(space.max()), 1);
  const torch::Tensor images = random_images(4, 24, 1);
  nas::Random random(3);
  for (int i = 0; i < 200; ++i) {
    const Genotype genotype = space.sample(random);
    const torch::Tensor logits = supernet.forward(space.network(genotype), images, {});
    EXPECT_GT(logits.std(0).max().item<float>(), 1e-3F) << space.text(genotype);
    EXPECT_TRUE(logits.isfinite().all().item<bool>()) << space.text(genotype);
  }
}

TEST(SupernetOfAllGenes, HasFiniteGradientsInBfloat16) {
  const Space space = space_of(kAllGenes);
  Supernet supernet(space.network(space.max()), 1);
  for (auto& [name, parameter] : supernet.parameters()) parameter.value.requires_grad_();
  nas::ForwardMode mode;
  mode.bf16 = true;
  nas::Random random(3);
  for (int i = 0; i < 10; ++i) {
    supernet.forward(space.network(space.sample(random)), random_images(4, 24, 1), mode)
        .square()
        .sum()
        .backward();
  }
  for (const auto& [name, parameter] : supernet.parameters()) {
    if (parameter.value.grad().defined()) {
      EXPECT_TRUE(parameter.value.grad().isfinite().all().item<bool>()) << name;
    }
  }
}

TEST(SupernetOfAllGenes, LearnsWhereImagesAreBright) {
  const Space space = space_of(kAllGenes);
  nas::Trainer trainer(space, recipe_of("vanilla", 100), seed());
  const nas::Labelled test = bright_corners(64, 1000);
  const auto loss = [&] {
    const torch::NoGradGuard no_gradients;
    const Network network = space.network(space.max());
    return torch::nll_loss(Supernet(trainer.state().parameters)
                               .forward(network, test.images, {})
                               .log_softmax(1),
                           test.labels)
        .item<float>();
  };
  const float before = loss();
  train(trainer, 100);
  EXPECT_LT(loss(), 0.8F * before);
}

// A shipped space with few small images and classes.
Space reduced(const std::string& name) {
  const TemporaryFolder folder;
  const std::string file = (source_dir() / "nas/spaces" / name).string() + ".yaml";
  return nas::load_space(
      folder.write("small.yaml", "extends: " + file + "\nresolution: 33\nclasses: 4\n").string());
}

TEST(ShippedGenes, AreTrainedAndExported) {
  for (const char* const name : {"ofa-mobilenetv3", "alphanet"}) {
    const Space space = reduced(name);
    nas::Trainer trainer(space, recipe_of("vanilla", 2), seed());
    train(trainer, 1);
    const Network network = space.network(space.mid());
    const nas::Deployment made = nas::deploy(network, Supernet(trainer.state().parameters),
                                             {random_images(4, 33, 1), random_images(4, 33, 2)});
    const Network read = workloads::tflite::convert(
        workloads::tflite::parse_model(nas::to_tflite(made.graph, "{}", made.values)), "net", {});
    EXPECT_EQ(workloads::macs(read), workloads::macs(network)) << name;
    EXPECT_TRUE(read.unsupported.empty());
  }
}

}  // namespace
}  // namespace h4h::tests
