#include "sim/report/page_graph.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

namespace h4h::sim {
namespace {

using workloads::Network;
using workloads::TensorId;
using workloads::Unsupported;

class Graph {
 public:
  explicit Graph(const Network& network) : network_(network) {
    std::vector<bool> of_host(network.tensors.size(), false);
    for (const Unsupported& op : network.unsupported) {
      for (const TensorId id : op.makes) of_host.at(id) = true;
    }
    for (const TensorId id : network.inputs) {
      if (!of_host.at(id)) made_by(add(tensor_node("input", id)), id);
    }
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      add_host(i);
      const workloads::Layer& layer = network.layers[i];
      const std::size_t node = add({{"kind", "layer"}, {"layer", i}});
      for (const TensorId id : layer.inputs) read(node, id);
      made_by(node, layer.output);
    }
    add_host(network.layers.size());
    for (const TensorId id : network.outputs) read(add(tensor_node("output", id)), id);
  }

  Document document() && { return {{"nodes", std::move(nodes_)}, {"edges", std::move(edges_)}}; }

 private:
  std::size_t add(Document node) {
    nodes_.push_back(std::move(node));
    return count_++;
  }

  Document tensor_node(const char* kind, TensorId id) const {
    const workloads::Tensor& tensor = network_.tensors.at(id);
    return {{"kind", kind}, {"name", tensor.name}, {"shape", workloads::to_string(tensor.shape)}};
  }

  // Operators of the host that run before a layer, as far as they touch the network.
  void add_host(std::size_t layer) {
    for (const Unsupported& op : network_.unsupported) {
      if (op.before != layer || (op.reads.empty() && op.makes.empty())) continue;
      const std::size_t node = add({{"kind", "host"},
                                    {"name", fmt::format("{} ({})", op.op, op.index)},
                                    {"reason", op.reason}});
      for (const TensorId id : op.reads) read(node, id);
      for (const TensorId id : op.makes) made_by(node, id);
    }
  }

  void made_by(std::size_t node, TensorId id) { makers_[id] = node; }

  void read(std::size_t node, TensorId id) {
    const auto maker = makers_.find(id);
    if (maker != makers_.end()) edges_.push_back(Document::array({maker->second, node}));
  }

  const Network& network_;
  Document nodes_ = Document::array(), edges_ = Document::array();
  std::size_t count_ = 0;
  std::map<TensorId, std::size_t> makers_;
};

}  // namespace

Document graph_document(const Network& network) { return Graph(network).document(); }

}  // namespace h4h::sim
