#pragma once

#include "models/npu/npu_block.hpp"

namespace h4h::models {

// What the stages of the NPU take for a block, in cycles of its clock: the closed form and the
// simulated steps both ask here. Source: Vela 5.1.0 (Regor, ethos_u55_performance.cpp).

constexpr std::int64_t kScaleBytes = 10;  // bias, scale and shift of an output channel, as stored

// How often Regor of Vela 5.1.0 charges each tap of a pooling pass on 8 bits: four times, but once
// on 32 MACs. The legacy estimator charges it once, but whole blocks of an output that they fit
// badly, and comes to similar times: a model that charges a tap once is below both. It may be a
// slip of Regor; no measurement is known.
std::int64_t pooling_times(const NpuConfig& config);

// A window over the whole map: there is one output pixel, so that the estimators differ only in how
// often they charge a tap, and it is once here.
bool pools_whole_map(const workloads::LayerShape& layer);

// Inputs of one output element in a pooling pass; 4 in one that resizes.
std::int64_t pooled_taps(const workloads::LayerShape& layer);

// Channels that the array sums over; a vector product reads its whole input as channels.
std::int64_t summed_channels(const workloads::LayerShape& layer);

// A block, or a part of its output channels, in micro-blocks.
struct MicroBlocks {
  std::int64_t plane = 1;     // of pixels; a vector product has one
  std::int64_t deep = 1;      // of channels
  std::int64_t channels = 8;  // of each
};

// Least cycles of a step for a micro-block of so many channels: the time in which the decoders
// deliver its weights, 8 of them a cycle (Vela's cycles_wb).
std::int64_t weight_floor(const NpuConfig& config, std::int64_t channels);

// Cycles of the MAC array for `part` of a block that is `block_deep` micro-blocks deep, against
// `channels` input channels (no more than stream in at a time; of no meaning to kernels that read
// their own channels):
//   max(weight_floor, 4 plane) x deep x kernel steps / cores
// with a step for each tap (depth-first), for each 4 taps of 8 channels (part-kernel), for each 4
// taps (depthwise), one (vector products, whose plane is 1). On an Ethos-U85 depth-first steps, and
// those of vector products, take a cycle for each 8 channels in place of 4, and the plane of a
// vector product is that of its rows; part-kernel steps are as npu.traversal says: u85_tap_steps of
// a quarter for each 8 channels of whole 16s (hardware), or as above (estimator). Where the plane
// is a single micro-block, ublock_delay comes on top between steps. Pooling: pooling_times (or 1,
// of a whole map) x max(4, pooled_taps) x plane x deep.
std::int64_t array_cycles(const NpuConfig& config, const workloads::LayerShape& layer,
                          const MicroBlocks& part, std::int64_t block_deep, std::int64_t channels);

// Cycles of the output stage for `elements` of `channels` output channels, whose scales arrive with
// `scale_latency` cycles; 0 where there are none: the larger of output_32nds and the time in
// which the scales come, 256 B in each latency.
std::int64_t output_stage_cycles(const NpuConfig& config, const workloads::LayerShape& layer,
                                 std::int64_t elements, std::int64_t channels,
                                 std::int64_t scale_latency);

// Of `elements` in the output stage (Vela's table): of two maps of 32 bits (entry 1), of one (entry
// 0), of 8 bits.
std::int64_t multiply32_cycles(const NpuConfig& config, std::int64_t elements);
std::int64_t unary32_cycles(const NpuConfig& config, std::int64_t elements);
std::int64_t pass_cycles(const NpuConfig& config, std::int64_t elements);

}  // namespace h4h::models
