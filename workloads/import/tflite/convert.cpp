#include "workloads/import/tflite/convert.hpp"

#include <fmt/format.h>

#include "workloads/import/tflite/operators.hpp"

namespace h4h::workloads::tflite {
namespace {

std::string list(const std::vector<Unsupported>& operators) {
  std::string text = fmt::format("{} operator{} not supported:", operators.size(),
                                 operators.size() == 1 ? " is" : "s are");
  for (const Unsupported& u : operators) {
    text += fmt::format("\n  operator {} ({}): {}", u.index, u.op, u.reason);
  }
  return text;
}

// What the host computes enters the network where its shape can be told.
void enter_from_host(ImportGraph& graph, const FileOperator& op) {
  for (const std::int32_t output : op.outputs) {
    try {
      graph.add_input(output);
    } catch (const NotMapped&) {
      continue;  // whoever reads it is unsupported too, and says so
    }
  }
}

std::vector<Unsupported> import_operators(ImportGraph& graph, UnsupportedPolicy policy) {
  std::vector<Unsupported> unsupported;
  const std::vector<FileOperator>& operators = graph.model().operators;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    try {
      import_operator(graph, i, operators[i]);
    } catch (const NotMapped& reason) {
      unsupported.push_back({i, operators[i].name, reason.what()});
      enter_from_host(graph, operators[i]);
    }
  }
  if (!unsupported.empty() && policy == UnsupportedPolicy::refuse) {
    throw NetworkError(list(unsupported) +
                       "\n(--unsupported host leaves them to the host, not costed)");
  }
  return unsupported;
}

void add_outputs(ImportGraph& graph) {
  for (const std::int32_t id : graph.model().outputs) {
    try {
      graph.net().output(graph.feature(id));
    } catch (const NotMapped&) {
      continue;  // the host's
    }
  }
}

void add_remarks(ImportGraph& graph) {
  for (const char* type : {"float32", "float16", "int16"}) {
    if (graph.types().count(type) == 0) continue;
    graph.net().remark(fmt::format("the file holds {}; costed as if quantised to int8", type));
  }
}

}  // namespace

Network convert(const Model& model, const std::string& name, const ImportOptions& options) {
  ImportGraph graph(model, name);
  try {
    for (const std::int32_t id : model.inputs) graph.add_input(id);
  } catch (const NotMapped& error) {
    throw NetworkError(error.what());
  }
  for (Unsupported& u : import_operators(graph, options.unsupported))
    graph.net().unsupported(std::move(u));
  add_outputs(graph);
  add_remarks(graph);
  return std::move(graph.net()).build();
}

}  // namespace h4h::workloads::tflite
