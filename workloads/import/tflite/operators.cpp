#include "workloads/import/tflite/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "workloads/import/tflite/weights.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads::tflite {
namespace {

Activation fused_activation(const FileOperator& op) {
  static constexpr std::array kActivations{Activation::none, Activation::relu,
                                           Activation::relu_n1_to_1, Activation::relu6,
                                           Activation::tanh};
  const auto code = static_cast<std::size_t>(static_cast<unsigned char>(op.options.activation));
  if (code >= kActivations.size()) throw NotMapped(fmt::format("fused activation {}", code));
  return kActivations.at(code);
}

std::vector<std::int32_t> int32_values(const ImportGraph& graph, std::int32_t id) {
  const FileTensor& tensor = graph.constant_tensor(id);
  if (tensor.type != TensorType::int32 || tensor.data.empty()) {
    throw NotMapped(fmt::format("'{}' is not an int32 constant", tensor.name));
  }
  std::vector<std::int32_t> values;
  const Bytes bytes(tensor.data);
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    values.push_back(bytes.read<std::int32_t>(at));
  }
  return values;
}

// The dimensions of constant weights, which must have `rank` of them.
std::vector<std::int32_t> weight_shape(const ImportGraph& graph, const FileOperator& op,
                                       std::size_t rank) {
  const std::int32_t id = graph.operand(op, 1);
  const FileTensor& tensor = graph.file_tensor(id);
  if (!graph.constant(id))
    throw NotMapped(fmt::format("weights '{}' are not constant", tensor.name));
  if (tensor.shape.size() != rank) {
    throw NotMapped(
        fmt::format("weights '{}' have rank {}, not {}", tensor.name, tensor.shape.size(), rank));
  }
  return tensor.shape;
}

Window window_of_options(const FileOperator& op, const Shape& input, std::int64_t height,
                         std::int64_t width, const Padding& folded) {
  const Options& o = op.options;
  Window w{height,           width, o.stride_height, o.stride_width, o.dilation_height,
           o.dilation_width, folded};
  const bool same = o.padding == PaddingScheme::same;
  if (same && w.stride_height > 0 && w.stride_width > 0) w.padding = same_padding(input, w);
  return w;
}

// A layer with weights: its size in the encoder's code is measured from the values.
void add_weighted(ImportGraph& graph, std::size_t index, const FileOperator& op, const Op& layer,
                  TensorId in, WeightOrder order) {
  graph.add_layer(index, op, layer, {in});
  graph.net().last_layer().coded_weight_bytes =
      measured_weight_bytes(graph.constant_tensor(op.inputs[1]), order);
}

void conv(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const auto dims = weight_shape(graph, op, 4);  // out, height, width, in
  const auto [in, folded] = graph.windowed_input(graph.operand(op, 0));
  const Shape input = graph.net().shape(in);
  if (dims[3] != input.channels) {
    throw NotMapped(
        fmt::format("weights read {} channels but the input has {} (grouped "
                    "convolutions are not supported)",
                    dims[3], input.channels));
  }
  const Window w = window_of_options(op, input, dims[1], dims[2], folded);
  add_weighted(graph, index, op, Conv2d{dims[0], w, fused_activation(op)}, in,
               WeightOrder::channel_first);
}

void depthwise(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const auto dims = weight_shape(graph, op, 4);  // 1, height, width, channels
  const auto [in, folded] = graph.windowed_input(graph.operand(op, 0));
  const Shape input = graph.net().shape(in);
  if (dims[3] < input.channels || dims[3] % input.channels != 0) {
    throw NotMapped(
        fmt::format("{} filters do not divide over {} input channels", dims[3], input.channels));
  }
  const Window w = window_of_options(op, input, dims[1], dims[2], folded);
  add_weighted(graph, index, op, DepthwiseConv2d{dims[3] / input.channels, w, fused_activation(op)},
               in, WeightOrder::channel_last);
}

void linear(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const auto dims = weight_shape(graph, op, 2);  // out, in
  const TensorId in = graph.feature(graph.operand(op, 0));
  const Shape input = graph.net().shape(in);
  if (dims[1] != input.elements()) {
    throw NotMapped(fmt::format("weights read {} elements but the input {} has {}", dims[1],
                                to_string(input), input.elements()));
  }
  add_weighted(graph, index, op, Linear{dims[0], fused_activation(op)}, in,
               WeightOrder::channel_first);
}

template <PoolKind kind>
void pool(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const TensorId in = graph.feature(graph.operand(op, 0));
  const Window w = window_of_options(op, graph.net().shape(in), op.options.filter_height,
                                     op.options.filter_width, {});
  graph.add_layer(index, op, Pool2d{kind, w, fused_activation(op)}, {in});
}

void mean(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::int32_t input = graph.operand(op, 0);
  Mean layer{false, false, false};
  for (const std::int32_t index_of_axis : int32_values(graph, graph.operand(op, 1))) {
    const Axis axis = feature_axis(index_of_axis, graph.file_tensor(input).shape.size());
    if (axis == Axis::height) layer.height = true;
    if (axis == Axis::width) layer.width = true;
    if (axis == Axis::channels) layer.channels = true;
  }
  const TensorId in = graph.feature(input);
  const Shape reduced = output_shape(layer, {graph.net().shape(in)});
  const Shape stated = feature_shape(graph.file_tensor(op.outputs.front()));
  if (reduced == stated || reduced.elements() != stated.elements()) {
    return graph.add_layer(index, op, layer, {in});
  }
  // Dropping the reduced axes renames those that stay.
  const TensorId kept = graph.add_part(index, op, layer, {in});
  graph.add_layer(index, op, Reshape{stated}, {kept});
}

Pad pad_of(const ImportGraph& graph, const FileOperator& op) {
  const std::vector<std::int32_t> v = int32_values(graph, graph.operand(op, 1));
  if (v.size() != 8 || v[0] != 0 || v[1] != 0) {
    throw NotMapped("only padding of height, width and channels is supported");
  }
  return {{v[2], v[3], v[4], v[5]}, v[6], v[7]};
}

// A PAD whose only reader is a convolution without padding of its own is that layer's padding.
const FileOperator* sole_convolution(const ImportGraph& graph, std::int32_t tensor) {
  if (graph.uses(tensor) != 1) return nullptr;
  for (const FileOperator& op : graph.model().operators) {
    if (op.inputs.empty() || op.inputs.front() != tensor) continue;
    const bool windowed =
        op.code == BuiltinOperator::conv_2d || op.code == BuiltinOperator::depthwise_conv_2d;
    return windowed && op.options.padding == PaddingScheme::valid ? &op : nullptr;
  }
  return nullptr;
}

void pad(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const Pad layer = pad_of(graph, op);
  const TensorId in = graph.feature(graph.operand(op, 0));
  const FileOperator* reader = sole_convolution(graph, op.outputs.front());
  if (reader != nullptr && layer.channels_before == 0 && layer.channels_after == 0) {
    graph.fold_pad(op.outputs.front(), in, layer.padding);
    graph.net().folded({index, op.name, "padding of " + reader->name});
    return;
  }
  graph.add_layer(index, op, layer, {in});
}

// Types in which feature maps exist only outside the NPU.
bool is_host_type(DataType type) {
  return type != DataType::int8 && type != DataType::uint8 && type != DataType::int16;
}

// Conversions of constants and at the edges of the network fold; between layers they are a pass.
void convert_type(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::int32_t input = graph.operand(op, 0), output = op.outputs.front();
  if (graph.constant(input)) {
    graph.fold_constant(output, input);
    graph.note_type(data_type(graph.file_tensor(input)));
    graph.net().folded(
        {index, op.name, fmt::format("constant '{}'", graph.file_tensor(input).name)});
    return;
  }
  const TensorId in = graph.feature(input);
  const bool to_host = is_host_type(data_type(graph.file_tensor(output)));
  if (is_host_type(data_type(graph.file_tensor(input))) || to_host) {
    graph.alias(output, in);
    graph.net().folded({index, op.name,
                        fmt::format("the host's data type of '{}'",
                                    graph.file_tensor(to_host ? input : output).name)});
    return;
  }
  graph.add_layer(index, op, Activate{Activation::none}, {in});
}

template <ElementwiseKind kind>
void elementwise(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  std::vector<std::int32_t> operands{graph.operand(op, 0), graph.operand(op, 1)};
  if (graph.constant(operands[0])) std::swap(operands[0], operands[1]);
  std::vector<TensorId> inputs{graph.feature(operands[0])};
  if (!graph.constant(operands[1])) inputs.push_back(graph.feature(operands[1]));
  const auto elements = [&](TensorId id) { return graph.net().shape(id).elements(); };
  if (inputs.size() == 2 && elements(inputs[0]) < elements(inputs[1])) {
    std::swap(inputs[0], inputs[1]);
  }
  graph.add_layer(index, op, Elementwise{kind, fused_activation(op)}, inputs);
}

// An operator that reads one feature map and needs nothing else of the file.
void unary(ImportGraph& graph, std::size_t index, const FileOperator& op, const Op& layer) {
  graph.add_layer(index, op, layer, {graph.feature(graph.operand(op, 0))});
}

void concatenate(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  std::vector<TensorId> inputs;
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    inputs.push_back(graph.feature(graph.operand(op, i)));
  }
  const std::size_t rank = graph.file_tensor(op.outputs.front()).shape.size();
  graph.add_layer(index, op, Concat{feature_axis(op.options.axis, rank)}, inputs);
}

void transpose(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::vector<std::int32_t> order = int32_values(graph, graph.operand(op, 1));
  if (order.size() != 4 || order[0] != 0)
    throw NotMapped("only the axes of one image are supported");
  const Transpose layer{
      {feature_axis(order[1], 4), feature_axis(order[2], 4), feature_axis(order[3], 4)}};
  unary(graph, index, op, layer);
}

Op shape_op(const ImportGraph& graph, const FileOperator& op) {
  const Shape shape = feature_shape(graph.file_tensor(op.outputs.front()));
  if (op.code == BuiltinOperator::reshape) return Reshape{shape};
  const bool nearest = op.code == BuiltinOperator::resize_nearest_neighbor;
  return Resize{nearest ? ResizeKind::nearest : ResizeKind::bilinear, shape.height, shape.width};
}

template <Activation function>
void activate(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  unary(graph, index, op, Activate{function});
}

void leaky_relu(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  unary(graph, index, op, LeakyRelu{});
}

// The shapes say the block.
void depth_to_space(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const Shape in = graph.net().shape(graph.feature(graph.operand(op, 0)));
  const Shape out = feature_shape(graph.file_tensor(op.outputs.front()));
  unary(graph, index, op, DepthToSpace{out.height / in.height});
}

void softmax(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  unary(graph, index, op, Softmax{});
}

void reshape_or_resize(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  unary(graph, index, op, shape_op(graph, op));
}

// What each operator of a file is here; one that is missing has no layer.
struct Importer {
  BuiltinOperator code;
  void (*add)(ImportGraph& graph, std::size_t index, const FileOperator& op);
};

constexpr std::array kImporters{
    Importer{BuiltinOperator::conv_2d, conv},
    Importer{BuiltinOperator::depthwise_conv_2d, depthwise},
    Importer{BuiltinOperator::fully_connected, linear},
    Importer{BuiltinOperator::average_pool_2d, pool<PoolKind::average>},
    Importer{BuiltinOperator::max_pool_2d, pool<PoolKind::max>},
    Importer{BuiltinOperator::mean, mean},
    Importer{BuiltinOperator::pad, pad},
    Importer{BuiltinOperator::dequantize, convert_type},
    Importer{BuiltinOperator::quantize, convert_type},
    Importer{BuiltinOperator::add, elementwise<ElementwiseKind::add>},
    Importer{BuiltinOperator::sub, elementwise<ElementwiseKind::sub>},
    Importer{BuiltinOperator::mul, elementwise<ElementwiseKind::mul>},
    Importer{BuiltinOperator::relu, activate<Activation::relu>},
    Importer{BuiltinOperator::relu6, activate<Activation::relu6>},
    Importer{BuiltinOperator::relu_n1_to_1, activate<Activation::relu_n1_to_1>},
    Importer{BuiltinOperator::tanh, activate<Activation::tanh>},
    Importer{BuiltinOperator::logistic, activate<Activation::logistic>},
    Importer{BuiltinOperator::hard_swish, activate<Activation::hard_swish>},
    Importer{BuiltinOperator::prelu, activate<Activation::prelu>},
    Importer{BuiltinOperator::leaky_relu, leaky_relu},
    Importer{BuiltinOperator::depth_to_space, depth_to_space},
    Importer{BuiltinOperator::softmax, softmax},
    Importer{BuiltinOperator::reshape, reshape_or_resize},
    Importer{BuiltinOperator::resize_bilinear, reshape_or_resize},
    Importer{BuiltinOperator::resize_nearest_neighbor, reshape_or_resize},
    Importer{BuiltinOperator::concatenation, concatenate},
    Importer{BuiltinOperator::transpose, transpose},
};

}  // namespace

void import_operator(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  if (op.outputs.size() != 1) {
    throw NotMapped(fmt::format("{} outputs; supported: 1", op.outputs.size()));
  }
  for (const Importer& importer : kImporters) {
    if (importer.code == op.code) return importer.add(graph, index, op);
  }
  throw NotMapped("operator not supported");
}

}  // namespace h4h::workloads::tflite
