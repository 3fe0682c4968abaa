#include "tools/h4h-nas/training.hpp"

#include <fmt/format.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <optional>

#include "nas/recipe/lengths.hpp"
#include "nas/space/load.hpp"
#include "nas/train/from_run.hpp"
#include "nas/train/images.hpp"
#include "nas/train/ranks.hpp"
#include "nas/train/trained.hpp"
#include "tools/h4h-nas/data_options.hpp"
#include "tools/h4h-nas/interrupt.hpp"
#include "tools/h4h-nas/progress.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h-nas/trained_run.hpp"
#include "tools/h4h-nas/training_files.hpp"
#include "tools/h4h/interrupt_note.hpp"

namespace h4h::tools {
namespace {

nas::TrainerOptions options_of(const TrainCommand& command, const nas::Ranks& ranks,
                               nas::Parameters start) {
  nas::TrainerOptions options;
  options.ranks = &ranks;
  options.start = std::move(start);
  options.seed = command.arguments.seed;
  options.bf16 = command.arguments.bf16;
  options.device = command.device;
  return options;
}

// With the lengths of its phases, which may depend on the number of images.
nas::Recipe recipe_of(const TrainCommand& command, std::int64_t images) {
  const std::int64_t batches = std::max<std::int64_t>(1, images / command.arguments.batch);
  const nas::Recipe whole = nas::with_lengths(
      command.recipe, {command.steps, command.epochs, batches}, command.space.value());
  return command.from ? nas::started_from_run(whole, command.phase) : whole;
}

nas::TrainArguments arguments_of(const TrainCommand& command, const nas::Recipe& recipe) {
  nas::TrainArguments arguments = command.arguments;
  nas::set_recipe(arguments, recipe);
  return arguments;
}

// A rank's share of the training batches of each phase, whose augmentation may be its own.
class PhaseBatches {
 public:
  PhaseBatches(const nas::ImageSource& images, const nas::Recipe& recipe,
               const nas::TrainArguments& arguments, std::int64_t rank) {
    const nas::Normalization normalization(images);
    for (const nas::Phase& phase : recipe.phases) {
      loaders_.push_back(std::make_unique<nas::Loader>(images, normalization, phase.augmentation,
                                                       arguments.batch, arguments.seed,
                                                       nas::BatchShare{rank, arguments.ranks}));
    }
  }
  nas::Labelled batch(std::size_t phase, std::int64_t step) {
    return nas::LoaderBatches(*loaders_.at(phase)).batch(step);
  }

 private:
  std::vector<std::unique_ptr<nas::Loader>> loaders_;
};

Document document_of(const nas::StepReport& report, std::int64_t batch) {
  return {{"step", report.step},
          {"phase", report.phase},
          {"loss", report.loss},
          {"loss_max", report.loss_max},
          {"loss_min", report.loss_min},
          {"gradient_norm", report.gradient_norm},
          {"learning_rate", report.learning_rate},
          {"images", report.step * batch}};
}

// The work of one rank. Rank 0 writes the files of the training and prints; every rank has its
// state.
class Training {
 public:
  // `start`: of a recipe that starts from another run. `ranks` must outlive it.
  Training(const TrainCommand& command, const nas::Ranks& ranks, nas::Parameters start)
      : command_(command),
        ranks_(ranks),
        space_(command.space.value()),
        split_(nas::open_images(space_, command.arguments.data, options_of_images())),
        recipe_(recipe_of(command, split_.train->size())),
        arguments_(arguments_of(command, recipe_)),
        batches_(*split_.train, recipe_, arguments_, ranks.rank()),
        trainer_(space_, recipe_, options_of(command, ranks, std::move(start))) {
    const std::string begun = ranks_.from_first([this] { return begin(); });
    if (!ranks_.first()) follow(nas::checkpoint_of(begun, "rank 0"));
  }

  std::string run() {
    if (const int signal = train(); signal != 0) end_of(signal);
    const nas::Supernet supernet(nas::on_device(trainer_.state().parameters, torch::kCPU));
    check_same(supernet);
    if (!ranks_.first()) return {};
    return measure(supernet) + files_->report().finish(supernet, identity(), split_);
  }

 private:
  nas::OpenOptions options_of_images() const {
    nas::OpenOptions options = open_options(command_.loader_threads);
    if (!ranks_.first()) options.warn = [](const std::string&) {};
    return options;
  }

  std::string identity() const {
    return nas::identity_of(arguments_.space_text,
                            nas::on_device(trainer_.state().parameters, torch::kCPU));
  }

  // Resumes from what the directory holds, and writes its first files. What the other ranks begin
  // with, where there are some.
  std::string begin() {
    files_.emplace(command_, space_, arguments_);
    if (auto state = files_->resumed()) restore(std::move(*state), files_->checkpoint().string());
    files_->begin(trainer_.state());
    return ranks_.alone() ? "" : nas::to_bytes({arguments_, 0, {}, trainer_.state()});
  }

  void follow(nas::TrainingCheckpoint first) {
    if (const auto other = nas::difference(first.arguments, arguments_)) {
      throw std::runtime_error(fmt::format("rank 0 has other arguments: {}", *other));
    }
    restore(std::move(first.state), "rank 0");
  }

  void restore(nas::TrainerState state, const std::string& from) {
    try {
      trainer_.restore(std::move(state));
    } catch (const std::invalid_argument& error) {
      throw nas::TrainingFileError(fmt::format("{}: {}", from, error.what()));
    }
  }

  // 0, or the signal that stopped it, on every rank after the same step.
  int train() {
    const Interrupt interrupt;
    TrainingProgress progress(trainer_.state().step, arguments_.steps, arguments_.batch);
    int signal = interrupt.signal();
    while (!trainer_.done() && (signal == 0 || !ranks_.alone())) {
      const nas::StepReport report = step(interrupt.signal() != 0);
      signal = ended_by(report, interrupt);
      if (ranks_.first()) {
        files_->append(document_of(report, arguments_.batch));
        progress.show(report.step, report.phase, report.loss);
        if (trainer_.done() || signal != 0 || files_->due()) files_->save(trainer_.state());
      }
      if (signal != 0) break;
    }
    return signal;
  }

  // What ends the training after this step, 0 for nothing. A rank's own signal is looked at once:
  // one that comes after it ends the next step.
  int ended_by(const nas::StepReport& report, const Interrupt& interrupt) const {
    const int own = interrupt.signal();
    if (ranks_.alone()) return own;
    if (!report.stop) return 0;
    return own != 0 ? own : SIGTERM;
  }

  // Not before rank 0 has written its checkpoint: a launcher ends all ranks when one has ended.
  [[noreturn]] void end_of(int signal) const {
    if (ranks_.first()) {
      std::cerr << fmt::format("h4h-nas: interrupted after step {}; {}\n", trainer_.state().step,
                               kRerun);
    }
    ranks_.wait();
    die_of(signal);
  }

  nas::StepReport step(bool stop) {
    try {
      return trainer_.step(batches_.batch(trainer_.phase_index(), trainer_.state().step), stop);
    } catch (const nas::Diverged& error) {
      if (!ranks_.first()) throw nas::FirstRankFailed();
      throw std::runtime_error(fmt::format("{}; {} is of step {}: try a lower --lr", error.what(),
                                           files_->checkpoint().string(), files_->saved_step()));
    }
  }

  // Processors of different types may round differently.
  void check_same(const nas::Supernet& supernet) const {
    if (ranks_.alone()) return;
    const std::string mine = nas::identity_of(arguments_.space_text, supernet.parameters());
    if (ranks_.from_first([&] { return mine; }) == mine) return;
    throw std::runtime_error(
        "has other weights than rank 0: the processors or libraries of their machines differ");
  }

  // The smallest and the largest of the networks that were trained, on the held-out images.
  std::string measure(const nas::Supernet& supernet) {
    const nas::EvaluationImages images = nas::evaluation_images(*split_.train, *split_.holdout);
    const nas::Subspace& subspace = trainer_.trained_subspace();
    std::string text = "network  accuracy\n";
    for (const auto& [name, genotype] :
         {std::pair("min", subspace.min()), std::pair("max", subspace.max())}) {
      const double accuracy =
          nas::accuracy(supernet, space_.network(genotype), images, arguments_.bf16);
      files_->append({{"network", name},
                      {"genotype", space_.document(genotype)},
                      {"accuracy", accuracy},
                      {"held_out_images", split_.holdout->size()}});
      text += fmt::format("{:<7}  {:.4f}\n", name, accuracy);
    }
    files_->sync_metrics();
    return text;
  }

  const TrainCommand& command_;
  const nas::Ranks& ranks_;
  nas::Space space_;
  nas::Split split_;
  nas::Recipe recipe_;
  nas::TrainArguments arguments_;
  PhaseBatches batches_;
  nas::Trainer trainer_;
  std::optional<TrainingFiles> files_;  // of rank 0
};

// The weights of --from; space and arguments of the command become those of a start from them.
nas::Parameters take_over(TrainCommand& command, const nas::Ranks& ranks) {
  const std::string folder = command.from->string();
  expect_training_run("from", folder, "");
  const nas::Trained run = nas::open_trained(folder);
  if (ranks.first()) warn_of_what_is_not_trained(run, folder);
  nas::StartFromRun start = [&] {
    try {
      return nas::start_from(command.space.value(), run, command.arguments.seed);
    } catch (const nas::SpaceError& error) {
      throw std::runtime_error(
          fmt::format("{}: was trained on {}: {}", folder, run.arguments.space, error.what()));
    }
  }();
  command.space = std::move(start.space);
  command.arguments.space_text = nas::format_space(*command.space);
  command.arguments.from = "supernet " + run.identity;
  return std::move(start.parameters);
}

}  // namespace

std::string run_training(TrainCommand command) {
  use_threads(command.arguments.threads);
  const nas::Ranks ranks(command.place);
  if (ranks.first()) warn_of_reference_blas();
  nas::Parameters start;
  if (command.from) start = take_over(command, ranks);
  return Training(command, ranks, std::move(start)).run();
}

}  // namespace h4h::tools
