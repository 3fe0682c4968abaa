#pragma once

#include <torch/types.h>

#include "workloads/ir/op.hpp"

namespace h4h::nas {

// Functions of every element, differentiable, in float and bfloat16; none changes its operand.
torch::Tensor hard_sigmoid(const torch::Tensor& x);  // relu6(x + 3) / 6
torch::Tensor hard_swish(const torch::Tensor& x);    // x hard_sigmoid(x)
// gelu, silu or hard_sigmoid; an undefined tensor for any other.
torch::Tensor function_of(workloads::UnaryKind kind, const torch::Tensor& x);

// Means over windows of x [batch, channels, height, width]; padding is no part of them.
torch::Tensor average_pool(const torch::Tensor& x, const workloads::Window& window);

}  // namespace h4h::nas
