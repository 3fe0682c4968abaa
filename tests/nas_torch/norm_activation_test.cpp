#include "nas/supernet/norm_activation.hpp"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

namespace h4h::tests {
namespace {

using workloads::Activation;

constexpr double kEpsilon = 1e-5;

// The same by LibTorch's operators.
torch::Tensor separate(const torch::Tensor& x, const torch::Tensor& scale,
                       const torch::Tensor& shift, double epsilon, Activation activation) {
  torch::Tensor y = torch::batch_norm(x, scale, shift, {}, {}, true, 0, epsilon, false);
  if (activation == Activation::none) return y;
  return activation == Activation::relu ? y.relu() : torch::hardtanh(y, 0, 6);
}

torch::Tensor random(torch::IntArrayRef sizes, std::uint64_t seed) {
  return torch::randn(sizes, at::detail::createCPUGenerator(seed));
}

torch::Tensor channels_last(const torch::Tensor& x) {
  return x.contiguous(torch::MemoryFormat::ChannelsLast);
}

// {y, dx, dscale, dshift} of a loss in which no two elements weigh the same.
template <typename Function>
std::vector<torch::Tensor> results(Function function, const torch::Tensor& images,
                                   Activation activation) {
  const std::int64_t channels = images.size(1);
  const torch::Tensor x = images.detach().requires_grad_();
  const torch::Tensor scale = (3 * random({channels}, 2)).requires_grad_();
  const torch::Tensor shift = (2 * random({channels}, 3)).requires_grad_();
  const torch::Tensor y = function(x, scale, shift, kEpsilon, activation);
  (y.to(torch::kFloat) * random(images.sizes(), 4)).sum().backward();
  return {y.detach(), x.grad(), scale.grad(), shift.grad()};
}

void expect_close(const std::vector<torch::Tensor>& ours, const std::vector<torch::Tensor>& theirs,
                  double relative) {
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const torch::Tensor expected = theirs[i].to(torch::kFloat);
    const double scale = expected.abs().max().item<double>();
    EXPECT_LT((ours[i].to(torch::kFloat) - expected).abs().max().item<double>(), relative * scale)
        << i;
  }
}

TEST(NormActivation, AndItsGradientsAreThoseOfLibTorchsSeparateOperators) {
  for (const Activation activation : {Activation::none, Activation::relu, Activation::relu6}) {
    // Rows that fold evenly, that do not, wider ones; more rows than one part has.
    for (const std::vector<std::int64_t>& sizes :
         {std::vector<std::int64_t>{8, 8, 4, 4}, {3, 5, 7, 5}, {2, 160, 3, 3}, {16, 64, 20, 20}}) {
      const torch::Tensor x = channels_last(random(sizes, 1));
      expect_close(results(nas::norm_activation, x, activation), results(separate, x, activation),
                   1e-5);
    }
  }
}

TEST(NormActivation, TakesAnyOrderInMemory) {
  const torch::Tensor x = random({4, 12, 6, 6}, 1);
  expect_close(results(nas::norm_activation, x, Activation::relu6),
               results(separate, x, Activation::relu6), 1e-5);
}

TEST(NormActivation, MeanFarFromZeroCostsNoPrecision) {
  const torch::Tensor x = channels_last(random({8, 6, 9, 9}, 1) + 1000);
  const std::vector<torch::Tensor> ours = results(nas::norm_activation, x, Activation::none);
  const torch::Tensor exact =
      separate(x.to(torch::kDouble), (3 * random({6}, 2)).to(torch::kDouble),
               (2 * random({6}, 3)).to(torch::kDouble), kEpsilon, Activation::none);
  EXPECT_LT((ours[0] - exact).abs().max().item<double>(), 2e-3) << "1000 + 2^-14 is all that x has";
}

TEST(NormActivation, Bfloat16IsRoundedOnceEachWay) {
  const torch::Tensor x = channels_last(random({8, 24, 8, 8}, 1).to(torch::kBFloat16));
  const std::vector<torch::Tensor> ours = results(nas::norm_activation, x, Activation::relu6);
  const std::vector<torch::Tensor> exact =
      results(separate, x.to(torch::kFloat), Activation::relu6);
  EXPECT_EQ(ours[0].scalar_type(), torch::kBFloat16);
  EXPECT_EQ(ours[1].scalar_type(), torch::kBFloat16);
  expect_close(ours, exact, 1.0 / 128);
}

TEST(NormActivation, ResultsAreTheSameWhateverTheNumberOfThreads) {
  const torch::Tensor x = channels_last(random({16, 24, 16, 16}, 1));
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const std::vector<torch::Tensor> one = results(nas::norm_activation, x, Activation::relu6);
  at::set_num_threads(2);
  const std::vector<torch::Tensor> two = results(nas::norm_activation, x, Activation::relu6);
  at::set_num_threads(threads);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(one[i].equal(two[i])) << i;
}

TEST(NormActivation, NaNStaysOne) {
  torch::Tensor x = channels_last(random({2, 3, 4, 4}, 1));
  x[0][1][2][2] = std::nan("");
  torch::Tensor y =
      nas::norm_activation(x, torch::ones({3}), torch::zeros({3}), kEpsilon, Activation::relu6);
  EXPECT_TRUE(y.select(1, 1).isnan().all().item<bool>());
  EXPECT_FALSE(y.select(1, 0).isnan().any().item<bool>());
}

TEST(NormActivation, IsForActivationsThatClampOnly) {
  const torch::Tensor x = random({1, 2, 3, 3}, 1);
  EXPECT_TRUE(nas::can_norm_activation(x, Activation::relu6));
  EXPECT_TRUE(nas::can_norm_activation(x.to(torch::kBFloat16), Activation::none));
  EXPECT_FALSE(nas::can_norm_activation(x, Activation::hard_swish));
  EXPECT_FALSE(nas::can_norm_activation(x.to(torch::kDouble), Activation::relu6));
}

}  // namespace
}  // namespace h4h::tests
