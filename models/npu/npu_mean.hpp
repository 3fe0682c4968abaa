#pragma once

#include "models/npu/npu_timing.hpp"

namespace h4h::models {

// A mean runs as Arm's compiler lowers it (Vela 5.1.0, Regor): a depthwise convolution with a
// kernel of ones into 32-bit sums (the kernel: all rows, all columns or both), and a multiplication
// of those. Over channels each row of them is one of columns of a single channel. Assumption: that
// holds, too, where rows and columns are more than one, which Arm's compiler leaves to the CPU.

// What the array runs of a layer: the depthwise convolution of a mean, the convolution of a
// transposed one, any other as it is.
workloads::LayerShape on_array(const workloads::LayerShape& layer);

// For a mean.
NpuPlan plan_mean(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                  Layout output, const NpuMemories& memories, const WeightsAhead& ahead);

}  // namespace h4h::models
