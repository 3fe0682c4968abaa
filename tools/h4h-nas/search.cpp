#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "nas/accuracy/accuracy_cache.hpp"
#include "nas/data/open.hpp"
#include "nas/train/images.hpp"
#include "nas/train/recipe.hpp"
#include "nas/train/trained.hpp"
#include "sim/report/checksum.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h/run_search.hpp"

namespace h4h::tools {
namespace {

// Genotypes mean the same in both.
void check_same(const nas::Space& searched, const nas::Trained& trained,
                const std::string& folder) {
  if (searched.genes() == trained.space.genes() &&
      searched.network(searched.max()) == trained.space.network(trained.space.max())) {
    return;
  }
  throw std::runtime_error(fmt::format("{}: was trained on a different space than {}: {}", folder,
                                       searched.name(), trained.arguments.space));
}

bool has_untrained_transformers(const nas::Trained& trained) {
  const nas::Recipe* const recipe = nas::find_recipe(trained.arguments.recipe);
  if (recipe == nullptr || std::prev(recipe->end())->subspace == nas::SubspaceKind::whole) {
    return false;
  }
  const auto& stages = trained.space.stages();
  return std::any_of(stages.begin(), stages.end(), [&](const nas::Stage& stage) {
    return stage.kind == nas::StageKind::vit &&
           trained.space.genes()[stage.depth].choices.back() > 0;
  });
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

// What train.json says; nullopt where it says nothing, or is not there yet.
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

// On the test images; batch norms get their statistics as for the held-out ones.
class TestAccuracy : public nas::Accuracy {
 public:
  // All must outlive it.
  TestAccuracy(const nas::Space& space, const nas::Trained& trained, const nas::Split& split)
      : space_(space), trained_(trained), split_(split) {}

  std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override {
    return measured().evaluate(candidates);
  }
  std::optional<double> standard_error(const nas::Genotype& genotype) override {
    return measured().standard_error(genotype);
  }

 private:
  nas::SupernetAccuracy& measured() {
    if (!images_) {
      images_ = nas::evaluation_images(split_.train, split_.test);
      measured_.emplace(space_, trained_.supernet, *images_, trained_.arguments.bf16);
    }
    return *measured_;
  }

  const nas::Space& space_;
  const nas::Trained& trained_;
  const nas::Split& split_;
  std::optional<nas::EvaluationImages> images_;  // not before the search is over
  std::optional<nas::SupernetAccuracy> measured_;
};

// h4h starts this program for such a directory alone.
void expect_training_run(const std::string& accuracy) {
  if (std::filesystem::exists(std::filesystem::path(accuracy) / nas::kTrainingCheckpoint)) return;
  if (std::filesystem::is_directory(accuracy)) {
    throw std::runtime_error(fmt::format("{}: no {}; pass the --out directory of `h4h train`",
                                         accuracy, nas::kTrainingCheckpoint));
  }
  throw UsageError(
      fmt::format("--accuracy '{}' is not the directory of an `h4h train`; for a table of "
                  "accuracies or surrogate use 'h4h search'",
                  accuracy));
}

}  // namespace

std::string search(const Arguments& arguments) {
  std::optional<SearchArguments> parsed = parse_search(arguments);
  if (!parsed) return {};
  expect_training_run(parsed->accuracy);
  const nas::Trained trained = nas::open_trained(parsed->accuracy);
  check_same(parsed->space, trained, parsed->accuracy);
  warn_of_what_is_not_trained(trained, parsed->accuracy);
  parsed->health = health_of(parsed->accuracy);
  warn_of_ill_health(parsed->health, parsed->accuracy);
  use_threads(trained.arguments.threads);
  warn_of_reference_blas();
  const nas::Split split = nas::open_split(trained.arguments.data);
  const nas::EvaluationImages images = nas::evaluation_images(split.train, split.holdout);
  nas::SupernetAccuracy accuracy(parsed->space, trained.supernet, images, trained.arguments.bf16);
  parsed->accuracy_identity =
      fmt::format("supernet {} on {}", trained.identity, trained.arguments.data);
  TestAccuracy test(parsed->space, trained, split);
  const auto table = [&](const char* of) {
    return std::filesystem::path(parsed->accuracy) / fmt::format("{}-{}.csv", of, trained.identity);
  };
  nas::AccuracyCache cache(parsed->space, accuracy, table("accuracy"));
  nas::AccuracyCache test_cache(parsed->space, test, table("test-accuracy"));
  return run_search(*parsed, cache, &test_cache);
}

}  // namespace h4h::tools
