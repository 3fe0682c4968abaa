#include "nas/train/fine_tune.hpp"

#include <gtest/gtest.h>

#include "nas/supernet/supernet.hpp"
#include "tests/nas_torch/training.hpp"

namespace h4h::tests {
namespace {

using nas::FineTuning;

nas::Labelled batch_of(std::int64_t step) {
  return bright_corners(16, static_cast<std::uint64_t>(step));
}

struct Small {
  nas::Space space = small_space();
  workloads::Network network = space.network(space.min());
  nas::Parameters start = nas::Supernet(space.network(space.max()), 1).extract(network);

  FineTuning tuning(std::int64_t steps) const {
    nas::FineTuneOptions options;
    options.steps = steps;
    options.phase.learning_rate = 5e-3;
    return {network, nas::copied(start), options};
  }
};

void run(FineTuning& tuning, std::int64_t until) {
  while (tuning.state().step < until) tuning.step(batch_of(tuning.state().step));
}

TEST(FineTune, LowersTheLossAndChangesEveryTensor) {
  const Small small;
  FineTuning tuning = small.tuning(60);
  const double first = tuning.step(batch_of(0));
  run(tuning, 59);
  EXPECT_LT(tuning.step(batch_of(0)), 0.8 * first);
  EXPECT_TRUE(tuning.done());
  for (const auto& [name, parameter] : tuning.state().parameters) {
    EXPECT_FALSE(parameter.value.equal(small.start.at(name).value)) << name;
  }
}

TEST(FineTune, ResumesToTheSameBits) {
  const Small small;
  FineTuning whole = small.tuning(8), first = small.tuning(8), second = small.tuning(8);
  run(whole, 8);
  run(first, 5);
  second.restore(first.state());
  run(second, 8);
  for (const auto& [name, parameter] : whole.state().parameters) {
    EXPECT_TRUE(parameter.value.equal(second.state().parameters.at(name).value)) << name;
  }
}

TEST(FineTune, RefusesStatesOfOtherNetworksAndOfLongerRuns) {
  const Small small;
  FineTuning tuning = small.tuning(8), longer = small.tuning(12);
  run(longer, 9);
  EXPECT_THROW(tuning.restore(longer.state()), std::invalid_argument);
  nas::TrainerState other;
  other.parameters = nas::Supernet(small.space.network(small.space.max()), 1).parameters();
  EXPECT_THROW(tuning.restore(other), std::invalid_argument);
}

}  // namespace
}  // namespace h4h::tests
