#include "workloads/import/tflite/host.hpp"

#include "workloads/import/left_to_host.hpp"

namespace h4h::workloads::tflite {
namespace {

std::int64_t count_of(const ImportGraph& graph, std::int32_t id) {
  return elements(dims_of(graph.file_tensor(id)));
}

// Sides of the weights, input `position`; throws NotMapped unless there are `rank`.
Dims sides(const ImportGraph& graph, const FileOperator& op, std::size_t position,
           std::size_t rank) {
  Dims dims = dims_of(graph.file_tensor(graph.operand(op, position)));
  if (dims.size() != rank) throw NotMapped("weights of another rank");
  return dims;
}

Products products(const ImportGraph& graph, const FileOperator& op) {
  const auto outputs = [&] { return count_of(graph, op.outputs.at(0)); };
  const auto inputs = [&](std::size_t i) { return count_of(graph, graph.operand(op, i)); };
  if (op.code == BuiltinOperator::conv_2d) {
    const Dims w = sides(graph, op, 1, 4);
    return {outputs(), elements({w[1], w[2], w[3]})};
  }
  if (op.code == BuiltinOperator::depthwise_conv_2d) {
    const Dims w = sides(graph, op, 1, 4);
    return {outputs(), elements({w[1], w[2]})};
  }
  if (op.code == BuiltinOperator::conv_3d) {  // depth, height, width, in, out
    const Dims w = sides(graph, op, 1, 5);
    return {outputs(), elements({w[0], w[1], w[2], w[3]})};
  }
  if (op.code == BuiltinOperator::fully_connected) {
    return {outputs(), sides(graph, op, 1, 2)[1]};
  }
  if (op.code == BuiltinOperator::batch_matmul) {
    const Dims a = dims_of(graph.file_tensor(graph.operand(op, 0)));
    if (a.size() < 2) throw NotMapped("a vector is no matrix");
    return {outputs(), op.option<std::uint8_t>(0) != 0 ? *(a.end() - 2) : a.back()};
  }
  // MediaPipe's transposed convolution has its weights where a convolution has them.
  const bool is_custom = op.name == "CUSTOM:Convolution2DTransposeBias";
  if (is_custom || op.code == BuiltinOperator::transpose_conv) {
    const Dims w = sides(graph, op, 1, 4);
    return {inputs(is_custom ? 0 : 2), elements({w[0], w[1], w[2]})};
  }
  if (op.code == BuiltinOperator::svdf) {
    const Dims features = sides(graph, op, 1, 2), time = sides(graph, op, 2, 2);
    return {features[0], features[1] + time[1]};
  }
  if (op.code == BuiltinOperator::unidirectional_sequence_lstm) {
    const Dims input = sides(graph, op, 2, 2), recurrent = sides(graph, op, 6, 2);
    return {count_of(graph, op.outputs.at(0)), 4 * (input[1] + recurrent[1])};
  }
  return {};
}

// The MACs that the operator has; nullopt where the file's shapes do not say.
std::optional<std::int64_t> host_macs(const ImportGraph& graph, const FileOperator& op) {
  if (op.outputs.empty()) return 0;
  try {
    return macs_of(products(graph, op));
  } catch (const NotMapped&) {
    return std::nullopt;
  }
}

}  // namespace

Unsupported left_to_host(ImportGraph& graph, std::size_t index, const FileOperator& op,
                         const std::string& reason) {
  Unsupported host{index, op.name, reason, host_macs(graph, op), graph.net().layers(), {}, {}};
  for (const std::int32_t id : op.inputs) {
    if (id < 0) continue;
    if (const std::optional<NdTensor> tensor = graph.tensor(id)) host.reads.push_back(tensor->id);
  }
  for (const std::int32_t id : op.outputs) {
    try {
      host.makes.push_back(graph.add_input(id).id);
    } catch (const NotMapped&) {
      continue;  // its readers are unsupported too, and name it
    }
  }
  return host;
}

}  // namespace h4h::workloads::tflite
