#include "models/npu/npu_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace h4h::models {
namespace {

using platforms::NpuType;

constexpr std::int64_t kKiB = 1024;

// An Ethos-U55 or U65: banks of SHRAM, and in how many of them input blocks of 8 bits and
// accumulators of 32 bits are allocated; output stage on 32 bits in 32nds of a cycle.
struct SharedRamSize {
  NpuType type;
  std::int64_t macs, cores;
  MicroBlock micro;
  std::int64_t banks, ifm_granule, accumulator_granule, delay, unary32, binary32;
};
constexpr SharedRamSize kSharedRamSizes[]{
    {NpuType::ethos_u55, 32, 1, {1, 1, 4}, 16, 2, 4, 3, 64, 96},
    {NpuType::ethos_u55, 64, 1, {1, 1, 8}, 16, 2, 4, 2, 32, 48},
    {NpuType::ethos_u55, 128, 1, {1, 2, 8}, 24, 4, 8, 2, 24, 40},
    {NpuType::ethos_u55, 256, 1, {2, 2, 8}, 48, 8, 16, 2, 20, 36},
    {NpuType::ethos_u65, 256, 1, {2, 2, 8}, 48, 8, 16, 2, 20, 36},
    {NpuType::ethos_u65, 512, 2, {2, 2, 8}, 48, 8, 16, 2, 10, 18},
};

// An Ethos-U85: read buffers in words of 16 B.
struct U85Size {
  std::int64_t macs, decoders;
  std::vector<MicroBlockChoice> micro_blocks;
  BlockMemories memories;
  ReadBuffers buffers;
  std::int64_t unary32, binary32, chained32;
};

using Units = std::array<Box, 3>;
constexpr Units k1x2{{{1, 2, 16}, {1, 1, 32}, {1, 1, 32}}};
constexpr Units k2x2{{{2, 2, 16}, {1, 2, 32}, {1, 1, 64}}};
constexpr Units k1x4{{{1, 4, 16}, {1, 2, 32}, {1, 1, 64}}};
constexpr Units k2x4{{{2, 4, 16}, {2, 2, 32}, {1, 2, 64}}};
constexpr Units k2x4Wide{{{2, 4, 16}, {1, 4, 32}, {1, 2, 64}}};
constexpr Units k4x4{{{4, 4, 16}, {2, 4, 32}, {2, 2, 64}}};
constexpr Units k4x4Wide{{{4, 4, 16}, {2, 4, 32}, {1, 4, 64}}};

MicroBlockChoice dense(MicroBlock size, const Units& units) {
  return {size, true, true, false, units};
}
MicroBlockChoice pooling(MicroBlock size, const Units& units) {
  return {size, false, false, true, units};
}
// Of larger arrays: for all passes but products of two feature maps; for all.
MicroBlockChoice shared(MicroBlock size, const Units& units) {
  return {size, true, false, true, units};
}
MicroBlockChoice any(MicroBlock size, const Units& units) {
  return {size, true, true, true, units};
}

const std::vector<U85Size>& u85_sizes() {
  static const std::vector<U85Size> kSizes{
      {128,
       1,
       {dense({1, 2, 8}, k1x2), pooling({1, 1, 16}, k1x2)},
       {8 * kKiB, 8 * kKiB, 2048},
       {64, 64, 128, 104, 16},
       16,
       32,
       32},
      {256,
       1,
       {pooling({1, 2, 16}, k2x2), dense({1, 4, 8}, k1x4), dense({2, 2, 8}, k2x2)},
       {16 * kKiB, 16 * kKiB, 2048},
       {104, 104, 128, 128, 16},
       8,
       16,
       16},
      {512,
       2,
       {any({2, 2, 16}, k2x2), any({1, 4, 16}, k1x4)},
       {16 * kKiB, 32 * kKiB, 4096},
       {128, 128, 256, 128, 16},
       8,
       8,
       8},
      {1024,
       4,
       {dense({2, 2, 32}, k2x4), dense({1, 4, 32}, k2x4Wide), shared({2, 4, 16}, k2x4)},
       {16 * kKiB, 64 * kKiB, 4096},
       {256, 256, 416, 256, 16},
       8,
       8,
       4},
      {2048,
       4,
       {dense({2, 2, 64}, k4x4), dense({1, 4, 64}, k4x4Wide), shared({4, 4, 16}, k4x4)},
       {32 * kKiB, 128 * kKiB, 8192},
       {256, 256, 512, 256, 16},
       4,
       4,
       2},
  };
  return kSizes;
}

void set_ublock(NpuConfig& config, const MicroBlock& micro) {
  config.ublock_height = micro.height;
  config.ublock_width = micro.width;
  config.ublock_channels = micro.channels;
}

ReadBuffers in_bytes(const ReadBuffers& words) {
  constexpr std::int64_t kWord = 16;
  return {kWord * words.copies, kWord * words.operands, kWord * words.weights, kWord * words.input,
          kWord * words.scales};
}

void set(NpuConfig& config, const SharedRamSize& size) {
  config.cores = size.cores;
  config.written_channels = 16 * size.cores;
  set_ublock(config, size.micro);
  config.pool_ublock = size.micro;
  config.shram_banks = size.banks;
  // Vela 5.1.0: 256 B of scales come in each latency of their memory.
  if (size.type == NpuType::ethos_u65) config.read_buffers.scales = 256;
  config.ifm_granule = size.ifm_granule;
  config.accumulator_granule = size.accumulator_granule;
  config.ublock_delay = size.delay;
  config.unary32 = size.unary32;
  config.binary32 = config.chained32 = size.binary32;
}

void set(NpuConfig& config, const U85Size& size) {
  config.decoders = size.decoders;
  config.written_channels = 16 * size.decoders;
  config.micro_blocks = size.micro_blocks;
  const auto first = [&](bool MicroBlockChoice::*may) {
    return std::find_if(size.micro_blocks.begin(), size.micro_blocks.end(),
                        [&](const MicroBlockChoice& choice) { return choice.*may; })
        ->size;
  };
  set_ublock(config, first(&MicroBlockChoice::dense));
  config.pool_ublock = first(&MicroBlockChoice::pool);
  const auto both = [](const MicroBlockChoice& choice) { return choice.dense && choice.pool; };
  const bool sums_as_pool = std::any_of(size.micro_blocks.begin(), size.micro_blocks.end(), both);
  config.sum_ublock = first(sums_as_pool ? &MicroBlockChoice::pool : &MicroBlockChoice::dense);
  config.block_memories = size.memories;
  config.read_buffers = in_bytes(size.buffers);
  config.ublock_delay = 2;
  config.unary32 = size.unary32;
  config.binary32 = size.binary32;
  config.chained32 = size.chained32;
}

template <typename Sizes, typename Is>
bool set_from(const Sizes& sizes, NpuConfig& config, Is is) {
  const auto found = std::find_if(std::begin(sizes), std::end(sizes), is);
  if (found == std::end(sizes)) return false;
  set(config, *found);
  return true;
}

}  // namespace

NpuConfig npu_config(platforms::NpuType type, std::int64_t macs_per_cycle) {
  NpuConfig config;
  config.type = type;
  config.macs_per_cycle = macs_per_cycle;
  const bool known =
      config.is_u85() ? set_from(u85_sizes(), config,
                                 [&](const U85Size& size) { return size.macs == macs_per_cycle; })
                      : set_from(kSharedRamSizes, config, [&](const SharedRamSize& size) {
                          return size.type == type && size.macs == macs_per_cycle;
                        });
  if (!known) {
    throw std::invalid_argument(
        fmt::format("{} MACs are no size of an {}", macs_per_cycle, to_string(type)));
  }
  config.pass = 2048 / macs_per_cycle;  // 64 cycles / MACs, on every size of the family
  return config;
}

NpuConfig npu_config(std::int64_t macs_per_cycle) {
  return npu_config(NpuType::ethos_u55, macs_per_cycle);
}

NpuConfig npu_config(const platforms::Npu& npu) {
  NpuConfig config = npu_config(npu.type, npu.macs_per_cycle);
  config.softmax_cycles = npu.softmax_cycles;
  config.layer_norm_cycles = npu.layer_norm_cycles;
  config.matmul_rule = npu.matmul_rule;
  config.matmul_utilization = npu.matmul_utilization;
  config.command_floor = npu.command_floor == platforms::CommandFloor::on;
  config.traversal = npu.traversal;
  return config;
}

}  // namespace h4h::models
