#include "models/npu/npu_stream.hpp"

#include <algorithm>

#include "models/npu/npu_cycles.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Shape;

// Elements of an elementwise operator that are worked on together. It needs nothing around an
// element, so the output stage starts when the first of a block are there, and the first are
// written while the next are made: the estimators of Vela 5.1.0 charge neither the first input nor
// the last output of such a block. Assumption: a sixteenth of the layer, no finer than what matters
// to it, and at most what a bank of the SHRAM holds of its output.
constexpr std::int64_t kStreams = 16, kLeastStreamed = 256, kMostStreamed = 1024;

// Whole rows of the block, or a part of one.
void stream_elements(NpuBlock& block, const Shape& output) {
  const std::int64_t elements =
      std::clamp(output.elements() / kStreams, kLeastStreamed, kMostStreamed);
  block.width = std::clamp<std::int64_t>(elements / block.depth, 1, block.width);
  block.height = std::clamp<std::int64_t>(elements / (block.width * block.depth), 1, block.height);
}

}  // namespace

NpuBlock streamed_block(const NpuConfig& config, const LayerShape& layer,
                        const NpuMemories& memories) {
  NpuBlock block = choose_block(config, layer);
  const NpuRule rule = npu_rule(layer.op);
  const bool normalizes =
      rule.output == OutputStage::softmax || rule.output == OutputStage::layer_norm;
  if (rule.kernel == NpuKernel::elementwise && !normalizes) stream_elements(block, layer.output);
  if (pools_whole_map(layer)) {
    const std::int64_t channels =
        round_up(memories.activations.burst_bytes, config.ublock_channels);
    block.depth = block.input.depth = std::min(block.depth, channels);
  }
  return block;
}

}  // namespace h4h::models
