#include "models/npu/npu_softmax.hpp"

#include <algorithm>

#include "models/device/plan_size.hpp"
#include "models/npu/npu_cycles.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

constexpr std::int64_t kValueBytes = 4;  // of the maps between passes, in 32 bits
// The operations into which Vela 5.1.0 lowers the reciprocal of the sum, and how many of them read
// a second map (see the header).
constexpr std::int64_t kRowPasses = 21, kOfTwoMaps = 9;

// A pass over all rows.
struct Pass {
  std::int64_t elements = 0;  // that come out
  std::int64_t input_bytes = 0, output_bytes = 0;
  std::int64_t mac_cycles = 0, output_cycles = 0;
  bool after_output = true;  // reads what the pass before wrote, and not block by block
};

// Bytes of a row of the input and of the output as they lie in memory.
struct RowBytes {
  std::int64_t input = 0, output = 0;
};

// One at a time, whole micro-blocks high; every output takes `depth` taps, at least four.
std::int64_t maximum_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth) {
  return std::max<std::int64_t>(4, depth) * ceil_div(rows, config.ublock_height);
}

// As a depth-first convolution of one tap. In blocks of 128 values of 32 bits: more do not fit the
// SHRAM twice beside the accumulators.
std::int64_t sum_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth) {
  constexpr std::int64_t kBlockValues = 128, kSlice = 32;
  const std::int64_t in_block = kBlockValues / std::min(kSlice, round_up(depth, 8));
  const std::int64_t plane = ceil_div(in_block, config.ublock_height * config.ublock_width);
  return ceil_div(rows, in_block) * std::max(config.weight_floor, 4 * plane) *
         ceil_div(depth, kSlice);
}

// A difference of bytes with a look-up behind it.
std::int64_t exponential_cycles(const NpuConfig& config, std::int64_t elements) {
  const workloads::Op difference =
      workloads::Elementwise{workloads::ElementwiseKind::sub, workloads::Activation::tanh};
  return ceil_div(output_eighths(config, difference) * elements, 8);
}

// Of the passes on a value a row, at the rate that the legacy estimator charges for 32 bits (Vela's
// table, entry 0).
std::int64_t row_cycles(const NpuConfig& config, std::int64_t elements) {
  const std::int64_t eighths = config.macs_per_cycle == 256   ? 5
                               : config.macs_per_cycle == 128 ? 6
                                                              : 512 / config.macs_per_cycle;
  return ceil_div(eighths * elements, 8);
}

std::vector<Pass> softmax_passes(const NpuConfig& config, std::int64_t rows, std::int64_t depth,
                                 const RowBytes& row) {
  const std::int64_t all = rows * round_up(depth, kNhcwb16Channels);
  const std::int64_t single = rows * kNhcwb16Channels;  // a value a row
  const std::int64_t map = kValueBytes * all, values = kValueBytes * single;
  std::vector<Pass> passes{
      {rows, rows * row.input, single, maximum_cycles(config, rows, depth),
       ceil_div(512 * rows, 16 * config.macs_per_cycle), false},
      {all, rows * row.input + single, map, 0, exponential_cycles(config, all)},
      {all, map, map, 0, multiply32_cycles(config, rows * depth), false},
      {rows, map, values, sum_cycles(config, rows, depth),
       ceil_div(512 * rows, 8 * config.macs_per_cycle)}};
  for (std::int64_t i = 0; i < kRowPasses; ++i) {
    passes.push_back(
        {single, (i < kOfTwoMaps ? 2 : 1) * values, values, 0, row_cycles(config, single), i == 0});
  }
  passes.push_back({all, map + values, map, 0, multiply32_cycles(config, all)});
  passes.push_back(
      {all, map + values, rows * row.output, 0, multiply32_cycles(config, rows * depth), false});
  return passes;
}

// In blocks, so that loading, work and writing overlap. Assumption: about as many elements in each
// as Vela takes, whose blocks differ by shape.
constexpr std::int64_t kBlockElements = 1024;

void append(std::vector<NpuStep>& steps, const Pass& pass) {
  const std::int64_t n = ceil_div(pass.elements, kBlockElements);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto part = [&](std::int64_t whole) { return whole * (i + 1) / n - whole * i / n; };
    NpuStep step;
    step.input_bytes = part(pass.input_bytes);
    step.mac_cycles = part(pass.mac_cycles);
    step.ends_block = true;
    step.output_cycles = part(pass.output_cycles);
    step.output_bytes = part(pass.output_bytes);
    step.after_output = pass.after_output && i == 0;
    steps.push_back(step);
  }
}

}  // namespace

NpuPlan plan_softmax(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                     Layout output) {
  const std::int64_t depth = layer.output.channels;
  NpuPlan plan{{}, {}, workloads::macs(layer)};
  const auto passes =
      softmax_passes(config, layer.output.pixels(), depth,
                     {stored_channels(depth, input), stored_channels(depth, output)});
  double steps = 0;
  for (const Pass& pass : passes) {
    steps += static_cast<double>(ceil_div(pass.elements, kBlockElements));
  }
  check_plan_size(steps);
  for (const Pass& pass : passes) append(plan.steps, pass);
  return plan;
}

std::int64_t softmax_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth) {
  if (config.softmax_cycles > 0) {
    return config.softmax_cycles * rows * round_up(depth, kNhcwb16Channels);
  }
  std::int64_t cycles = 0;
  for (const Pass& pass : softmax_passes(config, rows, depth, {})) {
    cycles += pass.mac_cycles + pass.output_cycles;
  }
  return cycles;
}

}  // namespace h4h::models
