#pragma once

#include <cstdint>

#include "models/counts/counts.hpp"
#include "models/memory/burst.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {

// Bytes in each direction, as they occupy a memory and its link (occupied_bytes).
struct Traffic {
  std::int64_t read = 0, written = 0;

  Traffic& operator+=(const Traffic& other) {
    read += other.read;
    written += other.written;
    return *this;
  }
};

// What a device does for its share of a layer at the least, however it plans the share and whoever
// else is on the link: a lower bound of each figure by itself. Closed forms of the rules that its
// module simulates.
struct WorkBound {
  Picoseconds time;             // from the end of the warm-up of the link, if it waits for that
  bool waits_for_link = false;  // its first work needs a stream over the NoC
  Traffic sram, external;
  std::int64_t weights_on_noc = 0;  // bytes read
  std::int64_t weights_on_port = 0;
  platforms::DeviceId device = 0;  // whose work it is
  Counts counts;  // those of links and memories, too; of the device as if it were the only one

  // Over the NoC.
  Traffic on_noc() const {
    Traffic all = sram;
    all += external;
    all.read += weights_on_noc;
    return all;
  }
};

// The less of each figure.
WorkBound least_of(const WorkBound& a, const WorkBound& b);

// What a stream occupies, of a device with so many bursts under way (0: any number).
inline std::int64_t occupied_bytes(const platforms::Memory& memory, std::int64_t bytes,
                                   std::int64_t run, std::int64_t outstanding) {
  return outstanding > 0 ? occupied_bytes(memory, bytes, run) : bytes;
}

// The least that streams of one port take that occupy `bytes` of a memory one after another.
inline Picoseconds streaming_time(const platforms::Memory& memory, std::int64_t bytes,
                                  const InFlight& in_flight) {
  if (bytes == 0) return {};
  const std::int64_t limit = in_flight.bursts > 0 ? burst_rate(memory, in_flight) : INT64_MAX;
  return transfer_time(bytes, std::min(memory.bandwidth, limit));
}
inline Picoseconds streaming_time(const platforms::Memory& memory, std::int64_t bytes,
                                  std::int64_t outstanding) {
  return streaming_time(memory, bytes, InFlight{outstanding});
}

}  // namespace h4h::models
