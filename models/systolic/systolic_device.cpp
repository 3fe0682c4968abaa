#include "models/systolic/systolic_device.hpp"

#include <algorithm>
#include <numeric>

#include "models/systolic/systolic_bound.hpp"

namespace h4h::models {

using workloads::LayerShape;

SystolicDevice::SystolicDevice(std::string name, const platforms::Systolic& array,
                               const platforms::Hardware& chip)
    : Device(std::move(name), array), array_(array), chip_(chip) {}

bool SystolicDevice::can_run(const LayerShape& layer) const { return cannot_run(layer).empty(); }

std::string SystolicDevice::cannot_run(const LayerShape& layer) const {
  return systolic_cannot_run(array_, layer);
}

std::int64_t SystolicDevice::share_unit(const LayerShape& layer) const {
  return std::lcm(array_.columns, workloads::split_unit(layer));
}

// Of several inputs, what is spilled comes from each in proportion to its size.
SystolicPlan SystolicDevice::plan_of(const DeviceTask& task) const {
  SystolicPlan plan = plan_systolic(array_, task.layer, task.input, task.output);
  plan.spills_output = task.spills_output;
  if (task.spilled_input_bytes == 0) return plan;
  const auto spilled = [&](std::int64_t of) {
    return static_cast<std::int64_t>(Wide{of} * task.spilled_input_bytes / task.input_bytes);
  };
  for (SystolicStep& step : plan.steps) {
    step.spilled_input_bytes = spilled(step.input_bytes);
    step.spilled_operand_bytes = spilled(step.operand_bytes);
  }
  return plan;
}

DevicePlan SystolicDevice::plan(const DeviceTask& task) const { return plan_of(task); }

WorkBound SystolicDevice::bound(const DeviceTask& task) const {
  return systolic_bound(array_, chip_, has_weight_port(), plan_of(task));
}

bool SystolicDevice::has_weight_port() const {
  return chip_.npu.weights_port == platforms::WeightsPort::private_port;
}

double SystolicDevice::peak_macs_per_s(const Share& /*share*/) const {
  return static_cast<double>(array_.rows * array_.columns) * static_cast<double>(array_.clock_hz);
}

const platforms::MeasuredTable* SystolicDevice::measured(const Share& /*share*/) const {
  return array_.measured.empty() ? nullptr : &array_.measured;
}

// The coefficients of a listed device are its own, so that these are those of the array.
std::vector<Event> SystolicDevice::events() const {
  return {Event::npu_mac, Event::npu_cycle, Event::npu_lane_cycle};
}

const DeviceLanes& SystolicDevice::lanes() {
  static const DeviceLanes kAll{
      "npu_",
      {Lane::npu_mac, Lane::npu_dma_input, Lane::npu_dma_weights, Lane::npu_dma_output,
       Lane::noc_tenure},
      Lane::npu_spill_read,
      Lane::npu_spill_write,
      {Lane::npu_dma_input, Lane::npu_dma_output, Lane::npu_spill_read, Lane::npu_spill_write},
      {Lane::npu_dma_weights},
      Event::npu_mac};
  return kAll;
}

}  // namespace h4h::models
