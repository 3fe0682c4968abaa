#include "nas/train/sandwich.hpp"

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

}  // namespace

SandwichGradients sandwich_gradients(const Parameters& parameters,
                                     const std::vector<workloads::Network>& subnets,
                                     const GroupSet& trained, const Labelled& batch,
                                     const LossOptions& options,
                                     const torch::Generator& generator) {
  SandwichGradients result{zeros(parameters, trained), {}};
  const Regularisation regularisation{options.dropout, options.drop_connect, generator};
  torch::Tensor teacher;
  for (const workloads::Network& subnet : subnets) {
    const bool largest = result.losses.empty();
    const Parameters own = leaves(parameters, subnet, trained);
    ForwardMode mode;
    mode.bf16 = options.bf16;
    mode.regularisation = largest ? &regularisation : nullptr;
    const torch::Tensor logits = forward(subnet, own, batch.images, mode);
    if (largest) teacher = logits.detach();
    const bool distil = !largest && options.distillation == Distillation::kl;
    const torch::Tensor loss =
        distil ? distillation_loss(logits, teacher)
               : smoothed_cross_entropy(logits, batch.labels, options.label_smoothing);
    loss.backward();
    add(result.gradients, own, 1 / static_cast<double>(subnets.size()));
    result.losses.push_back(loss.item<double>());
  }
  return result;
}

}  // namespace h4h::nas
