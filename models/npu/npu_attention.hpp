#pragma once

#include "models/npu/npu_timing.hpp"

namespace h4h::models {

// Attention head by head, in stripes of tokens whose scores take half of the SHRAM: they never
// leave the NPU. For each stripe the products of its queries with all keys, the softmax in the
// output stage, and, when that is done, the products with all values; keys and values stream in
// anew. The platform's rule for products of two feature maps:
// weights: keys and values take the path of weights, as in 1x1 convolutions;
// dense: matmul_utilization of the peak;
// arm: no stripes: each head as two products and a softmax through memory, as Vela 5.1.0 (Regor)
//      lowers them.
// Assumption: the stripes, and the half of the SHRAM; Arm has no operator for attention, and the
// H4H paper does not say how its NPU runs it.
NpuPlan plan_attention(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                       Layout output, const NpuMemories& memories);

}  // namespace h4h::models
