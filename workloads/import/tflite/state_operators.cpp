#include <fmt/format.h>

#include "base/text/utf8.hpp"
#include "workloads/import/tflite/layers.hpp"

// Streaming networks keep feature maps from one inference to the next in variables. TensorFlow Lite
// copies: a variable takes memory at all times, what is read of it or assigned to it takes more
// while it is alive.
namespace h4h::workloads::tflite {
namespace {

// Slots of VAR_HANDLE's options.
constexpr int kContainer = 0, kSharedName = 1;

void var_handle(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::string file_name = graph.file_tensor(op.outputs.at(0)).name;
  std::string name = op.options ? as_utf8(op.options->string(kSharedName)) : std::string();
  if (name.empty()) name = file_name.empty() ? fmt::format("#{}", index) : file_name;
  if (op.options) name = as_utf8(op.options->string(kContainer)) + name;
  graph.handles()[op.outputs.front()] = name;
  graph.folded(index, op, fmt::format("state '{}'", name));
}

std::string state_of(ImportGraph& graph, const FileOperator& op) {
  const auto handle = graph.handles().find(graph.operand(op, 0));
  if (handle == graph.handles().end()) throw NotMapped("no VAR_HANDLE before it names its state");
  return handle->second;
}

// A state that nothing was read of or assigned to before takes memory from now on.
void remember(ImportGraph& graph, const std::string& state, const NdTensor& tensor) {
  const bool is_new = graph.states().count(state) == 0;
  graph.states()[state] = tensor;
  if (is_new) graph.net().state({state, elements(tensor.dims)});
}

void read_variable(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::string state = state_of(graph, op);
  const std::int32_t output = op.outputs.at(0);
  const auto now = graph.states().find(state);
  if (now != graph.states().end()) {
    graph.set_tensor(output, now->second);
  } else {
    remember(graph, state, graph.add_input(output));
  }
  graph.folded(index, op, fmt::format("state '{}'", state));
}

void assign_variable(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::string state = state_of(graph, op);
  const std::int32_t value = graph.operand(op, 1);
  if (!graph.is_constant(value)) {
    const NdTensor tensor = graph.feature(value);
    remember(graph, state, tensor);
    graph.add_output(tensor);
  }
  graph.folded(index, op, fmt::format("state '{}'", state));
}

void call_once(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  graph.folded(index, op, "first values of states, ahead of all inferences");
}

}  // namespace

void remember_variables(ImportGraph& graph, const FileOperator& op) {
  for (const std::int32_t id : op.inputs) {
    if (id < 0 || !graph.file_tensor(id).is_variable || graph.is_constant(id)) continue;
    const FileTensor& file = graph.file_tensor(id);
    const std::string key = fmt::format("tensor {}", id);
    if (!graph.states().try_emplace(key, NdTensor{}).second) continue;
    const std::int64_t bytes = file.type == TensorType::int16 ? 2 : 1;  // an element
    graph.net().state({file.name.empty() ? key : file.name, bytes * elements(dims_of(file))});
  }
}

const std::vector<Importer>& state_importers() {
  static const std::vector<Importer> all{
      {BuiltinOperator::var_handle, var_handle, ""},
      {BuiltinOperator::read_variable, read_variable, ""},
      {BuiltinOperator::assign_variable, assign_variable, ""},
      {BuiltinOperator::call_once, call_once, ""},
  };
  return all;
}

}  // namespace h4h::workloads::tflite
