#pragma once

#include "models/device/device.hpp"
#include "models/device/device_lanes.hpp"
#include "models/npu/npu_config.hpp"
#include "models/npu/npu_memories.hpp"

namespace h4h::models {

// An Ethos-U55-like NPU. It runs every layer, and shares of any number of channels. Throws
// std::invalid_argument for a size that npu_config() does not know.
class NpuDevice : public Device {
 public:
  NpuDevice(std::string name, const platforms::Npu& npu, const platforms::Hardware& chip);

  bool can_run(const workloads::LayerShape& layer) const override;
  std::string cannot_run(const workloads::LayerShape& layer) const override;
  std::int64_t share_unit(const workloads::LayerShape& layer) const override;
  // Weights are copied ahead of their use where Arm's compiler would.
  DevicePlan plan(const DeviceTask& task) const override;
  // Under `npu.weights.schedule: fastest` the other way round: weights that `plan` copies ahead are
  // streamed, others copied. nullopt where they cannot be copied.
  std::optional<DevicePlan> other_plan(const DeviceTask& task,
                                       const DevicePlan& plan) const override;
  WorkBound bound(const DeviceTask& task) const override;
  bool has_weight_port() const override { return memories_.private_weights; }
  Picoseconds useful_slack(const DeviceTask& task) const override;
  bool matters_without_share() const override { return true; }
  double peak_macs_per_s(const Share& share) const override;
  const platforms::MeasuredTable* measured(const Share& share) const override;
  std::vector<Event> events() const override;
  static const DeviceLanes& lanes();

 private:
  NpuMemories memories_for(const DeviceTask& task) const;
  NpuPlan plan_by(CopyRule rule, const DeviceTask& task) const;

  platforms::Npu npu_;
  NpuConfig config_;
  NpuMemories memories_;
  platforms::Hardware chip_;
};

template <>
struct DeviceOf<platforms::Npu> {
  using Type = NpuDevice;
};

}  // namespace h4h::models
