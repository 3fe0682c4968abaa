#include "nas/supernet/attention.hpp"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

namespace h4h::tests {
namespace {

torch::Tensor random(torch::IntArrayRef sizes, std::uint64_t seed) {
  return torch::randn(sizes, at::detail::createCPUGenerator(seed));
}

struct Case {
  std::int64_t heads, width, height, columns;
};

// {y, dq, dk, dv, dbias} of a loss in which no two elements weigh the same.
std::vector<torch::Tensor> results(const Case& c, torch::ScalarType type,
                                   torch::ScalarType rounded) {
  const std::vector<std::int64_t> sizes{3, c.heads * c.width, c.height, c.columns};
  const std::int64_t tokens = c.height * c.columns;
  std::vector<torch::Tensor> in;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    in.push_back((2 * random(sizes, seed)).to(rounded).to(type).requires_grad_());
  }
  const torch::ScalarType bias_type = type == torch::kDouble ? type : torch::kFloat;
  const torch::Tensor bias = random({c.heads, tokens, tokens}, 4).to(bias_type).requires_grad_();
  const torch::Tensor y = nas::attention({in[0], in[1], in[2]}, bias, c.heads);
  (y.to(bias_type) * random(sizes, 5).to(bias_type)).sum().backward();
  return {y.detach(), in[0].grad(), in[1].grad(), in[2].grad(), bias.grad()};
}

void expect_close(const std::vector<torch::Tensor>& ours, const std::vector<torch::Tensor>& exact,
                  double relative) {
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const double scale = exact[i].abs().max().item<double>();
    EXPECT_LE((ours[i].to(torch::kDouble) - exact[i]).abs().max().item<double>(), relative * scale)
        << i;
  }
}

// In double no kernel of ours has a part.
TEST(Attention, AndItsGradientsAreThoseOfLibTorchsOperators) {
  for (const Case& c :
       {Case{2, 8, 4, 4}, Case{1, 8, 7, 5}, Case{3, 6, 1, 1}, Case{2, 16, 10, 10}}) {
    expect_close(results(c, torch::kFloat, torch::kFloat),
                 results(c, torch::kDouble, torch::kFloat), 1e-5);
  }
}

TEST(Attention, Bfloat16IsRoundedAtItsEndsOnly) {
  const Case c{2, 8, 6, 6};
  const std::vector<torch::Tensor> ours = results(c, torch::kBFloat16, torch::kBFloat16);
  EXPECT_EQ(ours[0].scalar_type(), torch::kBFloat16);
  expect_close(ours, results(c, torch::kDouble, torch::kBFloat16), 1.0 / 128);
}

TEST(Attention, ResultsAreTheSameWhateverTheNumberOfThreads) {
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const std::vector<torch::Tensor> one = results({4, 8, 5, 5}, torch::kFloat, torch::kFloat);
  at::set_num_threads(2);
  const std::vector<torch::Tensor> two = results({4, 8, 5, 5}, torch::kFloat, torch::kFloat);
  at::set_num_threads(threads);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(one[i].equal(two[i])) << i;
}

TEST(Attention, OneTokenGetsItsOwnValue) {
  const torch::Tensor x = random({2, 8, 1, 1}, 1), v = random({2, 8, 1, 1}, 2);
  EXPECT_TRUE(torch::allclose(nas::attention({x, x, v}, torch::zeros({1, 1, 1}), 1), v));
}

TEST(Attention, ScoresFarApartNeitherOverflowNorVanish) {
  const torch::Tensor x = 1000 * torch::eye(8).view({1, 8, 2, 4}), v = random({1, 8, 2, 4}, 2);
  const torch::Tensor y = nas::attention({x, x, v}, torch::zeros({1, 8, 8}), 1);
  EXPECT_TRUE(torch::allclose(y, v)) << "every token sees itself alone";
}

TEST(Attention, NaNStaysOne) {
  torch::Tensor x = random({1, 8, 3, 3}, 1);
  x[0][2][1][1] = std::nan("");
  EXPECT_TRUE(nas::attention({x, x, x}, torch::zeros({1, 9, 9}), 1).isnan().any().item<bool>());
}

}  // namespace
}  // namespace h4h::tests
