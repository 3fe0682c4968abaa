#include "sim/report/page_lanes.hpp"

#include <algorithm>
#include <utility>

#include "sim/report/device_lanes.hpp"

namespace h4h::sim {
namespace {

using models::Interval;
using models::Lane;
using models::Picoseconds;

// A page of many layers must still open quickly: 150,000 intervals are about 4 MB.
constexpr std::size_t kLaneLimit = 2000, kPageLimit = 150'000, kLeastLimit = 100;

std::vector<PageRow> rows_of(const std::vector<DeviceReport>& devices) {
  std::vector<PageRow> rows;
  for (const Lane lane : models::kLanes) {
    for (DeviceId id = 0; id < devices.size(); ++id) {
      if (!has_lane(devices[id].type, lane)) continue;
      rows.push_back({lane, id, lane_name(devices[id], lane)});
    }
  }
  return rows;
}

// Adds the layers and the extents of their lanes.
class Measurement : public models::Recorder {
 public:
  explicit Measurement(PageLanes& page) : page_(page) {}

  void begin_layer(Picoseconds now, std::vector<std::int64_t> macros_busy) override {
    page_.layers.push_back(
        {{now, now, std::move(macros_busy)}, std::vector<PageLane>(page_.rows.size())});
  }
  void end_layer(Picoseconds now) override { page_.layers.back().span.end = now; }

 private:
  void add(const Interval& interval) override {
    const std::size_t row = page_.row_of(interval.lane, interval.device);
    page_.layers.back().lanes.at(row).extent.add(interval);
  }

  PageLanes& page_;
};

// Adds the intervals.
class Drawing : public models::Recorder {
 public:
  explicit Drawing(PageLanes& page) : page_(page) {}

  void begin_layer(Picoseconds, std::vector<std::int64_t>) override { ++begun_; }
  void end_layer(Picoseconds) override {}

 private:
  void add(const Interval& interval) override {
    const std::size_t row = page_.row_of(interval.lane, interval.device);
    page_.layers.at(begun_ - 1).lanes.at(row).drawn.add(interval);
  }

  PageLanes& page_;
  std::size_t begun_ = 0;  // of the layers
};

std::size_t lane_limit(const std::vector<PageLayer>& layers) {
  for (std::size_t limit = kLaneLimit;; limit /= 2) {
    std::size_t total = 0;
    for (const PageLayer& layer : layers) {
      for (const PageLane& lane : layer.lanes) total += std::min(lane.extent.recorded, limit);
    }
    if (total <= kPageLimit || limit <= kLeastLimit) return limit;
  }
}

}  // namespace

std::size_t PageLanes::row_of(Lane lane, DeviceId device) const {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const PageRow& row) {
    return row.lane == lane && row.device == device;
  });
  return static_cast<std::size_t>(found - rows.begin());
}

PageLanes page_lanes(const std::vector<DeviceReport>& devices, const Recording& recording) {
  PageLanes page{rows_of(devices), 0, {}};
  Measurement measurement(page);
  recording(measurement);
  page.limit = lane_limit(page.layers);
  for (PageLayer& layer : page.layers) {
    for (PageLane& lane : layer.lanes) lane.drawn = ThinLane(lane.extent, page.limit);
  }
  Drawing drawing(page);
  recording(drawing);
  return page;
}

}  // namespace h4h::sim
