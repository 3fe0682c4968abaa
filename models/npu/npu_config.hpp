#pragma once

#include <cstdint>

#include "platforms/description/platform.hpp"

namespace h4h::models {

// What follows from the size of an Ethos-U55 (Vela 5.1.0: ethos_u55.cpp of Regor and
// architecture_features.py). Cycles are those of the NPU's clock.
struct NpuConfig {
  std::int64_t macs_per_cycle = 0;
  // OFM micro-block, in elements.
  std::int64_t ublock_height = 0, ublock_width = 0, ublock_channels = 0;
  std::int64_t shram_banks = 0;                           // of 1 KiB
  std::int64_t ifm_granule = 0, accumulator_granule = 0;  // banks
  std::int64_t weight_floor = 0;  // least cycles per kernel step: 8 weights a cycle (cycles_wb)
  std::int64_t ublock_delay = 0;  // extra cycles per kernel step of a single micro-block
  // Rules of the platform, not of the size (platforms::Npu).
  std::int64_t softmax_cycles = 1;     // per element, in whole groups of 16; 0: as Arm lowers it
  std::int64_t layer_norm_cycles = 1;  // the same
  platforms::MatmulRule matmul_rule = platforms::MatmulRule::weights;
  double matmul_utilization = 1;  // 0 .. 1 of the peak
  bool command_floor = true;
};

// `macs_per_cycle` is 32, 64, 128 or 256; any other throws std::invalid_argument.
NpuConfig npu_config(std::int64_t macs_per_cycle);
NpuConfig npu_config(const platforms::Npu& npu);

}  // namespace h4h::models
