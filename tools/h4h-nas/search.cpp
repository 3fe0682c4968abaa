#include <fmt/format.h>

#include <iostream>

#include "nas/data/open.hpp"
#include "nas/train/images.hpp"
#include "nas/train/trained.hpp"
#include "tools/h4h-nas/accuracy_cache.hpp"
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
  throw std::runtime_error(fmt::format("{}: was trained on another space than {}: {}", folder,
                                       searched.name(), trained.arguments.space));
}

}  // namespace

std::string search(const Arguments& arguments) {
  std::optional<SearchArguments> parsed = parse_search(arguments);
  if (!parsed) return {};
  const nas::Trained trained = nas::open_trained(parsed->accuracy);
  check_same(parsed->space, trained, parsed->accuracy);
  if (trained.step < trained.arguments.steps) {
    std::cerr << fmt::format("h4h-nas: warning: {} is trained for {} of {} steps\n",
                             parsed->accuracy, trained.step, trained.arguments.steps);
  }
  use_threads(trained.arguments.threads);
  warn_of_reference_blas();
  const nas::Split split = nas::open_split(trained.arguments.data);
  const nas::EvaluationImages images = nas::evaluation_images(split.train, split.holdout);
  nas::SupernetAccuracy accuracy(parsed->space, trained.supernet, images, trained.arguments.bf16);
  parsed->accuracy_identity =
      fmt::format("supernet {} on {}", trained.identity, trained.arguments.data);
  AccuracyCache cache(
      parsed->space, accuracy,
      std::filesystem::path(parsed->accuracy) / fmt::format("accuracy-{}.csv", trained.identity));
  return run_search(*parsed, cache);
}

}  // namespace h4h::tools
