#include "nas/recipe/compute.hpp"

#include <vector>

#include "nas/recipe/subspace.hpp"

namespace h4h::nas {
namespace {

constexpr int kDrawn = 1000;
constexpr std::uint64_t kSeed = 42;

TrainingMacs operator+(TrainingMacs a, const TrainingMacs& b) {
  return {a.forward + b.forward, a.backward + b.backward};
}
TrainingMacs operator*(double factor, const TrainingMacs& macs) {
  return {factor * macs.forward, factor * macs.backward};
}

}  // namespace

TrainingMacs training_macs(const workloads::Network& network, const GroupSet& trained) {
  std::vector<bool> needs_gradient(network.tensors.size());  // of each tensor
  TrainingMacs sum;
  for (const workloads::Layer& layer : network.layers) {
    bool trains = false, weights = false, input_gradient = false;
    for (const ParameterSpec& spec : parameter_specs(network, layer)) {
      trains = trains || trained.has(spec.group);
      weights = weights || (spec.role == ParameterRole::weight && trained.has(spec.group));
    }
    for (const workloads::TensorId id : layer.inputs) {
      input_gradient = input_gradient || needs_gradient.at(id);
    }
    const auto macs = static_cast<double>(workloads::macs(workloads::layer_shape(network, layer)));
    const bool product = std::holds_alternative<workloads::Attention>(layer.op) ||
                         std::holds_alternative<workloads::MatMul>(layer.op);
    sum.forward += macs;
    if (weights) sum.backward += macs;
    if (input_gradient) sum.backward += product ? 2 * macs : macs;
    needs_gradient.at(layer.output) = trains || input_gradient;
  }
  return sum;
}

TrainingMacs step_macs(const Space& space, const Phase& phase) {
  const Subspace subspace(space, phase.subspace);
  const auto of = [&](const Genotype& genotype) {
    return training_macs(space.network(genotype), phase.trained);
  };
  TrainingMacs drawn;
  Random random(kSeed);
  const auto others = static_cast<double>(phase.networks - 2);
  for (int i = 0; others > 0 && i < kDrawn; ++i) drawn = drawn + of(subspace.sample(random));
  return of(subspace.max()) + of(subspace.min()) + (others / kDrawn) * drawn;
}

}  // namespace h4h::nas
