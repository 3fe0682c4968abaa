#include "nas/supernet/residual.hpp"

#include <vector>

namespace h4h::nas {
namespace {

using workloads::Network;
using workloads::TensorId;

// The layer that makes each tensor.
std::map<TensorId, std::size_t> makers(const Network& network) {
  std::map<TensorId, std::size_t> made_by;
  for (std::size_t i = 0; i < network.layers.size(); ++i) made_by[network.layers[i].output] = i;
  return made_by;
}

bool computed_from(const Network& network, const std::map<TensorId, std::size_t>& made_by,
                   TensorId tensor, TensorId source) {
  std::vector<TensorId> open{tensor};
  while (!open.empty()) {
    const TensorId id = open.back();
    open.pop_back();
    if (id == source) return true;
    const auto maker = made_by.find(id);
    // Tensors are numbered as they are made: below the source nothing leads to it.
    if (maker == made_by.end() || id < source) continue;
    const auto& inputs = network.layers[maker->second].inputs;
    open.insert(open.end(), inputs.begin(), inputs.end());
  }
  return false;
}

}  // namespace

std::map<std::size_t, std::size_t> residual_branches(const Network& network) {
  const std::map<TensorId, std::size_t> made_by = makers(network);
  std::map<std::size_t, std::size_t> branches;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const workloads::Layer& layer = network.layers[i];
    const auto* sum = std::get_if<workloads::Elementwise>(&layer.op);
    if (sum == nullptr || sum->kind != workloads::ElementwiseKind::add) continue;
    const auto branch = made_by.find(layer.inputs.at(0));
    if (branch == made_by.end() || layer.inputs[0] == layer.inputs.at(1)) continue;
    if (computed_from(network, made_by, layer.inputs[0], layer.inputs[1])) {
      branches[i] = branch->second;
    }
  }
  return branches;
}

}  // namespace h4h::nas
