#pragma once

#include <filesystem>
#include <optional>

#include "nas/space/space.hpp"
#include "nas/train/arguments.hpp"
#include "tools/h4h/command.hpp"

namespace h4h::tools {

struct TrainCommand {
  nas::TrainArguments arguments;
  std::optional<nas::Space> space;  // of the file that `arguments` name; parse_train sets it
  std::filesystem::path out;
  double checkpoint_seconds = 60;
  bool resume = false;
  int loader_threads = 1;             // that decode images of files
  std::int64_t health_networks = 30;  // measured at the end; 0: none
};

// The command line of `h4h train`, with the space file read; nullopt where help was asked for and
// printed. Throws UsageError and nas::SpaceError.
std::optional<TrainCommand> parse_train(const Arguments& arguments);

// Trains, or resumes where the same training stopped in the folder, and writes its files. Returns
// what belongs on stdout. Throws std::runtime_error on a loss that is no number and on a folder
// of something else.
std::string run_training(const TrainCommand& command);

}  // namespace h4h::tools
