#pragma once

#include <vector>

#include "models/memory/layout.hpp"
#include "models/npu/npu_cycles.hpp"
#include "models/npu/npu_memories.hpp"

namespace h4h::models {

// A layer in closed form, as a compiler for this NPU estimates it to decide (Vela 5.1.0, Regor):
// stages in a pipeline, memories beside it, the slowest of all is the layer. Also what the
// simulation is held against. Source of all rules: Vela 5.1.0, Regor's ethos_u55_performance.cpp,
// network_performance.cpp and scheduler. All in cycles of the NPU's clock.
struct NpuEstimate {
  std::int64_t npu = 0;  // array, output stage, the first input and the last output block
  double activations = 0, weights = 0;  // access time of the memories
  double total() const { return std::max({static_cast<double>(npu), activations, weights}); }
};

// Where the NPU takes a layer's weights from: the weight memory, or its activation memory, into
// which they are copied in slices of output channels, the next one while one is in use.
struct WeightSchedule {
  std::vector<std::int64_t>
      ends;  // of the slices; empty where weights stream from the weight memory
  bool buffered() const { return !ends.empty(); }
};

// Who decides whether weights are copied ahead of their use: Regor's rule (schedule_weights), or
// the caller, who asks for one of the two schedules.
enum class CopyRule { regor, stream, copy };

// What a layer inherits from the one before it: cycles in which the weight memory had nothing
// to do, in which the first slice may already have come. Nothing comes before the first layer.
struct WeightsAhead {
  bool first_layer = true;
  double slack_cycles = 0;
  CopyRule rule = CopyRule::regor;
};

// What decides about a layer's time in closed form.
struct NpuTask {
  const NpuConfig& config;
  const workloads::LayerShape& layer;
  Layout input = Layout::nhwc, output = Layout::nhwc;
  NpuMemories memories;
  NpuBlock block;
  std::int64_t encoded_bytes = 0;  // of weights, without scales
};

// NPU cycles of `depth` of the output channels, given the latency with which scales arrive: the
// longer stage x blocks + the shorter stage + first input block + last output block. Blocks are a
// fraction: all micro-blocks / those of a block.
std::int64_t pipeline_cycles(const NpuTask& task, std::int64_t depth, std::int64_t scale_latency);

// Bytes of scales that go with the weights (10 a channel, in whole 16s with them).
std::int64_t scale_bytes(const NpuTask& task);

// Times that one stream of weights is read: once per spatial block of the output.
std::int64_t spatial_blocks(const NpuTask& task);

// All slices of weights share one reading of the input, as in Regor. `slack_cycles`: as in
// WeightsAhead.
NpuEstimate estimate(const NpuTask& task, const WeightSchedule& schedule, double slack_cycles);

// Whether weights may be copied ahead: not where they share a memory with the activations, and not
// those of vector products, which read each weight once.
bool can_copy_weights(const NpuMemories& memories, const workloads::LayerShape& layer);

// Whether and how to copy weights ahead of their use, by `ahead.rule`.
WeightSchedule schedule_weights(const NpuTask& task, const WeightsAhead& ahead);

// Bytes of weights and scales that come from the weight memory in `slack_cycles`, while it has
// nothing else to do.
std::int64_t bytes_ahead(const NpuMemories& memories, double slack_cycles);

}  // namespace h4h::models
