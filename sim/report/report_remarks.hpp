#pragma once

#include <vector>

#include "sim/report/report.hpp"

namespace h4h::sim {

// Adds to a report that has its devices what a reader may wonder about: folded operators, measured
// layers, areas that the platform does not set, macros that stand idle or hold more than fits.
// `results`: of the layers.
void add_remarks(Report& report, const platforms::Platform& platform,
                 const workloads::Network& network, const std::vector<JobResult>& results);

}  // namespace h4h::sim
