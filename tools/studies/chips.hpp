#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platforms/description/overrides.hpp"

namespace h4h::studies {

// Sizes of the chip that the paper compares: macros, and compute units in each.
struct Chip {
  std::int64_t macros = 0, units = 1;
};
inline constexpr Chip kAlone{0, 1}, kOneUnit{1, 1}, kTwoUnits{1, 2}, kFourUnits{1, 4},
    kFourMacros{4, 1}, kEightMacros{8, 1};

// Values of cim.capacity: claims print both.
inline const std::vector<std::string> kCapacities = enum_words<platforms::Capacity>();

// Of a chip of that size under that capacity.
inline std::vector<platforms::Override> changes_of(const Chip& chip) {
  return {{"cim.macros", chip.macros}, {"cim.compute_units", chip.units}};
}
inline std::vector<platforms::Override> changes_of(const Chip& chip, const std::string& capacity) {
  std::vector<platforms::Override> changes = changes_of(chip);
  changes.push_back({"cim.capacity", platforms::Choice{capacity}});
  return changes;
}

}  // namespace h4h::studies
