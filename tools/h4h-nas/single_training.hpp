#pragma once

#include <filesystem>

#include "nas/data/image_source.hpp"
#include "nas/train/arguments.hpp"
#include "nas/train/fine_tune.hpp"

namespace h4h::tools {

// The training of one network by itself.
struct SingleTraining {
  nas::FineTuneOptions options;
  nas::TrainArguments arguments;  // everything that decides the result, for the checkpoint
  std::filesystem::path checkpoint;
};

// What decides the result of a training of `what` ("GENOTYPE of supernet IDENTITY") with these
// options, for a supernet of these arguments.
nas::TrainArguments arguments_of(nas::TrainArguments arguments, const std::string& what,
                                 const nas::FineTuneOptions& options);

// The parameters `start` of the network, trained on `images`. What an interrupted run of the same
// command left in the checkpoint is resumed from; the caller removes that file when it has what it
// wanted. Ends the process where a signal has come, with a checkpoint. Throws std::runtime_error
// for a checkpoint of something else.
nas::Parameters trained_alone(const workloads::Network& network, nas::Parameters start,
                              const SingleTraining& training, const nas::ImageSource& images);

}  // namespace h4h::tools
