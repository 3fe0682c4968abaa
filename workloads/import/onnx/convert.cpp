#include "workloads/import/onnx/convert.hpp"

#include <fmt/format.h>

#include "workloads/fuse/fuse.hpp"
#include "workloads/import/fold/array.hpp"
#include "workloads/import/onnx/operators.hpp"
#include "workloads/import/onnx/order.hpp"

namespace h4h::workloads::onnx {
namespace {

std::string list(const std::vector<Unsupported>& operators) {
  std::string text = fmt::format("{} operator{} not supported:", operators.size(),
                                 operators.size() == 1 ? " is" : "s are");
  for (const Unsupported& u : operators) {
    text += fmt::format("\n  operator {} ({}): {}", u.index, u.op, u.reason);
  }
  return text;
}

std::string reason(const Node& node, const char* what) {
  return node.name.empty() ? what : fmt::format("node '{}': {}", node.name, what);
}

Unsupported left_to_host(ImportGraph& graph, std::size_t index, const char* what) {
  const Node& node = graph.model().nodes[index];
  graph.nd().discard();
  for (const std::string& output : node.outputs) {
    try {
      if (!output.empty()) graph.add_host_tensor(output);
    } catch (const NotMapped&) {
      continue;  // whoever reads it is unsupported too, and says so
    }
  }
  return {index, node.op, reason(node, what)};
}

std::vector<Unsupported> import_nodes(ImportGraph& graph, UnsupportedPolicy policy) {
  std::vector<Unsupported> unsupported;
  for (const std::size_t index : node_order(graph.model())) {
    Operator op(graph, index);
    try {
      import_operator(op);
    } catch (const NotMapped& error) {
      unsupported.push_back(left_to_host(graph, index, error.what()));
    } catch (const fold::FoldError& error) {
      unsupported.push_back(left_to_host(graph, index, error.what()));
    }
  }
  if (!unsupported.empty() && policy == UnsupportedPolicy::refuse) {
    throw NetworkError(list(unsupported) +
                       "\n(--unsupported host leaves them to the host, not costed)");
  }
  return unsupported;
}

void add_remarks(ImportGraph& graph) {
  NetworkBuilder& net = graph.nd().net();
  const auto has = [&](ElementType type) { return graph.types().count(type) > 0; };
  if (has(ElementType::float32) || has(ElementType::float64)) {
    net.remark("the file holds float32; costed as if quantised to int8");
  }
  if (has(ElementType::float16) || has(ElementType::bfloat16)) {
    net.remark("the file holds float16; costed as if quantised to int8");
  }
  if (graph.has_missing_weights()) {
    net.remark(
        "the file does not hold the values of all weights; their size in the NPU's code is "
        "estimated");
  }
}

}  // namespace

Network convert(const Model& model, const std::string& name, const ImportOptions& options) {
  ImportGraph graph(model, name);
  graph.add_inputs(options.input);
  for (Unsupported& u : import_nodes(graph, options.unsupported)) {
    graph.nd().net().unsupported(std::move(u));
  }
  for (const ValueInfo& output : model.outputs) {
    // Others are the host's, or constants.
    if (const NdTensor* made = graph.feature(output.name)) graph.nd().net().output(made->id);
  }
  add_remarks(graph);
  return fuse(fuse_activations(std::move(graph.nd().net()).build()));
}

}  // namespace h4h::workloads::onnx
