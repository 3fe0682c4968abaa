#pragma once

#include <cstdint>

#include "models/npu/npu_timing.hpp"

namespace h4h::tests {

inline constexpr std::int64_t kSizes[] = {32, 64, 128, 256};  // of an NPU, MACs per cycle

// The plan of a layer alone, without the floor of a command.
inline models::NpuPlan plan(std::int64_t size, const workloads::LayerShape& layer) {
  models::NpuConfig config = models::npu_config(size);
  config.command_floor = false;
  return models::plan_npu(config, layer, models::Layout::nhwc, models::Layout::nhwc, {});
}

}  // namespace h4h::tests
