#pragma once

#include "sim/job/layer_job.hpp"

namespace h4h::sim {

// The model's result, in the time that the platform's tables give the job where they cover it: a
// whole layer on one device, on macros with all of them and their units in use, nothing spilled.
// Busy times are cut to it; bytes and events stay those of the model.
JobResult with_measured_time(const models::Devices& devices, const LayerJob& job,
                             JobResult modelled);

}  // namespace h4h::sim
