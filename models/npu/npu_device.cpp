#include "models/npu/npu_device.hpp"

#include "models/npu/npu_bound.hpp"
#include "models/npu/npu_mean.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;

// What the NPU reads of several inputs comes from each in proportion to its size.
void mark_spills(NpuPlan& plan, const DeviceTask& task) {
  plan.spills_output = task.spills_output;
  if (task.spilled_input_bytes == 0) return;
  for (NpuStep& step : plan.steps) {
    const auto spilled = [&](std::int64_t of) {
      return static_cast<std::int64_t>(Wide{of} * task.spilled_input_bytes / task.input_bytes);
    };
    step.spilled_input_bytes = spilled(step.input_bytes);
    step.spilled_operand_bytes = spilled(step.operand_bytes);
  }
}

}  // namespace

NpuDevice::NpuDevice(std::string name, const platforms::Npu& npu, const platforms::Hardware& chip)
    : Device(std::move(name), npu),
      npu_(npu),
      config_(npu_config(npu)),
      memories_(npu_memories(npu, chip)),
      chip_(chip) {}

bool NpuDevice::can_run(const LayerShape& /*layer*/) const { return true; }

std::string NpuDevice::cannot_run(const LayerShape& /*layer*/) const { return {}; }

std::int64_t NpuDevice::share_unit(const LayerShape& layer) const {
  return workloads::split_unit(layer);  // whole heads
}

// Weights are copied ahead into what activations leave of the SRAM: nothing where they spill.
NpuMemories NpuDevice::memories_for(const DeviceTask& task) const {
  NpuMemories memories = memories_;
  memories.room_for_copies = !task.spills_output && task.spilled_input_bytes == 0;
  return memories;
}

NpuPlan NpuDevice::plan_by(CopyRule rule, const DeviceTask& task) const {
  const double hz = static_cast<double>(npu_.clock_hz);
  NpuPlan plan = plan_npu(config_, task.layer, task.input, task.output, memories_for(task),
                          {task.first_layer, to_seconds(task.slack) * hz, rule});
  mark_spills(plan, task);
  return plan;
}

DevicePlan NpuDevice::plan(const DeviceTask& task) const { return plan_by(CopyRule::regor, task); }

std::optional<DevicePlan> NpuDevice::other_plan(const DeviceTask& task,
                                                const DevicePlan& plan) const {
  if (npu_.weight_copies == platforms::WeightCopies::compiler) return std::nullopt;
  if (!can_copy_weights(memories_for(task), on_array(task.layer))) return std::nullopt;
  const bool streams = std::get<NpuPlan>(plan).slices.empty();
  return plan_by(streams ? CopyRule::copy : CopyRule::stream, task);
}

WorkBound NpuDevice::bound(const DeviceTask& task) const {
  const DevicePlan first = plan(task);
  const WorkBound bound = npu_bound(npu_, chip_, std::get<NpuPlan>(first));
  const std::optional<DevicePlan> other = other_plan(task, first);
  if (!other) return bound;
  return least_of(bound, npu_bound(npu_, chip_, std::get<NpuPlan>(*other)));
}

Picoseconds NpuDevice::useful_slack(const DeviceTask& task) const {
  const LayerShape share = on_array(task.layer);
  if (!can_copy_weights(memories_for(task), share)) return {};
  constexpr std::int64_t kMostScaleBytes = 16;  // a channel: kScaleBytes in whole 16s
  const std::int64_t bytes = encoded_weight_bytes(share) + kMostScaleBytes * share.output.channels;
  return transfer_time(bytes, chip_.weights.bandwidth) + Picoseconds{chip_.weights.latency_ps};
}

double NpuDevice::peak_macs_per_s(const Share& /*share*/) const {
  return static_cast<double>(npu_.macs_per_cycle * npu_.clock_hz);
}

const platforms::MeasuredTable* NpuDevice::measured(const Share& /*share*/) const {
  return npu_.measured.empty() ? nullptr : &npu_.measured;
}

std::vector<Event> NpuDevice::events() const {
  return {Event::npu_mac, Event::npu_cycle, Event::npu_lane_cycle};
}

const DeviceLanes& NpuDevice::lanes() {
  static const DeviceLanes kAll{"npu_",
                                {Lane::npu_mac, Lane::npu_output, Lane::npu_dma_input,
                                 Lane::npu_dma_weights, Lane::npu_dma_output, Lane::noc_tenure},
                                Lane::npu_spill_read,
                                Lane::npu_spill_write,
                                {Lane::npu_dma_input, Lane::npu_dma_output, Lane::npu_dma_copy,
                                 Lane::npu_dma_copied, Lane::npu_spill_read, Lane::npu_spill_write},
                                {Lane::npu_dma_weights},
                                Event::npu_mac};
  return kAll;
}

}  // namespace h4h::models
