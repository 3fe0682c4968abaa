#include "workloads/import/tflite/convert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "workloads/fuse/fuse.hpp"
#include "workloads/import/left_to_host.hpp"
#include "workloads/import/tflite/host.hpp"
#include "workloads/import/tflite/operators.hpp"

namespace h4h::workloads::tflite {
namespace {

// What Arm's compiler makes of the operators that its NPU runs.
void refuse_compiled(const Model& model) {
  for (std::size_t i = 0; i < model.operators.size(); ++i) {
    if (model.operators[i].name != "CUSTOM:ethos-u") continue;
    throw NetworkError(
        fmt::format("operator {} ({}): the file was compiled for Ethos-U by Arm's Vela; H4H reads "
                    "the file that Vela was given",
                    i, model.operators[i].name));
  }
}

// Inputs of types that no network has are the host's alone.
void add_inputs(ImportGraph& graph) {
  for (const std::int32_t id : graph.model().inputs) {
    if (graph.tensor(id)) continue;
    try {
      graph.add_input(id);
    } catch (const NotMapped& reason) {
      if (graph.uses(id) > 0) graph.net().remark(reason.what());
    }
  }
}

LeftToHost import_operators(ImportGraph& graph) {
  LeftToHost left;
  const std::vector<FileOperator>& operators = graph.model().operators;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    import_or_leave([&] { import_operator(graph, i, operators[i]); },
                    [&](const char* reason) {
                      graph.nd().discard();
                      left.add(left_to_host(graph, i, operators[i], reason));
                    });
  }
  return left;
}

void add_outputs(ImportGraph& graph) {
  for (const std::int32_t id : graph.model().outputs) {
    if (const std::optional<NdTensor> tensor = graph.tensor(id)) graph.add_output(*tensor);
  }
}

struct TypeRemark {
  TensorType type;
  const char* text;
};

constexpr std::array kTypeRemarks{
    TypeRemark{TensorType::float32, "the file holds float32; costed as if quantised to int8"},
    TypeRemark{TensorType::float16, "the file holds float16; costed as if quantised to int8"},
    TypeRemark{TensorType::int16, "the file holds int16; costed as if quantised to int8"},
    TypeRemark{TensorType::int4,
               "the file holds weights of 4 bits; storage and bandwidth are those of their code, "
               "macros and multipliers those of 8 bits"},
};

void add_remarks(ImportGraph& graph) {
  for (const TypeRemark& remark : kTypeRemarks) {
    if (graph.types().count(remark.type) > 0) graph.net().remark(remark.text);
  }
  const auto& operators = graph.model().operators;
  if (std::any_of(operators.begin(), operators.end(),
                  [](const FileOperator& op) { return op.code == BuiltinOperator::svdf; })) {
    graph.net().remark("SVDF is costed on the NPU; Arm's compiler leaves it to the host");
  }
  const std::size_t further = graph.model().further_subgraphs;
  if (further > 0) {
    graph.net().remark(fmt::format("the file has {} more subgraph{}, which {} not costed", further,
                                   further == 1 ? "" : "s", further == 1 ? "is" : "are"));
  }
}

}  // namespace

Network convert(const Model& model, const std::string& name, const ImportOptions& options) {
  refuse_compiled(model);
  ImportGraph graph(model, name, options);
  graph.check_given_input();
  add_inputs(graph);
  import_operators(graph).enter(graph.net(), options.unsupported);
  add_outputs(graph);
  add_remarks(graph);
  return fuse(std::move(graph.net()).build());
}

}  // namespace h4h::workloads::tflite
