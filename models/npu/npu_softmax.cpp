#include "models/npu/npu_softmax.hpp"

#include "models/npu/npu_cycles.hpp"
#include "models/npu/npu_passes.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

constexpr std::int64_t kValueBytes = 4;  // of the maps between passes, in 32 bits
// The operations into which Vela 5.1.0 lowers the reciprocal of the sum, and how many of them read
// a second map (see the header).
constexpr std::int64_t kRowPasses = 21, kOfTwoMaps = 9;

// Bytes of a row of the input and of the output as they lie in memory.
struct RowBytes {
  std::int64_t input = 0, output = 0;
};

// A difference of bytes with a look-up behind it.
std::int64_t exponential_cycles(const NpuConfig& config, std::int64_t elements) {
  const workloads::Op difference =
      workloads::Elementwise{workloads::ElementwiseKind::sub, workloads::Activation::tanh};
  return ceil_div(output_32nds(config, difference) * elements, 32);
}

std::vector<MapPass> softmax_passes(const NpuConfig& config, std::int64_t rows, std::int64_t depth,
                                    const RowBytes& row) {
  const std::int64_t all = rows * round_up(depth, kNhcwb16Channels);
  const std::int64_t single = rows * kNhcwb16Channels;  // a value a row
  const std::int64_t map = kValueBytes * all, values = kValueBytes * single;
  std::vector<MapPass> passes{
      {rows, rows * row.input, single, row_maximum_cycles(config, rows, depth),
       ceil_div(512 * rows, 16 * config.macs_per_cycle), ReadsBack::nothing},
      {all, rows * row.input + single, map, 0, exponential_cycles(config, all)},
      {all, map, map, 0, unary32_cycles(config, rows * depth), ReadsBack::blocks},
      {rows, map, values, row_sum_cycles(config, rows, depth), pass_cycles(config, rows)}};
  for (std::int64_t i = 0; i < kRowPasses; ++i) {
    const bool two = i < kOfTwoMaps;
    passes.push_back({single, (two ? 2 : 1) * values, values, 0,
                      two ? multiply32_cycles(config, single) : unary32_cycles(config, single),
                      i == 0 ? ReadsBack::all : ReadsBack::blocks});
  }
  passes.push_back({all, map + values, map, 0, multiply32_cycles(config, all)});
  passes.push_back({all, map + values, rows * row.output, 0, unary32_cycles(config, rows * depth),
                    ReadsBack::blocks});
  return passes;
}

}  // namespace

NpuPlan plan_softmax(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                     Layout output) {
  const std::int64_t depth = layer.output.channels;
  NpuPlan plan{{}, {}, workloads::macs(layer)};
  const auto passes =
      softmax_passes(config, layer.output.pixels(), depth,
                     {stored_channels(depth, input), stored_channels(depth, output)});
  append_passes(plan, passes);
  return plan;
}

std::int64_t softmax_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth) {
  if (config.softmax_cycles > 0) {
    return config.softmax_cycles * rows * round_up(depth, kNhcwb16Channels);
  }
  std::int64_t cycles = 0;
  for (const MapPass& pass : softmax_passes(config, rows, depth, {})) {
    cycles += pass.mac_cycles + pass.output_cycles;
  }
  return cycles;
}

}  // namespace h4h::models
