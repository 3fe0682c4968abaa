#include <fmt/format.h>

#include <memory>

#include "nas/accuracy/accuracy_cache.hpp"
#include "nas/export/int8_accuracy.hpp"
#include "nas/train/dealt_accuracy.hpp"
#include "nas/train/images.hpp"
#include "nas/train/trained.hpp"
#include "tools/h4h-nas/command_ranks.hpp"
#include "tools/h4h-nas/data_options.hpp"
#include "tools/h4h-nas/reduced_accuracy.hpp"
#include "tools/h4h-nas/run_accuracy.hpp"
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

// All ranks measure in the same weights.
void check_same(const nas::Ranks& ranks, const nas::Trained& trained) {
  if (ranks.from_first([&] { return trained.identity; }) == trained.identity) return;
  throw std::runtime_error("has another supernet in its --accuracy directory than rank 0");
}

nas::OpenOptions open_options_of(const nas::Ranks& ranks, const nas::RankPlace& place) {
  nas::OpenOptions options = open_options(default_loader_threads(place.local_size));
  if (!ranks.first()) options.warn = [](const std::string&) {};
  return options;
}

// So many that the ranks, whose networks differ in size, have about the same work. One process
// loses nothing that it has measured when it is killed; several lose these.
std::size_t measured_together(const nas::Ranks& ranks) {
  constexpr std::int64_t kEach = 4;
  return ranks.alone() ? 1 : static_cast<std::size_t>(kEach * ranks.size());
}

}  // namespace

std::string search(const Arguments& arguments) {
  std::optional<SearchArguments> parsed = parse_search(arguments);
  if (!parsed) return {};
  expect_training_run("accuracy", parsed->accuracy,
                      "; for a table of accuracies or surrogate use 'h4h search'");
  const nas::RankPlace place = rank_of_process();
  const nas::Ranks ranks(place);
  const nas::Trained trained = nas::open_trained(parsed->accuracy);
  check_same(ranks, trained);
  const nas::Space asked = parsed->space;
  const nas::Reduction reduction = reduction_of(asked, trained, parsed->accuracy);
  parsed->space = reduction.space();
  parsed->health = health_of(parsed->accuracy);
  if (ranks.first()) {
    warn_of_what_is_not_trained(trained, parsed->accuracy);
    warn_of_ill_health(parsed->health, parsed->accuracy);
    warn_of_reference_blas();
  }
  use_threads(trained.arguments.threads);
  const nas::Split split =
      nas::open_images(trained.space, trained.arguments.data, open_options_of(ranks, place));
  const nas::EvaluationImages images = nas::evaluation_images(*split.train, *split.holdout);
  const auto accuracy = accuracy_of(*parsed, trained, images);
  parsed->accuracy_identity = fmt::format("supernet {} on {} in {}", trained.identity,
                                          trained.arguments.data, computed_in(parsed->precision));
  TestAccuracy test(*parsed, trained, split);
  std::optional<nas::ScreenAccuracy> screen;
  if (parsed->settings.preselection) {
    screen.emplace(trained.space, trained.supernet, images, parsed->settings.preselection->images,
                   trained.arguments.bf16);
  }
  if (!ranks.first()) {
    nas::measure_for_first(ranks, {accuracy.get(), &test, screen ? &*screen : nullptr});
    return {};
  }
  nas::DealtAccuracy dealt(ranks, 0, *accuracy), dealt_test(ranks, 1, test);
  const auto table = [&](nas::ImagePart part) {
    return accuracy_table(parsed->accuracy, part, parsed->precision, trained.identity);
  };
  const std::size_t together = measured_together(ranks);
  nas::AccuracyCache cache(trained.space, dealt, table(nas::ImagePart::held_out),
                           nas::kAccuracyLimit, together);
  nas::AccuracyCache test_cache(trained.space, dealt_test, table(nas::ImagePart::test),
                                nas::kAccuracyLimit, together);
  ReducedAccuracy reduced(reduction, cache), reduced_test(reduction, test_cache);
  return nas::with_measuring_ranks(ranks, [&] {
    if (!screen) return run_search(*parsed, reduced, &reduced_test);
    nas::DealtAccuracy dealt_screen(ranks, 2, *screen);
    ReducedAccuracy reduced_screen(reduction, dealt_screen);
    return run_search(*parsed, reduced, &reduced_test, &reduced_screen);
  });
}

}  // namespace h4h::tools
