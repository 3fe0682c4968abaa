#pragma once

#include <torch/types.h>

#include "workloads/ir/op.hpp"

namespace h4h::nas {

// A batch norm by the batch's own statistics and the activation that clamps its result (none,
// relu, relu6), differentiable: x [batch, channels, height, width], float or bfloat16, in memory
// with channels last; scale and shift [channels], float. Two passes over memory forward and two
// backward, where LibTorch's separate operators take eleven.
torch::Tensor norm_activation(const torch::Tensor& x, const torch::Tensor& scale,
                              const torch::Tensor& shift, double epsilon,
                              workloads::Activation activation);

// Of the values of each channel: mean and variance (by n, not n - 1), [channels], double.
struct BatchMoments {
  torch::Tensor mean, variance;
};
BatchMoments batch_moments(const torch::Tensor& x);

// The same norm where its statistics, batch_moments(x), are known; not differentiable.
torch::Tensor norm_activation_with(const BatchMoments& moments, const torch::Tensor& x,
                                   const torch::Tensor& scale, const torch::Tensor& shift,
                                   double epsilon, workloads::Activation activation);

bool can_norm_activation(const torch::Tensor& x, workloads::Activation activation);

}  // namespace h4h::nas
