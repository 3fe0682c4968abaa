#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/counts/timeline.hpp"

namespace h4h::sim {

// How much a lane of one layer has recorded, and over which time.
struct LaneExtent {
  std::size_t recorded = 0;
  std::int64_t bytes = 0;
  models::Picoseconds begin;            // of the first interval
  models::Picoseconds last_begin, end;  // of the interval that begins last

  void add(const models::Interval& interval);
};

// One lane of one layer for a picture: at most `limit` intervals, whatever is added. Where there
// are more, those that begin within the same one of `limit` equal spans of time join.
class ThinLane {
 public:
  ThinLane() = default;
  // `extent`: of all intervals that will be added.
  ThinLane(const LaneExtent& extent, std::size_t limit);

  void add(const models::Interval& interval);
  const std::vector<models::Interval>& by_begin();
  // The widest gap between intervals that joined.
  models::Picoseconds closed() const { return closed_; }

 private:
  std::int64_t span_of(const models::Interval& interval) const;
  void join(models::Interval& into, const models::Interval& other);

  std::vector<models::Interval> intervals_;
  models::Picoseconds begin_;
  std::int64_t width_ = 0;  // of a span, in picoseconds; 0: none join
  models::Picoseconds closed_;
};

}  // namespace h4h::sim
