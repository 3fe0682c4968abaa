#pragma once

#include "models/npu/npu_block.hpp"
#include "models/npu/npu_memories.hpp"

namespace h4h::models {

// The block that a compiler chooses, or what is worked on of it at a time where a part does not
// wait for the rest: of an elementwise operator some elements, of a pool of a whole map as many
// channels as a burst brings of a pixel. A normalisation needs all of a pixel, and waits.
NpuBlock streamed_block(const NpuConfig& config, const workloads::LayerShape& layer,
                        const NpuMemories& memories);

}  // namespace h4h::models
