#pragma once

#include <string>
#include <vector>

namespace h4h::platforms {

// "unknown key 'cim.adc_bits'", with the nearest of `known`, and what is fixed where the key asks
// for a precision.
std::string unknown_key(const std::string& path, const std::vector<std::string>& known);

}  // namespace h4h::platforms
