#pragma once

#include "models/npu/npu_timing.hpp"

namespace h4h::models {

// A mean over rows, columns or both runs as Arm's compiler lowers it (Vela 5.1.0, Regor): a
// depthwise convolution with a kernel of ones into 32-bit sums (the kernel: all rows, all columns
// or both), and a multiplication of those.
bool is_spatial_mean(const workloads::Op& op);

// What the array runs of a layer: the depthwise convolution of a spatial mean, the convolution of a
// transposed one, any other as it is.
workloads::LayerShape on_array(const workloads::LayerShape& layer);

// For a spatial mean.
NpuPlan plan_mean(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                  Layout output, const NpuMemories& memories, const WeightsAhead& ahead);

}  // namespace h4h::models
