#include "nas/train/fine_tune.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nas/train/schedule.hpp"

namespace h4h::nas {
namespace {

constexpr std::uint64_t kDropout = 2;  // the stream of random numbers for dropout

void check_sizes(const TrainerState& state) {
  for (const auto& [name, moments] : state.moments) {
    const auto found = state.parameters.find(name);
    if (found == state.parameters.end() || moments.first.sizes() != found->second.value.sizes() ||
        moments.second.sizes() != found->second.value.sizes()) {
      throw std::invalid_argument(fmt::format("'{}' is not in the network", name));
    }
  }
}

}  // namespace

Phase FineTuneOptions::fine_tuning_phase() {
  Phase phase;
  phase.name = "fine-tuning";
  phase.learning_rate = 3e-3;
  phase.dropout = phase.drop_connect = 0;
  return phase;
}

FineTuning::FineTuning(const workloads::Network& network, Parameters parameters,
                       FineTuneOptions options)
    : network_(network), options_(std::move(options)) {
  state_.parameters = std::move(parameters);
}

double FineTuning::step(const Labelled& batch) {
  Random masks{options_.seed, kDropout, static_cast<std::uint64_t>(state_.step)};
  const Phase& phase = options_.phase;
  SandwichGradients made = sandwich_gradients(state_.parameters, {network_}, phase, batch, {},
                                              at::detail::createCPUGenerator(masks.next()));
  const double norm = clip_norm(made.gradients, phase.clip);
  const double value = made.losses.front();
  if (!std::isfinite(value) || !std::isfinite(norm)) {
    throw Diverged(fmt::format("{}, step {}: the loss is {}, the gradient's norm {}", phase.name,
                               state_.step + 1, std::abs(value), std::abs(norm)));
  }
  const double rate = phase.learning_rate * schedule(phase, state_.step, options_.steps);
  adamw(state_.parameters, state_.moments, made.gradients, rate, state_.step + 1, phase);
  ++state_.step;
  return value;
}

void FineTuning::restore(TrainerState state) {
  if (state.step > options_.steps) {
    throw std::invalid_argument(
        fmt::format("step {} of a fine-tuning of {} steps", state.step, options_.steps));
  }
  state.parameters = with_roles(std::move(state.parameters), network_);
  check_sizes(state);
  state_ = std::move(state);
}

}  // namespace h4h::nas
