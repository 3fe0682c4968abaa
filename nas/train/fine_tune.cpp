#include "nas/train/fine_tune.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nas/train/schedule.hpp"

namespace h4h::nas {
namespace {

const GroupSet kEverything{ParameterGroup::conv, ParameterGroup::batch_norm, ParameterGroup::head,
                           ParameterGroup::vit};

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

FineTuning::FineTuning(const workloads::Network& network, Parameters parameters,
                       const FineTuneOptions& options)
    : network_(network), options_(options) {
  state_.parameters = std::move(parameters);
}

double FineTuning::step(const Labelled& batch) {
  LossOptions loss;
  loss.dropout = 0;
  loss.drop_connect = 0;
  SandwichGradients made = sandwich_gradients(state_.parameters, {network_}, kEverything, batch,
                                              loss, at::detail::createCPUGenerator(options_.seed));
  const double norm = clip_norm(made.gradients, options_.clip_norm);
  const double value = made.losses.front();
  if (!std::isfinite(value) || !std::isfinite(norm)) {
    throw Diverged(fmt::format("fine-tuning, step {}: the loss is {}, the gradient's norm {}",
                               state_.step + 1, std::abs(value), std::abs(norm)));
  }
  const double rate = options_.learning_rate * schedule(state_.step, options_.steps);
  adamw(state_.parameters, state_.moments, made.gradients, rate, state_.step + 1, options_.adamw);
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
