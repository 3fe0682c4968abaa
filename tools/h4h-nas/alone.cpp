#include "tools/h4h-nas/alone.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "base/json/json_writer.hpp"
#include "base/text/hash.hpp"
#include "nas/accuracy/accuracy_cache.hpp"
#include "nas/supernet/initial.hpp"
#include "nas/train/images.hpp"
#include "tools/h4h-nas/single_training.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;

// Of networks of a run, each trained alone when it is asked for.
class AloneAccuracy : public nas::Accuracy {
 public:
  // All must outlive it.
  AloneAccuracy(const ReportedRun& run, const nas::FineTuneOptions& options,
                const nas::ImageSource& train, const nas::EvaluationImages& images)
      : run_(run), options_(options), train_(train), images_(images) {}

  fs::path checkpoint(const nas::Genotype& genotype) const {
    return run_.folder.file(
        fmt::format("alone-{}.bin", text_hash(write_json(arguments(genotype)))));
  }

  std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override {
    std::vector<double> all;
    for (const nas::Genotype& genotype : candidates) all.push_back(measured(genotype));
    return all;
  }
  std::optional<double> standard_error(const nas::Genotype& genotype) override {
    const auto found = known_.find(genotype);
    if (found == known_.end()) return std::nullopt;
    std::int64_t count = 0;
    for (const nas::Labelled& batch : images_.held_out) count += batch.labels.size(0);
    return nas::standard_error(found->second, count);
  }

 private:
  nas::TrainArguments training_arguments(const nas::Genotype& genotype) const {
    return arguments_of(run_.arguments, run_.space.text(genotype) + " alone", options_);
  }
  Document arguments(const nas::Genotype& genotype) const {
    return nas::to_document(training_arguments(genotype));
  }

  double measured(const nas::Genotype& genotype) {
    const workloads::Network network = run_.space.network(genotype);
    const nas::Supernet weights(
        trained_alone(network, nas::initial_parameters(network, options_.seed),
                      {options_, training_arguments(genotype), checkpoint(genotype)}, train_));
    return known_[genotype] = nas::accuracy(weights, network, images_);
  }

  const ReportedRun& run_;
  const nas::FineTuneOptions& options_;
  const nas::ImageSource& train_;
  const nas::EvaluationImages& images_;
  std::map<nas::Genotype, double> known_;
};

// Of everything that decides the accuracies but the network.
std::string table_name(const ReportedRun& run, const nas::FineTuneOptions& options) {
  const nas::TrainArguments all = arguments_of(run.arguments, run.arguments.space_text, options);
  return fmt::format("alone-accuracy-{}.csv", text_hash(write_json(nas::to_document(all))));
}

void tell(std::size_t done, std::size_t all) {
  if (::isatty(STDERR_FILENO) == 0) return;
  std::cerr << fmt::format("network {} of {}, trained alone\n", done + 1, all);
}

}  // namespace

nas::FineTuneOptions alone_options(const nas::TrainArguments& arguments, std::uint64_t seed) {
  nas::FineTuneOptions options;
  options.steps = arguments.steps;
  options.seed = seed;
  options.phase = nas::recipe_of(arguments).phases.back();
  nas::Phase& phase = options.phase;
  phase.name = "alone";
  phase.start = nas::Start::random;
  phase.trained = nas::kAllGroups;
  phase.dropout = phase.drop_connect = 0;
  phase.gradients = nas::Combination::mean;
  phase.groups = {};
  return options;
}

nas::AloneNetworks measured_alone(const ReportedRun& run, const nas::Supernet& supernet,
                                  const nas::Split& split,
                                  const std::vector<nas::Genotype>& networks, std::uint64_t seed) {
  const nas::EvaluationImages images = nas::evaluation_images(*split.train, *split.holdout);
  const nas::FineTuneOptions options = alone_options(run.arguments, seed);
  AloneAccuracy alone(run, options, *split.train, images);
  nas::AccuracyCache cache(run.space, alone, run.folder.file(table_name(run, options)));
  nas::SupernetAccuracy within(run.space, supernet, images, run.arguments.bf16);
  nas::AloneNetworks all;
  all.images = split.holdout->size();
  for (const nas::Genotype& genotype : networks) {
    tell(all.networks.size(), networks.size());
    const double accuracy = cache.evaluate({genotype}).front();
    std::error_code ignored;  // it is not there where the accuracy was known
    fs::remove(alone.checkpoint(genotype), ignored);
    all.networks.push_back({genotype, workloads::macs(run.space.network(genotype)),
                            within.evaluate({genotype}).front(), accuracy});
  }
  return all;
}

}  // namespace h4h::tools
