#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "nas/recipe/recipe.hpp"

namespace h4h::nas {

// Of the steps of a phase, those of the linear warm-up: the phase's share of them, at least one.
inline std::int64_t warm_up_steps(const Phase& phase, std::int64_t steps) {
  const auto share = static_cast<std::int64_t>(static_cast<double>(steps) * phase.warm_up);
  return std::max<std::int64_t>(1, share);
}

// The factor of the learning rate: linear to 1 over the warm-up, then the phase's decay, which
// would reach its final rate behind the last step. cosine: half a cosine (Loshchilov and Hutter
// 2017). For 0 <= step < steps.
inline double schedule(const Phase& phase, std::int64_t step, std::int64_t steps) {
  constexpr double kPi = 3.14159265358979323846;
  const std::int64_t warm_up = warm_up_steps(phase, steps);
  if (step < warm_up) return static_cast<double>(step + 1) / static_cast<double>(warm_up);
  const double passed = static_cast<double>(step - warm_up) /
                        static_cast<double>(std::max<std::int64_t>(1, steps - warm_up));
  const double low = phase.final_rate;
  switch (phase.decay) {
    case Decay::cosine:
      return low + (1 - low) * (0.5 * (1 + std::cos(kPi * passed)));
    case Decay::linear:
      return low + (1 - low) * (1 - passed);
    case Decay::constant:
      break;
  }
  return 1;
}

}  // namespace h4h::nas
