#pragma once

#include <optional>

#include "nas/recipe/recipe.hpp"
#include "nas/space/space.hpp"

namespace h4h::nas {

// How long a training is to be, of all phases together, and what that depends on.
struct TrainingLength {
  std::optional<std::int64_t> steps, epochs;  // at most one; neither: as the recipe says
  std::int64_t batches = 1;                   // of an epoch
};

// The recipe with the steps of every phase: the asked length, or the recipe's own, dealt to the
// phases by theirs, the first rounded, at least one each. Of a recipe that is as long as makes its
// compute equal another's, the length is that of the other one. Throws RecipeError for fewer steps
// than phases or more than 10^8, SpaceError where compute cannot be counted.
Recipe with_lengths(const Recipe& recipe, const TrainingLength& asked, const Space& space);

// The same with so many steps of all phases together, whatever their recipe says. `batches` is only
// asked for where some phases have epochs and others steps.
Recipe with_steps(const Recipe& recipe, std::int64_t steps, std::int64_t batches = 1);

// Without the phases before `name`, and started from another run. Throws RecipeError where there is
// no such phase. Without a name: the last phase.
Recipe started_from_run(const Recipe& recipe, const std::optional<std::string>& name);

}  // namespace h4h::nas
