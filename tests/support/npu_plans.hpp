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

// What the steps of a plan add up to: cycles of the array and of the output stage, and bytes.
struct PlanSums {
  std::int64_t mac = 0, output_stage = 0, read = 0, weights = 0, written = 0;
};
inline PlanSums sums(const models::NpuPlan& plan) {
  PlanSums s;
  for (const models::NpuStep& step : plan.steps) {
    s.mac += step.mac_cycles;
    s.output_stage += step.output_cycles;
    s.read += step.input_bytes;
    s.weights += step.weight_bytes;
    s.written += step.output_bytes;
  }
  return s;
}
inline PlanSums sums(std::int64_t size, const workloads::LayerShape& layer) {
  return sums(plan(size, layer));
}

}  // namespace h4h::tests
