#pragma once

#include <string>
#include <vector>

#include "models/counts/counts.hpp"
#include "models/counts/timeline.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// The lanes of a type of device (models/counts/timeline.hpp).
struct DeviceLanes {
  std::vector<models::Lane> own;  // computing, streams and tenures, in the order of traces
  models::Lane spill_read, spill_write;
  std::vector<models::Lane> feature_maps;  // streams of these over the NoC, spilled ones too
  std::vector<models::Lane> weights;       // streams of these, over the NoC or a port of their own
  models::Event mac;
};
const DeviceLanes& lanes_of(platforms::DeviceType type);

// Whether devices of the type have the lane; tenures are every device's.
bool has_lane(platforms::DeviceType type, models::Lane lane);

// The lane of one device of a chip, named after it: "cim_compute", "noc_cim".
std::string lane_name(const DeviceReport& device, models::Lane lane);

}  // namespace h4h::sim
