#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace h4h::nas {

// Of the steps of a phase, those of the linear warm-up: 5 % (our choice), at least one.
inline std::int64_t warm_up_steps(std::int64_t steps) {
  return std::max<std::int64_t>(1, steps / 20);
}

// Linear to 1 over the warm-up, then half a cosine that would reach 0 behind the last step
// (Loshchilov and Hutter 2017): the factor of the learning rate. For 0 <= step < steps.
inline double schedule(std::int64_t step, std::int64_t steps) {
  constexpr double kPi = 3.14159265358979323846;
  const std::int64_t warm_up = warm_up_steps(steps);
  if (step < warm_up) return static_cast<double>(step + 1) / static_cast<double>(warm_up);
  const double passed = static_cast<double>(step - warm_up) /
                        static_cast<double>(std::max<std::int64_t>(1, steps - warm_up));
  return 0.5 * (1 + std::cos(kPi * passed));
}

}  // namespace h4h::nas
