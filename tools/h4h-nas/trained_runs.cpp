#include "tools/h4h-nas/trained_runs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file/input_file.hpp"
#include "base/text/hash.hpp"
#include "nas/space/load.hpp"
#include "nas/train/images.hpp"
#include "tools/h4h-nas/child_runs.hpp"
#include "tools/h4h-nas/data_options.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {

namespace fs = std::filesystem;

namespace {

// What a completed training is known by: its command, and the contents of the space that it names.
std::string note_text(const Arguments& command, const std::string& space) {
  return fmt::format("{}\nspace {}\n", fmt::join(command, "\n"),
                     text_hash(nas::format_space(nas::load_space(space))));
}

}  // namespace

TrainedRuns::TrainedRuns(const ReproduceTask& task)
    : task_(task.trained.value()), folder_(task.out / "runs"), jobs_(task.jobs) {
  use_threads(1);
  warn_of_reference_blas();
  fs::create_directories(folder_);
}

Arguments TrainedRuns::command(const studies::TrainingSpec& spec) const {
  Arguments all{"train",
                "--space",
                spec.space,
                "--recipe",
                spec.recipe,
                "--data",
                task_.data,
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

const nas::EvaluationImages& TrainedRuns::images(const nas::Space& space, nas::ImagePart part) {
  const std::int64_t side = space.resolution(space.max());
  const auto known = images_.find({side, part});
  if (known != images_.end()) return known->second;
  auto split = splits_.find(side);
  if (split == splits_.end()) {
    split = splits_.emplace(side, nas::open_images(space, task_.data, open_options())).first;
  }
  const nas::ImageSource& asked =
      part == nas::ImagePart::test ? *split->second.test : *split->second.holdout;
  return images_.emplace(std::pair(side, part), nas::evaluation_images(*split->second.train, asked))
      .first->second;
}

std::unique_ptr<nas::Accuracy> TrainedRuns::accuracy(const std::string& run,
                                                     const nas::Space& space, nas::ImagePart part) {
  const nas::EvaluationImages& of = images(nas::open_trained(folder_ / run).space, part);
  return std::make_unique<RunAccuracy>(folder_ / run, space, part, of);
}

}  // namespace h4h::tools
