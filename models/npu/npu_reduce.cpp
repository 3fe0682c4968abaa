#include "models/npu/npu_reduce.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "models/npu/npu_cycles.hpp"
#include "models/npu/npu_passes.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Reduce;
using workloads::ReduceKind;
using workloads::Shape;

constexpr std::int64_t kWordBytes = 2;  // of the values of arg_max

// Elements of an 8-bit layer in the output stage, and `eighths` of its pass each.
std::int64_t stage_cycles(const NpuConfig& config, std::int64_t elements, std::int64_t eighths) {
  return ceil_div(config.pass * eighths * elements, 8 * 32);
}

bool compares(const Reduce& op) { return op.kind == ReduceKind::max || op.kind == ReduceKind::min; }

// Takes as long as the memory: a write in pieces shorter than a burst takes twice its bytes.
MapPass transposition(std::int64_t bytes, const NpuMemories& memories) {
  const double cycles = static_cast<double>(3 * bytes) / memories.activations.bytes_per_cycle;
  return {bytes, bytes, 2 * bytes, 0, static_cast<std::int64_t>(cycles)};
}

// Of `taps` rows or columns, into a map of `plane` x `deep` micro-blocks.
MapPass pooled(const NpuConfig& config, std::int64_t taps, const MicroBlocks& micro,
               std::int64_t outputs) {
  const std::int64_t each = pooling_times(config) * std::max<std::int64_t>(4, taps);
  MapPass pass{outputs, taps * outputs, outputs, each * micro.plane * micro.deep};
  pass.output_cycles = std::max(outputs, stage_cycles(config, outputs, 8));
  pass.spread = taps * outputs;
  return pass;
}

std::vector<MapPass> maxima(const NpuConfig& config, const Reduce& op, const LayerShape& layer,
                            std::int64_t input_bytes) {
  const Shape& in = layer.input();
  std::vector<MapPass> passes;
  Shape left = in;
  if (op.height) {  // the columns with their channels are as many channels
    left.height = 1;
    const std::int64_t deep = ceil_div(left.elements(), config.pool_ublock.channels);
    passes.push_back(pooled(config, in.height, {1, deep}, left.elements()));
  }
  if (op.width) {
    left.width = 1;
    const std::int64_t plane = ceil_div(left.height, config.pool_ublock.height);
    const std::int64_t deep = ceil_div(left.channels, config.pool_ublock.channels);
    passes.push_back(pooled(config, in.width, {plane, deep}, left.elements()));
  }
  if (op.channels) {  // a row of channels is one of columns
    const std::int64_t plane = ceil_div(left.pixels(), config.pool_ublock.height);
    passes.push_back(pooled(config, in.channels, {plane, 1}, left.pixels()));
  }
  if (passes.empty()) passes.push_back(pooled(config, 1, {in.elements(), 1}, in.elements()));
  passes.front().input_bytes = input_bytes;
  return passes;
}

// Of 8 bits. Blocks are of more rows where a micro-block is one pixel: the weights that come with a
// block then take no time of their own.
std::int64_t sum_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth) {
  if (config.ublock_width == 1) return 4 * rows * ceil_div(depth, 32);
  return row_sum_cycles(config, rows, depth);
}

// Of rows of `depth` elements to a value each.
MapPass summed(const NpuConfig& config, std::int64_t rows, std::int64_t depth,
               std::int64_t input_bytes) {
  MapPass pass{rows, input_bytes, rows, sum_cycles(config, rows, depth)};
  pass.output_cycles = stage_cycles(config, rows, 8);
  pass.spread = rows * depth;
  return pass;
}

std::vector<MapPass> sums(const NpuConfig& config, const Reduce& op, const LayerShape& layer,
                          std::int64_t input_bytes, const NpuMemories& memories) {
  Shape left = layer.input();
  std::vector<MapPass> passes;
  const auto reduce = [&](std::int64_t& side) {
    const std::int64_t depth = std::exchange(side, 1), rows = left.elements();
    passes.push_back(transposition(rows * depth, memories));
    const std::int64_t read = memories.activations.derated(rows * depth, round_up(depth, 8));
    passes.push_back(summed(config, rows, depth, read));
  };
  if (op.height) reduce(left.height);
  if (op.width) reduce(left.width);
  if (op.channels || passes.empty()) {
    const std::int64_t depth = op.channels ? left.channels : 1;
    const std::int64_t rows = left.elements() / depth;
    passes.push_back(summed(config, rows, depth, passes.empty() ? input_bytes : rows * depth));
  }
  return passes;
}

}  // namespace

NpuPlan plan_reduce(const NpuConfig& config, const LayerShape& layer, Layout input,
                    const NpuMemories& memories) {
  const auto& op = std::get<Reduce>(layer.op);
  const std::int64_t bytes = stored_bytes(layer.input(), input);
  NpuPlan plan;
  append_passes(plan, compares(op) ? maxima(config, op, layer, bytes)
                                   : sums(config, op, layer, bytes, memories));
  return plan;
}

NpuPlan plan_arg_max(const NpuConfig& config, const LayerShape& layer, Layout input,
                     const NpuMemories& memories) {
  const std::int64_t elements = layer.input().elements(), rows = layer.output.elements();
  const std::int64_t depth = elements / rows;
  const std::int64_t plane = ceil_div(rows, config.pool_ublock.height * config.pool_ublock.width);
  const std::int64_t deep = ceil_div(depth, config.pool_ublock.channels);
  const std::int64_t words = config.macs_per_cycle > 32 ? 2 : 1;  // times of pooling on 16 bits
  NpuPlan plan;
  append_passes(
      plan, {{elements, stored_bytes(layer.input(), input),
              memories.activations.derated(kWordBytes * elements, kWordBytes * depth),
              std::max(weight_floor(config, config.pool_ublock.channels), 4 * plane) * deep,
              std::max(elements, stage_cycles(config, elements, 8)), ReadsBack::nothing,
              kScaleBytes * depth + ceil_div(depth, 2)},
             {rows, kWordBytes * elements, kWordBytes * rows,
              words * row_maximum_cycles(config, rows, depth), stage_cycles(config, rows, 8),
              ReadsBack::all, 0, elements},
             {rows, kWordBytes * rows, rows, words * 4 * plane, stage_cycles(config, rows, 12)}});
  return plan;
}

}  // namespace h4h::models
