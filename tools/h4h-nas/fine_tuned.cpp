#include "tools/h4h-nas/fine_tuned.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/h4h-nas/single_training.hpp"

namespace h4h::tools {

nas::Parameters fine_tuned(const workloads::Network& network, const std::string& genotype,
                           const nas::Trained& trained, const nas::ImageSource& train,
                           const FineTuning& tuning, const std::filesystem::path& checkpoint) {
  nas::FineTuneOptions options;
  options.phase.learning_rate = tuning.learning_rate;
  options.phase.augmentation = nas::recipe_of(trained.arguments).phases.back().augmentation;
  const std::int64_t batches = train.size() / trained.arguments.batch;
  options.steps = std::max<std::int64_t>(2, tuning.epochs * batches);
  options.seed = tuning.seed;
  const std::string what = fmt::format("{} of supernet {}", genotype, trained.identity);
  return trained_alone(network, trained.supernet.extract(network),
                       {options, arguments_of(trained.arguments, what, options), checkpoint},
                       train);
}

}  // namespace h4h::tools
