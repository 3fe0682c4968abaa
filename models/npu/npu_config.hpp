#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "platforms/description/platform.hpp"

namespace h4h::models {

// Sides of a block, in elements.
struct Box {
  std::int64_t height = 0, width = 0, depth = 0;
};

// What the array computes at a time, in outputs.
struct MicroBlock {
  std::int64_t height = 1, width = 1, channels = 1;
};

// A micro-block of an Ethos-U85: which passes may take it, and in which units the input of blocks
// made of it is stored, for input blocks of up to 16 channels, of up to 32, and of more.
struct MicroBlockChoice {
  MicroBlock size;
  bool dense = false;   // convolutions and vector products
  bool matmul = false;  // products of two feature maps
  bool pool = false;    // depthwise convolutions, pooling, sums
  std::array<Box, 3> input_units{};
};

// What an Ethos-U85 has in place of the SHRAM, in bytes.
struct BlockMemories {
  std::int64_t input = 0, accumulators = 0, output = 0;
};

// Bytes that streams may have under way, each in a buffer of its own; 0: as many as the memory
// takes. All of them on an Ethos-U85, scales on an Ethos-U65, too.
struct ReadBuffers {
  std::int64_t copies = 0, operands = 0, weights = 0, input = 0, scales = 0;
};

// What follows from the type and the size of the NPU (Vela 5.1.0: ethos_u55.cpp, ethos_u65.cpp and
// ethos_u85.cpp of Regor, architecture_features.py). Cycles are those of the NPU's clock.
struct NpuConfig {
  platforms::NpuType type = platforms::NpuType::ethos_u55;
  std::int64_t macs_per_cycle = 0;
  // Arrays that share the channels of every block (Ethos-U65 of 512 MACs), and weight decoders.
  std::int64_t cores = 1, decoders = 1;
  // Channels of a pixel that are written together.
  std::int64_t written_channels = 16;
  // OFM micro-block, in elements; of an Ethos-U85 the first choice of convolutions.
  std::int64_t ublock_height = 0, ublock_width = 0, ublock_channels = 0;
  MicroBlock sum_ublock;                                  // of sums over channels (Ethos-U85)
  MicroBlock pool_ublock;                                 // of depthwise convolutions and pooling
  std::int64_t shram_banks = 0;                           // of 1 KiB; Ethos-U55 and U65
  std::int64_t ifm_granule = 0, accumulator_granule = 0;  // banks
  std::int64_t ublock_delay = 0;  // extra cycles per kernel step of a single micro-block
  // Output stage, in 32nds of a cycle an element: a pass on 8 bits; elementwise operators on 32
  // bits with one map and with two; 32 bits to another operator of the same pass (chained).
  std::int64_t pass = 0, unary32 = 0, binary32 = 0, chained32 = 0;
  // Of an Ethos-U85 alone.
  std::vector<MicroBlockChoice> micro_blocks{};  // the first of equal ones is taken
  BlockMemories block_memories;
  ReadBuffers read_buffers;  // of an Ethos-U65 too
  // Rules of the platform, not of the size (platforms::Npu).
  std::int64_t softmax_cycles = 1;     // per element, in whole groups of 16; 0: as Arm lowers it
  std::int64_t layer_norm_cycles = 1;  // the same
  platforms::MatmulRule matmul_rule = platforms::MatmulRule::weights;
  double matmul_utilization = 1;  // 0 .. 1 of the peak
  bool command_floor = true;
  platforms::TraversalRule traversal = platforms::TraversalRule::hardware;

  bool is_u85() const { return type == platforms::NpuType::ethos_u85; }
};

// `macs_per_cycle` is one of platforms::npu_sizes(type); any other throws std::invalid_argument.
NpuConfig npu_config(platforms::NpuType type, std::int64_t macs_per_cycle);
NpuConfig npu_config(std::int64_t macs_per_cycle);  // of an Ethos-U55
NpuConfig npu_config(const platforms::Npu& npu);

}  // namespace h4h::models
