#pragma once

#include <vector>

#include "platforms/description/platform.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/shares.hpp"
#include "sim/mapping/tradeoff.hpp"

namespace h4h::sim {

// Every share to look at that devices beside the NPU may take of a layer, macros within what they
// hold, the rest on the NPU; the first is none.
std::vector<Split> layer_splits(const models::Devices& devices, const workloads::LayerShape& layer,
                                const ActiveDevices& active, Effort effort = Effort::quick);

// Picoseconds and joules, as a mapping is chosen by: macros that are in use leak.
TwoCosts costs_of(const JobResult& result, const ActiveDevices& active,
                  const platforms::Coefficients& coefficients);

// The same of what the job takes at the least.
TwoCosts costs_of(const JobBound& bound, const ActiveDevices& active,
                  const platforms::Coefficients& coefficients);

}  // namespace h4h::sim
