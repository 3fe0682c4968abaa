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

// By genotypes of the space that was trained.
std::unique_ptr<nas::SupernetAccuracy> accuracy_of(const SearchArguments& arguments,
                                                   const nas::Trained& trained,
                                                   const nas::EvaluationImages& images) {
  if (arguments.precision == nas::Precision::int8) {
    return std::make_unique<nas::Int8Accuracy>(trained.space, trained.supernet, images);
  }
  return std::make_unique<nas::SupernetAccuracy>(trained.space, trained.supernet, images,
                                                 trained.arguments.bf16);
}

// By genotypes of a reduction of it.
class ReducedAccuracy : public nas::Accuracy {
 public:
  // Both must outlive it.
  ReducedAccuracy(const nas::Reduction& reduction, nas::Accuracy& accuracy)
      : reduction_(reduction), accuracy_(accuracy) {}

  std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override {
    std::vector<nas::Genotype> there;
    for (const nas::Genotype& g : candidates) there.push_back(reduction_.in_whole(g));
    return accuracy_.evaluate(there);
  }
  std::optional<double> standard_error(const nas::Genotype& genotype) override {
    return accuracy_.standard_error(reduction_.in_whole(genotype));
  }

 private:
  const nas::Reduction& reduction_;
  nas::Accuracy& accuracy_;
};

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
  expect_training_run("accuracy", parsed->accuracy,
                      "; for a table of accuracies or surrogate use 'h4h search'");
  const nas::Trained trained = nas::open_trained(parsed->accuracy);
  const nas::Space asked = parsed->space;
  const nas::Reduction reduction = reduction_of(asked, trained, parsed->accuracy);
  parsed->space = reduction.space();
  warn_of_what_is_not_trained(trained, parsed->accuracy);
  parsed->health = health_of(parsed->accuracy);
  warn_of_ill_health(parsed->health, parsed->accuracy);
  use_threads(trained.arguments.threads);
  warn_of_reference_blas();
  const nas::Split split = nas::open_images(trained.space, trained.arguments.data, open_options());
  const nas::EvaluationImages images = nas::evaluation_images(*split.train, *split.holdout);
  const bool int8 = parsed->precision == nas::Precision::int8;
  const std::string computed = int8 ? fmt::format("int8-{}", nas::kQuantizationVersion)
                                    : fmt::format("float32-{}", nas::kEvaluationVersion);
  const auto accuracy = accuracy_of(*parsed, trained, images);
  parsed->accuracy_identity =
      fmt::format("supernet {} on {} in {}", trained.identity, trained.arguments.data, computed);
  TestAccuracy test(*parsed, trained, split);
  const auto table = [&](const char* of) {
    return std::filesystem::path(parsed->accuracy) /
           (int8 ? fmt::format("{}-{}-{}.csv", computed, of, trained.identity)
                 : fmt::format("{}-{}-{}.csv", of, trained.identity, nas::kEvaluationVersion));
  };
  nas::AccuracyCache cache(trained.space, *accuracy, table("accuracy"));
  nas::AccuracyCache test_cache(trained.space, test, table("test-accuracy"));
  ReducedAccuracy reduced(reduction, cache), reduced_test(reduction, test_cache);
  if (!parsed->settings.preselection) return run_search(*parsed, reduced, &reduced_test);
  nas::ScreenAccuracy screen(trained.space, trained.supernet, images,
                             parsed->settings.preselection->images, trained.arguments.bf16);
  ReducedAccuracy reduced_screen(reduction, screen);
  return run_search(*parsed, reduced, &reduced_test, &reduced_screen);
}

}  // namespace h4h::tools
