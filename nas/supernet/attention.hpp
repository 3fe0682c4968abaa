#pragma once

#include <torch/types.h>

namespace h4h::nas {

struct AttentionInputs {
  torch::Tensor query, key, value;  // [batch, channels, height, width]
};

// softmax(query key' / sqrt(channels of a head) + bias) value between the T = height x width tokens
// of an image, head by head, differentiable (Vaswani et al. 2017), of the shape of `value`; `bias`
// is [heads, T, T]. On the CPU in kernels that work on one head of one image at a time, in the
// cache: LibTorch's operators pass scores of all images through memory six times and wrap thousands
// of small matrices into tensors.
torch::Tensor attention(const AttentionInputs& in, const torch::Tensor& bias, std::int64_t heads);

}  // namespace h4h::nas
