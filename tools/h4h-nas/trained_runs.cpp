#include "tools/h4h-nas/trained_runs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file/input_file.hpp"
#include "base/text/hash.hpp"
#include "nas/space/load.hpp"
#include "nas/train/agreement.hpp"
#include "nas/train/images.hpp"
#include "tools/h4h-nas/child_runs.hpp"
#include "tools/h4h-nas/data_options.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h-nas/trained_run.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {

namespace fs = std::filesystem;

namespace {

// What a completed training is known by: its command, and the contents of the space that it names.
std::string note_text(const Arguments& command, const std::string& space) {
  return fmt::format("{}\nspace {}\n", fmt::join(command, "\n"),
                     text_hash(nas::format_space(nas::load_space(space))));
}

constexpr std::uint64_t kProbeSeed = 0;  // of the batches that gradients are compared on

studies::GradientAgreements to_study(const std::map<nas::ParameterGroup, nas::Agreement>& found) {
  studies::GradientAgreements all;
  for (const auto& [group, agreement] : found) {
    all[group] = {agreement.cosine(), agreement.opposed_share()};
  }
  return all;
}

std::vector<studies::GradientAgreements> agreements_of(const nas::Trained& trained,
                                                       const studies::GradientProbe& probe,
                                                       const nas::Labelled& batch) {
  const nas::Parameters& parameters = trained.supernet.parameters();
  const double smoothing = nas::recipe_of(trained.arguments).phases.back().label_smoothing;
  std::map<std::size_t, nas::Tensors> gradients;  // of networks that a pair has
  const auto of = [&](std::size_t network) -> const nas::Tensors& {
    const auto known = gradients.find(network);
    if (known != gradients.end()) return known->second;
    const nas::Genotype genotype = trained.space.canonical(probe.networks.at(network));
    return gradients
        .emplace(network, nas::subnet_gradients(parameters, trained.space.network(genotype), batch,
                                                smoothing))
        .first->second;
  };
  std::vector<studies::GradientAgreements> all;
  for (const auto& [first, second] : probe.pairs) {
    all.push_back(to_study(nas::agreements(of(first), of(second), parameters)));
  }
  return all;
}

}  // namespace

TrainedRuns::TrainedRuns(const ReproduceTask& task)
    : task_(task.trained.value()), folder_(task.out / "runs"), jobs_(task.jobs) {
  use_threads(1);
  warn_of_reference_blas();
  for (const std::string& run : task_.runs) take(run);
}

void TrainedRuns::take(const std::string& folder) {
  expect_training_run("accuracy", folder, "; it is neither that nor surrogate");
  const nas::Trained trained = nas::open_trained(folder);
  warn_of_what_is_not_trained(trained, folder);
  warn_of_ill_health(health_of(folder), folder);
  std::vector<studies::TrainingSpec>& given = task_.settings.given;
  if (given.empty()) {
    task_.settings.space = (fs::path(folder) / nas::kTrainingSpace).string();
  } else if (trained.arguments.space_text !=
             nas::open_trained(given.front().folder).arguments.space_text) {
    throw std::runtime_error(
        fmt::format("{} and {} are supernets of different spaces", given.front().folder, folder));
  }
  const auto [same, is_new] = given_.emplace(trained.identity, folder);
  if (!is_new) {
    throw std::runtime_error(fmt::format("{} and {} hold the same supernet", same->second, folder));
  }
  given.push_back({folder, trained.arguments.seed});
  given.back().folder = folder;
}

fs::path TrainedRuns::folder_of(const std::string& run) const {
  return task_.runs.empty() ? folder_ / run : fs::path(run);
}

Arguments TrainedRuns::command(const studies::TrainingSpec& spec) const {
  Arguments all{"train",
                "--space",
                spec.space,
                "--recipe",
                spec.recipe,
                "--data",
                task_.settings.data,
                "--steps",
                std::to_string(spec.steps),
                "--seed",
                std::to_string(spec.seed),
                "--health",
                "0",
                "--out",
                (folder_ / spec.run()).string()};
  if (!spec.from.empty()) {
    all.insert(all.end(), {"--from", (folder_ / spec.run_of(spec.from, spec.seed)).string()});
  }
  return all;
}

// Completed runs are noted with their command: to start each again would take a second.
fs::path TrainedRuns::note_of(const studies::TrainingSpec& spec) const {
  return folder_ / (spec.run() + ".complete");
}

bool TrainedRuns::is_complete(const studies::TrainingSpec& spec) const {
  constexpr FileLimit kLimit{"note of a training", 1 << 16};
  return fs::exists(folder_ / spec.run() / nas::kTrainingCheckpoint) &&
         read_file_if_there(note_of(spec), kLimit) == note_text(command(spec), spec.space);
}

void TrainedRuns::train(const std::vector<studies::TrainingSpec>& specs) {
  fs::create_directories(folder_);
  std::vector<ChildRun> runs;
  std::vector<studies::TrainingSpec> open;
  for (const studies::TrainingSpec& spec : specs) {
    if (is_complete(spec)) continue;
    open.push_back(spec);
    runs.push_back({"training " + spec.run(), command(spec), folder_ / (spec.run() + ".log")});
  }
  run_children(runs, jobs_, [&](std::size_t i) {
    write_file(note_of(open[i]), note_text(command(open[i]), open[i].space));
  });
}

TrainedRuns::Images TrainedRuns::images_of(const nas::Trained& run) {
  return {run.arguments.data, run.space.resolution(run.space.max())};
}

const nas::Split& TrainedRuns::split(const nas::Trained& run) {
  const Images of = images_of(run);
  const auto known = splits_.find(of);
  if (known != splits_.end()) return known->second;
  return splits_.emplace(of, nas::open_images(run.space, of.first, open_options())).first->second;
}

const nas::EvaluationImages& TrainedRuns::images(const nas::Trained& run, nas::ImagePart part) {
  const std::pair of(images_of(run), part);
  const auto known = images_.find(of);
  if (known != images_.end()) return known->second;
  const nas::Split& all = split(run);
  const nas::ImageSource& asked = part == nas::ImagePart::test ? *all.test : *all.holdout;
  return images_.emplace(of, nas::evaluation_images(*all.train, asked)).first->second;
}

std::unique_ptr<nas::Accuracy> TrainedRuns::accuracy(const std::string& run,
                                                     const nas::Space& space, nas::ImagePart part) {
  const fs::path folder = folder_of(run);
  return std::make_unique<RunAccuracy>(folder, space, part,
                                       images(nas::open_trained(folder), part));
}

std::vector<std::vector<studies::GradientAgreements>> TrainedRuns::gradients(
    const std::string& run, const std::vector<studies::GradientProbe>& probes) {
  const nas::Trained trained = nas::open_trained(folder_of(run));
  const nas::ImageSource& images = *split(trained).train;
  nas::Loader loader(images, nas::Normalization(images), nas::Augmentation::none,
                     trained.arguments.batch, kProbeSeed);
  nas::LoaderBatches batches(loader);
  std::vector<std::vector<studies::GradientAgreements>> all;
  for (const studies::GradientProbe& probe : probes) {
    all.push_back(
        agreements_of(trained, probe, batches.batch(static_cast<std::int64_t>(all.size()))));
  }
  return all;
}

}  // namespace h4h::tools
