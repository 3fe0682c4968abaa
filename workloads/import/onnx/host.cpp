#include "workloads/import/onnx/host.hpp"

#include <fmt/format.h>

#include "workloads/import/left_to_host.hpp"

namespace h4h::workloads::onnx {
namespace {

// Of input `i`; throws NotMapped where the file does not tell them.
Dims input_dims(const ImportGraph& graph, const Node& node, std::size_t i) {
  if (i >= node.inputs.size()) throw NotMapped("an input is missing");
  if (auto dims = graph.dims(node.inputs[i])) return *std::move(dims);
  throw NotMapped("a shape that is not known");
}

Dims output_dims(const ImportGraph& graph, const Node& node) {
  if (node.outputs.empty()) throw NotMapped("no output");
  if (auto dims = graph.dims(node.outputs.front())) return *std::move(dims);
  throw NotMapped("a shape that is not known");
}

Products products(const ImportGraph& graph, const Node& node) {
  const auto behind_first = [](const Dims& dims) {
    return dims.empty() ? 0 : elements({dims.begin() + 1, dims.end()});
  };
  if (node.op == "Conv") {
    return {elements(output_dims(graph, node)), behind_first(input_dims(graph, node, 1))};
  }
  if (node.op == "ConvTranspose") {
    return {elements(input_dims(graph, node, 0)), behind_first(input_dims(graph, node, 1))};
  }
  if (node.op == "MatMul" || node.op == "Gemm") {
    const Dims a = input_dims(graph, node, 0);
    if (a.size() < 2) throw NotMapped("a vector is no matrix");
    const auto turned = node.attributes.find("transA");
    const bool is_turned = turned != node.attributes.end() && turned->second.i != 0;
    return {elements(output_dims(graph, node)), is_turned ? *(a.end() - 2) : a.back()};
  }
  return {};
}

// The MACs that the node has; nullopt where the file does not tell the shapes.
std::optional<std::int64_t> host_macs(const ImportGraph& graph, const Node& node) {
  try {
    return macs_of(products(graph, node));
  } catch (const NotMapped&) {
    return std::nullopt;
  }
}

}  // namespace

Unsupported left_to_host(ImportGraph& graph, std::size_t index, const std::string& reason) {
  const Node& node = graph.model().nodes.at(index);
  graph.nd().discard();
  const std::string text =
      node.name.empty() ? reason : fmt::format("node '{}': {}", node.name, reason);
  Unsupported host{index, node.op, text, host_macs(graph, node), graph.nd().net().layers(), {}, {}};
  for (const std::string& input : node.inputs) {
    if (const NdTensor* read = graph.feature(input)) host.reads.push_back(read->id);
  }
  for (const std::string& output : node.outputs) {
    if (output.empty()) continue;
    try {
      if (const auto made = graph.add_host_tensor(output)) host.makes.push_back(made->id);
    } catch (const NotMapped&) {
      continue;  // its readers are unsupported too, and name it
    }
  }
  return host;
}

}  // namespace h4h::workloads::onnx
