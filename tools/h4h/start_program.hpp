#pragma once

#include <string>

#include "tools/h4h/command.hpp"

namespace h4h::tools {

// Becomes another program that lies beside this one. Throws std::runtime_error where it is not
// there, with what `needed_for` says of it.
[[noreturn]] void start_program(const std::string& name, const Arguments& arguments,
                                const std::string& needed_for);

// h4h-nas, with the same command and arguments: what needs LibTorch is part of it.
[[noreturn]] void start_nas(const std::string& command, const Arguments& arguments);

// Becomes h4h-mpi where mpirun has started several of this program and the command can use them.
void start_mpi(const Arguments& arguments);

}  // namespace h4h::tools
