#include "models/npu/npu_passes.hpp"

#include <algorithm>

#include "models/device/plan_size.hpp"
#include "models/npu/npu_cycles.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

// In blocks, so that loading, work and writing overlap. Assumption: about as many elements in each
// as Vela takes, whose blocks differ by shape.
constexpr std::int64_t kBlockElements = 1024;

std::int64_t blocks_of(const MapPass& pass) {
  return ceil_div(std::max(pass.elements, pass.spread), kBlockElements);
}

void append(std::vector<NpuStep>& steps, const MapPass& pass) {
  const std::int64_t n = blocks_of(pass);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto part = [&](std::int64_t whole) { return whole * (i + 1) / n - whole * i / n; };
    NpuStep step;
    step.input_bytes = part(pass.input_bytes);
    step.weight_bytes = part(pass.weight_bytes);
    step.mac_cycles = part(pass.mac_cycles);
    step.ends_block = true;
    step.output_cycles = part(pass.output_cycles);
    step.output_bytes = part(pass.output_bytes);
    // Of a single block, too: there is no other one of the pass before to work on meanwhile.
    const bool waits = pass.reads == ReadsBack::all || (pass.reads == ReadsBack::blocks && n == 1);
    step.after_output = waits && i == 0 && !steps.empty();
    if (n == 1) step.command_cycles = pass.turnaround_cycles;
    steps.push_back(step);
  }
}

}  // namespace

void append_passes(NpuPlan& plan, const std::vector<MapPass>& passes) {
  double steps = 0;
  for (const MapPass& pass : passes) {
    steps += static_cast<double>(blocks_of(pass));
  }
  check_plan_size(steps);
  for (const MapPass& pass : passes) append(plan.steps, pass);
}

std::int64_t row_maximum_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth) {
  return pooling_times(config) * std::max<std::int64_t>(4, depth) *
         ceil_div(rows, config.pool_ublock.height) / config.cores;
}

std::int64_t row_sum_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth) {
  constexpr std::int64_t kBlockValues = 128, kSlice = 32;
  const std::int64_t in_block = kBlockValues / std::min(kSlice, round_up(depth, 8));
  const std::int64_t plane = ceil_div(in_block, config.ublock_height * config.ublock_width);
  return ceil_div(rows, in_block) *
         std::max(weight_floor(config, config.ublock_channels), 4 * plane) *
         ceil_div(depth, kSlice) / config.cores;
}

}  // namespace h4h::models
