#pragma once

#include <string>

#include "nas/train/rank_place.hpp"
#include "tools/h4h/command.hpp"

namespace h4h::tools {

// This process among those that mpirun, srun or torchrun have started. Throws UsageError for
// variables that make no sense.
nas::RankPlace rank_of_process();

// What a command returns that works on several ranks, or as without_backtrace. Rank 0 tells what is
// wrong with the command line and the files that it writes; what goes wrong on another rank is told
// with its number.
std::string on_ranks(std::string (*command)(const Arguments&), const Arguments& arguments);

// Throws UsageError where several ranks were started. `command`: "h4h export".
void refuse_ranks(const std::string& command);

}  // namespace h4h::tools
