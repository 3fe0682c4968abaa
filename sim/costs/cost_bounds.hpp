#pragma once

#include <string>
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
  const models::WorkBound& work(const LayerJob& job, DeviceId device);

  const platforms::Hardware& hardware_;
  const models::Devices& devices_;
  std::unordered_map<std::string, models::WorkBound> works_;
};

}  // namespace h4h::sim
