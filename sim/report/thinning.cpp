#include "sim/report/thinning.hpp"

#include <algorithm>
#include <iterator>

namespace h4h::sim {

using models::Interval;

void LaneExtent::add(const Interval& interval) {
  if (recorded++ == 0) begin = last_begin = interval.begin;
  bytes += interval.bytes;
  begin = std::min(begin, interval.begin);
  if (interval.begin < last_begin) return;
  last_begin = interval.begin;
  end = interval.end;
}

ThinLane::ThinLane(const LaneExtent& extent, std::size_t limit) : begin_(extent.begin) {
  if (extent.recorded <= limit) return;
  width_ = ceil_div((extent.end - extent.begin).count, static_cast<std::int64_t>(limit));
}

std::int64_t ThinLane::span_of(const Interval& interval) const {
  return (interval.begin - begin_).count / width_;
}

void ThinLane::add(const Interval& interval) {
  if (width_ == 0) return intervals_.push_back(interval);
  const std::int64_t span = span_of(interval);
  // Intervals come by their ends, so one that began earlier than others may come after them.
  auto next = intervals_.end();
  while (next != intervals_.begin() && span_of(*std::prev(next)) > span) --next;
  if (next != intervals_.begin() && span_of(*std::prev(next)) == span) {
    join(*std::prev(next), interval);
  } else {
    intervals_.insert(next, interval);
  }
}

void ThinLane::join(Interval& into, const Interval& other) {
  closed_ = std::max({closed_, other.begin - into.end, into.begin - other.end});
  into.begin = std::min(into.begin, other.begin);
  into.end = std::max(into.end, other.end);
  into.bytes += other.bytes;
}

const std::vector<Interval>& ThinLane::by_begin() {
  std::sort(intervals_.begin(), intervals_.end(),
            [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  return intervals_;
}

}  // namespace h4h::sim
