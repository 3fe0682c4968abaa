#include "nas/train/sandwich.hpp"

#include <algorithm>

#include "nas/train/loss.hpp"

namespace h4h::nas {
namespace {

// A subnet's tensors as leaves of a graph of their own, so that backward makes gradients of the
// slice's size and none of what is frozen.
Parameters leaves(const Parameters& all, const workloads::Network& subnet,
                  const GroupSet& trained) {
  Parameters own = copied(sliced(all, subnet));
  for (auto& [name, parameter] : own) {
    if (parameter.value.dim() == 4) {
      parameter.value = parameter.value.contiguous(torch::MemoryFormat::ChannelsLast);
    }
    parameter.value.requires_grad_(trained.has(parameter.group));
  }
  return own;
}

Tensors zeros(const Parameters& parameters, const GroupSet& trained) {
  Tensors all;
  for (const auto& [name, parameter] : parameters) {
    if (trained.has(parameter.group)) all[name] = torch::zeros_like(parameter.value);
  }
  return all;
}

void add(Tensors& gradients, const Parameters& own, double weight) {
  for (const auto& [name, parameter] : own) {
    const torch::Tensor& gradient = parameter.value.grad();
    if (gradient.defined()) {
      leading(gradients.at(name), gradient.sizes()).add_(gradient, weight);
    }
  }
}

void take(std::vector<torch::Tensor>& all, const Tensors& tensors) {
  for (const auto& [name, tensor] : tensors) all.push_back(tensor);
}

// Over the ranks: in one exchange, before anything that is not linear is made of gradients.
void average(SandwichGradients& mine, const Tensors& of_largest, const StepMode& mode) {
  mine.stop = mode.stop;
  if (mode.ranks == nullptr || mode.ranks->alone()) return;
  std::vector<double> values = mine.losses;
  values.push_back(mode.stop ? 1 : 0);
  const torch::Device device =
      mine.gradients.empty() ? torch::kCPU : mine.gradients.begin()->second.device();
  const torch::Tensor told = torch::tensor(values, torch::kFloat).to(device);
  std::vector<torch::Tensor> all{told};
  take(all, mine.gradients);
  take(all, of_largest);
  mode.ranks->average(all);
  const torch::Tensor means = told.to(torch::kDouble).cpu();
  for (std::size_t i = 0; i < mine.losses.size(); ++i) {
    mine.losses[i] = means[static_cast<std::int64_t>(i)].item<double>();
  }
  mine.stop = means[-1].item<double>() > 0;
}

SubnetKind kind_of(std::size_t place, std::size_t count) {
  if (place == 0) return SubnetKind::largest;
  return place + 1 == count ? SubnetKind::smallest : SubnetKind::random;
}

torch::Tensor loss_of(const Phase& phase, const torch::Tensor& logits, const torch::Tensor& labels,
                      const torch::Tensor& teacher) {
  if (teacher.defined() && phase.distillation == Distillation::kl) {
    return distillation_loss(logits, teacher);
  }
  if (teacher.defined() && phase.distillation == Distillation::alpha_divergence) {
    return alpha_divergence_loss(logits, teacher);
  }
  return smoothed_cross_entropy(logits, labels, phase.label_smoothing);
}

}  // namespace

torch::Tensor projected_sum(const torch::Tensor& largest, const torch::Tensor& others) {
  constexpr double kMost = 2, kLeast = 1e-6;
  const double inner = (largest * others).sum().item<double>();
  if (inner >= 0) return largest + others;
  const double square = others.square().sum().item<double>();
  return largest + others * (1 + std::min(kMost, -inner / (kLeast + square)));
}

SandwichGradients sandwich_gradients(const Parameters& parameters,
                                     const std::vector<workloads::Network>& subnets,
                                     const Phase& phase, const Labelled& batch,
                                     const StepMode& mode, const torch::Generator& generator) {
  SandwichGradients result{zeros(parameters, phase.trained), {}, false};
  const double weight =
      phase.gradients == Combination::sum ? 1 : 1 / static_cast<double>(subnets.size());
  const Regularisation regularisation{phase.dropout, phase.drop_connect, generator};
  torch::Tensor teacher;
  Tensors of_largest;  // where it is kept apart
  for (std::size_t i = 0; i < subnets.size(); ++i) {
    const Parameters own = leaves(parameters, subnets[i], phase.trained);
    ForwardMode forward_mode;
    forward_mode.bf16 = mode.bf16;
    const bool drops = phase.regularised.has(kind_of(i, subnets.size()));
    forward_mode.regularisation = drops ? &regularisation : nullptr;
    const torch::Tensor logits = forward(subnets[i], own, batch.images, forward_mode);
    const torch::Tensor loss = loss_of(phase, logits, batch.labels, teacher);
    if (i == 0) teacher = logits.detach();
    // A network without any parameter that is trained, such as one without transformers where they
    // alone are, has no gradient.
    if (loss.requires_grad()) loss.backward();
    add(result.gradients, own, weight);
    if (i == 0 && mode.projects) {
      of_largest = std::move(result.gradients);
      result.gradients = zeros(parameters, phase.trained);
    }
    result.losses.push_back(loss.item<double>());
  }
  average(result, of_largest, mode);
  for (const auto& [name, largest] : of_largest) {
    result.gradients[name] = projected_sum(largest, result.gradients.at(name));
  }
  return result;
}

}  // namespace h4h::nas
