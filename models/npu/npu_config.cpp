#include "models/npu/npu_config.hpp"

#include <stdexcept>

namespace h4h::models {
NpuConfig npu_config(std::int64_t macs_per_cycle) {
  switch (macs_per_cycle) {
    case 32:
      return {32, 1, 1, 4, 16, 2, 4, 16, 3};
    case 64:
      return {64, 1, 1, 8, 16, 2, 4, 32, 2};
    case 128:
      return {128, 1, 2, 8, 24, 4, 8, 32, 2};
    case 256:
      return {256, 2, 2, 8, 48, 8, 16, 32, 2};
    default:
      throw std::invalid_argument("npu.macs_per_cycle must be 32, 64, 128 or 256");
  }
}

NpuConfig npu_config(const platforms::Npu& npu) {
  NpuConfig config = npu_config(npu.macs_per_cycle);
  config.softmax_cycles = npu.softmax_cycles;
  config.layer_norm_cycles = npu.layer_norm_cycles;
  config.matmul_rule = npu.matmul_rule;
  config.matmul_utilization = npu.matmul_utilization;
  config.command_floor = npu.command_floor == platforms::CommandFloor::on;
  return config;
}

}  // namespace h4h::models
