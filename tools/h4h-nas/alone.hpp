#pragma once

#include <vector>

#include "nas/accuracy/health.hpp"
#include "nas/train/fine_tune.hpp"
#include "tools/h4h-nas/training_report.hpp"

namespace h4h::tools {

// The settings of a network's training alone: those of the last phase of the recipe and as many
// steps as all of them, every parameter trained on labels, without dropout.
nas::FineTuneOptions alone_options(const nas::TrainArguments& arguments, std::uint64_t seed);

// The accuracy of each network in the supernet and after it was trained alone, from random weights
// of `seed`, on the held-out images. Accuracies of networks that are done are kept in the run's
// folder, in a table of their own for other images, settings and seeds; so is a checkpoint of the
// one that is trained.
nas::AloneNetworks measured_alone(const ReportedRun& run, const nas::Supernet& supernet,
                                  const nas::Split& split,
                                  const std::vector<nas::Genotype>& networks, std::uint64_t seed);

}  // namespace h4h::tools
