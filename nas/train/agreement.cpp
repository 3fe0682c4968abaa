#include "nas/train/agreement.hpp"

#include <cmath>

#include "nas/train/sandwich.hpp"

namespace h4h::nas {

double Agreement::cosine() const { return inner / std::sqrt(first_square * second_square); }

double Agreement::opposed_share() const {
  return static_cast<double>(opposed) / static_cast<double>(tensors);
}

std::map<ParameterGroup, Agreement> agreements(const Tensors& first, const Tensors& second,
                                               const Parameters& parameters) {
  std::map<ParameterGroup, Agreement> all;
  for (const auto& [name, gradient] : first) {
    const torch::Tensor& other = second.at(name);
    const torch::Tensor shared = (gradient != 0).logical_and(other != 0);
    const torch::Tensor a = gradient.masked_select(shared).to(torch::kDouble);
    const torch::Tensor b = other.masked_select(shared).to(torch::kDouble);
    if (a.numel() == 0) continue;
    const double inner = (a * b).sum().item<double>();
    Agreement& of_group = all[parameters.at(name).group];
    of_group.inner += inner;
    of_group.first_square += a.square().sum().item<double>();
    of_group.second_square += b.square().sum().item<double>();
    of_group.tensors += 1;
    of_group.opposed += inner < 0 ? 1 : 0;
  }
  return all;
}

Tensors subnet_gradients(const Parameters& parameters, const workloads::Network& subnet,
                         const Labelled& batch, double label_smoothing) {
  Phase phase;
  phase.label_smoothing = label_smoothing;
  phase.regularised = SubnetKinds{};
  return sandwich_gradients(parameters, {subnet}, phase, batch, {}, {}).gradients;
}

}  // namespace h4h::nas
