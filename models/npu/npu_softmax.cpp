#include "models/npu/npu_softmax.hpp"

#include <algorithm>

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

// The same on an Ethos-U85. Of rows beside each other the map is transposed first, so that rows are
// channels of the maximum. What is chained runs as one pass that takes the time of all its
// operators.
struct U85Softmax {
  const NpuConfig& config;
  std::int64_t rows, columns, depth;  // of the rows so many lie beside each other
  RowBytes row;

  std::vector<MapPass> passes() const {
    std::vector<MapPass> all;
    const std::int64_t elements = rows * depth, map = kValueBytes * elements;
    if (columns > 1) all.push_back(transposition());
    all.push_back(maximum(all.empty() ? ReadsBack::nothing : ReadsBack::all));
    // A difference with its look-up for the product, and a shift of it for the sum.
    all.push_back({elements, rows * (row.input + 1), 2 * map, 0,
                   unary32_cycles(config, elements) + multiply32_cycles(config, elements),
                   ReadsBack::all});
    all.push_back(sum());
    add_reciprocal(all);
    // A product and a shift to 8 bits.
    all.push_back({elements, map + kValueBytes * values(), rows * row.output, 0,
                   chained_cycles(elements, 2, 0), ReadsBack::all});
    return all;
  }

 private:
  // Values a row: in groups of 16, which few rows fill by themselves.
  std::int64_t values() const { return rows > 16 ? round_up(rows, 16) : 16 * rows; }

  std::int64_t chained_cycles(std::int64_t elements, std::int64_t inner, std::int64_t last) const {
    return ceil_div((inner * config.chained32 + last * config.binary32) * elements, 32);
  }

  MapPass transposition() const {
    const MicroBlock& micro = config.pool_ublock;
    const std::int64_t blocks =
        ceil_div(rows, micro.height * micro.width) * ceil_div(depth, micro.channels);
    const std::int64_t elements = rows * depth;
    return {elements,
            rows * row.input,
            elements,
            4 * pooling_times(config) * blocks,
            pass_cycles(config, elements),
            ReadsBack::nothing};
  }

  MapPass maximum(ReadsBack reads) const {
    const std::int64_t cycles = pooling_times(config) * std::max<std::int64_t>(4, depth) *
                                (columns > 1 ? ceil_div(rows, config.pool_ublock.channels)
                                             : ceil_div(rows, config.pool_ublock.height));
    MapPass pass{rows, rows * row.input, rows, cycles, pass_cycles(config, rows), reads};
    pass.spread = rows * depth;
    return pass;
  }

  // Of 32 bits, which take four steps where 8 bits take one, 32 of a row at a time.
  MapPass sum() const {
    const std::int64_t plane = ceil_div(rows, config.sum_ublock.height * config.sum_ublock.width);
    const std::int64_t cycles =
        4 * std::max(weight_floor(config, config.sum_ublock.channels), 4 * plane) *
        ceil_div(depth, 32);
    MapPass pass{rows, kValueBytes * rows * depth, kValueBytes * values(), cycles,
                 unary32_cycles(config, rows)};
    pass.spread = rows * depth;
    return pass;
  }

  // On a value a row, in chains of so many operators (Vela 5.1.0): leading zeros, a shift, a first
  // estimate, and three steps of Newton's method, each a chain and a sum.
  void add_reciprocal(std::vector<MapPass>& all) const {
    const std::int64_t n = values(), bytes = kValueBytes * n;
    all.push_back({n, bytes, bytes, 0, unary32_cycles(config, n), ReadsBack::all});
    for (const std::int64_t chain : {1, 2, 2, 4, 1, 4, 1, 4, 1}) {
      all.push_back({n, 2 * bytes, bytes, 0, chained_cycles(n, chain - 1, 1), ReadsBack::blocks});
    }
  }
};

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
  const RowBytes row{stored_channels(depth, input), stored_channels(depth, output)};
  if (config.is_u85()) {
    append_passes(
        plan, U85Softmax{config, layer.output.pixels(), layer.output.width, depth, row}.passes());
    return plan;
  }
  const auto passes = softmax_passes(config, layer.output.pixels(), depth, row);
  append_passes(plan, passes);
  return plan;
}

std::int64_t softmax_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth) {
  if (config.softmax_cycles > 0) {
    return config.softmax_cycles * rows * round_up(depth, kNhcwb16Channels);
  }
  std::int64_t cycles = 0;
  const std::vector<MapPass> passes = config.is_u85()
                                          ? U85Softmax{config, rows, rows, depth, {}}.passes()
                                          : softmax_passes(config, rows, depth, {});
  for (const MapPass& pass : passes) {
    cycles += pass.mac_cycles + pass.output_cycles;
  }
  return cycles;
}

}  // namespace h4h::models
