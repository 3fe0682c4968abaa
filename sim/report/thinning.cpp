#include "sim/report/thinning.hpp"

#include <algorithm>

namespace h4h::sim {

using models::Interval;

ThinLane thin(std::vector<Interval> intervals, std::size_t limit) {
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  ThinLane lane{{}, intervals.size(), {}};
  if (intervals.size() <= limit) {
    lane.intervals = std::move(intervals);
    return lane;
  }
  const models::Picoseconds start = intervals.front().begin;
  const auto slots = static_cast<std::int64_t>(limit);
  const std::int64_t width = ceil_div((intervals.back().end - start).count, slots);
  std::int64_t filled = -1;
  for (const Interval& interval : intervals) {
    const std::int64_t slot = (interval.begin - start).count / width;
    if (slot != filled) {
      lane.intervals.push_back(interval);
      filled = slot;
      continue;
    }
    Interval& last = lane.intervals.back();
    lane.closed = std::max(lane.closed, interval.begin - last.end);
    last.end = std::max(last.end, interval.end);
    last.bytes += interval.bytes;
  }
  return lane;
}

}  // namespace h4h::sim
