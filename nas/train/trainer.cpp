#include "nas/train/trainer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/mean.hpp"
#include "nas/supernet/initial.hpp"
#include "nas/train/schedule.hpp"

namespace h4h::nas {
namespace {

// What the streams of random numbers of a step are for.
constexpr std::uint64_t kArchitectures = 1, kMasks = 2;

void check_like(const torch::Tensor& tensor, const torch::Tensor& expected,
                const std::string& name) {
  if (tensor.defined() && tensor.sizes() == expected.sizes()) return;
  throw std::invalid_argument(fmt::format("'{}' is missing or has another size", name));
}

}  // namespace

Trainer::Trainer(const Space& space, const Recipe& recipe, const TrainerOptions& options)
    : space_(space), options_(options), spans_(spans(recipe, options.steps)) {
  for (const PhaseSpan& span : spans_) subspaces_.emplace_back(space, span.phase.subspace);
  state_.parameters =
      on_device(initial_parameters(space.network(space.max()), options.seed), options.device);
}

std::size_t Trainer::phase_index() const {
  std::size_t i = 0;
  while (state_.step >= spans_[i].end) ++i;
  return i;
}

std::vector<workloads::Network> Trainer::draw(const Subspace& subspace) const {
  Random random{options_.seed, kArchitectures, static_cast<std::uint64_t>(state_.step)};
  std::vector<workloads::Network> subnets{space_.network(subspace.max())};
  for (std::int64_t i = 2; i < options_.networks; ++i)
    subnets.push_back(space_.network(subspace.sample(random)));
  subnets.push_back(space_.network(subspace.min()));
  return subnets;
}

StepReport Trainer::step(const Labelled& batch) {
  const std::size_t index = phase_index();
  const PhaseSpan& span = spans_[index];
  Random masks{options_.seed, kMasks, static_cast<std::uint64_t>(state_.step)};
  SandwichGradients sandwich =
      sandwich_gradients(state_.parameters, draw(subspaces_[index]), span.phase.trained,
                         {batch.images.to(options_.device), batch.labels.to(options_.device)},
                         options_.loss, at::detail::createCPUGenerator(masks.next()));
  const double norm = clip_norm(sandwich.gradients, options_.clip_norm);
  const double loss = mean(sandwich.losses);
  if (!std::isfinite(loss) || !std::isfinite(norm)) {
    // Without the sign of a NaN, which depends on the processor.
    throw Diverged(fmt::format("step {}: the loss is {}, the gradient's norm {}", state_.step + 1,
                               std::abs(loss), std::abs(norm)));
  }
  const std::int64_t done = state_.step - span.begin;
  if (done == 0) state_.moments.clear();
  const double rate = options_.learning_rate * schedule(done, span.end - span.begin);
  adamw(state_.parameters, state_.moments, sandwich.gradients, rate, done + 1, options_.adamw);
  ++state_.step;
  return {state_.step,
          std::string(span.phase.name),
          loss,
          sandwich.losses.front(),
          sandwich.losses.back(),
          norm,
          rate};
}

void Trainer::restore(TrainerState state) {
  if (state.step < 0 || state.step > options_.steps) {
    throw std::invalid_argument(
        fmt::format("step {} of a training of {} steps", state.step, options_.steps));
  }
  state_.parameters = on_device(
      with_roles(std::move(state.parameters), space_.network(space_.max())), options_.device);
  state_.moments.clear();
  for (auto& [name, moments] : state.moments) {
    const auto found = state_.parameters.find(name);
    if (found == state_.parameters.end()) {
      throw std::invalid_argument(fmt::format("'{}' is not in the supernet", name));
    }
    check_like(moments.first, found->second.value, name);
    check_like(moments.second, found->second.value, name);
    state_.moments[name] = {moments.first.to(options_.device), moments.second.to(options_.device)};
  }
  state_.step = state.step;
}

}  // namespace h4h::nas
