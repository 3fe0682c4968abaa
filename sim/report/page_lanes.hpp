#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/report/report.hpp"
#include "sim/report/thinning.hpp"

namespace h4h::sim {

// Tells a recorder what a network does: the same whenever it is called.
using Recording = std::function<void(models::Recorder&)>;

// A lane of the page: of one device.
struct PageRow {
  models::Lane lane = models::Lane::npu_mac;
  DeviceId device = 0;
  std::string name;
};

struct PageLane {
  LaneExtent extent;
  ThinLane drawn;
};

struct PageLayer {
  models::LayerSpan span;
  std::vector<PageLane> lanes;  // by row
};

// What the devices do in time, as the page draws it.
struct PageLanes {
  std::vector<PageRow> rows;
  std::size_t limit = 0;  // of the intervals that are drawn of a lane
  std::vector<PageLayer> layers;

  std::size_t row_of(models::Lane lane, DeviceId device) const;
};

// Takes two recordings, the first of which tells how much there is to draw: then intervals can join
// as they come. So memory is bounded by what the page draws, not by what happens.
PageLanes page_lanes(const std::vector<DeviceReport>& devices, const Recording& recording);

}  // namespace h4h::sim
