#pragma once

#include "nas/train/trainer.hpp"

namespace h4h::nas {

struct FineTuneOptions {
  std::int64_t steps = 1;
  std::uint64_t seed = 0;
  Phase phase = fine_tuning_phase();

  // Every parameter, on labels with label smoothing; no dropout.
  static Phase fine_tuning_phase();
};

// Trains one network alone, one AdamW step a batch, with the settings of a phase: all but its
// networks, distillation and projection.
class FineTuning {
 public:
  // `parameters` are the network's own. `network` must outlive it.
  FineTuning(const workloads::Network& network, Parameters parameters, FineTuneOptions options);

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
