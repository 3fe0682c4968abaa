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

// The most bytes that a stream may occupy a second with `outstanding` bursts under way, each of
// which takes the memory's latency: outstanding x burst / latency (Little's law), at least 1.
inline std::int64_t burst_rate(const platforms::Memory& memory, std::int64_t outstanding) {
  if (memory.latency_ps == 0) return INT64_MAX;
  const Wide rate =
      Wide{outstanding} * memory.burst_bytes * kPicosecondsPerSecond / memory.latency_ps;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::min<Wide>(rate, INT64_MAX)));
}

}  // namespace h4h::models
