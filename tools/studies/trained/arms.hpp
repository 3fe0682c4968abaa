#pragma once

#include "tools/studies/study.hpp"
#include "tools/studies/trained/trainings.hpp"

namespace h4h::studies {

// Arms of Table 2. Phase 1 of the two-phase recipes is the run of kCnnOnly of the same seed.
inline constexpr const char kCnnOnly[] = "cnn-only", kVanilla[] = "vanilla",
                            kEqualCompute[] = "vanilla-equal-compute", kFreeze[] = "tpi-freeze",
                            kUnfreeze[] = "tpi-unfreeze";
// Controls that the paper lacks.
inline constexpr const char kProjection[] = "vanilla-projection", kFreezeHead[] = "tpi-freeze-head",
                            kFreezeNorms[] = "tpi-freeze-bn";

// A vanilla training of a quarter of the steps, for what gradients are like early on.
inline constexpr const char kEarly[] = "vanilla-quarter";

// The trainings of the setup; throws std::logic_error where it has none.
Trainings& trainings_of(const Setup& setup);

// Trains these arms with every seed.
void train_arms(Trainings& trainings, const std::vector<std::string>& arms);

// The supernets of hybrid networks that are searched: those that the user has trained, or one of
// kFreeze for each seed, the paper's recipe, which are trained where they are not yet.
std::vector<TrainingSpec> searched_supernets(Trainings& trainings);

// The steps of all phases of a recipe whose first phase has so many.
std::int64_t whole_steps(const std::string& recipe, std::int64_t first_phase);

}  // namespace h4h::studies
