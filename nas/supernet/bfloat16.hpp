#pragma once

#include <optional>
#include <string>

namespace h4h::nas {

// Why training in bfloat16 would go wrong with this LibTorch on this processor, a clause without a
// full stop, or nothing where its gradients can be trusted. Found by computing gradients whose
// values are known, not by version:
// - The gradient of a weight, summed over a batch. Without kernels of its own for bfloat16 (before
//   AVX-512), LibTorch adds image by image in bfloat16, where 256 + 1 is 256: most of a batch is
//   lost.
// - The gradient of the input of a strided depthwise convolution, against the one in float. oneDNN
//   3.7 computes a wrong one on processors with AVX512_BF16.
std::optional<std::string> bfloat16_fault();

}  // namespace h4h::nas
