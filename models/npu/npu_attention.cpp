#include "models/npu/npu_attention.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/device/plan_size.hpp"
#include "models/npu/npu_cycles.hpp"
#include "models/npu/npu_matmul.hpp"
#include "models/npu/npu_softmax.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::Activation;
using workloads::Conv2d;
using workloads::LayerShape;
using workloads::Shape;

using Steps = std::vector<NpuStep>;

void append(Steps& steps, const Steps& more) {
  steps.insert(steps.end(), more.begin(), more.end());
}

LayerShape pointwise(const Shape& tokens, std::int64_t in, std::int64_t out) {
  return {Conv2d{out, {}, Activation::none},
          {{tokens.height, tokens.width, in}},
          {tokens.height, tokens.width, out},
          in * out,
          {}};
}

// Of input and accumulators.
std::int64_t held_bytes(const NpuConfig& config) {
  constexpr std::int64_t kBankBytes = 1024;
  const BlockMemories& own = config.block_memories;
  return config.is_u85() ? own.input + own.accumulators : config.shram_banks * kBankBytes;
}

class Planner {
 public:
  Planner(const NpuConfig& config, const LayerShape& layer, Layout input, Layout output,
          const NpuMemories& memories)
      : config_(config),
        map_(layer.output),
        stored_channels_(layer.input().channels),
        heads_(std::get<workloads::Attention>(layer.op).heads),
        tokens_(map_.pixels()),
        channels_(map_.channels / heads_),
        input_(input),
        output_(output),
        memories_(memories) {}

  Steps head() const {
    if (config_.matmul_rule == platforms::MatmulRule::arm) return through_memory();
    Steps steps;
    const Shape stripe = largest_stripe();
    for (std::int64_t y = 0; y < map_.height; y += stripe.height) {
      for (std::int64_t x = 0; x < map_.width; x += stripe.width) {
        append(steps, stripe_steps({std::min(stripe.height, map_.height - y),
                                    std::min(stripe.width, map_.width - x), 1}));
        if (x == 0 && y == 0) check_size(steps.size(), stripe);
      }
    }
    return steps;
  }

  std::int64_t heads() const { return heads_; }

  // A head's channels of every pixel. Arm's lowering moves heads apart first.
  void set_runs(NpuPlan& plan) const {
    if (config_.matmul_rule == platforms::MatmulRule::arm) return;
    plan.input_run = run_bytes(input_, map_.width, channels_, stored_channels_);
    plan.operand_run = plan.input_run;
    plan.output_run = run_bytes(output_, map_.width, channels_, map_.channels);
  }

 private:
  // Whole rows of the feature map where their scores fit half of the SHRAM (assumption: the other
  // half is for input and accumulators), else a part of a few rows.
  Shape largest_stripe() const {
    const std::int64_t fit =
        std::max<std::int64_t>(1, held_bytes(config_) / 2 / round_up(tokens_, 16));
    const std::int64_t u = config_.ublock_height;
    const std::int64_t rows = fit / map_.width / u * u;
    if (rows > 0) return {std::min(rows, map_.height), map_.width, 1};
    const std::int64_t height = std::min(u, fit);
    return {height, std::clamp<std::int64_t>(fit / height, 1, map_.width), 1};
  }

  // Of all heads, by the first stripe of one.
  void check_size(std::size_t steps, const Shape& stripe) const {
    const auto stripes = static_cast<double>(ceil_div(map_.height, stripe.height)) *
                         static_cast<double>(ceil_div(map_.width, stripe.width));
    check_plan_size(static_cast<double>(steps) * stripes * static_cast<double>(heads_));
  }

  Steps stripe_steps(const Shape& stripe) const {
    const bool dense = config_.matmul_rule == platforms::MatmulRule::dense;
    const LayerShape scores = pointwise(stripe, channels_, tokens_);
    const LayerShape values = pointwise(stripe, tokens_, channels_);
    Steps steps = dense ? dense_product(scores) : product(scores);
    for (NpuStep& step : steps) step.output_bytes = 0;
    steps.push_back(softmax(stripe));
    Steps last = dense ? dense_product(values) : product(values);
    for (NpuStep& step : last) step.input_bytes = 0;
    last.front().after_output = true;
    append(steps, last);
    return steps;
  }

  Steps product(const LayerShape& layer) const {
    return plan_with_dynamic_weights(config_, layer, input_, output_, memories_).steps;
  }

  Steps dense_product(const LayerShape& layer) const {
    const double rate = static_cast<double>(config_.macs_per_cycle) * config_.matmul_utilization;
    const double macs = static_cast<double>(workloads::macs(layer));
    NpuStep step;
    step.input_bytes = layer.input().pixels() * stored_channels(layer.input().channels, input_);
    step.operand_bytes = workloads::weight_bytes(layer);
    step.mac_cycles = static_cast<std::int64_t>(std::ceil(macs / rate));
    step.ends_block = true;
    step.output_cycles = pass_cycles(config_, layer.output.elements());
    step.output_bytes = layer.output.pixels() * stored_channels(layer.output.channels, output_);
    return {step};
  }

  NpuStep softmax(const Shape& stripe) const {
    NpuStep step;
    step.ends_block = true;
    step.output_cycles = softmax_cycles(config_, stripe.pixels(), tokens_);
    return step;
  }

  Steps through_memory() const {
    const Shape scores{1, tokens_, tokens_}, vectors{1, tokens_, channels_};
    const LayerShape first{workloads::MatMul{true}, {vectors, vectors}, scores, {}, {}};
    const LayerShape second{workloads::MatMul{false}, {scores, vectors}, vectors, {}, {}};
    const Shape map{map_.height, map_.width, tokens_};
    const LayerShape between{workloads::Softmax{}, {map}, map, {}, {}};
    Steps steps = plan_matmul(config_, first, Layout::nhwc, Layout::nhwc, memories_).steps;
    append(steps, plan_npu(config_, between, Layout::nhwc, Layout::nhwc, memories_).steps);
    append(steps, plan_matmul(config_, second, Layout::nhwc, Layout::nhwc, memories_).steps);
    return steps;
  }

  const NpuConfig& config_;
  Shape map_;
  std::int64_t stored_channels_;  // of a pixel of the tensor that a head's channels are in
  std::int64_t heads_, tokens_, channels_;
  Layout input_, output_;
  const NpuMemories& memories_;
};

}  // namespace

NpuPlan plan_attention(const NpuConfig& config, const LayerShape& layer, Layout input,
                       Layout output, const NpuMemories& memories) {
  const Planner planner(config, layer, input, output, memories);
  const Steps head = planner.head();
  check_plan_size(static_cast<double>(head.size()) * static_cast<double>(planner.heads()));
  NpuPlan plan;
  plan.macs = workloads::macs(layer);
  planner.set_runs(plan);
  for (std::int64_t i = 0; i < planner.heads(); ++i) append(plan.steps, head);
  return plan;
}

}  // namespace h4h::models
