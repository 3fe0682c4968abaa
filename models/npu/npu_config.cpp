#include "models/npu/npu_config.hpp"

#include <stdexcept>

namespace h4h::models {
// Vela 5.1.0, ethos_u55.cpp and architecture_features.py: micro-blocks, SHRAM banks, and the banks
// in which input blocks of 8 bits and accumulators of 32 bits are allocated.
NpuConfig npu_config(std::int64_t macs_per_cycle) {
  NpuConfig config;
  config.macs_per_cycle = macs_per_cycle;
  config.ublock_height = config.ublock_width = 1;
  config.ublock_channels = 8;
  config.shram_banks = 16;
  config.ifm_granule = 2;
  config.accumulator_granule = 4;
  config.ublock_delay = 2;
  switch (macs_per_cycle) {
    case 32:
      config.ublock_channels = 4;
      config.ublock_delay = 3;
      break;
    case 64:
      break;
    case 128:
      config.ublock_width = 2;
      config.shram_banks = 24;
      config.ifm_granule = 4;
      config.accumulator_granule = 8;
      break;
    case 256:
      config.ublock_height = config.ublock_width = 2;
      config.shram_banks = 48;
      config.ifm_granule = 8;
      config.accumulator_granule = 16;
      break;
    default:
      throw std::invalid_argument("npu.macs_per_cycle must be 32, 64, 128 or 256");
  }
  // 32 input channels for each channel of the micro-block, 8 weights a cycle (Vela's cycles_wb).
  config.weight_floor = 32 * config.ublock_channels / 8;
  return config;
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
