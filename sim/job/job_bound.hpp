#pragma once

#include <vector>

#include "models/device/work_bound.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::sim {

// What a job takes and counts at the least: lower bounds of JobResult::time and of its counts.
struct JobBound {
  models::Picoseconds time;
  models::Counts counts;
};

// Of a job whose devices do at least `works`. The longest of: each device by itself; the link,
// which is idle while a device that gains it warms it up; each memory; the port of the weights.
JobBound bound_job(const platforms::Hardware& hardware,
                   const std::vector<const models::WorkBound*>& works);

}  // namespace h4h::sim
