#pragma once

#include <string>
#include <vector>

#include "platforms/description/overrides.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::platforms {

// A value that is known only as a range.
struct UncertainParameter {
  // How its numbers are written: whole or real in the base unit; in cycles or bytes per cycle of
  // the NPU clock where its author gave it in them, so that it follows the clock wherever both
  // move.
  enum class Scale { whole, real, cycles, bytes_per_cycle };

  std::string key;
  double low = 0, value = 0, high = 0;  // in `unit`
  std::string unit;                     // with a space before it, or ""
  Scale scale = Scale::real;
  std::string low_text, high_text;  // as its author wrote them

  // The value a share (0 .. 1) of the way from low to high: to the nearest whole number or, of a
  // real, to twelve digits, so that --set can name it.
  Override at(double share) const;
};

// Every value of the platform that has a range, in the order of the description.
std::vector<UncertainParameter> uncertain_parameters(const Platform& platform);

}  // namespace h4h::platforms
