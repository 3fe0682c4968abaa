#pragma once

#include "models/device/work_bound.hpp"
#include "models/systolic/systolic_timing.hpp"

namespace h4h::models {

// What SystolicModule takes and counts at the least for `plan`. `own_port`: weights come over a
// port of their own, beside the NoC.
WorkBound systolic_bound(const platforms::Systolic& array, const platforms::Hardware& chip,
                         bool own_port, const SystolicPlan& plan);

}  // namespace h4h::models
