#pragma once

#include "models/npu/npu_timing.hpp"

namespace h4h::models {

// Reductions and arg_max in the passes that Vela 5.1.0 lowers them to, rows being what one output
// is made from:
//   sum      for each axis a reduction of the channels; before that over height or width a
//            transposition that makes them channels, at the rate of the memory (Regor; the legacy
//            compiler leaves it to the CPU)
//   maximum  over channels one pooling pass of as many taps as a row has elements; over height and
//            width one for each (Regor; the legacy compiler leaves it to the CPU)
//   arg_max  a depthwise convolution to 16 bits that adds the place of each element, a maximum of
//            those, and a pass that takes the place out (both estimators)
// Maxima are charged like any pooling that slides (pooling_times), those of arg_max twice as often
// on 64 and more MACs, since the values have 16 bits; its first pass takes a cycle an element at
// least, having no fused activation (Regor; the legacy estimator differs in both). Assumptions: a
// minimum as a maximum, a product as a sum.
NpuPlan plan_reduce(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                    const NpuMemories& memories);
NpuPlan plan_arg_max(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                     const NpuMemories& memories);

}  // namespace h4h::models
