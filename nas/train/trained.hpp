#pragma once

#include <filesystem>

#include "nas/space/space.hpp"
#include "nas/supernet/supernet.hpp"
#include "nas/train/arguments.hpp"
#include "nas/train/checkpoint.hpp"

namespace h4h::nas {

// Names of the files of a training's folder.
inline constexpr const char* kTrainingCheckpoint = "checkpoint.bin";
inline constexpr const char* kTrainingSpace = "space.yaml";  // the space, by format_space
inline constexpr FileLimit kTrainingSpaceLimit{"space file", 1 << 20};
inline constexpr const char* kTrainingRecipe = "recipe.yaml";  // the recipe, by format_recipe
inline constexpr const char* kTrainingArguments = "train.json";
inline constexpr FileLimit kTrainingArgumentsLimit{"description of a training", 16 << 20};
inline constexpr const char* kTrainingMetrics = "metrics.jsonl";
inline constexpr FileLimit kTrainingMetricsLimit{"file of metrics", std::uint64_t{4} << 30};
inline constexpr const char* kTrainingPage = "index.html";

// What `h4h train` left in a folder.
struct Trained {
  TrainArguments arguments;
  Space space;
  Supernet supernet;
  std::int64_t step = 0;  // done; all of them are arguments.steps
  std::string identity;   // of the space and all parameters, to the bit: 16 hexadecimal digits
};

// The same for the same tensors of the same space: how many steps, or which arguments, led to them
// does not matter.
std::string identity_of(const std::string& space_text, const Parameters& parameters);

// Throws TrainingFileError or SpaceError that names the file.
Trained open_trained(const std::filesystem::path& folder);

}  // namespace h4h::nas
