#pragma once

#include <vector>

#include "sim/sweep/sweep.hpp"

namespace h4h::sim {

// The same as sweep_document of sweep.hpp, but layers only of the points that `with_layers` marks.
Document sweep_document(const SweepResult& result, const std::vector<bool>& with_layers);

}  // namespace h4h::sim
