#pragma once

#include <string>

#include "nas/train/arguments.hpp"

namespace h4h::tools {

// The `h4h train` command of a training, quoted for a shell, without --out. A recipe that is not a
// shipped one at its length is the recipe.yaml that the training leaves; a run that it started from
// is DIR, since its directory is not known.
std::string training_command(const nas::TrainArguments& arguments);

}  // namespace h4h::tools
