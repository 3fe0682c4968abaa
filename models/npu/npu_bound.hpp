#pragma once

#include "models/device/work_bound.hpp"
#include "models/npu/npu_timing.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// What NpuModule takes and counts at the least for `plan`, on the memories of `chip`. The longest
// of: all blocks through the array, one after another, and the last one through the output stage;
// the first one through the array, and all through the output stage; the streams of each port on
// the NoC. What is read waits for the latency of a memory.
WorkBound npu_bound(const platforms::Npu& npu, const platforms::Hardware& chip,
                    const NpuPlan& plan);

}  // namespace h4h::models
