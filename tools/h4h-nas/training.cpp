#include "tools/h4h-nas/training.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string_view>

#include "base/json/json_writer.hpp"
#include "base/text/take_line.hpp"
#include "nas/recipe/lengths.hpp"
#include "nas/space/load.hpp"
#include "nas/train/from_run.hpp"
#include "nas/train/images.hpp"
#include "nas/train/trained.hpp"
#include "tools/h4h-nas/data_options.hpp"
#include "tools/h4h-nas/interrupt.hpp"
#include "tools/h4h-nas/progress.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h-nas/trained_run.hpp"
#include "tools/h4h-nas/training_report.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/run_folder.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;

nas::TrainerOptions options_of(const nas::TrainArguments& a, nas::Parameters start) {
  nas::TrainerOptions options;
  options.start = std::move(start);
  options.seed = a.seed;
  options.bf16 = a.bf16;
  options.device = torch::Device(a.device);
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

// Training batches of each phase, whose augmentation may be its own.
class PhaseBatches {
 public:
  PhaseBatches(const nas::ImageSource& images, const nas::Recipe& recipe, std::int64_t batch,
               std::uint64_t seed) {
    const nas::Normalization normalization(images);
    for (const nas::Phase& phase : recipe.phases) {
      loaders_.push_back(
          std::make_unique<nas::Loader>(images, normalization, phase.augmentation, batch, seed));
    }
  }
  nas::Labelled batch(std::size_t phase, std::int64_t step) {
    return nas::LoaderBatches(*loaders_.at(phase)).batch(step);
  }

 private:
  std::vector<std::unique_ptr<nas::Loader>> loaders_;
};

std::string line_of(const Document& document) {
  return write_json(document, JsonLayout::compact) + "\n";
}

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

// What the checkpoint that a training resumes from says of metrics.jsonl.
struct KnownMetrics {
  std::uint64_t bytes = 0;
  std::string checksum{};  // empty: not known
};

// metrics.jsonl, which holds as much as the checkpoint says whenever a process begins.
class Metrics {
 public:
  Metrics(fs::path file, const KnownMetrics& known) : path_(std::move(file)), bytes_(known.bytes) {
    const std::uint64_t there = fs::exists(path_) ? fs::file_size(path_) : 0;
    if (there < known.bytes) {
      throw std::runtime_error(
          fmt::format("{}: {} bytes, fewer than the {} that the checkpoint expects", path_.string(),
                      there, known.bytes));
    }
    if (known.bytes > 0) check_known(known);
    if (there > known.bytes) fs::resize_file(path_, known.bytes);
  }

  void append(const std::string& line) {
    open();
    file_->append(line);
    bytes_ += line.size();
    checksum_.add(line);
  }
  // On disk: a checkpoint counts on its lines.
  void sync() const {
    if (file_) sync_file(path_);
  }
  std::uint64_t bytes() const { return bytes_; }
  const std::string& checksum() const { return checksum_.text(); }

 private:
  void check_known(const KnownMetrics& known) {
    const std::string text = read_file(path_, nas::kTrainingMetricsLimit);
    std::string_view lines = std::string_view(text).substr(0, known.bytes);
    const bool whole = lines.size() == known.bytes && lines.back() == '\n';
    while (!lines.empty()) checksum_.add(std::string(take_line(lines)) + '\n');
    if (whole && (known.checksum.empty() || known.checksum == checksum_.text())) return;
    throw std::runtime_error(fmt::format(
        "{}: its first {} bytes are not those that the checkpoint expects: it is damaged or was "
        "edited; train again in another directory",
        path_.string(), known.bytes));
  }

  // Not before there is a line: the checkpoint is the first file of the folder.
  void open() {
    if (file_) return;
    if (!fs::exists(path_)) write_file(path_, "");
    file_.emplace(path_, nas::kTrainingMetricsLimit);
  }

  fs::path path_;
  std::uint64_t bytes_;
  nas::LineChecksum checksum_;
  std::optional<AppendedFile> file_;
};

class Training {
 public:
  // `start`: of a recipe that starts from another run.
  Training(const TrainCommand& command, nas::Parameters start)
      : command_(command),
        space_(command.space.value()),
        split_(nas::open_images(space_, command.arguments.data,
                                open_options(command.loader_threads))),
        recipe_(recipe_of(command, split_.train->size())),
        arguments_(arguments_of(command, recipe_)),
        batches_(*split_.train, recipe_, arguments_.batch, arguments_.seed),
        trainer_(space_, recipe_, options_of(arguments_, std::move(start))),
        folder_(command.out, nas::kTrainingCheckpoint),
        metrics_(folder_.file(nas::kTrainingMetrics), restore()),
        report_({folder_, space_, arguments_}, {command.health_networks, 0, 0}) {
    save();
    folder_.write(nas::kTrainingSpace, arguments_.space_text, nas::kTrainingSpaceLimit);
    folder_.write(nas::kTrainingRecipe, arguments_.recipe_text);
    report_.begin(identity());
  }

  std::string run() {
    if (const int signal = train(); signal != 0) {
      std::cerr << fmt::format("h4h-nas: interrupted after step {}; {}\n", trainer_.state().step,
                               kRerun);
      die_of(signal);
    }
    const nas::Supernet supernet(nas::on_device(trainer_.state().parameters, torch::kCPU));
    return measure(supernet) + report_.finish(supernet, identity(), split_);
  }

 private:
  std::string identity() const {
    return nas::identity_of(arguments_.space_text,
                            nas::on_device(trainer_.state().parameters, torch::kCPU));
  }

  // Resumes from what the folder holds; what belongs to it of the metrics. Nothing depends on a
  // checkpoint of step 0, whose arguments may have been wrong: it is not resumed from.
  KnownMetrics restore() {
    const std::optional<std::string> bytes = folder_.read_checkpoint(nas::kCheckpointLimit);
    if (!bytes) {
      if (!command_.resume) return {};
      throw std::runtime_error(fmt::format("{}: nothing to resume: no {}", command_.out.string(),
                                           nas::kTrainingCheckpoint));
    }
    const std::string file = folder_.checkpoint().string();
    nas::TrainingCheckpoint checkpoint = nas::checkpoint_of(*bytes, file);
    if (checkpoint.state.step == 0) return {};
    if (const auto other = nas::difference(checkpoint.arguments, arguments_)) {
      throw std::runtime_error(
          fmt::format("{}: holds another training: {}", command_.out.string(), *other));
    }
    try {
      trainer_.restore(std::move(checkpoint.state));
    } catch (const std::invalid_argument& error) {
      throw nas::TrainingFileError(fmt::format("{}: {}", file, error.what()));
    }
    return {checkpoint.metrics_bytes, checkpoint.metrics_checksum};
  }

  void save() {
    metrics_.sync();
    folder_.write_checkpoint(
        nas::to_bytes({arguments_, metrics_.bytes(), metrics_.checksum(), trainer_.state()}),
        nas::kCheckpointLimit);
    saved_ = std::chrono::steady_clock::now();
  }

  bool due() const {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - saved_;
    return passed.count() >= command_.checkpoint_seconds;
  }

  // 0, or the signal that stopped it.
  int train() {
    const Interrupt interrupt;
    TrainingProgress progress(trainer_.state().step, arguments_.steps, arguments_.batch);
    int signal = interrupt.signal();
    while (!trainer_.done() && signal == 0) {
      const nas::StepReport report = step();
      metrics_.append(line_of(document_of(report, arguments_.batch)));
      progress.show(report.step, report.phase, report.loss);
      signal = interrupt.signal();  // once: one that comes after it ends the next step
      if (trainer_.done() || signal != 0 || due()) save();
    }
    return signal;
  }

  nas::StepReport step() {
    try {
      return trainer_.step(batches_.batch(trainer_.phase_index(), trainer_.state().step));
    } catch (const nas::Diverged& error) {
      const nas::TrainingCheckpoint last = nas::read_checkpoint(folder_.checkpoint());
      throw std::runtime_error(fmt::format("{}; {} is of step {}: try a lower --lr", error.what(),
                                           folder_.checkpoint().string(), last.state.step));
    }
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
      metrics_.append(line_of({{"network", name},
                               {"genotype", space_.document(genotype)},
                               {"accuracy", accuracy},
                               {"held_out_images", split_.holdout->size()}}));
      text += fmt::format("{:<7}  {:.4f}\n", name, accuracy);
    }
    metrics_.sync();
    return text;
  }

  const TrainCommand& command_;
  nas::Space space_;
  nas::Split split_;
  nas::Recipe recipe_;
  nas::TrainArguments arguments_;
  PhaseBatches batches_;
  nas::Trainer trainer_;
  RunFolder folder_;
  Metrics metrics_;
  TrainingReport report_;
  std::chrono::steady_clock::time_point saved_;
};

// The weights of --from; space and arguments of the command become those of a start from them.
nas::Parameters take_over(TrainCommand& command) {
  const std::string folder = command.from->string();
  expect_training_run("from", folder, "");
  const nas::Trained run = nas::open_trained(folder);
  warn_of_what_is_not_trained(run, folder);
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
  warn_of_reference_blas();
  nas::Parameters start;
  if (command.from) start = take_over(command);
  return Training(command, std::move(start)).run();
}

}  // namespace h4h::tools
