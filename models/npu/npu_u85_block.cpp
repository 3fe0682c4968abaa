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

// Of `depth` channels as many whole rows as fit the accumulators and, with a row more, the input.
class PlaneFit {
 public:
  PlaneFit(const NpuConfig& config, const LayerShape& layer)
      : config_(config), layer_(layer), micro_(u85_micro_block(config, layer).size) {}

  NpuBlock of(std::int64_t depth) const {
    const Shape& out = layer_.output;
    const std::int64_t area = config_.block_memories.accumulators / kAccumulatorBytes / depth;
    const std::int64_t width = std::min({round_up(out.width, micro_.width), kLargest.width,
                                         whole(area / micro_.height, micro_.width)});
    const std::int64_t height = std::min(
        {round_up(out.height, micro_.height), kLargest.height, whole(area / width, micro_.height)});
    return shrunk({height, width, depth});
  }

  bool fits(const NpuBlock& block) const {
    return input(block) <= config_.block_memories.input &&
           accumulator_bytes(block) <= config_.block_memories.accumulators;
  }

 private:
  std::int64_t input(const NpuBlock& block) const {
    return input_bytes(block, layer_, u85_input_unit(config_, layer_, block.depth));
  }

  NpuBlock shrunk(Box box) const {
    while (box.height > micro_.height && !has_spare_row(box)) box.height -= micro_.height;
    while (box.width > micro_.width && !has_spare_row(box)) box.width -= micro_.width;
    return block_of(config_, layer_, box);
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

NpuBlock plane_block(const NpuConfig& config, const LayerShape& layer) {
  const PlaneFit fit(config, layer);
  const Shape& out = layer.output;
  const std::int64_t deepest = std::min(round_up(out.channels, kDepthGranule), kLargest.depth);
  NpuBlock best = fit.of(kDepthGranule);
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t depth = kDepthGranule; depth <= deepest; depth += kDepthGranule) {
    const NpuBlock block = fit.of(depth);
    if (!fit.fits(block)) break;
    const std::int64_t blocks =
        ceil_div(out.height, block.height) * ceil_div(out.width, block.width);
    if (blocks > fewest) continue;
    fewest = blocks;
    best = block;
  }
  return best;
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
