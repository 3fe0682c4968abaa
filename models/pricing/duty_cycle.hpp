#pragma once

#include <cstdint>
#include <optional>

#include "models/time/picoseconds.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// An inference every 1 / fps seconds, asleep between two. While asleep nothing but what is always
// on takes power, and the SRAM if it is to keep its content; macros are off.
struct DutyCycle {
  double fps = 0;
  double active_s = 0, wake_up_s = 0, reload_s = 0, asleep_s = 0;  // of a period
  double active_j = 0, wake_up_j = 0, reload_j = 0, asleep_j = 0;
  double average_w() const;
};

// What an inference takes, and the weights that lie in the macros.
struct ActivePart {
  Picoseconds time;
  double joules = 0;
  std::int64_t macro_bytes = 0;
};

// Macros that are volatile take their weights in anew from the backing store over the NoC, at the
// pace of the slower of the two, before the inference. nullopt where a period is too short.
std::optional<DutyCycle> duty_cycle(const platforms::Platform& platform, const ActivePart& active,
                                    double fps);

}  // namespace h4h::models
