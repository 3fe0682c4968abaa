#include "models/npu/npu_stream.hpp"

#include <algorithm>

#include "models/npu/npu_cycles.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
using workloads::LayerShape;

NpuBlock streamed_block(const NpuConfig& config, const LayerShape& layer,
                        const NpuMemories& memories) {
  NpuBlock block = choose_block(config, layer);
  if (pools_whole_map(layer)) {
    const std::int64_t channels =
        round_up(memories.activations.burst_bytes, config.ublock_channels);
    block.depth = block.input.depth = std::min(block.depth, channels);
  }
  return block;
}

}  // namespace h4h::models
