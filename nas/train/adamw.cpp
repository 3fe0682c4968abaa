#include "nas/train/adamw.hpp"

#include <cmath>

namespace h4h::nas {

void adamw(Parameters& parameters, std::map<std::string, Moments>& moments,
           const Tensors& gradients, double learning_rate, std::int64_t step, const Phase& phase,
           const AdamWOptions& options) {
  const torch::NoGradGuard no_gradients;
  const auto n = static_cast<double>(step);
  const double correction1 = 1 - std::pow(options.beta1, n);
  const double correction2 = std::sqrt(1 - std::pow(options.beta2, n));
  for (const auto& [name, gradient] : gradients) {
    Parameter& parameter = parameters.at(name);
    const GroupOptions& group = phase.of(parameter.group);
    const double rate = learning_rate * group.learning_rate_factor;
    Moments& m = moments[name];
    if (!m.first.defined()) m = {torch::zeros_like(gradient), torch::zeros_like(gradient)};
    m.first.mul_(options.beta1).add_(gradient, 1 - options.beta1);
    m.second.mul_(options.beta2).addcmul_(gradient, gradient, 1 - options.beta2);
    if (parameter.role == ParameterRole::weight) {
      parameter.value.mul_(1 - rate * group.weight_decay.value_or(phase.weight_decay));
    }
    const torch::Tensor scale = (m.second.sqrt() / correction2).add_(options.epsilon);
    parameter.value.addcdiv_(m.first, scale, -rate / correction1);
  }
}

double clip_norm(Tensors& gradients, double limit) {
  double squares = 0;
  for (const auto& [name, gradient] : gradients) {
    const double norm = gradient.norm().item<double>();
    squares += norm * norm;
  }
  const double norm = std::sqrt(squares);
  if (norm > limit) {
    for (auto& [name, gradient] : gradients) gradient.mul_(limit / norm);
  }
  return norm;
}

}  // namespace h4h::nas
