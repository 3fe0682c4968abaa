#include "models/npu/npu_block.hpp"

#include <algorithm>
#include <tuple>

#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Window;

constexpr std::int64_t kMaxBlockHeight = 32, kMaxBlockWidth = 64, kMaxBlockDepth = 128;
constexpr std::int64_t kMaxSubKernel = 8;

bool reads_own_channels(NpuKernel kernel) {
  return kernel == NpuKernel::depthwise || kernel == NpuKernel::pooling ||
         kernel == NpuKernel::elementwise;
}

std::int64_t ifm_depth(const LayerShape& layer, std::int64_t block_depth) {
  const NpuKernel kernel = npu_kernel(layer.op);
  if (reads_own_channels(kernel)) return block_depth;
  const std::int64_t channels =
      kernel == NpuKernel::vector_product ? layer.input().elements() : layer.input().channels;
  return round_up(
      std::min<std::int64_t>(channels, traversal(layer) == Traversal::part_kernel ? 16 : 32), 8);
}

// Input rows (or columns) behind `outputs` outputs, in whole micro-blocks; no more than there are.
std::int64_t input_side(std::int64_t outputs, std::int64_t stride, std::int64_t extent,
                        std::int64_t available, std::int64_t ublock) {
  const std::int64_t needed = (outputs - 1) * stride + std::min(extent, kMaxSubKernel);
  return round_up(std::min(needed, available), ublock);
}

// Banks of `bytes`, doubled for double buffering, in whole granules.
std::int64_t banks(std::int64_t bytes, std::int64_t granule) {
  return round_up(2 * ceil_div(bytes, 1024), granule);
}

std::int64_t usable_banks(const NpuConfig& config, const LayerShape& layer) {
  constexpr std::int64_t kOutputBanks = 2, kLookupBanks = 2;
  const bool reserved =
      config.shram_banks > 16 || workloads::is_lookup(workloads::activation_of(layer.op));
  return config.shram_banks - kOutputBanks - (reserved ? kLookupBanks : 0);
}

// Depths to try: micro-block steps, in whole 16s as long as channels remain.
std::int64_t next_depth(std::int64_t depth, std::int64_t step, std::int64_t channels) {
  const std::int64_t next = depth + step;
  return next < channels ? round_up(next, 16) : next;
}

}  // namespace

NpuKernel npu_kernel(const workloads::Op& op) {
  if (std::holds_alternative<workloads::Conv2d>(op)) return NpuKernel::convolution;
  if (std::holds_alternative<workloads::DepthwiseConv2d>(op)) return NpuKernel::depthwise;
  if (std::holds_alternative<workloads::Linear>(op)) return NpuKernel::vector_product;
  if (std::holds_alternative<workloads::Elementwise>(op)) return NpuKernel::elementwise;
  if (std::holds_alternative<workloads::Softmax>(op)) return NpuKernel::elementwise;
  if (std::holds_alternative<workloads::LayerNorm>(op)) return NpuKernel::elementwise;
  return NpuKernel::pooling;  // what only moves or maps elements runs as a pooling pass
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

bool fits_shram(const NpuConfig& config, const LayerShape& layer, const NpuBlock& block) {
  const Window w = workloads::window_of(layer.op);
  const workloads::Shape &in = layer.input(), &out = layer.output;
  const std::int64_t height = input_side(std::min(block.height, out.height), w.stride_height,
                                         w.extent_height(), in.height, config.ublock_height);
  const std::int64_t width = input_side(std::min(block.width, out.width), w.stride_width,
                                        w.extent_width(), in.width, config.ublock_width);
  const std::int64_t ifm = banks(height * width * round_up(block.ifm_depth, 8), config.ifm_granule);
  if (npu_kernel(layer.op) == NpuKernel::elementwise) {
    return static_cast<std::int64_t>(layer.inputs.size()) * ifm <= usable_banks(config, layer);
  }
  const std::int64_t accumulators =
      banks(block.height * block.width * round_up(block.depth, 8) * 4, config.accumulator_granule);
  return ifm + accumulators <= usable_banks(config, layer);
}

NpuBlock choose_block(const NpuConfig& config, const LayerShape& layer) {
  const workloads::Shape& out = layer.output;
  const std::int64_t max_height =
      round_up(std::min(out.height, kMaxBlockHeight), config.ublock_height);
  const std::int64_t max_width = round_up(std::min(out.width, kMaxBlockWidth), config.ublock_width);
  const std::int64_t max_depth =
      round_up(std::min(out.channels, kMaxBlockDepth), config.ublock_channels);
  const auto rank = [&](const NpuBlock& b) {
    const std::int64_t elements = std::min(b.height, out.height) * std::min(b.width, out.width) *
                                  std::min(b.depth, out.channels);
    return std::tuple(elements, b.depth, b.width);
  };
  NpuBlock best;
  for (std::int64_t depth = std::max(config.ublock_channels, std::min<std::int64_t>(max_depth, 16));
       depth <= max_depth; depth = next_depth(depth, config.ublock_channels, out.channels)) {
    for (std::int64_t height = config.ublock_height; height <= max_height;
         height += config.ublock_height) {
      // Fitting is monotone in width: the widest that fits is the best of this depth and height.
      for (std::int64_t width = max_width; width > 0; width -= config.ublock_width) {
        const NpuBlock block{height, width, depth, ifm_depth(layer, depth)};
        if (rank(block) <= rank(best)) break;
        if (!fits_shram(config, layer, block)) continue;
        best = block;
        break;
      }
    }
  }
  if (best.height > 0) return best;
  // Strides far beyond the kernel leave gaps that nobody loads; one micro-block always runs.
  return {config.ublock_height, config.ublock_width, config.ublock_channels,
          ifm_depth(layer, config.ublock_channels)};
}

}  // namespace h4h::models
