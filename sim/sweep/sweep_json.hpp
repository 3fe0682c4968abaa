#pragma once

#include <string>
#include <vector>

#include "sim/sweep/sweep.hpp"

namespace h4h::sim {

// A point a line; layers only of the points that `with_layers` marks.
std::string sweep_json(const SweepResult& result, const std::vector<bool>& with_layers);

}  // namespace h4h::sim
