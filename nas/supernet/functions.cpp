#include "nas/supernet/functions.hpp"

#include <torch/torch.h>

#include <vector>

namespace h4h::nas {

// Not hardsigmoid and hardswish, which LibTorch 1.13 lacks in bfloat16 on the CPU.
torch::Tensor hard_sigmoid(const torch::Tensor& x) { return (x + 3).clamp(0, 6) / 6; }

torch::Tensor hard_swish(const torch::Tensor& x) {
  return x.scalar_type() == torch::kFloat ? torch::hardswish(x) : x * hard_sigmoid(x);
}

torch::Tensor function_of(workloads::UnaryKind kind, const torch::Tensor& x) {
  if (kind == workloads::UnaryKind::gelu) return torch::gelu(x);
  if (kind == workloads::UnaryKind::silu) return torch::silu(x);
  return kind == workloads::UnaryKind::hard_sigmoid ? hard_sigmoid(x) : torch::Tensor();
}

torch::Tensor average_pool(const torch::Tensor& x, const workloads::Window& window) {
  const workloads::Padding& p = window.padding;
  const std::vector<std::int64_t> kernel{window.kernel_height, window.kernel_width},
      stride{window.stride_height, window.stride_width}, none{0, 0};
  if (p.top == p.bottom && p.left == p.right) {
    return torch::avg_pool2d(x, kernel, stride, {p.top, p.left}, false, false);
  }
  const auto padded_mean = [&](const torch::Tensor& map) {
    const torch::Tensor padded = torch::constant_pad_nd(map, {p.left, p.right, p.top, p.bottom}, 0);
    return torch::avg_pool2d(padded, kernel, stride, none);
  };
  // How much of each window is no padding.
  const torch::Tensor share = padded_mean(torch::ones({1, 1, x.size(2), x.size(3)}, x.options()));
  return padded_mean(x) / share;
}

}  // namespace h4h::nas
