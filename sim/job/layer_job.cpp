#include "sim/job/layer_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/cim/cim_estimate.hpp"
#include "models/npu/npu_mean.hpp"

namespace h4h::sim {
namespace {

using workloads::LayerShape;

std::string_view name(models::Layout layout) {
  return layout == models::Layout::nhwc ? "nhwc" : "nhcwb16";
}

// "s" or "b" for each input and the output; "" where nothing is spilled.
std::string levels(const LayerContext& context) {
  std::string text;
  for (const MemoryLevel level : context.input_levels)
    text += level == MemoryLevel::external ? 'b' : 's';
  text += context.output_level == MemoryLevel::external ? 'b' : 's';
  return text.find('b') == std::string::npos ? "" : text;
}

// "" for a first layer.
std::string slack(const LayerContext& context) {
  return context.first_layer ? "" : fmt::format(" slack {}", context.slack.count);
}

// Bytes of the inputs, and of those the ones in the backing store.
struct InputBytes {
  std::int64_t all = 0, spilled = 0;
};

InputBytes input_bytes(const LayerJob& job) {
  InputBytes bytes;
  for (std::size_t i = 0; i < job.layer.inputs.size(); ++i) {
    const std::int64_t stored = models::stored_bytes(job.layer.inputs[i], job.context.input);
    bytes.all += stored;
    const bool spilled =
        i < job.context.input_levels.size() && job.context.input_levels[i] == MemoryLevel::external;
    bytes.spilled += spilled ? stored : 0;
  }
  return bytes;
}

// What the NPU reads of several inputs comes from each in proportion to its size.
void mark_spills(models::NpuPlan& plan, const InputBytes& bytes, MemoryLevel output) {
  plan.spills_output = output == MemoryLevel::external;
  if (bytes.spilled == 0) return;
  for (models::NpuStep& step : plan.steps) {
    const auto spilled = [&](std::int64_t of) {
      return static_cast<std::int64_t>(Wide{of} * bytes.spilled / bytes.all);
    };
    step.spilled_input_bytes = spilled(step.input_bytes);
    step.spilled_operand_bytes = spilled(step.operand_bytes);
  }
}

void check(const platforms::Cim& cim, const LayerJob& job) {
  const Split& split = job.split;
  const bool adds_up = split.npu_channels >= 0 && split.cim_channels >= 0 &&
                       split.npu_channels + split.cim_channels == job.layer.output.channels;
  if (!adds_up) {
    throw std::invalid_argument(fmt::format("shares of {} and {} channels are not the layer's {}",
                                            split.npu_channels, split.cim_channels,
                                            job.layer.output.channels));
  }
  if (split.cim_channels == 0) return;
  if (!models::cim_can_run(cim, job.layer)) {
    throw std::invalid_argument(models::cim_cannot_run(cim, job.layer));
  }
  if (split.cim_channels % workloads::split_unit(job.layer) != 0) {
    throw std::invalid_argument(
        fmt::format("{} channels are not whole heads of attention", split.cim_channels));
  }
  if (split.macros < 1 || split.units < 1) {
    throw std::invalid_argument("a share for macros needs at least one macro and one unit");
  }
}

// The link and the memories that the macros' share of a job passes.
models::CimStreams cim_streams(const platforms::Hardware& hardware, const LayerJob& job,
                               const InputBytes& inputs) {
  const platforms::Memory& sram = hardware.sram;
  return {hardware.noc, inputs.spilled > 0 ? hardware.external : sram,
          job.context.output_level == MemoryLevel::external ? hardware.external : sram,
          job.split.npu_channels > 0};
}

// Weights are copied ahead into room that the activations leave: where they spill, there is none.
models::NpuMemories memories_of(const platforms::Hardware& hardware, const LayerJob& job) {
  const std::vector<MemoryLevel>& inputs = job.context.input_levels;
  models::NpuMemories memories = models::npu_memories(hardware);
  memories.room_for_copies =
      job.context.output_level == MemoryLevel::sram &&
      std::find(inputs.begin(), inputs.end(), MemoryLevel::external) == inputs.end();
  return memories;
}

models::WeightsAhead weights_ahead(const platforms::Hardware& hardware, const LayerContext& context,
                                   models::CopyRule rule) {
  const double hz = static_cast<double>(hardware.npu.clock_hz);
  return {context.first_layer, to_seconds(context.slack) * hz, rule};
}

bool can_copy_weights(const platforms::Hardware& hardware, const LayerJob& job) {
  if (job.split.npu_channels == 0) return false;
  return models::can_copy_weights(memories_of(hardware, job),
                                  models::on_array(share_of(job.layer, job.split.npu_channels)));
}

models::NpuPlan plan_share_of_npu(const platforms::Hardware& hardware, const LayerJob& job,
                                  models::CopyRule rule) {
  models::NpuPlan plan = models::plan_npu(
      models::npu_config(hardware.npu), share_of(job.layer, job.split.npu_channels),
      job.context.input, job.context.output, memories_of(hardware, job),
      weights_ahead(hardware, job.context, rule));
  mark_spills(plan, input_bytes(job), job.context.output_level);
  return plan;
}

}  // namespace

std::string_view to_string(Source source) {
  return source == Source::measured ? "measured" : "modelled";
}

std::string canonical_text(const LayerJob& job) {
  return fmt::format(
      "{} | npu {} cim {} macros {} units {} | {} {} {}{}", workloads::canonical_text(job.layer),
      job.split.npu_channels, job.split.cim_channels, job.split.macros, job.split.units,
      name(job.context.input), name(job.context.output), levels(job.context), slack(job.context));
}

void carry_over(const platforms::Hardware& hardware, const JobResult* before, LayerJob& job) {
  if (before == nullptr || !can_copy_weights(hardware, job)) return;
  const workloads::LayerShape share = models::on_array(share_of(job.layer, job.split.npu_channels));
  constexpr std::int64_t kMostScaleBytes = 16;  // a channel
  const std::int64_t bytes =
      models::encoded_weight_bytes(share) + kMostScaleBytes * share.output.channels;
  const models::Picoseconds all = models::transfer_time(bytes, hardware.weights.bandwidth) +
                                  models::Picoseconds{hardware.weights.latency_ps};
  job.context.first_layer = false;
  job.context.slack = std::min(before->weights_idle, all);
}

Plans plan_job(const platforms::Hardware& hardware, const LayerJob& job) {
  check(hardware.cim, job);
  Plans plans;
  if (workloads::is_view(job.layer.op)) return plans;
  if (job.split.npu_channels > 0) {
    plans.npu = plan_share_of_npu(hardware, job, models::CopyRule::regor);
  }
  const InputBytes inputs = input_bytes(job);
  if (job.split.cim_channels > 0) {
    const LayerShape share = share_of(job.layer, job.split.cim_channels);
    plans.cim =
        models::best_cim_plan(hardware.cim, cim_streams(hardware, job, inputs), job.split.macros,
                              job.split.units, share, job.context.input, job.context.output);
    plans.cim->spilled_input = inputs.spilled > 0;
    plans.cim->spills_output = job.context.output_level == MemoryLevel::external;
  }
  return plans;
}

std::optional<Plans> with_other_weight_schedule(const platforms::Hardware& hardware,
                                                const LayerJob& job, const Plans& plans) {
  if (!plans.npu || !can_copy_weights(hardware, job)) return std::nullopt;
  Plans other = plans;
  other.npu = plan_share_of_npu(
      hardware, job, plans.npu->slices.empty() ? models::CopyRule::copy : models::CopyRule::stream);
  return other;
}

}  // namespace h4h::sim
