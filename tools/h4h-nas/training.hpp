#pragma once

#include <c10/core/Device.h>

#include <filesystem>
#include <optional>

#include "nas/recipe/recipe.hpp"
#include "nas/space/space.hpp"
#include "nas/train/arguments.hpp"
#include "nas/train/rank_place.hpp"
#include "tools/h4h-nas/report.hpp"
#include "tools/h4h/command.hpp"

namespace h4h::tools {

struct TrainCommand {
  nas::TrainArguments arguments;    // all but those that set_recipe sets
  std::optional<nas::Space> space;  // of the file that `arguments` name; parse_train sets it
  nas::Recipe recipe;               // with what options replace in it
  std::optional<std::int64_t> steps, epochs;  // instead of the recipe's own lengths
  std::optional<std::filesystem::path> from;  // the folder of the run that it starts from
  std::optional<std::string> phase;           // with which it begins then
  std::filesystem::path out;
  nas::RankPlace place;            // arguments.ranks is its size
  c10::Device device = c10::kCPU;  // that arguments.device means
  double checkpoint_seconds = 60;
  bool resume = false;
  int loader_threads = 1;             // that decode images of files
  std::int64_t health_networks = 30;  // measured at the end; 0: none
};

// The command line of `h4h train --report`; nullopt where it is not asked for. Throws UsageError.
std::optional<ReportCommand> parse_report(const Arguments& arguments);

// The command line of `h4h train`, with the files of space and recipe read; nullopt where help was
// asked for and printed. Throws UsageError, nas::SpaceError and nas::RecipeError.
std::optional<TrainCommand> parse_train(const Arguments& arguments);

// Trains, or resumes where the same training stopped in the folder, and writes its files. Returns
// what belongs on stdout. Throws std::runtime_error on a loss that is no number and on a folder
// of something else.
std::string run_training(TrainCommand command);

}  // namespace h4h::tools
