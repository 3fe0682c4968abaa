#include "tools/h4h-nas/training_command.hpp"

#include <algorithm>

#include "base/program_files.hpp"
#include "nas/recipe/lengths.hpp"
#include "nas/recipe/load.hpp"
#include "nas/train/trained.hpp"
#include "tools/h4h/page_command.hpp"

namespace h4h::tools {
namespace {

bool is_shipped(const nas::TrainArguments& arguments) {
  const std::vector<std::string> names = shipped_names("recipes");
  if (std::find(names.begin(), names.end(), arguments.recipe) == names.end()) return false;
  try {
    const nas::Recipe shipped =
        nas::with_steps(nas::load_recipe(arguments.recipe), arguments.steps);
    return nas::format_recipe(shipped) == nas::format_recipe(nas::recipe_of(arguments));
  } catch (const nas::RecipeError&) {
    return false;
  }
}

}  // namespace

std::string training_command(const nas::TrainArguments& arguments) {
  const nas::TrainArguments usual;
  std::string text = "h4h train";
  const auto add = [&](const std::string& option, const std::string& value) {
    text += " --" + option + " " + shell_word(value);
  };
  add("space", arguments.space);
  if (arguments.data != usual.data) add("data", arguments.data);
  add("recipe", is_shipped(arguments) ? arguments.recipe : nas::kTrainingRecipe);
  if (!arguments.from.empty()) add("from", "DIR");
  add("steps", std::to_string(arguments.steps));
  if (arguments.batch != usual.batch) add("batch", std::to_string(arguments.batch));
  if (arguments.seed != usual.seed) add("seed", std::to_string(arguments.seed));
  if (arguments.device != usual.device) add("device", arguments.device);
  if (arguments.threads != usual.threads) add("threads", std::to_string(arguments.threads));
  return text + (arguments.bf16 ? " --bf16" : "");
}

}  // namespace h4h::tools
