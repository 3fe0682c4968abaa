#pragma once

#include <algorithm>
#include <cstdint>

#include "models/time/picoseconds.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// Bytes for which a stream occupies a memory and its link, rounded up: a run shorter than the burst
// wastes the rest of it (Vela 5.1.0 derates so). `run` > 0: bytes that lie together.
inline std::int64_t occupied_bytes(const platforms::Memory& memory, std::int64_t bytes,
                                   std::int64_t run) {
  if (run >= memory.burst_bytes) return bytes;
  return static_cast<std::int64_t>((Wide{bytes} * memory.burst_bytes + run - 1) / run);
}

// What the initiator of a stream allows under way.
struct InFlight {
  std::int64_t bursts = 0;  // 0: any number
  std::int64_t buffer = 0;  // its size; 0: as large as the bursts under way
  // Percent of the bursts, and of the bytes under way, that the initiator uses.
  std::int64_t burst_use = 100, byte_use = 100;

  bool operator==(const InFlight& other) const {
    return bursts == other.bursts && buffer == other.buffer && burst_use == other.burst_use &&
           byte_use == other.byte_use;
  }
};

// The most bytes that a stream may occupy a second with so much under way, each burst of which
// takes the memory's latency: bytes under way / latency (Little's law), at least 1. Bytes: bursts
// of the initiator, and no more than the memory takes, x burst, and no more than the buffer.
inline std::int64_t burst_rate(const platforms::Memory& memory, const InFlight& stream) {
  if (memory.latency_ps == 0) return INT64_MAX;
  std::int64_t bursts = stream.bursts;
  if (memory.outstanding > 0) bursts = std::min(bursts, memory.outstanding);
  Wide hundredths = Wide{bursts} * memory.burst_bytes * stream.burst_use;
  if (stream.buffer > 0) hundredths = std::min(hundredths, Wide{100} * stream.buffer);
  const Wide rate =
      hundredths * stream.byte_use * kPicosecondsPerSecond / (Wide{10'000} * memory.latency_ps);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::min<Wide>(rate, INT64_MAX)));
}

inline std::int64_t burst_rate(const platforms::Memory& memory, std::int64_t outstanding) {
  return burst_rate(memory, InFlight{outstanding});
}

}  // namespace h4h::models
