#pragma once

#include "models/cim/cim_estimate.hpp"
#include "models/device/device.hpp"
#include "models/device/device_lanes.hpp"

namespace h4h::models {

// All macros of one description: they stream over the NoC as one device.
class CimDevice : public Device {
 public:
  CimDevice(std::string name, const platforms::Cim& cim, const platforms::Hardware& chip);

  bool can_run(const workloads::LayerShape& layer) const override;
  std::string cannot_run(const workloads::LayerShape& layer) const override;
  std::int64_t share_unit(const workloads::LayerShape& layer) const override;
  DevicePlan plan(const DeviceTask& task) const override;
  WorkBound bound(const DeviceTask& task) const override;
  std::optional<MacroGroup> macro_group() const override;
  std::int64_t words_taken(const workloads::LayerShape& share, std::int64_t macros) const override;
  std::int64_t words_held(const workloads::LayerShape& share, std::int64_t macros) const override;
  double peak_macs_per_s(const Share& share) const override;
  const platforms::MeasuredTable* measured(const Share& share) const override;
  std::vector<Event> events() const override;
  static const DeviceLanes& lanes();

 private:
  CimStreams streams(const DeviceTask& task) const;

  platforms::Cim cim_;
  platforms::Noc noc_;
  platforms::Memory sram_, external_;
};

template <>
struct DeviceOf<platforms::Cim> {
  using Type = CimDevice;
};

}  // namespace h4h::models
