#include "tools/h4h-nas/training_files.hpp"

#include <fmt/format.h>

#include "nas/train/trained.hpp"

namespace h4h::tools {

TrainingFiles::TrainingFiles(const TrainCommand& command, const nas::Space& space,
                             const nas::TrainArguments& arguments)
    : command_(command),
      arguments_(arguments),
      folder_(command.out, nas::kTrainingCheckpoint),
      report_({folder_, space, arguments}, {command.health_networks, 0, 0}) {}

std::optional<nas::TrainerState> TrainingFiles::resumed() {
  const std::optional<std::string> bytes = folder_.read_checkpoint(nas::kCheckpointLimit);
  if (!bytes && command_.resume) {
    throw std::runtime_error(fmt::format("{}: nothing to resume: no {}", command_.out.string(),
                                         nas::kTrainingCheckpoint));
  }
  nas::TrainingCheckpoint checkpoint;
  if (bytes) checkpoint = nas::checkpoint_of(*bytes, folder_.checkpoint().string());
  if (checkpoint.state.step == 0) {
    metrics_.emplace(folder_.file(nas::kTrainingMetrics), KnownMetrics{});
    return std::nullopt;
  }
  if (const auto other = nas::difference(checkpoint.arguments, arguments_)) {
    throw std::runtime_error(
        fmt::format("{}: holds another training: {}", command_.out.string(), *other));
  }
  metrics_.emplace(folder_.file(nas::kTrainingMetrics),
                   KnownMetrics{checkpoint.metrics_bytes, checkpoint.metrics_checksum});
  return std::move(checkpoint.state);
}

void TrainingFiles::begin(const nas::TrainerState& state) {
  save(state);
  folder_.write(nas::kTrainingSpace, arguments_.space_text, nas::kTrainingSpaceLimit);
  folder_.write(nas::kTrainingRecipe, arguments_.recipe_text);
  report_.begin(
      nas::identity_of(arguments_.space_text, nas::on_device(state.parameters, torch::kCPU)));
}

void TrainingFiles::save(const nas::TrainerState& state) {
  metrics_->sync();
  folder_.write_checkpoint(
      nas::to_bytes({arguments_, metrics_->bytes(), metrics_->checksum(), state}),
      nas::kCheckpointLimit);
  saved_ = std::chrono::steady_clock::now();
}

bool TrainingFiles::due() const {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - saved_;
  return passed.count() >= command_.checkpoint_seconds;
}

std::int64_t TrainingFiles::saved_step() const {
  return nas::read_checkpoint(folder_.checkpoint()).state.step;
}

}  // namespace h4h::tools
