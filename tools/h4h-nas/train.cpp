#include "tools/h4h-nas/command_ranks.hpp"
#include "tools/h4h-nas/training.hpp"

namespace h4h::tools {

std::string train(const Arguments& arguments) {
  if (const auto report = parse_report(arguments)) {
    refuse_ranks("'h4h train --report'");
    return run_report(*report);
  }
  const std::optional<TrainCommand> command = parse_train(arguments);
  return command ? run_training(*command) : std::string{};
}

}  // namespace h4h::tools
