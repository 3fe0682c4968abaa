#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json/document.hpp"
#include "nas/recipe/recipe.hpp"

namespace h4h::nas {

// What decides every bit of a training, with the images that `data` names. The defaults are part of
// the identities of supernets (identity_of).
struct TrainArguments {
  std::string space;  // file
  std::string data = "fashion-mnist";
  std::string recipe;  // its name
  std::int64_t steps = 800, batch = 64;
  // Of the recipe's last phase, for readers of train.json.
  std::int64_t networks = 4;
  double learning_rate = 6e-3;
  std::uint64_t seed = 0;
  std::string distillation = "none", augmentation = "crop_flip";
  bool bf16 = false;
  std::string device = "cpu";
  std::int64_t threads = 1;   // of each rank
  std::int64_t ranks = 1;     // processes that share each batch
  std::string space_text;     // what the file `space` defines, as format_space writes it
  std::string recipe_text{};  // the recipe, as format_recipe writes it; empty: see recipe_of
  std::string from{};         // "supernet IDENTITY": the weights that it started from
};

inline constexpr std::uint64_t kMaxSeed = INT64_MAX;

inline const std::vector<std::string> kDevices{"cpu", "cuda"};  // and cuda:N

// The recipe. Where there is no text (in checkpoints of H4H 0.1, whose recipes were built in) it is
// the shipped one of that name with the other arguments. Throws RecipeError.
Recipe recipe_of(const TrainArguments& arguments);
// Makes a recipe whose lengths are known the one of the arguments.
void set_recipe(TrainArguments& arguments, const Recipe& recipe);

// Throw std::invalid_argument: "--steps must be 2..100000000, not 1".
void check_range(const char* option, std::int64_t value, std::int64_t low, std::int64_t high);
void check_positive(const char* option, double value);  // and at most 1e6
// Of what has an option of its own, beside the recipe, and of the ranks, which share the batch.
void check_options(const TrainArguments& arguments);
// Of everything that is neither a file nor depends on the machine.
void check(const TrainArguments& arguments);

// The keys in the order above; without the last two where they are empty and `ranks` where it is 1.
Document to_document(const TrainArguments& arguments);
// Throws std::invalid_argument; what is read has passed `check`.
TrainArguments train_arguments(const Document& document);

// The first argument that differs, as "steps was 300, is 600 now". A space is what its file says,
// whatever its path.
std::optional<std::string> difference(const TrainArguments& there, const TrainArguments& here);

}  // namespace h4h::nas
