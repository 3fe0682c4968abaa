#include "models/npu/npu_u85_block.hpp"

#include <algorithm>
#include <cmath>
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
  if (std::holds_alternative<workloads::MatMul>(layer.op)) return choice.matmul;
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

// Of `depth` channels the part of the plane with the most outputs whose accumulators and whose
// input fit once; of equal ones the one that reads the least around it.
class PlaneFit {
 public:
  PlaneFit(const NpuConfig& config, const LayerShape& layer)
      : config_(config), layer_(layer), micro_(u85_micro_block(config, layer).size) {}

  // Of height 0 where not even a micro-block fits.
  NpuBlock of(std::int64_t depth) const {
    const Box most{std::min(round_up(layer_.output.height, micro_.height), kLargest.height),
                   std::min(round_up(layer_.output.width, micro_.width), kLargest.width), depth};
    NpuBlock best;
    for (std::int64_t h = micro_.height; h <= most.height; h += micro_.height) {
      for (std::int64_t w = micro_.width; w <= most.width; w += micro_.width) {
        const NpuBlock block = block_of(config_, layer_, {h, w, depth});
        if (!fits(block)) break;
        if (is_larger(block, best)) best = block;
      }
    }
    return best;
  }

  // Less height, then depth, then width, until a row of micro-blocks more of the input fits.
  NpuBlock with_spare_row(Box box) const {
    while (box.height > micro_.height && !has_spare_row(box)) box.height -= micro_.height;
    while (box.depth > kDepthGranule && !has_spare_row(box)) box.depth -= kDepthGranule;
    while (box.width > micro_.width && !has_spare_row(box)) box.width -= micro_.width;
    return block_of(config_, layer_, box);
  }

 private:
  bool fits(const NpuBlock& block) const {
    return input(block) <= config_.block_memories.input &&
           accumulator_bytes(block) <= config_.block_memories.accumulators;
  }

  std::int64_t input(const NpuBlock& block) const {
    return input_bytes(block, layer_, u85_input_unit(config_, layer_, block.depth));
  }

  static bool is_larger(const NpuBlock& a, const NpuBlock& b) {
    const std::int64_t area = a.height * a.width, other = b.height * b.width;
    if (area != other) return area > other;
    return a.input.height * a.input.width < b.input.height * b.input.width;
  }

  bool has_spare_row(const Box& box) const {
    const NpuBlock block = block_of(config_, layer_, box);
    const Shape& out = layer_.output;
    const bool alone =
        box.height >= out.height && box.width >= out.width && box.depth >= out.channels;
    const NpuBlock row = block_of(config_, layer_, {micro_.height, box.width, box.depth});
    return input(block) + (alone ? 0 : input(row)) <= config_.block_memories.input;
  }

  const NpuConfig& config_;
  const LayerShape& layer_;
  MicroBlock micro_;
};

// Of the map; what a block leaves of the depth counts a tenth of what it leaves of the plane, and
// so does what it leaves of a unit of input.
double left_over(const NpuConfig& config, const LayerShape& layer, const NpuBlock& block) {
  const Shape& out = layer.output;
  const auto part = [](std::int64_t whole, std::int64_t of) {
    return std::abs(1 - static_cast<double>(whole) / static_cast<double>(of));
  };
  const Box unit = u85_input_unit(config, layer, block.depth);
  const std::int64_t unused = round_up(block.depth, unit.depth) - block.depth;
  return (1 + part(out.pixels(), block.height * block.width)) *
         (1 + part(round_up(out.channels, kDepthGranule), block.depth) / 10) *
         (1 + static_cast<double>(unused) / static_cast<double>(unit.depth) / 10);
}

NpuBlock plane_block(const NpuConfig& config, const LayerShape& layer) {
  const PlaneFit fit(config, layer);
  const std::int64_t deepest =
      std::min(round_up(layer.output.channels, kDepthGranule), kLargest.depth);
  NpuBlock best;
  double least = std::numeric_limits<double>::infinity();
  for (std::int64_t depth = kDepthGranule; depth <= deepest; depth += kDepthGranule) {
    const NpuBlock block = fit.of(depth);
    if (block.height == 0) break;
    const double left = left_over(config, layer, block);
    if (left >= least) continue;
    least = left;
    best = block;
  }
  // A kernel whose input is too large runs all the same, a micro-block at a time.
  const MicroBlock micro = u85_micro_block(config, layer).size;
  if (best.height == 0) return block_of(config, layer, {micro.height, micro.width, kDepthGranule});
  return fit.with_spare_row(best);
}

NpuBlock elementwise_block(const NpuConfig& config, const LayerShape& layer) {
  const Shape& out = layer.output;
  const MicroBlock micro = u85_micro_block(config, layer).size;
  const std::int64_t elements = config.block_memories.output;
  const std::int64_t depth =
      std::min(round_up(out.channels, kDepthGranule),
               whole(elements / (micro.height * micro.width), kDepthGranule));
  const std::int64_t width = std::min(round_up(out.width, micro.width),
                                      whole(elements / depth / micro.height, micro.width));
  const std::int64_t height =
      std::min(round_up(out.height, micro.height), whole(elements / (depth * width), micro.height));
  return block_of(config, layer,
                  {std::min(height, kLargest.height), std::min(width, kLargest.width),
                   std::min(depth, kLargest.depth)});
}

}  // namespace

std::int64_t u85_tap_steps(std::int64_t taps) {
  const std::int64_t rest = taps % 5;
  return taps - rest + std::max<std::int64_t>(rest, 2);
}

// c / round_up(c, 16) x taps / steps  >=  c / round_up(c, 64)
Traversal u85_traversal(const LayerShape& layer) {
  if (npu_kernel(layer.op) != NpuKernel::convolution) return Traversal::depth_first;
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
