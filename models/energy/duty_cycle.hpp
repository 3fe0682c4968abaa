#pragma once

#include <cstdint>

#include "models/energy/energy.hpp"
#include "models/time/picoseconds.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// An inference every 1 / fps seconds, asleep between two. While asleep nothing but what is always
// on takes power, and the SRAM if it is to keep its content; macros are off. Assumption: the H4H
// paper has no such figure; the values are those of platforms::Sleep.
struct DutyCycle {
  double fps = 0;
  double active_s = 0, wake_up_s = 0, reload_s = 0, asleep_s = 0;  // of a period
  double active_j = 0, wake_up_j = 0, reload_j = 0, asleep_j = 0;
  bool fits() const { return asleep_s >= 0; }
  double average_w() const;  // joules of a period x fps
};

// What an inference takes, the macros that are powered for it, and what lies in those of them that
// lose it without power.
struct ActivePart {
  Picoseconds time;
  double joules = 0;
  MacroNumbers macros;
  std::int64_t volatile_weight_bytes = 0;  // as the external memory holds them, each once
  MacroNumbers volatile_word_bytes;        // as the macros do: whole words, repeated ones again
};

// Volatile macros reload their weights before the inference: from the external memory over the
// NoC, at the rate of the slower of the two, multicast to macros that repeat them. Chip and macros
// leak meanwhile. Weights of the NPU keep without power. `fps` is above 0. Where a period is too
// short it does not fit: `asleep_s` is negative then.
DutyCycle duty_cycle(const platforms::Platform& platform, const ActivePart& active, double fps);

}  // namespace h4h::models
