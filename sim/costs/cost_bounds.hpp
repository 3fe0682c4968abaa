#pragma once

#include <map>
#include <string>
#include <tuple>
#include <unordered_map>

#include "models/device/devices.hpp"
#include "platforms/description/platform.hpp"
#include "sim/job/job_bound.hpp"
#include "sim/job/layer_job.hpp"

namespace h4h::sim {

// Lower bounds of what jobs of one hardware take, without a simulation. The bound of a device's
// share is computed once, whatever the other devices do: most shares of a layer have a part in
// common.
class CostBounds {
 public:
  CostBounds(const platforms::Hardware& hardware, const models::Devices& devices)
      : hardware_(hardware), devices_(devices) {}

  // 0 where a device cannot plan its share.
  JobBound of(const LayerJob& job);

 private:
  // Of one layer in one context: by device, channels, macros and units.
  using Works =
      std::map<std::tuple<DeviceId, std::int64_t, std::int64_t, std::int64_t>, models::WorkBound>;

  Works& works_of(const LayerJob& job);
  const models::WorkBound& work(const LayerJob& job, DeviceId device, Works& works);

  const platforms::Hardware& hardware_;
  const models::Devices& devices_;
  std::unordered_map<std::string, Works> by_layer_;  // by what `encode` makes of layer and context
  // The one that was asked for last: whoever asks goes through the splits of a layer.
  workloads::LayerShape layer_;
  LayerContext context_;
  Works* works_ = nullptr;
  std::vector<const models::WorkBound*> at_work_;  // of one job, to be used again
};

}  // namespace h4h::sim
