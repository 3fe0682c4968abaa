#include "sim/report/device_lanes.hpp"

#include <cstdlib>

namespace h4h::sim {

using models::Lane;

const DeviceLanes& lanes_of(platforms::DeviceType type) {
  static const DeviceLanes kNpuLanes{
      {Lane::npu_mac, Lane::npu_output, Lane::npu_dma_input, Lane::npu_dma_weights,
       Lane::npu_dma_output, Lane::noc_tenure},
      Lane::npu_spill_read,
      Lane::npu_spill_write,
      {Lane::npu_dma_input, Lane::npu_dma_output, Lane::npu_dma_copy, Lane::npu_dma_copied,
       Lane::npu_spill_read, Lane::npu_spill_write},
      {Lane::npu_dma_weights},
      models::Event::npu_mac};
  static const DeviceLanes kCimLanes{
      {Lane::noc_tenure, Lane::cim_dma_input, Lane::cim_dma_output},
      Lane::cim_spill_read,
      Lane::cim_spill_write,
      {Lane::cim_dma_input, Lane::cim_dma_output, Lane::cim_spill_read, Lane::cim_spill_write},
      {},
      models::Event::cim_mac};
  switch (type) {
    case platforms::DeviceType::npu:
      return kNpuLanes;
    case platforms::DeviceType::cim:
      return kCimLanes;
  }
  std::abort();
}

namespace {

// "npu_" of an NPU's lanes.
std::string prefix_of(platforms::DeviceType type) { return std::string(to_string(type)) + "_"; }

}  // namespace

bool has_lane(platforms::DeviceType type, Lane lane) {
  return lane == Lane::noc_tenure || to_string(lane).rfind(prefix_of(type), 0) == 0;
}

std::string lane_name(const DeviceReport& device, Lane lane) {
  if (lane == Lane::noc_tenure) return "noc_" + device.name;
  return device.name + "_" + std::string(to_string(lane).substr(prefix_of(device.type).size()));
}

}  // namespace h4h::sim
