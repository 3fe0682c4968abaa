#include "tools/h4h-nas/single_training.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "nas/train/checkpoint.hpp"
#include "nas/train/images.hpp"
#include "tools/h4h-nas/interrupt.hpp"
#include "tools/h4h-nas/progress.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;

void resume(nas::FineTuning& work, const nas::TrainArguments& arguments, const fs::path& file) {
  const std::optional<std::string> bytes = read_file_if_there(file, nas::kCheckpointLimit);
  if (!bytes) return;
  nas::TrainingCheckpoint there = nas::checkpoint_of(*bytes, file.string());
  if (nas::difference(there.arguments, arguments)) {
    throw std::runtime_error(
        fmt::format("{}: is of another network or other options; remove it, or rerun the command "
                    "that left it",
                    file.string()));
  }
  try {
    work.restore(std::move(there.state));
  } catch (const std::invalid_argument& error) {
    throw nas::TrainingFileError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace

// In the place of the space's text stands which network of which supernet it is.
nas::TrainArguments arguments_of(nas::TrainArguments arguments, const std::string& what,
                                 const nas::FineTuneOptions& options) {
  nas::Phase phase = options.phase;
  phase.steps = options.steps;
  nas::set_recipe(arguments, {phase.name, "", {}, {}, {phase}});
  arguments.seed = options.seed;
  arguments.space_text = what;
  return arguments;
}

nas::Parameters trained_alone(const workloads::Network& network, nas::Parameters start,
                              const SingleTraining& training, const nas::ImageSource& images) {
  constexpr std::chrono::seconds kBetweenCheckpoints{60};
  const nas::Phase& phase = training.options.phase;
  const std::int64_t batch = training.arguments.batch;
  nas::Loader loader(images, nas::Normalization(images), phase.augmentation, batch,
                     training.options.seed);
  nas::FineTuning work(network, std::move(start), training.options);
  resume(work, training.arguments, training.checkpoint);
  const auto save = [&] {
    write_file(training.checkpoint, nas::to_bytes({training.arguments, 0, {}, work.state()}));
  };
  nas::LoaderBatches batches(loader);
  TrainingProgress progress(work.state().step, training.options.steps, batch);
  const Interrupt interrupt;
  auto saved = std::chrono::steady_clock::now();
  while (!work.done()) {
    const double loss = work.step(batches.batch(work.state().step));
    progress.show(work.state().step, phase.name, loss);
    const int signal = interrupt.signal();
    const bool due = std::chrono::steady_clock::now() - saved >= kBetweenCheckpoints;
    if (signal == 0 && !due && !work.done()) continue;
    save();
    saved = std::chrono::steady_clock::now();
    if (signal == 0 || work.done()) continue;
    std::cerr << fmt::format("h4h-nas: interrupted after step {}; {}\n", work.state().step, kRerun);
    die_of(signal);
  }
  return work.state().parameters;
}

}  // namespace h4h::tools
