#pragma once

#include "nas/train/trainer.hpp"

namespace h4h::nas {

struct FineTuneOptions {
  std::int64_t steps = 1;
  double learning_rate = 3e-3;  // at its peak; the schedule is that of a phase of training
  std::uint64_t seed = 0;
  AdamWOptions adamw;
  double clip_norm = 1.0;
};

// Trains one network of a supernet further, alone: every parameter, on labels (label smoothing as
// in training, no dropout), one AdamW step a batch.
class FineTuning {
 public:
  // `parameters` are the network's own. `network` must outlive it.
  FineTuning(const workloads::Network& network, Parameters parameters,
             const FineTuneOptions& options);

  bool done() const { return state_.step >= options_.steps; }
  // The loss of a batch, which must be that of step number state().step, from 0. Throws Diverged.
  double step(const Labelled& batch);

  const TrainerState& state() const { return state_; }
  // Goes on from a state of the same network and options. Throws std::invalid_argument for one that
  // is not.
  void restore(TrainerState state);

 private:
  const workloads::Network& network_;
  FineTuneOptions options_;
  TrainerState state_;
};

}  // namespace h4h::nas
