#include "tools/h4h-nas/fine_tuned.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "nas/train/fine_tune.hpp"
#include "nas/train/images.hpp"
#include "tools/h4h-nas/interrupt.hpp"
#include "tools/h4h-nas/progress.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;

// What decides the result, as the arguments of a training: in the place of the space's text stands
// which network of which supernet it is.
nas::TrainArguments arguments_of(const std::string& genotype, const nas::Trained& trained,
                                 const nas::FineTuneOptions& options) {
  nas::TrainArguments arguments = trained.arguments;
  nas::Phase phase = options.phase;
  phase.steps = options.steps;
  nas::set_recipe(arguments, {"fine-tuning", "", {}, {}, {phase}});
  arguments.seed = options.seed;
  arguments.space_text = fmt::format("{} of supernet {}", genotype, trained.identity);
  return arguments;
}

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

nas::Parameters fine_tuned(const workloads::Network& network, const std::string& genotype,
                           const nas::Trained& trained, const nas::ImageSet& train,
                           const FineTuning& tuning, const fs::path& checkpoint) {
  constexpr std::chrono::seconds kBetweenCheckpoints{60};
  const nas::TrainArguments& a = trained.arguments;
  nas::FineTuneOptions options;
  options.phase.learning_rate = tuning.learning_rate;
  options.phase.augmentation = nas::recipe_of(a).phases.back().augmentation;
  nas::Loader loader(train, nas::Normalization(train), options.phase.augmentation, a.batch,
                     tuning.seed);
  options.steps = std::max<std::int64_t>(2, tuning.epochs * loader.batches());
  options.seed = tuning.seed;
  nas::FineTuning work(network, trained.supernet.extract(network), options);
  const nas::TrainArguments arguments = arguments_of(genotype, trained, options);
  resume(work, arguments, checkpoint);
  const auto save = [&] {
    write_file(checkpoint, nas::to_bytes({arguments, 0, {}, work.state()}));
  };
  nas::LoaderBatches batches(loader);
  TrainingProgress progress(work.state().step, options.steps, a.batch);
  const Interrupt interrupt;
  auto saved = std::chrono::steady_clock::now();
  while (!work.done()) {
    const double loss = work.step(batches.batch(work.state().step));
    progress.show(work.state().step, "fine-tuning", loss);
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
