#pragma once

#include "models/device/device.hpp"
#include "models/device/device_lanes.hpp"

namespace h4h::models {

// A systolic array on the NoC, with buffers of its own and no memory. Its weights come as those of
// the NPU of its chip do: over the NoC, or over the port of their own.
class SystolicDevice : public Device {
 public:
  SystolicDevice(std::string name, const platforms::Systolic& array,
                 const platforms::Hardware& chip);

  bool can_run(const workloads::LayerShape& layer) const override;
  std::string cannot_run(const workloads::LayerShape& layer) const override;
  // Whole columns of the array.
  std::int64_t share_unit(const workloads::LayerShape& layer) const override;
  DevicePlan plan(const DeviceTask& task) const override;
  WorkBound bound(const DeviceTask& task) const override;
  // It copies nothing ahead over that port.
  bool has_weight_port() const override;
  double peak_macs_per_s(const Share& share) const override;
  const platforms::MeasuredTable* measured(const Share& share) const override;
  std::vector<Event> events() const override;
  static const DeviceLanes& lanes();

 private:
  SystolicPlan plan_of(const DeviceTask& task) const;

  platforms::Systolic array_;
  platforms::Hardware chip_;
};

template <>
struct DeviceOf<platforms::Systolic> {
  using Type = SystolicDevice;
};

}  // namespace h4h::models
