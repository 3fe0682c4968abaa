#pragma once

#include <string>

#include "sim/report/report.hpp"

namespace h4h::sim {

// How good the mapping is: what of it was searched and how far that is from the optimum; of a
// mapping file what it pins and what the unpinned mapping costs. "" where nothing was searched.
// Whole lines of the table.
std::string mapping_quality(const Report& report);

}  // namespace h4h::sim
