#include "nas/train/trained.hpp"

#include <fmt/format.h>

#include "base/text/hash.hpp"
#include "nas/space/load.hpp"

namespace h4h::nas {

std::string identity_of(const std::string& space_text, const Parameters& parameters) {
  TrainArguments only_space;
  only_space.space_text = space_text;
  TrainerState state;
  state.parameters = parameters;
  return text_hash(to_bytes({to_document(only_space), 0, state}));
}

Trained open_trained(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kTrainingCheckpoint;
  TrainingCheckpoint checkpoint = read_checkpoint(file);
  try {
    const TrainArguments arguments = train_arguments(checkpoint.arguments);
    Space space = load_space((folder / kTrainingSpace).string());
    Supernet supernet(
        with_roles(std::move(checkpoint.state.parameters), space.network(space.max())));
    const std::string identity = identity_of(arguments.space_text, supernet.parameters());
    return {arguments, std::move(space), std::move(supernet), checkpoint.state.step, identity};
  } catch (const std::invalid_argument& error) {
    throw TrainingFileError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace h4h::nas
