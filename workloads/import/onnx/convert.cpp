#include "workloads/import/onnx/convert.hpp"

#include <fmt/format.h>

#include "workloads/fuse/fuse.hpp"
#include "workloads/import/fold/array.hpp"
#include "workloads/import/onnx/host.hpp"
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

// Nodes that no output needs.
void note_unread(ImportGraph& graph, const std::vector<std::size_t>& order) {
  const std::vector<Node>& nodes = graph.model().nodes;
  std::vector<bool> is_read(nodes.size(), false);
  for (const std::size_t index : order) is_read[index] = true;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!is_read[i]) graph.nd().net().folded({i, nodes[i].op, "nothing: no output needs it"});
  }
}

std::vector<Unsupported> import_nodes(ImportGraph& graph, UnsupportedPolicy policy) {
  std::vector<Unsupported> unsupported;
  std::int64_t macs = 0;
  const auto to_host = [&](std::size_t index, const char* reason) {
    unsupported.push_back(left_to_host(graph, index, reason));
    macs += unsupported.back().macs.value_or(0);
    if (macs > std::int64_t{1} << 53) throw NetworkError("more than 2^53 MACs on the host");
  };
  const std::vector<std::size_t> order = node_order(graph.model());
  note_unread(graph, order);
  for (const std::size_t index : order) {
    Operator op(graph, index);
    try {
      import_operator(op);
    } catch (const NotMapped& reason) {
      to_host(index, reason.what());
    } catch (const fold::FoldError& reason) {
      to_host(index, reason.what());
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
