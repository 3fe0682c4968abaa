#include "workloads/import/onnx/convert.hpp"

#include "workloads/fuse/fuse.hpp"
#include "workloads/import/left_to_host.hpp"
#include "workloads/import/onnx/host.hpp"
#include "workloads/import/onnx/operators.hpp"
#include "workloads/import/onnx/order.hpp"

namespace h4h::workloads::onnx {
namespace {

// Nodes that no output needs.
void note_unread(ImportGraph& graph, const std::vector<std::size_t>& order) {
  const std::vector<Node>& nodes = graph.model().nodes;
  std::vector<bool> is_read(nodes.size(), false);
  for (const std::size_t index : order) is_read[index] = true;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!is_read[i]) graph.nd().net().folded({i, nodes[i].op, "none: no output depends on it"});
  }
}

LeftToHost import_nodes(ImportGraph& graph) {
  LeftToHost left;
  const std::vector<std::size_t> order = node_order(graph.model());
  note_unread(graph, order);
  for (const std::size_t index : order) {
    Operator op(graph, index);
    import_or_leave([&] { import_operator(op); },
                    [&](const char* reason) { left.add(left_to_host(graph, index, reason)); });
  }
  return left;
}

void add_remarks(ImportGraph& graph) {
  NetworkBuilder& net = graph.nd().net();
  const auto has = [&](ElementType type) { return graph.types().count(type) > 0; };
  if (!graph.is_quantized() && (has(ElementType::float32) || has(ElementType::float64))) {
    net.remark("the file holds float32; costed as if quantised to int8");
  }
  if (!graph.is_quantized() && (has(ElementType::float16) || has(ElementType::bfloat16))) {
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
  import_nodes(graph).enter(graph.nd().net(), options.unsupported);
  for (const ValueInfo& output : model.outputs) {
    // Others are the host's, or constants.
    if (const NdTensor* made = graph.feature(output.name)) graph.nd().net().output(made->id);
  }
  add_remarks(graph);
  return fuse(fuse_activations(std::move(graph.nd().net()).build()));
}

}  // namespace h4h::workloads::onnx
