#pragma once

#include <vector>

#include "tools/h4h/command.hpp"

namespace h4h::tools {

struct Command {
  const char* name;
  const char* summary;
  std::string (*run)(const Arguments&);  // what belongs on stdout
};

// A program of several commands.
struct Program {
  const char* name;
  const char* about;
  std::vector<Command> commands;
};

// The `main` of a program: runs the command that the arguments name, returns the exit code. Every
// program has `help [COMMAND]`, --help (-h) and --version (-V); without arguments its help goes to
// stderr and the exit code is 2. Errors of the command line name the command and its help.
int run_program(const Program& program, int argc, char* argv[]);

}  // namespace h4h::tools
