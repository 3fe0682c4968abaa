#include "nas/train/trained.hpp"

#include <fmt/format.h>

#include "base/file/input_file.hpp"
#include "base/text/hash.hpp"
#include "nas/space/load.hpp"

namespace h4h::nas {

std::string identity_of(const std::string& space_text, const Parameters& parameters) {
  TrainArguments only_space;
  only_space.space_text = space_text;
  TrainerState state;
  state.parameters = parameters;
  return text_hash(to_bytes({only_space, 0, {}, state}));
}

namespace {

// The space of a training's folder, which must be what the checkpoint says.
Space open_space(const std::filesystem::path& file, const std::string& space_text) {
  const std::string text = read_file_or<TrainingFileError>(file, kTrainingSpaceLimit);
  if (text == space_text) return load_space(file.string());
  throw TrainingFileError(
      fmt::format("{}: is not the space of {}: it is damaged or was edited; rerun the `h4h train` "
                  "command of this directory to write it again",
                  file.string(), kTrainingCheckpoint));
}

}  // namespace

Trained open_trained(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kTrainingCheckpoint;
  TrainingCheckpoint checkpoint = read_checkpoint(file);
  try {
    const TrainArguments& arguments = checkpoint.arguments;
    Space space = open_space(folder / kTrainingSpace, arguments.space_text);
    Supernet supernet(
        with_roles(std::move(checkpoint.state.parameters), space.network(space.max())));
    const std::string identity = identity_of(arguments.space_text, supernet.parameters());
    return {arguments, std::move(space), std::move(supernet), checkpoint.state.step, identity};
  } catch (const std::invalid_argument& error) {
    throw TrainingFileError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace h4h::nas
