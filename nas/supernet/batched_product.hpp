#pragma once

#include <torch/torch.h>

namespace h4h::nas {

// Matrix products [n, heads, rows, inner] x [n, heads, inner, columns], differentiable: what
// torch::matmul is. On the CPU, in float, straight on the BLAS that Torch has loaded: LibTorch
// without MKL wraps each of the thousands of small matrices into tensors of its own, and copies
// those whose rows are not dense.
torch::Tensor batched_product(const torch::Tensor& a, const torch::Tensor& b);

}  // namespace h4h::nas
