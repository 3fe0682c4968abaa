#include "tools/h4h-nas/command_ranks.hpp"
#include "tools/h4h-nas/trained_runs.hpp"

namespace h4h::tools {

std::string reproduce(const Arguments& arguments) {
  refuse_ranks("'h4h reproduce'");
  const std::optional<ReproduceTask> task = parse_reproduce(arguments);
  if (!task) return {};
  return run_reproduce(*task,
                       [](const ReproduceTask& t) { return std::make_unique<TrainedRuns>(t); });
}

}  // namespace h4h::tools
