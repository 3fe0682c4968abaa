#pragma once

#include <torch/types.h>

namespace h4h::nas {

// Which tensors kernels take, and the order in memory in which they take them.
inline bool is_float(const torch::Tensor& x) { return x.scalar_type() == torch::kFloat; }

inline bool has_kernel(const torch::Tensor& x) {
  return x.device().is_cpu() && (is_float(x) || x.scalar_type() == torch::kBFloat16);
}

inline torch::Tensor channels_last(const torch::Tensor& x) {
  return x.contiguous(torch::MemoryFormat::ChannelsLast);
}

}  // namespace h4h::nas
