#pragma once

#include <cstdint>

namespace h4h::studies {

// Sizes of the chip that the paper compares: macros, and compute units in each.
struct Chip {
  std::int64_t macros = 0, units = 1;
};
inline constexpr Chip kAlone{0, 1}, kOneUnit{1, 1}, kTwoUnits{1, 2}, kFourUnits{1, 4},
    kFourMacros{4, 1}, kEightMacros{8, 1};

// Values of cim.capacity: claims print both.
inline constexpr const char* kCapacities[] = {"enforce", "ignore"};

}  // namespace h4h::studies
