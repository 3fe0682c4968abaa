#include "sim/network/fold.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace h4h::sim {
namespace {

using models::Layout;
using workloads::Layer;
using workloads::Network;
using workloads::TensorId;

// The tensor in whose memory each tensor lies: itself, or for a view the one it looks at.
std::vector<TensorId> storage(const Network& network) {
  std::vector<TensorId> of(network.tensors.size());
  std::iota(of.begin(), of.end(), TensorId{0});
  for (const Layer& layer : network.layers) {
    if (workloads::is_view(layer.op)) of.at(layer.output) = of.at(layer.inputs.front());
  }
  return of;
}

// Bricks, but for what somebody outside reads or writes and for what a view looks at, which must
// keep its elements in order.
std::vector<Layout> tensor_layouts(const Network& network) {
  const std::vector<TensorId> stored_in = storage(network);
  std::vector<Layout> layouts(network.tensors.size(), Layout::bricks);
  const auto keep_order = [&](TensorId id) { layouts.at(stored_in.at(id)) = Layout::nhwc; };
  for (const TensorId id : network.inputs) keep_order(id);
  for (const TensorId id : network.outputs) keep_order(id);
  for (const Layer& layer : network.layers) {
    if (workloads::is_view(layer.op)) keep_order(layer.output);
  }
  for (TensorId id = 0; id < layouts.size(); ++id) layouts[id] = layouts[stored_in[id]];
  return layouts;
}

// The layer after which a tensor's memory is not read any more; outputs stay to the end.
std::vector<std::size_t> last_uses(const Network& network, const std::vector<TensorId>& stored_in) {
  std::vector<std::size_t> last(network.tensors.size(), 0);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    last.at(stored_in.at(network.layers[i].output)) = i;
    for (const TensorId id : network.layers[i].inputs) last.at(stored_in.at(id)) = i;
  }
  for (const TensorId id : network.outputs) last.at(stored_in.at(id)) = network.layers.size() - 1;
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

Residency peak_residency(const Network& network) {
  const std::vector<Layout> layouts = tensor_layouts(network);
  const std::vector<TensorId> stored_in = storage(network);
  const std::vector<std::size_t> last = last_uses(network, stored_in);
  const auto bytes = [&](TensorId id) {
    return models::stored_bytes(network.tensors[id].shape, layouts[id]);
  };
  std::vector<TensorId> live = network.inputs;
  Residency peak;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (!workloads::is_view(network.layers[i].op)) live.push_back(network.layers[i].output);
    std::int64_t sum = 0;
    for (const TensorId id : live) sum += bytes(id);
    if (sum > peak.bytes) peak = {sum, network.layers[i].name};
    const auto dead = [&](TensorId id) { return last.at(id) <= i; };
    live.erase(std::remove_if(live.begin(), live.end(), dead), live.end());
  }
  return peak;
}

}  // namespace h4h::sim
