#include <fmt/format.h>

#include <memory>

#include "nas/accuracy/accuracy_cache.hpp"
#include "nas/export/int8_accuracy.hpp"
#include "nas/export/quantization.hpp"
#include "nas/train/images.hpp"
#include "nas/train/trained.hpp"
#include "tools/h4h-nas/data_options.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h-nas/trained_run.hpp"
#include "tools/h4h/run_search.hpp"

namespace h4h::tools {
namespace {

std::unique_ptr<nas::SupernetAccuracy> accuracy_of(const SearchArguments& arguments,
                                                   const nas::Trained& trained,
                                                   const nas::EvaluationImages& images) {
  if (arguments.precision == nas::Precision::int8) {
    return std::make_unique<nas::Int8Accuracy>(arguments.space, trained.supernet, images);
  }
  return std::make_unique<nas::SupernetAccuracy>(arguments.space, trained.supernet, images,
                                                 trained.arguments.bf16);
}

// On the test images; batch norms get their statistics as for the held-out ones.
class TestAccuracy : public nas::Accuracy {
 public:
  // All must outlive it.
  TestAccuracy(const SearchArguments& arguments, const nas::Trained& trained,
               const nas::Split& split)
      : arguments_(arguments), trained_(trained), split_(split) {}

  std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override {
    return measured().evaluate(candidates);
  }
  std::optional<double> standard_error(const nas::Genotype& genotype) override {
    return measured().standard_error(genotype);
  }

 private:
  nas::SupernetAccuracy& measured() {
    if (!images_) {
      images_ = nas::evaluation_images(*split_.train, *split_.test);
      measured_ = accuracy_of(arguments_, trained_, *images_);
    }
    return *measured_;
  }

  const SearchArguments& arguments_;
  const nas::Trained& trained_;
  const nas::Split& split_;
  std::optional<nas::EvaluationImages> images_;  // not before the search is over
  std::unique_ptr<nas::SupernetAccuracy> measured_;
};

}  // namespace

std::string search(const Arguments& arguments) {
  std::optional<SearchArguments> parsed = parse_search(arguments);
  if (!parsed) return {};
  expect_training_run(parsed->accuracy,
                      "; for a table of accuracies or surrogate use 'h4h search'");
  const nas::Trained trained = nas::open_trained(parsed->accuracy);
  check_same(parsed->space, trained, parsed->accuracy);
  warn_of_what_is_not_trained(trained, parsed->accuracy);
  parsed->health = health_of(parsed->accuracy);
  warn_of_ill_health(parsed->health, parsed->accuracy);
  use_threads(trained.arguments.threads);
  warn_of_reference_blas();
  const nas::Split split = nas::open_images(trained.space, trained.arguments.data, open_options());
  const nas::EvaluationImages images = nas::evaluation_images(*split.train, *split.holdout);
  const bool int8 = parsed->precision == nas::Precision::int8;
  const std::string quantization = fmt::format("int8-{}", nas::kQuantizationVersion);
  const auto accuracy = accuracy_of(*parsed, trained, images);
  parsed->accuracy_identity =
      fmt::format("supernet {} on {}{}", trained.identity, trained.arguments.data,
                  int8 ? " in " + quantization : "");
  TestAccuracy test(*parsed, trained, split);
  const auto table = [&](const char* of) {
    return std::filesystem::path(parsed->accuracy) /
           fmt::format("{}{}-{}.csv", int8 ? quantization + "-" : "", of, trained.identity);
  };
  nas::AccuracyCache cache(parsed->space, *accuracy, table("accuracy"));
  nas::AccuracyCache test_cache(parsed->space, test, table("test-accuracy"));
  std::optional<nas::ScreenAccuracy> screen;
  if (const auto& chosen = parsed->settings.preselection) {
    screen.emplace(parsed->space, trained.supernet, images, chosen->images, trained.arguments.bf16);
  }
  return run_search(*parsed, cache, &test_cache, screen ? &*screen : nullptr);
}

}  // namespace h4h::tools
