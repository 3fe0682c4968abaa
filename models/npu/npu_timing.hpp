#pragma once

#include <cstdint>
#include <vector>

#include "models/memory/layout.hpp"
#include "models/npu/npu_block.hpp"
#include "models/npu/npu_config.hpp"
#include "models/npu/npu_estimate.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::models {

// One step of the MAC array: a slice of input channels against some channels of an output block, as
// many as the decoder takes weights for. Later steps load while this one computes. Cycles are those
// of the NPU's clock.
struct NpuStep {
  std::int64_t input_bytes = 0;          // with the first step of a slice
  std::int64_t spilled_input_bytes = 0;  // of those, from the external memory
  bool first_of_slice = true, last_of_slice = true;
  std::int64_t weight_bytes = 0;  // weights, and scales that come with them
  // Of a feature map that takes the place of weights: from the activation memory, through the
  // weight decoder, with every step.
  std::int64_t operand_bytes = 0;
  std::int64_t spilled_operand_bytes = 0;  // of those, from the external memory
  std::int64_t mac_cycles = 0;
  // Of the output block that ends with this step.
  bool ends_block = false;
  // Of its scales where they come in a stream of their own (Ethos-U85): its output waits for them.
  std::int64_t scale_bytes = 0;
  std::int64_t output_cycles = 0;
  std::int64_t output_bytes = 0;  // to memory; 0 for what the NPU keeps for its own use
  // In which the output leaves, each while the next one is made: halves of the output memory of an
  // Ethos-U85. Others hold a block.
  std::int64_t output_parts = 1;
  // From the block's first cycle in the array its commands take this long, and its work and this
  // until it has left the output stage (Vela 5.1.0: both estimators charge a quarter of the block's
  // work).
  std::int64_t command_cycles = 0;
  // The block works on what the output stage made of the blocks before: it waits for them.
  bool after_output = false;
};

// Weights of some output channels, copied into the activation memory ahead of their use.
struct NpuSlice {
  std::int64_t bytes = 0;  // with the scales that come with them
  std::size_t steps = 0;   // that read them
};

struct NpuPlan {
  NpuBlock block;
  std::vector<NpuStep> steps;
  std::int64_t macs = 0;
  // Bytes that lie together in memory.
  std::int64_t input_run = INT64_MAX, operand_run = INT64_MAX, output_run = INT64_MAX;
  std::int64_t prefetched_bytes = 0;  // of the first slice, copied before the layer began
  std::vector<NpuSlice> slices{};     // empty where weights stream from the weight memory
  bool spills_output = false;         // to the external memory
  bool scales_apart = false;          // any step has scale_bytes
};

// Bytes of encoded weights: as stored if the layer says so, else the coded (or, unknown, the raw)
// bytes, what the code makes of the zeros that the traversal adds, and a header. Source: sizes of
// Vela 5.1.0's encoder (tests/reference/npu_layers.csv); npu_encoding.cpp names what is fitted.
std::int64_t encoded_weight_bytes(const workloads::LayerShape& layer);

// What the NPU does for `layer`, which already is its share of the channels. Throws
// std::invalid_argument for an operator that moves nothing (a view).
NpuPlan plan_npu(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                 Layout output, const NpuMemories& memories, const WeightsAhead& ahead = {});

// The same for a layer that is a pass over blocks whatever its lowering says.
NpuPlan plan_blocks(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                    Layout output, const NpuMemories& memories, const WeightsAhead& ahead);

// The same for a 1x1 convolution whose weights are a feature map: its bytes are the steps'
// `operand_bytes`, without encoding or scales.
NpuPlan plan_with_dynamic_weights(const NpuConfig& config, const workloads::LayerShape& layer,
                                  Layout input, Layout output, const NpuMemories& memories);

}  // namespace h4h::models
