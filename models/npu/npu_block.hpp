#pragma once

#include <cstdint>

#include "models/memory/layout.hpp"
#include "models/npu/npu_config.hpp"
#include "models/npu/npu_operators.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::models {

// Block sizes are in elements, height x width x channels. Every rule here is one of Vela 5.1.0
// (ethos_u55.cpp: FindBlockConfig of Regor); those of an Ethos-U85 are in npu_u85_block.hpp.

// How the MAC array walks a convolution: many input channels at one tap, or several taps of few
// channels (Ethos-U55 and U65: 32 channels, 4 taps of 8).
enum class Traversal { depth_first, part_kernel };

// The one that uses more of the array: on an Ethos-U55 or U65 part-kernel for up to 8 input
// channels.
Traversal traversal(const NpuConfig& config, const workloads::LayerShape& layer);
Traversal traversal(const workloads::LayerShape& layer);  // Ethos-U55 and U65

// Whether output channels depend on input channels of their own alone.
bool reads_own_channels(NpuKernel kernel);

// One that is a row of its own is 1 x 4 on arrays of 256 MACs and more (height 1, even width,
// kernel height 1); of an Ethos-U85 the one that fits the output best.
MicroBlock micro_block(const NpuConfig& config, const workloads::LayerShape& layer);

// An output block, and the input block behind it: with its halo, in whole micro-blocks, as many
// channels as stream in at a time. Neither is clipped to the feature maps.
struct NpuBlock : Box {
  Box input;
};

// The block of `output` for a layer: its input is (outputs - 1) x stride + kernel (dilated, at most
// 8) a side.
NpuBlock block_of(const NpuConfig& config, const workloads::LayerShape& layer, const Box& output);

// Bytes that lie together in memory: of an input block as it is read, of an output block as it is
// written (Vela 5.1.0; int8).
std::int64_t input_run(const workloads::LayerShape& layer, const NpuBlock& block, Layout layout);
std::int64_t output_run(const NpuConfig& config, const workloads::LayerShape& layer,
                        const NpuBlock& block, Layout layout);

// Whether double-buffered input and accumulators (of elementwise: inputs) fit the SHRAM, in banks
// of 1 KiB: inputs of a byte, accumulators of four.
bool fits_shram(const NpuConfig& config, const workloads::LayerShape& layer, const NpuBlock& block);

// The block that a compiler for this NPU takes: the least weight and input elements fetched for an
// output element, as Vela 5.1.0 (Regor) searches. A single micro-block where none fits. Depthwise
// convolutions, pooling and elementwise operators of an Ethos-U85 by rules of their own.
NpuBlock choose_block(const NpuConfig& config, const workloads::LayerShape& layer);

}  // namespace h4h::models
