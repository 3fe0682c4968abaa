#pragma once

#include <vector>

#include "sim/report/report.hpp"

namespace h4h::sim {

// Adds to a report that has its layers: activations in all and layer by layer, what ran in stripes,
// and the cascades.
void add_memory(Report& report, const workloads::Network& network,
                const platforms::Platform& platform, const Mapping& mapping);

}  // namespace h4h::sim
