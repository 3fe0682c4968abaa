#include "sim/network/fold.hpp"

#include <algorithm>
#include <stdexcept>

namespace h4h::sim {
namespace {

using models::Layout;
using workloads::Layer;
using workloads::Network;
using workloads::TensorId;

std::vector<Layout> tensor_layouts(const Network& network) {
  std::vector<Layout> layouts(network.tensors.size(), Layout::nhcwb16);
  for (const TensorId id : network.inputs) layouts.at(id) = Layout::nhwc;
  for (const TensorId id : network.outputs) layouts.at(id) = Layout::nhwc;
  return layouts;
}

// The layer after which a tensor is not read any more; the network's outputs stay to the end.
std::vector<std::size_t> last_uses(const Network& network) {
  std::vector<std::size_t> last(network.tensors.size(), 0);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    last.at(network.layers[i].output) = i;
    for (const TensorId id : network.layers[i].inputs) last.at(id) = i;
  }
  for (const TensorId id : network.outputs) last.at(id) = network.layers.size() - 1;
  return last;
}

}  // namespace

std::vector<LayerContext> layer_contexts(const Network& network) {
  const std::vector<Layout> layouts = tensor_layouts(network);
  std::vector<LayerContext> contexts;
  for (const Layer& layer : network.layers) {
    contexts.push_back({layouts.at(layer.inputs.front()), layouts.at(layer.output)});
  }
  return contexts;
}

std::vector<LayerJob> layer_jobs(const Network& network, const Mapping& mapping) {
  if (mapping.layers.size() != network.layers.size()) {
    throw std::invalid_argument("the mapping is of another network");
  }
  const std::vector<LayerContext> contexts = layer_contexts(network);
  std::vector<LayerJob> jobs;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    jobs.push_back(
        {workloads::layer_shape(network, network.layers[i]), mapping.layers[i], contexts[i]});
  }
  return jobs;
}

std::vector<JobResult> simulate_layers(LayerCosts& costs, const Network& network,
                                       const Mapping& mapping) {
  std::vector<JobResult> results;
  for (const LayerJob& job : layer_jobs(network, mapping)) results.push_back(costs.cost(job));
  return results;
}

std::vector<JobResult> run_network(const platforms::Hardware& hardware, const Network& network,
                                   const Mapping& mapping, models::Timeline& timeline) {
  return Session(hardware).run(layer_jobs(network, mapping), &timeline);
}

Residency peak_residency(const Network& network) {
  const std::vector<Layout> layouts = tensor_layouts(network);
  const std::vector<std::size_t> last = last_uses(network);
  const auto bytes = [&](TensorId id) {
    return models::stored_bytes(network.tensors[id].shape, layouts[id]);
  };
  std::vector<TensorId> live = network.inputs;
  Residency peak;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    live.push_back(network.layers[i].output);
    std::int64_t sum = 0;
    for (const TensorId id : live) sum += bytes(id);
    if (sum > peak.bytes) peak = {sum, network.layers[i].name};
    const auto dead = [&](TensorId id) { return last.at(id) <= i; };
    live.erase(std::remove_if(live.begin(), live.end(), dead), live.end());
  }
  return peak;
}

}  // namespace h4h::sim
