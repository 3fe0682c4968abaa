#pragma once

#include <memory>

#include "sim/workers/workers.hpp"

namespace h4h::tools {

// The processes that mpirun started together, this one being the first. A program without MPI
// (`no_ranks.cpp`) is always alone.
int rank_count();
std::unique_ptr<sim::Workers> other_ranks();  // nullptr where there are none

}  // namespace h4h::tools
