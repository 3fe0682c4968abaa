#include "tools/h4h-nas/trained_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "nas/recipe/recipe.hpp"
#include "sim/report/checksum.hpp"
#include "tools/h4h/command.hpp"

namespace h4h::tools {
namespace {

bool has_untrained_transformers(const nas::Trained& trained) {
  const nas::Recipe recipe = nas::recipe_of(trained.arguments);
  if (recipe.phases.back().subspace == nas::SubspaceKind::whole) return false;
  const auto& stages = trained.space.stages();
  return std::any_of(stages.begin(), stages.end(), [&](const nas::Stage& stage) {
    return stage.kind == nas::StageKind::vit &&
           trained.space.genes()[stage.depth].choices.back() > 0;
  });
}

}  // namespace

nas::Reduction reduction_of(const nas::Space& space, const nas::Trained& trained,
                            const std::string& folder) {
  try {
    return {trained.space, space};
  } catch (const nas::SpaceError& error) {
    throw std::runtime_error(
        fmt::format("{}: was trained on {}: {}", folder, trained.arguments.space, error.what()));
  }
}

void warn_of_what_is_not_trained(const nas::Trained& trained, const std::string& folder) {
  if (trained.step < trained.arguments.steps) {
    std::cerr << fmt::format("h4h-nas: warning: {} is trained for {} of {} steps\n", folder,
                             trained.step, trained.arguments.steps);
  }
  if (has_untrained_transformers(trained)) {
    std::cerr << fmt::format(
        "h4h-nas: warning: {}: the recipe {} does not train the transformers of the space\n",
        folder, trained.arguments.recipe);
  }
}

std::optional<nas::HealthSummary> health_of(const std::string& folder) {
  const std::filesystem::path file = std::filesystem::path(folder) / nas::kTrainingArguments;
  const std::optional<std::string> text = read_file_if_there(file, nas::kTrainingArgumentsLimit);
  if (!text) return std::nullopt;
  try {
    const Document json = sim::parse_json_with_checksum(*text);
    const Document* const health = json.find("health");
    return health == nullptr ? std::nullopt : nas::health_summary(*health);
  } catch (const DocumentError& error) {
    throw std::runtime_error(
        fmt::format("{}: {}; rerun the `h4h train` command of this directory to write it again",
                    file.string(), error.what()));
  }
}

void warn_of_ill_health(const std::optional<nas::HealthSummary>& health,
                        const std::string& folder) {
  if (health && health->healthy()) return;
  std::cerr
      << (health ? fmt::format(
                       "h4h-nas: warning: {} is undertrained, so its ranking of networks and the "
                       "front are not reliable: {}. Train it longer (--steps), with more steps "
                       "of smaller batches, or choose a space with fewer choices\n",
                       folder, nas::to_text(*health))
                 : fmt::format("h4h-nas: warning: {}: no health check: it is not known "
                               "whether its larger networks are more accurate than its "
                               "smallest; rerun its `h4h train` command with --health 30\n",
                               folder));
}

void expect_training_run(const std::string& option, const std::string& folder,
                         const std::string& hint) {
  if (std::filesystem::exists(std::filesystem::path(folder) / nas::kTrainingCheckpoint)) return;
  if (std::filesystem::is_directory(folder)) {
    throw std::runtime_error(fmt::format("{}: no {}; pass the --out directory of `h4h train`",
                                         folder, nas::kTrainingCheckpoint));
  }
  throw UsageError(
      fmt::format("--{} '{}' is not the directory of an `h4h train`{}", option, folder, hint));
}

}  // namespace h4h::tools
