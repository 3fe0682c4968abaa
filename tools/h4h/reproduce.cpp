#include <algorithm>

#include "tools/h4h/run_reproduce.hpp"
#include "tools/h4h/start_program.hpp"

namespace h4h::tools {

std::string reproduce(const Arguments& arguments) {
  const std::optional<ReproduceTask> task = parse_reproduce(arguments);
  if (!task) return {};
  if (task->trained) start_nas("reproduce", arguments);
  return run_reproduce(*task, {});
}

}  // namespace h4h::tools
