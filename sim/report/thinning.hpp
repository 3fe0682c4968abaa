#pragma once

#include <cstddef>
#include <vector>

#include "models/counts/timeline.hpp"

namespace h4h::sim {

// One lane of one layer for a picture: intervals by begin, at most `limit`. Where there are more,
// those that begin within the same one of `limit` equal spans of time join; `closed` is the widest
// gap that this closed.
struct ThinLane {
  std::vector<models::Interval> intervals;
  std::size_t recorded = 0;
  models::Picoseconds closed;
};

ThinLane thin(std::vector<models::Interval> intervals, std::size_t limit);

}  // namespace h4h::sim
