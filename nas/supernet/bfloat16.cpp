#include "nas/supernet/bfloat16.hpp"

#include <torch/types.h>

namespace h4h::nas {
namespace {

// The gradient of a weight that multiplies a one in each of 1024 images.
bool keeps_sums() {
  const auto bf16 = torch::TensorOptions(torch::kBFloat16);
  const torch::Tensor ones = torch::ones({1024, 1, 1, 1}, bf16);
  torch::Tensor weight = torch::ones({1, 1, 1, 1}, bf16).requires_grad_();
  const torch::Tensor out = torch::conv2d(ones, weight);
  out.backward(torch::ones_like(out));
  return weight.grad().item<float>() == static_cast<float>(ones.numel());
}

// Values of both signs in -1 .. 1 without a period of the tensor's sizes; no generator is touched.
torch::Tensor spread(torch::IntArrayRef sizes) {
  return torch::arange(c10::multiply_integers(sizes), torch::kFloat).mul(2.3).sin().view(sizes);
}

torch::Tensor input_gradient(const torch::Tensor& input, const torch::Tensor& weight,
                             torch::ScalarType type) {
  // A copy: `to` of the same type would mark `input` itself.
  const torch::Tensor x = input.clone().to(type).requires_grad_();
  const torch::Tensor out =
      torch::conv2d(x, weight.to(type), {}, 2, weight.size(2) / 2, 1, weight.size(0));
  out.backward(spread(out.sizes()).to(type));
  return x.grad().to(torch::kFloat).contiguous().flatten();
}

// bfloat16 keeps 8 bits: rounding alone leaves a cosine above 0.999, the fault one of 0.3.
bool strided_depthwise_is_right(std::int64_t channels, std::int64_t kernel,
                                torch::MemoryFormat format) {
  const torch::Tensor input = spread({8, channels, 16, 16}).contiguous(format);
  const torch::Tensor weight = spread({channels, 1, kernel, kernel});
  const torch::Tensor exact = input_gradient(input, weight, torch::kFloat);
  const torch::Tensor rounded = input_gradient(input, weight, torch::kBFloat16);
  return torch::cosine_similarity(exact, rounded, 0).item<float>() > 0.99F;
}

bool strided_depthwise_is_right() {
  for (const std::int64_t channels : {1, 16, 48}) {
    for (const std::int64_t kernel : {3, 5}) {
      for (const auto format :
           {torch::MemoryFormat::Contiguous, torch::MemoryFormat::ChannelsLast}) {
        if (!strided_depthwise_is_right(channels, kernel, format)) return false;
      }
    }
  }
  return true;
}

}  // namespace

std::optional<std::string> bfloat16_fault() {
  if (!keeps_sums()) {
    return "LibTorch accumulates gradients in bfloat16 on this processor, which loses most of a "
           "batch; AVX-512 is required";
  }
  if (!strided_depthwise_is_right()) {
    return "this LibTorch computes wrong bfloat16 gradients of strided depthwise convolutions on "
           "this processor (known of oneDNN 3.7 with AVX512_BF16)";
  }
  return std::nullopt;
}

}  // namespace h4h::nas
