#pragma once

#include <string>

#include "models/counts/timeline.hpp"
#include "models/device/device_lanes.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

using models::DeviceLanes;
using models::lanes_of;

// Whether devices of the type have the lane; tenures are every device's.
bool has_lane(platforms::DeviceType type, models::Lane lane);

// The lane of one device of a chip, named after it: "cim_compute", "noc_cim".
std::string lane_name(const DeviceReport& device, models::Lane lane);

}  // namespace h4h::sim
