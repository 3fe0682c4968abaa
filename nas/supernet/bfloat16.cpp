#include "nas/supernet/bfloat16.hpp"

#include <torch/torch.h>

namespace h4h::nas {

// The gradient of a weight that multiplies a one in each of 1024 images.
bool bfloat16_keeps_sums() {
  const auto bf16 = torch::TensorOptions(torch::kBFloat16);
  const torch::Tensor ones = torch::ones({1024, 1, 1, 1}, bf16);
  torch::Tensor weight = torch::ones({1, 1, 1, 1}, bf16).requires_grad_();
  const torch::Tensor out = torch::conv2d(ones, weight);
  out.backward(torch::ones_like(out));
  return weight.grad().item<float>() == static_cast<float>(ones.numel());
}

}  // namespace h4h::nas
