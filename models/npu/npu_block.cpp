#include "models/npu/npu_block.hpp"

#include <algorithm>
#include <limits>

#include "models/npu/npu_u85_block.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Shape;
using workloads::Window;

// Vela 5.1.0, architecture_features.py and ethos_u85.cpp: the largest output block, and the largest
// part of a kernel that one pass covers, per axis.
constexpr Box kLargest{32, 64, 128}, kLargestOfU85{128, 128, 1024};
constexpr std::int64_t kMaxSubKernel = 8;

// A vector product reads its whole input as the channels of one pixel.
Shape input_of(const LayerShape& layer) {
  if (npu_kernel(layer.op) != NpuKernel::vector_product) return layer.input();
  return {1, 1, layer.input().elements()};
}

std::int64_t input_depth(const NpuConfig& config, const LayerShape& layer,
                         std::int64_t block_depth) {
  if (reads_own_channels(npu_kernel(layer.op))) return block_depth;
  if (config.is_u85()) return u85_input_depth(layer);
  // Channels of an input block of 8 bits (Vela 5.1.0).
  const std::int64_t at_once = traversal(layer) == Traversal::part_kernel ? 16 : 32;
  return round_up(std::min(input_of(layer).channels, at_once), 8);
}

std::int64_t input_side(std::int64_t outputs, std::int64_t stride, std::int64_t extent,
                        std::int64_t granule) {
  return round_up((outputs - 1) * stride + std::min(extent, kMaxSubKernel), granule);
}

// Banks of `bytes`, doubled for double buffering, in whole granules.
std::int64_t banks(std::int64_t bytes, std::int64_t granule) {
  return round_up(2 * ceil_div(bytes, 1024), granule);
}

std::int64_t usable_banks(const NpuConfig& config, const LayerShape& layer) {
  // Vela 5.1.0: two banks of output, two for a look-up table, which larger arrays always reserve.
  constexpr std::int64_t kOutputBanks = 2, kLookupBanks = 2;
  const bool reserved = config.shram_banks > 16 || uses_table(layer.op);
  return config.shram_banks - kOutputBanks - (reserved ? kLookupBanks : 0);
}

// Whether an array of several rows works on one: it may then hold a row less.
bool is_row(const NpuConfig& config, const LayerShape& layer) {
  return !config.is_u85() && config.ublock_height > 1 && layer.output.height == 1 &&
         workloads::input_window(layer).kernel_height == 1;
}

// Weights and input elements fetched for an output element, as the block search of Vela 5.1.0
// counts them (Regor, FindBlockConfig). Ties between blocks are decided in its single precision.
class Search {
 public:
  Search(const NpuConfig& config, const LayerShape& layer)
      : config_(config),
        layer_(layer),
        kernel_(npu_kernel(layer.op)),
        in_(input_of(layer)),
        out_(layer.output),
        window_(workloads::input_window(layer)),
        step_(config.is_u85()
                  ? micro_block(config, layer)
                  : MicroBlock{config.ublock_height, config.ublock_width, config.ublock_channels}),
        largest_(config.is_u85() ? kLargestOfU85 : kLargest),
        is_product_(config.is_u85() && is_u85_product(layer)),
        sub_kernels_(ceil_div(window_.kernel_height, kMaxSubKernel) *
                     ceil_div(window_.kernel_width, kMaxSubKernel)) {}

  NpuBlock best() {
    Box box{round_up(std::min(out_.height, largest_.height), step_.height),
            round_up(std::min(out_.width, largest_.width), step_.width),
            round_up(std::min(out_.channels, largest_.depth), step_.channels)};
    if (config_.is_u85()) box.depth = std::max<std::int64_t>(box.depth, 16);
    for (std::int64_t depth = std::max(step_.channels, std::min<std::int64_t>(box.depth, 16));
         depth <= box.depth; depth = next_depth(depth)) {
      for (std::int64_t h = step_.height; h <= box.height; h += step_.height) {
        for (std::int64_t w = step_.width; w <= box.width; w += step_.width) {
          // A wider one does not fit either.
          if (!consider(block_of(config_, layer_, {h, w, depth})) && config_.is_u85()) break;
        }
      }
    }
    if (best_.height > 0) return best_;
    // Strides far beyond the kernel leave gaps that nobody loads; one micro-block always runs.
    return block_of(config_, layer_, {step_.height, step_.width, step_.channels});
  }

 private:
  // Micro-block steps, in whole 16s as long as channels remain.
  std::int64_t next_depth(std::int64_t depth) const {
    const std::int64_t next = depth + step_.channels;
    return next < out_.channels ? round_up(next, 16) : next;
  }

  // Whether it fits.
  bool consider(const NpuBlock& block) {
    const bool fits =
        config_.is_u85() ? fits_u85(config_, layer_, block) : fits_shram(config_, layer_, block);
    if (fits) take_if_better(block);
    return fits;
  }

  void take_if_better(const NpuBlock& block) {
    const float block_cost = cost(block);
    if (block_cost < cost_) {
      best_ = block;
      cost_ = block_cost;
      coverage_ = std::numeric_limits<float>::infinity();
    } else if (block_cost == cost_ && ((block.height <= 4 && block.width <= 4) || is_product_)) {
      const float block_coverage = coverage(block);
      if (block_coverage > coverage_) return;
      best_ = block;
      coverage_ = block_coverage;
    }
  }

  float cost(const NpuBlock& b) const {
    if (kernel_ == NpuKernel::elementwise) {
      return static_cast<float>(out_.elements()) / static_cast<float>(b.height * b.width * b.depth);
    }
    if (config_.is_u85() && is_vector_product(layer_)) {
      const float plane = static_cast<float>(b.height * b.width);
      const float cost = is_u85_product(layer_) ? static_cast<float>(out_.elements()) /
                                                      (plane * static_cast<float>(b.depth))
                                                : 1 / plane;
      return halved_if_whole(cost, b);
    }
    const float fetched = weights_fetched(b) + inputs_fetched(b);
    return halved_if_whole(fetched / static_cast<float>(out_.elements()), b);
  }

  float halved_if_whole(float per_output, const NpuBlock& b) const {
    const bool whole_input_fits =
        in_.elements() < 2 * b.input.height * b.input.width * b.input.depth;
    return whole_input_fits ? per_output / 2 : per_output;
  }

  float weights_fetched(const NpuBlock& b) const {
    if (kernel_ == NpuKernel::vector_product || kernel_ == NpuKernel::pooling) return 0;
    const std::int64_t outputs = kernel_ == NpuKernel::depthwise ? 1 : out_.channels;
    return static_cast<float>(window_.taps() * in_.channels * outputs *
                              ceil_div(out_.height, b.height) * ceil_div(out_.width, b.width));
  }

  float inputs_fetched(const NpuBlock& b) const {
    const float rows = static_cast<float>(out_.height) / static_cast<float>(b.height);
    const float columns = static_cast<float>(out_.width) / static_cast<float>(b.width);
    const auto input =
        static_cast<float>(b.input.height * b.input.width * in_.channels * sub_kernels_);
    // In the order in which Vela multiplies.
    const float once = config_.is_u85() ? input * rows * columns : input * (rows * columns);
    if (reads_own_channels(kernel_)) return once;
    return once * static_cast<float>(ceil_div(out_.channels, b.depth));
  }

  // Of the input, in blocks.
  float coverage(const NpuBlock& b) const {
    return static_cast<float>(in_.pixels()) /
           static_cast<float>(std::min(in_.height, b.input.height) *
                              std::min(in_.width, b.input.width));
  }

  const NpuConfig& config_;
  const LayerShape& layer_;
  NpuKernel kernel_;
  Shape in_, out_;
  Window window_;
  MicroBlock step_;
  Box largest_;
  bool is_product_;
  std::int64_t sub_kernels_;
  NpuBlock best_;
  float cost_ = std::numeric_limits<float>::infinity();
  float coverage_ = std::numeric_limits<float>::infinity();
};

}  // namespace

bool reads_own_channels(NpuKernel kernel) {
  return kernel == NpuKernel::depthwise || kernel == NpuKernel::pooling ||
         kernel == NpuKernel::elementwise;
}

// Vela 5.1.0 (Regor): part-kernel for up to 8 channels, else where it uses the array as well.
Traversal traversal(const LayerShape& layer) {
  if (npu_kernel(layer.op) != NpuKernel::convolution) return Traversal::depth_first;
  const std::int64_t c = layer.input().channels;
  const std::int64_t taps = workloads::window_of(layer.op).taps();
  if (c <= 8) return Traversal::part_kernel;
  // c*taps / (round_up(c,8)*round_up(taps,4))  >=  c / round_up(c,32)
  return taps * round_up(c, 32) >= round_up(c, 8) * round_up(taps, 4) ? Traversal::part_kernel
                                                                      : Traversal::depth_first;
}

Traversal traversal(const NpuConfig& config, const LayerShape& layer) {
  return config.is_u85() ? u85_traversal(layer) : traversal(layer);
}

MicroBlock micro_block(const NpuConfig& config, const LayerShape& layer) {
  if (config.is_u85()) return u85_micro_block(config, layer).size;
  if (is_row(config, layer) && layer.output.width % 2 == 0) {
    return {1, config.ublock_height * config.ublock_width, config.ublock_channels};
  }
  return {config.ublock_height, config.ublock_width, config.ublock_channels};
}

NpuBlock block_of(const NpuConfig& config, const LayerShape& layer, const Box& output) {
  const Window w = workloads::input_window(layer);
  NpuBlock block;
  static_cast<Box&>(block) = output;
  const std::int64_t depth = input_depth(config, layer, output.depth);
  const Box unit = config.is_u85() ? u85_input_unit(config, layer, depth)
                                   : Box{config.ublock_height, config.ublock_width, 8};
  block.input = {input_side(output.height, w.stride_height, w.extent_height(), unit.height),
                 input_side(output.width, w.stride_width, w.extent_width(), unit.width), depth};
  return block;
}

std::int64_t input_run(const LayerShape& layer, const NpuBlock& block, Layout layout) {
  const Box& b = block.input;
  if (layout == Layout::nhcwb16) return kNhcwb16Channels * b.width;
  return b.depth == input_of(layer).channels ? b.width * b.depth : b.depth;
}

std::int64_t output_run(const NpuConfig& config, const LayerShape& layer, const NpuBlock& block,
                        Layout layout) {
  const std::int64_t together = config.written_channels;
  if (layout == Layout::nhcwb16) return together * block.width;
  const bool whole = block.depth <= kNhcwb16Channels && block.depth == layer.output.channels;
  return whole ? block.width * block.depth : std::min(together, block.depth);
}

bool fits_shram(const NpuConfig& config, const LayerShape& layer, const NpuBlock& block) {
  const bool row = is_row(config, layer);
  const std::int64_t out_height = row ? 1 : block.height;
  const std::int64_t in_height = row ? 1 : block.input.height;
  const std::int64_t ifm =
      banks(in_height * block.input.width * round_up(block.input.depth, 8), config.ifm_granule);
  if (npu_kernel(layer.op) == NpuKernel::elementwise) {
    const bool scalar = layer.inputs.size() < 2 || layer.inputs[1].elements() == 1;
    return (scalar ? 1 : 2) * ifm <= usable_banks(config, layer);
  }
  const std::int64_t accumulators =
      banks(out_height * block.width * round_up(block.depth, 8) * 4, config.accumulator_granule);
  return ifm + accumulators <= usable_banks(config, layer);
}

NpuBlock choose_block(const NpuConfig& config, const LayerShape& layer) {
  if (config.is_u85() && reads_own_channels(npu_kernel(layer.op)))
    return u85_plane_block(config, layer);
  return Search(config, layer).best();
}

}  // namespace h4h::models
