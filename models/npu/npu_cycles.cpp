#include "models/npu/npu_cycles.hpp"

#include <algorithm>
#include <variant>

#include "models/npu/npu_u85_block.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;

// Steps of a kernel for one micro-block: its taps (part-kernel and depthwise in fours), each for so
// many groups of input channels.
struct KernelSteps {
  std::int64_t taps = 0, groups = 0;
  std::int64_t parts = 1;  // of a step that one of these is
};

// Part-kernel: taps in fours of 8 channels; on an Ethos-U85, under the rule `hardware`, in quarters
// of a step: as many as its taps and its groups of 16 channels have.
KernelSteps part_kernel_steps(const NpuConfig& config, std::int64_t taps, std::int64_t channels) {
  if (config.is_u85() && config.traversal == platforms::TraversalRule::hardware) {
    return {u85_tap_steps(taps), 2 * ceil_div(channels, 16), 4};
  }
  return {ceil_div(taps, 4), ceil_div(channels, 8)};
}

KernelSteps kernel_steps(const NpuConfig& config, const LayerShape& layer, std::int64_t channels) {
  const std::int64_t taps = workloads::input_window(layer).taps();
  switch (npu_kernel(layer.op)) {
    case NpuKernel::elementwise:
    case NpuKernel::pooling:
      return {};
    case NpuKernel::depthwise:
      return {ceil_div(taps, 4), 1};
    case NpuKernel::vector_product:
      return {1, 1};
    case NpuKernel::convolution:
      break;
  }
  if (traversal(config, layer) == Traversal::depth_first) return {taps, 1};
  return part_kernel_steps(config, taps, channels);
}

// Of a plane of micro-blocks and one in depth, a step.
std::int64_t step_cycles(const NpuConfig& config, const LayerShape& layer, const MicroBlocks& part,
                         std::int64_t channels) {
  const NpuKernel kernel = npu_kernel(layer.op);
  const bool own_plane = kernel == NpuKernel::vector_product && !config.is_u85();
  const std::int64_t plane = own_plane ? 1 : part.plane;
  const bool depth_first =
      kernel == NpuKernel::vector_product ||
      (kernel == NpuKernel::convolution && traversal(config, layer) == Traversal::depth_first);
  const std::int64_t groups = config.is_u85() && depth_first ? channels / 8 : 4;
  return std::max(weight_floor(config, part.channels), groups * plane);
}

}  // namespace

std::int64_t weight_floor(const NpuConfig& config, std::int64_t channels) {
  return 4 * channels / config.decoders;
}

std::int64_t pooling_times(const NpuConfig& config) { return config.macs_per_cycle > 32 ? 4 : 1; }

bool pools_whole_map(const LayerShape& layer) {
  return std::holds_alternative<workloads::Pool2d>(layer.op) && layer.output.pixels() == 1;
}

std::int64_t pooled_taps(const LayerShape& layer) {
  const std::int64_t taps = workloads::input_window(layer).taps();
  switch (npu_rule(layer.op).reads) {
    case NpuReads::nearest:
    case NpuReads::bilinear:
      return 4;
    case NpuReads::window:
    case NpuReads::moved:
      break;
  }
  return taps;
}

std::int64_t summed_channels(const LayerShape& layer) {
  return npu_kernel(layer.op) == NpuKernel::vector_product ? layer.input().elements()
                                                           : layer.input().channels;
}

std::int64_t array_cycles(const NpuConfig& config, const LayerShape& layer, const MicroBlocks& part,
                          std::int64_t block_deep, std::int64_t channels) {
  const NpuKernel kernel = npu_kernel(layer.op);
  if (kernel == NpuKernel::pooling) {
    const std::int64_t times = pools_whole_map(layer) ? 1 : pooling_times(config);
    return times * std::max<std::int64_t>(4, pooled_taps(layer)) * part.plane * part.deep /
           config.cores;
  }
  const KernelSteps steps = kernel_steps(config, layer, channels);
  const std::int64_t cycles = step_cycles(config, layer, part, channels) * part.deep * steps.taps *
                              steps.groups / steps.parts;
  const bool one_pixel = kernel == NpuKernel::vector_product && !config.is_u85();
  if (part.plane > 1 && !one_pixel) return cycles / config.cores;
  // A single micro-block of pixels waits for its accumulators between taps, and, a single one in
  // depth too, before the first.
  const std::int64_t taps = ceil_div(steps.taps, steps.parts);
  const std::int64_t waits = block_deep == 1 ? taps : part.deep * (taps - 1);
  return (cycles + config.ublock_delay * waits * steps.groups) / config.cores;
}

std::int64_t output_stage_cycles(const NpuConfig& config, const LayerShape& layer,
                                 std::int64_t elements, std::int64_t channels,
                                 std::int64_t scale_latency) {
  // Scales that come within a latency of the weight memory (Vela 5.1.0).
  constexpr std::int64_t kBytesPerLatency = 256;
  return std::max(ceil_div(output_32nds(config, layer.op) * elements, 32),
                  kScaleBytes * channels * scale_latency / kBytesPerLatency);
}

std::int64_t multiply32_cycles(const NpuConfig& config, std::int64_t elements) {
  return ceil_div(config.binary32 * elements, 32);
}

std::int64_t unary32_cycles(const NpuConfig& config, std::int64_t elements) {
  return ceil_div(config.unary32 * elements, 32);
}

std::int64_t pass_cycles(const NpuConfig& config, std::int64_t elements) {
  return ceil_div(config.pass * elements, 32);
}

}  // namespace h4h::models
