#pragma once

#include <string>
#include <vector>

#include "platforms/description/platform.hpp"

namespace h4h::platforms {

// A value of which nobody knows more than its range.
struct UncertainParameter {
  std::string key;
  double low = 0, value = 0, high = 0;  // in `unit`
  // With a space before it, or "". The key's base unit; " cycles" or " B/cycle" of what its author
  // gave in them, so that it follows the clock wherever both move.
  std::string unit;
  bool whole = false;
  std::string low_text, high_text;  // as its author wrote them

  // As --set takes it, a share of the way from low to high.
  std::string setting(double share) const;
};

// Every value of the platform that has a range, in the order of the description.
std::vector<UncertainParameter> uncertain_parameters(const Platform& platform);

}  // namespace h4h::platforms
