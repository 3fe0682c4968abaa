#include "tools/studies/trained/arms.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "nas/recipe/load.hpp"

namespace h4h::studies {
namespace {

bool starts_from_phase_1(const std::string& arm) {
  return arm == kFreeze || arm == kUnfreeze || arm == kFreezeHead || arm == kFreezeNorms;
}

std::string recipe_of(const std::string& arm) { return arm == kEarly ? kVanilla : arm; }

std::int64_t steps_of(const std::string& arm, std::int64_t first_phase) {
  // Its compute is that of tpi-freeze, whose length is given.
  if (arm == kEqualCompute) return whole_steps(kFreeze, first_phase);
  constexpr std::int64_t kQuarter = 4, kFewest = 2;
  if (arm == kEarly) return std::max(kFewest, first_phase / kQuarter);
  return starts_from_phase_1(arm) ? whole_steps(arm, first_phase) : first_phase;
}

}  // namespace

std::vector<std::uint64_t> TrainedSettings::all_seeds() const {
  std::vector<std::uint64_t> all;
  for (std::size_t i = 0; i < seeds; ++i) all.push_back(first_seed + i);
  return all;
}

Trainings& trainings_of(const Setup& setup) {
  if (setup.trainings() == nullptr) throw std::logic_error("a study without trainings");
  return *setup.trainings();
}

std::int64_t whole_steps(const std::string& recipe, std::int64_t first_phase) {
  const nas::Recipe loaded = nas::load_recipe(recipe);
  std::int64_t epochs = 0;
  for (const nas::Phase& phase : loaded.phases) epochs += phase.epochs.value();
  const auto share =
      static_cast<double>(epochs) / static_cast<double>(loaded.phases.front().epochs.value());
  return std::llround(static_cast<double>(first_phase) * share);
}

void train_arms(Trainings& trainings, const std::vector<std::string>& arms) {
  const TrainedSettings& settings = trainings.settings();
  std::vector<TrainingSpec> first, second;
  for (const std::uint64_t seed : settings.all_seeds()) {
    for (const std::string& arm : arms) {
      const bool later = starts_from_phase_1(arm);
      (later ? second : first)
          .push_back({arm, seed, settings.space, recipe_of(arm), steps_of(arm, settings.steps),
                      later ? kCnnOnly : ""});
    }
  }
  const auto is_phase_1 = [](const TrainingSpec& spec) { return spec.arm == kCnnOnly; };
  std::stable_partition(first.begin(), first.end(), is_phase_1);
  trainings.train(first);
  trainings.train(second);
}

std::vector<TrainingSpec> searched_supernets(Trainings& trainings) {
  const TrainedSettings& settings = trainings.settings();
  if (!settings.given.empty()) return settings.given;
  train_arms(trainings, {kCnnOnly, kFreeze});
  std::vector<TrainingSpec> all;
  for (const std::uint64_t seed : settings.all_seeds()) all.push_back({kFreeze, seed});
  return all;
}

}  // namespace h4h::studies
