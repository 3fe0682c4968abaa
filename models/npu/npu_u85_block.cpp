#include "models/npu/npu_u85_block.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
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

// The largest multiple of `granule` up to `most` that leaves the most for the last tile of `range`,
// no less than about half of what equal tiles would have.
std::int64_t best_tile(std::int64_t range, std::int64_t granule, std::int64_t most) {
  if (range % most == 0) return most;
  const std::int64_t equal = std::max(round_up(range / (range / most + 1), granule), granule);
  const std::int64_t least = std::max({equal - 2 * granule, (equal + 1) / 2, granule});
  const auto last = [&](std::int64_t tile) { return range % tile == 0 ? tile : range % tile; };
  std::int64_t best = most;
  for (std::int64_t tile = most; tile >= least; tile -= granule) {
    if (last(tile) > last(best)) best = tile;
  }
  return best;
}

// Blocks of `depth` channels with the proportions of the map whose accumulators and whose input fit
// once. They may be higher than the map.
class PlaneFit {
 public:
  PlaneFit(const NpuConfig& config, const LayerShape& layer)
      : config_(config),
        layer_(layer),
        micro_(u85_micro_block(config, layer).size),
        map_{round_up(layer.output.height, micro_.height),
             round_up(layer.output.width, micro_.width),
             round_up(layer.output.channels, kDepthGranule)} {}

  const Box& map() const { return map_; }

  std::int64_t most_channels() const {
    return std::min({map_.depth, kLargest.depth,
                     std::max(config_.macs_per_cycle, accumulators() / micro_block_elements())});
  }

  // Of height 0 where not even a micro-block fits. What does not fit is made smaller by the share
  // that does, in whole micro-blocks; a size that stays the same over and over, by a tenth.
  NpuBlock of(std::int64_t depth) const {
    constexpr int kTries = 25;
    const std::int64_t least = micro_block_elements();
    std::int64_t before = 0;
    int again = 0;
    for (std::int64_t elements = accumulators(); elements >= least;) {
      const NpuBlock block = block_of(config_, layer_, plane(elements / depth, depth));
      const std::int64_t used = block.height * block.width * depth;
      double input =
          static_cast<double>(config_.block_memories.input) / static_cast<double>(input_of(block));
      const double sums = static_cast<double>(accumulators()) / static_cast<double>(used);
      if (input >= 1 && sums >= 1) return block;
      if (used == before && ++again >= kTries) input = 0.9;
      before = used;
      if (input < 1 && sums > 1) elements = std::min(elements, used);
      const double part = static_cast<double>(elements / least) * std::min(input, sums);
      const std::int64_t smaller = static_cast<std::int64_t>(part) * least;
      elements = smaller == elements ? elements - least : smaller;
    }
    return {};
  }

  // A row, then a unit of channels, then a column of micro-blocks less until a row more of the
  // input fits; at first rows only where they are not all of the map's, channels where they are
  // more than the columns, and columns where they are not all; then, one after the other, any
  // channels, rows and columns; at last half the channels.
  NpuBlock with_spare_row(Box box) const {
    int any = 0;
    while (!has_spare_row(box)) {
      const std::int64_t unit = u85_input_unit(config_, layer_, box.depth).depth;
      if ((box.height != map_.height || any > 1) && box.height > micro_.height) {
        box.height -= micro_.height;
      } else if ((box.depth > box.width || any > 0) && box.depth > unit) {
        box.depth -= unit;
      } else if ((box.width != map_.width || any > 2) && box.width > micro_.width) {
        box.width -= micro_.width;
      } else if (any < 3) {
        ++any;
      } else if (box.depth > kDepthGranule) {
        box.depth = std::max(box.depth / 2, kDepthGranule);
      } else {
        break;
      }
    }
    return block_of(config_, layer_, box);
  }

 private:
  std::int64_t accumulators() const {
    return config_.block_memories.accumulators / kAccumulatorBytes;
  }
  std::int64_t micro_block_elements() const { return micro_.height * micro_.width * kDepthGranule; }

  Box plane(std::int64_t area, std::int64_t depth) const {
    const double aspect = static_cast<double>(map_.height) / static_cast<double>(map_.width);
    double across = std::sqrt(static_cast<double>(area) / aspect);
    double down = across * aspect;
    if (down < 1) {
      across *= std::exchange(down, 1);
    } else if (across < 1) {
      down *= std::exchange(across, 1);
    }
    std::int64_t width = std::min(
        {whole(static_cast<std::int64_t>(across), micro_.width), map_.width, kLargest.width});
    const std::int64_t height = std::min(
        {whole(static_cast<std::int64_t>(down), micro_.height), map_.height, kLargest.height});
    const std::int64_t outputs = width * height;
    if (width < map_.width) width = best_tile(map_.width, micro_.width, width);
    return {whole(outputs / width, micro_.height), width, depth};
  }

  bool has_spare_row(const Box& box) const {
    const bool alone =
        box.height >= map_.height && box.width >= map_.width && box.depth >= map_.depth;
    if (alone) return true;
    const NpuBlock row = block_of(config_, layer_, {micro_.height, box.width, box.depth});
    return stored(block_of(config_, layer_, box)) + stored(row) <= config_.block_memories.input;
  }

  std::int64_t stored(const NpuBlock& block) const {
    const Box unit = u85_input_unit(config_, layer_, block.depth);
    return block.input.height * block.input.width * round_up(block.depth, unit.depth);
  }

  // No more than the whole map.
  std::int64_t input_of(const NpuBlock& block) const {
    const Box unit = u85_input_unit(config_, layer_, block.depth);
    const Shape& in = layer_.input();
    return std::min(stored(block), round_up(in.height, unit.height) *
                                       round_up(in.width, unit.width) *
                                       round_up(in.channels, unit.depth));
  }

  const NpuConfig& config_;
  const LayerShape& layer_;
  MicroBlock micro_;
  Box map_;
};

// How far a block is from the map: of its plane (of passes of one tap its width and depth), of its
// depth a tenth, and a tenth of what it leaves of a unit of input.
double distance(const NpuConfig& config, const LayerShape& layer, const Box& map,
                const NpuBlock& block) {
  const auto off = [](std::int64_t whole, std::int64_t part) {
    return std::abs(1 - static_cast<double>(whole) / static_cast<double>(part));
  };
  const bool by_depth = workloads::input_window(layer).taps() == 1;
  const double plane = by_depth ? off(map.width * map.depth, block.width * block.depth)
                                : off(map.width * map.height, block.width * block.height);
  const Box unit = u85_input_unit(config, layer, block.depth);
  const std::int64_t unused = round_up(block.depth, unit.depth) - block.depth;
  return (1 + plane) * (1 + off(std::min(map.depth, kLargest.depth), block.depth) / 10) *
         (1 + static_cast<double>(unused) / static_cast<double>(unit.depth) / 10);
}

NpuBlock plane_block(const NpuConfig& config, const LayerShape& layer) {
  const PlaneFit fit(config, layer);
  const Box& map = fit.map();
  NpuBlock best;
  double least = std::numeric_limits<double>::infinity();
  for (std::int64_t depth = kDepthGranule; depth <= fit.most_channels(); depth += kDepthGranule) {
    const NpuBlock block = fit.of(depth);
    if (block.height == 0) break;
    const double far = distance(config, layer, map, block);
    if (far < least) best = block;
    least = std::min(least, far);
  }
  if (best.height > 0) return fit.with_spare_row(best);
  // A kernel whose input is too large runs all the same, a micro-block at a time.
  const MicroBlock micro = u85_micro_block(config, layer).size;
  return block_of(config, layer, {micro.height, micro.width, kDepthGranule});
}

// As wide as the map, then as deep as fits the output memory, then as high as the map.
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
