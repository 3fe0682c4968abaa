#pragma once

#include "models/cim/cim_estimate.hpp"
#include "models/device/work_bound.hpp"

namespace h4h::models {

// A plan of one tile that has no more of anything than the tiles of any plan together that plan_cim
// makes of a layer with weights, for `macros` macros of `units` units: a rounding up over all
// outputs in place of one in every tile, and no input row or column read twice.
CimPlan least_cim_plan(const platforms::Cim& cim, std::int64_t macros, std::int64_t units,
                       const workloads::LayerShape& layer, Layout input, Layout output);

// What CimModule takes and counts at the least for `plan`. `spilled_input`, `spills_output`: which
// of the memories of `streams` are external ones.
WorkBound cim_bound(const platforms::Cim& cim, const CimStreams& streams, const CimPlan& plan,
                    bool spilled_input, bool spills_output);

}  // namespace h4h::models
