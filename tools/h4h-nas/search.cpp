#include <fmt/format.h>

#include "nas/accuracy/accuracy_cache.hpp"
#include "nas/data/open.hpp"
#include "nas/train/images.hpp"
#include "nas/train/trained.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h-nas/trained_run.hpp"
#include "tools/h4h/run_search.hpp"

namespace h4h::tools {
namespace {

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
