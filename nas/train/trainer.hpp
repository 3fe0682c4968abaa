#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "nas/space/space.hpp"
#include "nas/train/sandwich.hpp"
#include "nas/train/subspace.hpp"

namespace h4h::nas {

// Four networks a step: H4H paper, section 4.1. Learning rate and limit of the gradients' norm are
// our choice.
struct TrainerOptions {
  std::int64_t steps = 0;  // of all phases
  std::int64_t networks =
      4;  // a step: the largest, the smallest and the rest at random; at least 2
  double learning_rate = 4e-3;
  std::uint64_t seed = 0;
  LossOptions loss;
  AdamWOptions adamw;
  double clip_norm = 1.0;
  torch::Device device = torch::kCPU;
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
  // `space` must outlive it. Throws SpaceError, std::invalid_argument where the recipe does not
  // fit space or steps.
  Trainer(const Space& space, const Recipe& recipe, const TrainerOptions& options);

  bool done() const { return state_.step >= options_.steps; }
  // The batch is that of step number state().step, from 0. Throws Diverged.
  StepReport step(const Labelled& batch);

  const TrainerState& state() const { return state_; }
  // Resumes from a state of the same space and recipe. Throws std::invalid_argument for a step that
  // is not one of the training, and names a tensor which is missing or of another size.
  void restore(TrainerState state);

  // The networks of the phase that comes last: what has been trained in the end.
  const Subspace& trained_subspace() const { return subspaces_.back(); }

 private:
  std::size_t phase_index() const;
  std::vector<workloads::Network> draw(const Subspace& subspace) const;

  const Space& space_;
  TrainerOptions options_;
  std::vector<PhaseSpan> spans_;
  std::vector<Subspace> subspaces_;  // of each span
  TrainerState state_;
};

}  // namespace h4h::nas
