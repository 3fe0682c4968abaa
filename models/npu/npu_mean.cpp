#include "models/npu/npu_mean.hpp"

#include <variant>

#include "models/npu/npu_parts.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Shape;

constexpr std::int64_t kSumBytes = 4;  // sums are 32 bits wide

// Ones take a bit each, padding included, and a header.
std::int64_t encoded_ones(std::int64_t taps, std::int64_t channels) {
  // Assumption: half of the 16 B that a stream is padded to; the ones themselves take far more.
  constexpr std::int64_t kHeaderBytes = 8;
  return round_up(ceil_div(round_up(taps, 4) * channels, 8) + kHeaderBytes, 16);
}

// Sums in, means out; it starts when the last sum is out.
void append_multiplication(NpuPlan& plan, const NpuConfig& config, const LayerShape& layer,
                           Layout output, const NpuMemories& memories) {
  const workloads::Op multiply =
      workloads::Elementwise{workloads::ElementwiseKind::mul, workloads::Activation::none};
  const LayerShape product{multiply, {layer.output, {1, 1, 1}}, layer.output, {}, {}};
  NpuPlan second = plan_npu(config, product, output, output, memories);
  second.steps.front().after_output = true;
  for (NpuStep& step : second.steps) {
    step.input_bytes = kSumBytes * step.output_bytes;
    step.output_cycles = multiply32_cycles(config, step.output_bytes);
    plan.steps.push_back(step);
  }
  if (!plan.slices.empty()) plan.slices.back().steps += second.steps.size();
}

}  // namespace

LayerShape on_array(const LayerShape& layer) {
  if (is_single_part(layer)) return parts_of(layer).front().layer;
  const auto* mean = std::get_if<workloads::Mean>(&layer.op);
  if (mean == nullptr) return layer;
  workloads::DepthwiseConv2d sum;
  Shape in = layer.input(), out = layer.output;
  if (mean->channels) {
    out = {layer.output.elements(), 1, 1};
    in = {out.height, layer.input().elements() / out.height, 1};
    sum.window.kernel_width = in.width;
  } else {
    sum.window = workloads::input_window(layer);
  }
  return {sum, {in}, out, encoded_ones(sum.window.taps(), out.channels), {}};
}

NpuPlan plan_mean(const NpuConfig& config, const LayerShape& layer, Layout input, Layout output,
                  const NpuMemories& memories, const WeightsAhead& ahead) {
  NpuPlan plan = plan_npu(config, on_array(layer), input, output, memories, ahead);
  plan.macs = workloads::macs(layer);
  for (NpuStep& step : plan.steps) step.output_bytes *= kSumBytes;
  append_multiplication(plan, config, layer, output, memories);
  return plan;
}

}  // namespace h4h::models
