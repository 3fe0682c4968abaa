#include "nas/train/adamw.hpp"

#include <cmath>

namespace h4h::nas {

void adamw(Parameters& parameters, std::map<std::string, Moments>& moments,
           const Tensors& gradients, double learning_rate, std::int64_t step,
           const AdamWOptions& options) {
  const torch::NoGradGuard no_gradients;
  const auto n = static_cast<double>(step);
  const double correction1 = 1 - std::pow(options.beta1, n);
  const double correction2 = std::sqrt(1 - std::pow(options.beta2, n));
  for (const auto& [name, gradient] : gradients) {
    Parameter& parameter = parameters.at(name);
    Moments& m = moments[name];
    if (!m.first.defined()) m = {torch::zeros_like(gradient), torch::zeros_like(gradient)};
    m.first.mul_(options.beta1).add_(gradient, 1 - options.beta1);
    m.second.mul_(options.beta2).addcmul_(gradient, gradient, 1 - options.beta2);
    if (parameter.role == ParameterRole::weight) {
      parameter.value.mul_(1 - learning_rate * options.weight_decay);
    }
    const torch::Tensor scale = (m.second.sqrt() / correction2).add_(options.epsilon);
    parameter.value.addcdiv_(m.first, scale, -learning_rate / correction1);
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
