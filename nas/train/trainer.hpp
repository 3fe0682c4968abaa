#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "nas/recipe/subspace.hpp"
#include "nas/space/space.hpp"
#include "nas/train/sandwich.hpp"

namespace h4h::nas {

// What a training has beside its recipe.
struct TrainerOptions {
  std::uint64_t seed = 0;
  bool bf16 = false;
  torch::Device device = torch::kCPU;
  Parameters start{};  // of a recipe that starts from another run; all parameters of the space
  // The processes that train together, each on a share of every batch; nullptr: this one alone. All
  // draw the same networks and have the same state; batch norms see a rank's own images.
  const Ranks* ranks = nullptr;
};

// All that training changes: with it and the arguments, training resumes to the same bits.
struct TrainerState {
  std::int64_t step = 0;  // steps done
  Parameters parameters;
  std::map<std::string, Moments> moments;
};

struct StepReport {
  std::int64_t step;  // from 1
  std::string phase;
  double loss, loss_max, loss_min;  // mean of the subnets; of the largest and the smallest
  double gradient_norm, learning_rate;
  bool stop = false;  // a rank wanted to end: it has told all others with the gradients
};

// A loss or gradient that is no number. The trainer's state is still that of the step before.
class Diverged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Trains a supernet of `space`: each step the largest, the smallest and some random networks of
// the phase's subspace on the same batch (the sandwich rule of BigNAS), one AdamW step.
class Trainer {
 public:
  // `space` must outlive it; the recipe's lengths are known (with_lengths). Throws SpaceError where
  // the recipe does not fit the space, std::invalid_argument for a start that does not.
  Trainer(const Space& space, Recipe recipe, const TrainerOptions& options);

  bool done() const { return state_.step >= steps_; }
  // That of the next step, from 0; of the last one when all is done.
  std::size_t phase_index() const;
  // The batch is that of step number state().step, from 0, or this rank's share of it; `stop`: this
  // process wants to end. Throws Diverged and RanksError.
  StepReport step(const Labelled& batch, bool stop = false);

  const TrainerState& state() const { return state_; }
  // Resumes from a state of the same space and recipe. Throws std::invalid_argument for a step that
  // is not one of the training, and names a tensor which is missing or of another size.
  void restore(TrainerState state);

  // The networks of the phase that comes last: what has been trained in the end.
  const Subspace& trained_subspace() const { return subspaces_.back(); }

 private:
  std::vector<workloads::Network> draw(std::size_t phase) const;
  torch::Generator masks() const;
  Parameters random_parameters() const;

  const Space& space_;
  Recipe recipe_;
  TrainerOptions options_;
  std::int64_t steps_ = 0;           // of all phases
  std::vector<Subspace> subspaces_;  // of each phase
  TrainerState state_;
};

}  // namespace h4h::nas
