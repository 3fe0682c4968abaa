#pragma once

#include <string>

#include "tools/h4h/command.hpp"

namespace h4h::tools {

// Becomes the program h4h-nas beside this one, with the same command and arguments: what needs
// LibTorch lives there. Throws std::runtime_error where it is not there.
[[noreturn]] void start_nas(const std::string& command, const Arguments& arguments);

}  // namespace h4h::tools
