#include "sim/report/device_lanes.hpp"

namespace h4h::sim {

using models::Lane;

bool has_lane(platforms::DeviceType type, Lane lane) {
  return lane == Lane::noc_tenure || to_string(lane).rfind(lanes_of(type).prefix, 0) == 0;
}

std::string lane_name(const DeviceReport& device, Lane lane) {
  if (lane == Lane::noc_tenure) return "noc_" + device.name;
  return device.name + "_" +
         std::string(to_string(lane).substr(lanes_of(device.type).prefix.size()));
}

}  // namespace h4h::sim
