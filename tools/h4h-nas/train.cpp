#include "tools/h4h-nas/training.hpp"

namespace h4h::tools {

std::string train(const Arguments& arguments) {
  if (const auto report = parse_report(arguments)) return run_report(*report);
  const std::optional<TrainCommand> command = parse_train(arguments);
  return command ? run_training(*command) : std::string{};
}

}  // namespace h4h::tools
