#include "models/npu/npu_u85_block.hpp"

#include <algorithm>
#include <limits>
#include <variant>

#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Shape;

constexpr Box kLargest{128, 128, 1024};
constexpr std::int64_t kDepthGranule = 16;  // of accumulators
constexpr std::int64_t kAccumulatorBytes = 4;

bool may_take(const MicroBlockChoice& choice, const LayerShape& layer) {
  if (is_u85_product(layer)) return choice.matmul;
  switch (npu_kernel(layer.op)) {
    case NpuKernel::convolution:
    case NpuKernel::vector_product:
      return choice.dense;
    case NpuKernel::depthwise:
    case NpuKernel::pooling:
      return choice.pool;
    case NpuKernel::elementwise:
      break;
  }
  return true;
}

// Outputs that a micro-block adds to the map.
std::int64_t padding_of(const MicroBlock& micro, const Shape& map) {
  return round_up(map.height, micro.height) * round_up(map.width, micro.width) *
             round_up(map.channels, micro.channels) -
         map.elements();
}

std::int64_t input_bytes(const NpuBlock& block, const LayerShape& layer, const Box& unit) {
  const std::int64_t depth = std::min(block.input.depth, layer.input().channels);
  return block.input.height * block.input.width * round_up(depth, unit.depth);
}

std::int64_t accumulator_bytes(const Box& block) {
  return block.height * block.width * round_up(block.depth, kDepthGranule) * kAccumulatorBytes;
}

// As many whole micro-blocks as fit, one at least.
std::int64_t whole(std::int64_t most, std::int64_t granule) {
  return std::max(granule, most / granule * granule);
}

// Blocks of `depth` channels whose accumulators fit once, and whose input fits with a row of
// micro-blocks more where it is not the only block.
class PlaneFit {
 public:
  PlaneFit(const NpuConfig& config, const LayerShape& layer)
      : config_(config), layer_(layer), micro_(u85_micro_block(config, layer).size) {}

  // The one that leaves the fewest blocks of the plane, of equal ones the one that reads the least
  // input; of height 0 where not even a micro-block fits.
  NpuBlock of(std::int64_t depth) const {
    const Box most{std::min(round_up(layer_.output.height, micro_.height), kLargest.height),
                   std::min(round_up(layer_.output.width, micro_.width), kLargest.width), depth};
    NpuBlock best;
    for (std::int64_t h = micro_.height; h <= most.height; h += micro_.height) {
      for (std::int64_t w = micro_.width; w <= most.width; w += micro_.width) {
        const NpuBlock block = block_of(config_, layer_, {h, w, depth});
        if (accumulator_bytes(block) > config_.block_memories.accumulators) break;
        if (fits(block) && is_better(block, best)) best = block;
      }
    }
    return best;
  }

 private:
  bool fits(const NpuBlock& block) const {
    const Shape& out = layer_.output;
    const bool alone =
        block.height >= out.height && block.width >= out.width && block.depth >= out.channels;
    const NpuBlock row = block_of(config_, layer_, {micro_.height, block.width, block.depth});
    return input(block) + (alone ? 0 : input(row)) <= config_.block_memories.input;
  }

  // No more than the whole map.
  std::int64_t input(const NpuBlock& block) const {
    const Box unit = u85_input_unit(config_, layer_, block.depth);
    const Shape& in = layer_.input();
    return std::min(input_bytes(block, layer_, unit), round_up(in.height, unit.height) *
                                                          round_up(in.width, unit.width) *
                                                          round_up(in.channels, unit.depth));
  }

  std::int64_t blocks(const NpuBlock& block) const {
    return ceil_div(layer_.output.height, block.height) *
           ceil_div(layer_.output.width, block.width);
  }

  bool is_better(const NpuBlock& a, const NpuBlock& b) const {
    if (b.height == 0) return true;
    const std::int64_t mine = blocks(a), others = blocks(b);
    const std::int64_t input = a.input.height * a.input.width;
    return mine < others || (mine == others && input < b.input.height * b.input.width);
  }

  const NpuConfig& config_;
  const LayerShape& layer_;
  MicroBlock micro_;
};

NpuBlock plane_block(const NpuConfig& config, const LayerShape& layer) {
  const PlaneFit fit(config, layer);
  const Shape& out = layer.output;
  const std::int64_t channels = round_up(out.channels, kDepthGranule);
  NpuBlock best;
  double least = std::numeric_limits<double>::infinity();
  for (std::int64_t depth = kDepthGranule; depth <= std::min(channels, kLargest.depth);
       depth += kDepthGranule) {
    const NpuBlock block = fit.of(depth);
    if (block.height == 0) break;
    const auto times = [](std::int64_t whole, std::int64_t part) {
      return std::max(1.0, static_cast<double>(whole) / static_cast<double>(part));
    };
    // What a block leaves of the depth counts a tenth of what it leaves of the plane.
    const double cost =
        times(out.pixels(), block.height * block.width) * (1 + (times(channels, depth) - 1) / 10);
    if (cost > least) continue;
    least = cost;
    best = block;
  }
  if (best.height > 0) return best;
  // A kernel whose input is too large runs all the same, a micro-block at a time.
  const MicroBlock micro = u85_micro_block(config, layer).size;
  return block_of(config, layer, {micro.height, micro.width, kDepthGranule});
}

// As wide as the map, then as deep as the output memory has room for, then as high as the map.
NpuBlock elementwise_block(const NpuConfig& config, const LayerShape& layer) {
  const Shape& out = layer.output;
  const MicroBlock micro = u85_micro_block(config, layer).size;
  const std::int64_t groups = config.block_memories.output / kDepthGranule;
  const std::int64_t width =
      std::min({round_up(out.width, micro.width), kLargest.width, whole(groups, micro.width)});
  const std::int64_t depth =
      std::min(round_up(out.channels, kDepthGranule), whole(groups / width, 1) * kDepthGranule);
  const std::int64_t height = std::min(round_up(out.height, micro.height), kLargest.height);
  return block_of(config, layer, {height, width, std::min(depth, kLargest.depth)});
}

}  // namespace

bool is_vector_product(const LayerShape& layer) {
  return std::holds_alternative<workloads::Linear>(layer.op);
}

bool is_u85_product(const LayerShape& layer) {
  return is_vector_product(layer) && layer.inputs.size() == 2;
}

std::int64_t u85_tap_steps(std::int64_t taps) {
  const std::int64_t rest = taps % 5;
  return taps - rest + std::max<std::int64_t>(rest, 2);
}

// c / round_up(c, 16) x taps / steps  >=  c / round_up(c, 64)
Traversal u85_traversal(const LayerShape& layer) {
  if (npu_kernel(layer.op) != NpuKernel::convolution || is_vector_product(layer)) {
    return Traversal::depth_first;
  }
  const std::int64_t c = layer.input().channels;
  const std::int64_t taps = workloads::window_of(layer.op).taps();
  return taps * round_up(c, 64) >= round_up(c, 16) * u85_tap_steps(taps) ? Traversal::part_kernel
                                                                         : Traversal::depth_first;
}

const MicroBlockChoice& u85_micro_block(const NpuConfig& config, const LayerShape& layer) {
  const MicroBlockChoice* best = nullptr;
  for (const MicroBlockChoice& choice : config.micro_blocks) {
    if (!may_take(choice, layer)) continue;
    const bool better = best == nullptr || padding_of(choice.size, layer.output) <
                                               padding_of(best->size, layer.output);
    if (better) best = &choice;
  }
  return *best;
}

std::int64_t u85_input_depth(const LayerShape& layer) {
  return u85_traversal(layer) == Traversal::part_kernel ? 16 : 64;
}

Box u85_input_unit(const NpuConfig& config, const LayerShape& layer, std::int64_t channels) {
  const std::size_t unit = channels > 32 ? 2 : (channels > 16 ? 1 : 0);
  return u85_micro_block(config, layer).input_units.at(unit);
}

bool fits_u85(const NpuConfig& config, const LayerShape& layer, const NpuBlock& block) {
  const Box unit = u85_input_unit(config, layer, block.input.depth);
  return 2 * input_bytes(block, layer, unit) <= config.block_memories.input &&
         2 * accumulator_bytes(block) <= config.block_memories.accumulators;
}

NpuBlock u85_plane_block(const NpuConfig& config, const LayerShape& layer) {
  return npu_kernel(layer.op) == NpuKernel::elementwise ? elementwise_block(config, layer)
                                                        : plane_block(config, layer);
}

}  // namespace h4h::models
