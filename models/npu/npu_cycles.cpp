#include "models/npu/npu_cycles.hpp"

#include <algorithm>
#include <variant>

#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;

// Steps of a kernel for one micro-block: its taps (part-kernel and depthwise in fours), each for so
// many groups of input channels.
struct KernelSteps {
  std::int64_t taps = 0, groups = 0;
};

KernelSteps kernel_steps(const LayerShape& layer, std::int64_t channels) {
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
  if (traversal(layer) == Traversal::depth_first) return {taps, 1};
  return {ceil_div(taps, 4), ceil_div(channels, 8)};
}

}  // namespace

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
    return times * std::max<std::int64_t>(4, pooled_taps(layer)) * part.plane * part.deep;
  }
  const std::int64_t plane = kernel == NpuKernel::vector_product ? 1 : part.plane;
  const KernelSteps steps = kernel_steps(layer, channels);
  const std::int64_t each = std::max(config.weight_floor, 4 * plane);
  const std::int64_t cycles = each * part.deep * steps.taps * steps.groups;
  if (plane > 1) return cycles;
  // A single micro-block of pixels waits for its accumulators between taps, and, a single one in
  // depth too, before the first.
  const std::int64_t waits = block_deep == 1 ? steps.taps : part.deep * (steps.taps - 1);
  return cycles + config.ublock_delay * waits * steps.groups;
}

std::int64_t output_stage_cycles(const NpuConfig& config, const LayerShape& layer,
                                 std::int64_t elements, std::int64_t channels,
                                 std::int64_t scale_latency) {
  // Scales that come within a latency of the weight memory (Vela 5.1.0).
  constexpr std::int64_t kBytesPerLatency = 256;
  return std::max(ceil_div(output_eighths(config, layer.op) * elements, 8),
                  kScaleBytes * channels * scale_latency / kBytesPerLatency);
}

// Vela 5.1.0, ethos_u55_performance.cpp: cycles per element of an elementwise operator on 32 bits,
// 3, 1.5, 1.25 and 1.125.
std::int64_t multiply32_cycles(const NpuConfig& config, std::int64_t elements) {
  switch (config.macs_per_cycle) {
    case 32:
      return 3 * elements;
    case 64:
      return ceil_div(12 * elements, 8);
    case 128:
      return ceil_div(10 * elements, 8);
    default:
      return ceil_div(9 * elements, 8);
  }
}

}  // namespace h4h::models
