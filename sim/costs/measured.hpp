#pragma once

#include <functional>

#include "sim/job/layer_job.hpp"

namespace h4h::sim {

// The model's result of a job on the same hardware.
using Modelled = std::function<JobResult(const LayerJob&)>;

// The model's result, at the time and energy that the platform's tables give the job where they
// cover it; nothing spilled, and of macros all of them and their units in use.
// A layer on one device takes what the table says. Of a layer that several devices share, each
// share counts as a smaller layer by itself. With M what the tables say of a share, A what the
// model says of it by itself (in the SRAM as NHWC, no weights copied ahead; M = A for a share
// outside the tables), and S what the model says of the shared layer:
//   time = max(M) + S - max(A), and energy = sum(M) + S - sum(A).
// The difference to S is what sharing costs: the NoC, and the memories behind it.
// Busy times are cut to the time; bytes and events stay those of the model, and energy_counts hold
// what is measured.
JobResult with_measured_cost(const models::Devices& devices, const LayerJob& job,
                             const Modelled& modelled);

}  // namespace h4h::sim
