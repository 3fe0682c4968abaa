#pragma once

#include "models/npu/npu_timing.hpp"

namespace h4h::models {

// A product of two feature maps, one matrix per height: (width x channels of the first input) times
// (channels of the first x channels of the output), under the platform's rule:
// weights: each is a 1x1 convolution whose weights are the second operand;
// arm: the second operand is transposed; then, per output column, the first operand times the
//      column into 32-bit scratch, then reduced (Vela 5.1.0, Regor's lowering), the scratch written
//      and read in the activation memory. On an Ethos-U85 each is a vector product whose weights
//      are the transposed second operand;
// dense: matmul_utilization of the peak. Assumption: an Ethos-U55 has no such path.
NpuPlan plan_matmul(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                    Layout output, const NpuMemories& memories);

}  // namespace h4h::models
