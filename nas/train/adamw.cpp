#include "nas/train/adamw.hpp"

#include <cmath>
#include <utility>
#include <vector>

namespace h4h::nas {
namespace {

// Parameters that one step changes in the same way.
struct Alike {
  std::vector<torch::Tensor> values, gradients, first, second;
};

// What decides how: the learning rate and the factor of the weights' decay.
struct Rates {
  double learning_rate, kept;
  bool operator<(const Rates& other) const {
    return std::pair(learning_rate, kept) < std::pair(other.learning_rate, other.kept);
  }
};

// Of the moments, which begin at 0.
struct Corrections {
  double first, second;
};

// A kernel for many tensors, as starting one for each takes longer on GPUs than what it does.
void adamw_together(Alike& all, const Rates& rates, const Corrections& corrections,
                    const AdamWOptions& options) {
  at::_foreach_mul_(all.first, options.beta1);
  at::_foreach_add_(all.first, all.gradients, 1 - options.beta1);
  at::_foreach_mul_(all.second, options.beta2);
  at::_foreach_addcmul_(all.second, all.gradients, all.gradients, 1 - options.beta2);
  if (rates.kept != 1) at::_foreach_mul_(all.values, rates.kept);
  std::vector<torch::Tensor> scales = at::_foreach_sqrt(all.second);
  at::_foreach_div_(scales, corrections.second);
  at::_foreach_add_(scales, options.epsilon);
  at::_foreach_addcdiv_(all.values, all.first, scales, -rates.learning_rate / corrections.first);
}

}  // namespace

void adamw(Parameters& parameters, std::map<std::string, Moments>& moments,
           const Tensors& gradients, double learning_rate, std::int64_t step, const Phase& phase,
           const AdamWOptions& options) {
  const torch::NoGradGuard no_gradients;
  std::map<Rates, Alike> groups;
  for (const auto& [name, gradient] : gradients) {
    Parameter& parameter = parameters.at(name);
    const GroupOptions& group = phase.of(parameter.group);
    const double rate = learning_rate * group.learning_rate_factor;
    const bool decays = parameter.role == ParameterRole::weight;
    const double decay = decays ? rate * group.weight_decay.value_or(phase.weight_decay) : 0;
    Moments& m = moments[name];
    if (!m.first.defined()) m = {torch::zeros_like(gradient), torch::zeros_like(gradient)};
    Alike& all = groups[{rate, 1 - decay}];
    all.values.push_back(parameter.value);
    all.gradients.push_back(gradient);
    all.first.push_back(m.first);
    all.second.push_back(m.second);
  }
  const auto n = static_cast<double>(step);
  const Corrections corrections{1 - std::pow(options.beta1, n),
                                std::sqrt(1 - std::pow(options.beta2, n))};
  for (auto& [rates, all] : groups) adamw_together(all, rates, corrections, options);
}

double clip_norm(Tensors& gradients, double limit) {
  std::vector<torch::Tensor> all;
  for (const auto& [name, gradient] : gradients) all.push_back(gradient);
  if (all.empty()) return 0;
  const torch::Tensor norms = torch::stack(at::_foreach_norm(all)).to(torch::kDouble).cpu();
  const auto values = norms.accessor<double, 1>();
  double squares = 0;
  for (std::int64_t i = 0; i < values.size(0); ++i) squares += values[i] * values[i];
  const double norm = std::sqrt(squares);
  if (norm > limit) at::_foreach_mul_(all, limit / norm);
  return norm;
}

}  // namespace h4h::nas
