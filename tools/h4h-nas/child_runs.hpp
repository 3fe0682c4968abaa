#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tools/h4h/command.hpp"

namespace h4h::tools {

// A command of this program in a process of its own.
struct ChildRun {
  std::string name;  // in messages
  Arguments arguments;
  std::filesystem::path log;  // what it prints; removed where it succeeds
};

// Runs all of them, at most `jobs` at a time; `done` hears the place of each that succeeds. They
// end with this process, on SIGTERM. Throws std::runtime_error for the first that fails, with the
// last line that it printed, once those that run are done.
void run_children(const std::vector<ChildRun>& runs, int jobs,
                  const std::function<void(std::size_t)>& done);

}  // namespace h4h::tools
