#pragma once

#include <vector>

#include "models/time/picoseconds.hpp"

namespace h4h::models {

// What a part did when. Recorded only for whoever asks: tests and traces.
enum class Lane { npu_mac, npu_output, cim_compute, noc_npu, noc_cim };

struct Interval {
  Lane lane = Lane::npu_mac;
  Picoseconds begin, end;

  friend bool operator==(const Interval& a, const Interval& b) {
    return a.lane == b.lane && a.begin == b.begin && a.end == b.end;
  }
};

using Timeline = std::vector<Interval>;

// Time in which at least one of several overlapping activities goes on.
class BusyTime {
 public:
  void begin(Picoseconds now) {
    if (active_++ == 0) since_ = now;
  }
  void end(Picoseconds now) {
    if (--active_ == 0) total_ += now - since_;
  }
  Picoseconds total() const { return total_; }
  void reset() { total_ = {}; }

 private:
  int active_ = 0;
  Picoseconds since_, total_;
};

}  // namespace h4h::models
