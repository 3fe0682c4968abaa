#pragma once

#include <string>

#include "nas/train/rank_place.hpp"

namespace h4h::tools {

// This process among those that mpirun, srun or torchrun have started. Throws UsageError for
// variables that make no sense.
nas::RankPlace rank_of_process();

// Throws UsageError where several ranks were started, which rank 0 tells; the others end the
// process. `what`: "'h4h export'".
void refuse_ranks(const std::string& what);

}  // namespace h4h::tools
