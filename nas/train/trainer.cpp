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

// Whether the gradients of step `done` of the phase, from 0, are projected.
bool projects(const Phase& phase, std::int64_t done) {
  return phase.gradients == Combination::projection &&
         static_cast<double>(done) >= phase.projection_from * static_cast<double>(*phase.steps);
}

}  // namespace

Trainer::Trainer(const Space& space, Recipe recipe, const TrainerOptions& options)
    : space_(space), recipe_(std::move(recipe)), options_(options), steps_(total_steps(recipe_)) {
  for (const Phase& phase : recipe_.phases) subspaces_.emplace_back(space, phase.subspace);
  const bool from_run = recipe_.phases.front().start == Start::run;
  state_.parameters =
      from_run ? on_device(with_roles(options.start, space.network(space.max())), options.device)
               : random_parameters();
  options_.start.clear();
}

Parameters Trainer::random_parameters() const {
  return on_device(initial_parameters(space_.network(space_.max()), options_.seed),
                   options_.device);
}

std::size_t Trainer::phase_index() const {
  std::size_t i = 0;
  for (std::int64_t end = *recipe_.phases[0].steps;
       state_.step >= end && i + 1 < recipe_.phases.size();) {
    end += *recipe_.phases[++i].steps;
  }
  return i;
}

std::vector<workloads::Network> Trainer::draw(std::size_t phase) const {
  const Subspace& subspace = subspaces_[phase];
  Random random{options_.seed, kArchitectures, static_cast<std::uint64_t>(state_.step)};
  std::vector<workloads::Network> subnets{space_.network(subspace.max())};
  for (std::int64_t i = 2; i < recipe_.phases[phase].networks; ++i)
    subnets.push_back(space_.network(subspace.sample(random)));
  subnets.push_back(space_.network(subspace.min()));
  return subnets;
}

// Of dropout and drop-connect: other ones on every rank.
torch::Generator Trainer::masks() const {
  const auto step = static_cast<std::uint64_t>(state_.step);
  const std::uint64_t rank =
      options_.ranks == nullptr ? 0 : static_cast<std::uint64_t>(options_.ranks->rank());
  Random random =
      rank == 0 ? Random{options_.seed, kMasks, step} : Random{options_.seed, kMasks, step, rank};
  return at::detail::createCPUGenerator(random.next());
}

StepReport Trainer::step(const Labelled& batch, bool stop) {
  const std::size_t index = phase_index();
  const Phase& phase = recipe_.phases[index];
  std::int64_t done = state_.step;  // of the phase
  for (std::size_t i = 0; i < index; ++i) done -= *recipe_.phases[i].steps;
  const bool begins_anew = done == 0 && index > 0 && phase.start == Start::random;
  Parameters anew = begins_anew ? random_parameters() : Parameters{};
  SandwichGradients sandwich =
      sandwich_gradients(begins_anew ? anew : state_.parameters, draw(index), phase,
                         {batch.images.to(options_.device), batch.labels.to(options_.device)},
                         {options_.bf16, projects(phase, done), options_.ranks, stop}, masks());
  const double norm = clip_norm(sandwich.gradients, phase.clip);
  const double loss = mean(sandwich.losses);
  if (!std::isfinite(loss) || !std::isfinite(norm)) {
    // Without the sign of a NaN, which depends on the processor.
    throw Diverged(fmt::format("step {}: the loss is {}, the gradient's norm {}", state_.step + 1,
                               std::abs(loss), std::abs(norm)));
  }
  if (begins_anew) state_.parameters = std::move(anew);
  if (done == 0) state_.moments.clear();
  const double rate = phase.learning_rate * schedule(phase, done, *phase.steps);
  adamw(state_.parameters, state_.moments, sandwich.gradients, rate, done + 1, phase);
  ++state_.step;
  return {state_.step, phase.name, loss,         sandwich.losses.front(), sandwich.losses.back(),
          norm,        rate,       sandwich.stop};
}

void Trainer::restore(TrainerState state) {
  if (state.step < 0 || state.step > steps_) {
    throw std::invalid_argument(
        fmt::format("step {} of a training of {} steps", state.step, steps_));
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
