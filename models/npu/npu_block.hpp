#pragma once

#include <cstdint>

#include "models/npu/npu_config.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::models {

// How the MAC array walks a convolution: 32 input channels at one tap, or 4 taps of 8 channels.
enum class Traversal { depth_first, part_kernel };

// What the NPU does with a layer.
enum class NpuKernel { convolution, depthwise, vector_product, pooling, elementwise };

NpuKernel npu_kernel(const workloads::Op& op);
Traversal traversal(const workloads::LayerShape& layer);

// An output block, in elements; input channels are streamed `ifm_depth` at a time.
struct NpuBlock {
  std::int64_t height = 0, width = 0, depth = 0;
  std::int64_t ifm_depth = 0;
};

// Whether the block's double-buffered input and accumulators fit the SHRAM.
bool fits_shram(const NpuConfig& config, const workloads::LayerShape& layer, const NpuBlock& block);

// The block with the most output elements that fits; of equals the deepest, then the widest. A
// single micro-block where none fits.
NpuBlock choose_block(const NpuConfig& config, const workloads::LayerShape& layer);

}  // namespace h4h::models
