#pragma once

#include <string>

#include "tools/h4h/command.hpp"
#include "tools/h4h/launched_ranks.hpp"

namespace h4h::tools {

// What a command returns that works on several ranks, or as without_backtrace. Rank 0 tells what is
// wrong with the command line and the files that it writes; what goes wrong on another rank is told
// with its number.
std::string on_ranks(std::string (*command)(const Arguments&), const Arguments& arguments);

}  // namespace h4h::tools
