#include "workloads/import/tflite/convert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads::tflite {
namespace {

[[noreturn]] void refuse(std::size_t index, const FileOperator& op, const std::string& why) {
  throw NetworkError(fmt::format("operator {} ({}): {}", index, op.name, why));
}

DataType data_type(const FileTensor& tensor) {
  switch (tensor.type) {
    case TensorType::float32:
      return DataType::float32;
    case TensorType::float16:
      return DataType::float16;
    case TensorType::uint8:
      return DataType::uint8;
    case TensorType::int8:
      return DataType::int8;
    case TensorType::int16:
      return DataType::int16;
    case TensorType::int32:
      return DataType::int32;
    case TensorType::int64:
      return DataType::int64;
  }
  throw NetworkError(fmt::format("tensor '{}': type {} is not one of float32, float16, uint8, int8",
                                 tensor.name, static_cast<int>(tensor.type)));
}

bool is_feature_type(DataType type) {
  return type == DataType::int8 || type == DataType::uint8 || type == DataType::float32 ||
         type == DataType::float16;
}

// [C], [1,C], [1,W,C] or [1,H,W,C].
Shape feature_shape(const FileTensor& tensor) {
  std::vector<std::int32_t> dims = tensor.shape;
  if (dims.size() > 1 && dims.front() != 1) {
    throw NetworkError(
        fmt::format("tensor '{}': batch is {}; only 1 is mapped", tensor.name, dims.front()));
  }
  if (dims.empty() || dims.size() > 4) {
    throw NetworkError(
        fmt::format("tensor '{}': rank {} is not 1..4", tensor.name, tensor.shape.size()));
  }
  while (dims.size() < 4) dims.insert(dims.begin(), 1);
  return {dims[1], dims[2], dims[3]};
}

Activation fused_activation(std::size_t index, const FileOperator& op) {
  static constexpr std::array kActivations{Activation::none, Activation::relu,
                                           Activation::relu_n1_to_1, Activation::relu6,
                                           Activation::tanh};
  const auto code = static_cast<std::size_t>(op.options.activation);
  if (code >= kActivations.size()) refuse(index, op, fmt::format("fused activation {}", code));
  return kActivations[code];
}

std::vector<std::int32_t> int32_values(const FileTensor& tensor) {
  std::vector<std::int32_t> values;
  const Bytes bytes(tensor.data);
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    values.push_back(bytes.read<std::int32_t>(at));
  }
  return values;
}

class Converter {
 public:
  Converter(const Model& model, const std::string& name) : model_(model), net_(name) {
    for (const FileOperator& op : model.operators) {
      for (const std::int32_t input : op.inputs) ++uses_[input];
    }
    for (const std::int32_t output : model.outputs) ++uses_[output];
  }

  Network run() {
    for (const std::int32_t id : model_.inputs) {
      const FileTensor& tensor = file_tensor(id);
      ids_[id] = net_.input(tensor.name, feature_shape(tensor), feature_type(tensor));
    }
    for (std::size_t i = 0; i < model_.operators.size(); ++i) convert(i, model_.operators[i]);
    for (const std::int32_t id : model_.outputs) net_.output(feature(id));
    add_remarks();
    return std::move(net_).build();
  }

 private:
  const FileTensor& file_tensor(std::int32_t id) const {
    return model_.tensors.at(static_cast<std::size_t>(id));
  }

  DataType feature_type(const FileTensor& tensor) {
    const DataType type = data_type(tensor);
    if (!is_feature_type(type)) {
      throw NetworkError(
          fmt::format("tensor '{}': {} feature maps are not mapped (int8, uint8, "
                      "float16 and float32 are)",
                      tensor.name, to_string(type)));
    }
    types_.insert(std::string(to_string(type)));
    return type;
  }

  bool constant(std::int32_t id) const {
    return id >= 0 && (file_tensor(id).constant() || constants_.count(id) > 0);
  }

  // The network's tensor for a feature map of the file.
  TensorId feature(std::int32_t id) const {
    const auto found = ids_.find(id);
    if (found == ids_.end()) {
      throw NetworkError(
          fmt::format("tensor '{}' is used before anything produces it", file_tensor(id).name));
    }
    return found->second;
  }

  std::int32_t operand(std::size_t index, const FileOperator& op, std::size_t position) const {
    if (position >= op.inputs.size() || op.inputs[position] < 0) {
      refuse(index, op, fmt::format("input {} is missing", position));
    }
    return op.inputs[position];
  }

  // The dimensions of a constant operand, which must have `rank` of them.
  std::vector<std::int32_t> constant_shape(std::size_t index, const FileOperator& op,
                                           std::size_t position, std::size_t rank) {
    const std::int32_t id = operand(index, op, position);
    const FileTensor& tensor = file_tensor(id);
    if (!constant(id)) refuse(index, op, fmt::format("weights '{}' are not constant", tensor.name));
    if (tensor.shape.size() != rank) {
      refuse(
          index, op,
          fmt::format("weights '{}' have rank {}, not {}", tensor.name, tensor.shape.size(), rank));
    }
    return tensor.shape;
  }

  Window window(const FileOperator& op, const Shape& input, std::int64_t height, std::int64_t width,
                const Padding& folded) const {
    Window w{height,
             width,
             op.options.stride_height,
             op.options.stride_width,
             op.options.dilation_height,
             op.options.dilation_width,
             folded};
    const bool same = op.options.padding == PaddingScheme::same;
    if (same && w.stride_height > 0 && w.stride_width > 0) w.padding = same_padding(input, w);
    return w;
  }

  void convert(std::size_t index, const FileOperator& op) {
    if (op.outputs.size() != 1) {
      refuse(index, op, fmt::format("{} outputs; 1 is mapped", op.outputs.size()));
    }
    switch (op.code) {
      case BuiltinOperator::conv_2d:
        return conv(index, op);
      case BuiltinOperator::depthwise_conv_2d:
        return depthwise(index, op);
      case BuiltinOperator::fully_connected:
        return linear(index, op);
      case BuiltinOperator::average_pool_2d:
        return pool(index, op, PoolKind::average);
      case BuiltinOperator::max_pool_2d:
        return pool(index, op, PoolKind::max);
      case BuiltinOperator::mean:
        return mean(index, op);
      case BuiltinOperator::pad:
        return pad(index, op);
      case BuiltinOperator::dequantize:
        return dequantize(index, op);
      case BuiltinOperator::add:
        return elementwise(index, op, ElementwiseKind::add);
      case BuiltinOperator::sub:
        return elementwise(index, op, ElementwiseKind::sub);
      case BuiltinOperator::mul:
        return elementwise(index, op, ElementwiseKind::mul);
      case BuiltinOperator::relu:
        return activate(index, op, Activation::relu);
      case BuiltinOperator::relu6:
        return activate(index, op, Activation::relu6);
      case BuiltinOperator::relu_n1_to_1:
        return activate(index, op, Activation::relu_n1_to_1);
      case BuiltinOperator::tanh:
        return activate(index, op, Activation::tanh);
      case BuiltinOperator::logistic:
        return activate(index, op, Activation::logistic);
      case BuiltinOperator::custom:
        break;
    }
    refuse(index, op,
           "not mapped; mapped are CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, AVERAGE_POOL_2D, "
           "MAX_POOL_2D, MEAN, PAD, ADD, SUB, MUL, RELU, RELU6, RELU_N1_TO_1, TANH, LOGISTIC and "
           "DEQUANTIZE of constants");
  }

  // Layers carry the name of what they produce, as far as the first of several merged names.
  std::string layer_name(std::size_t index, std::int32_t output) {
    const std::string& full = file_tensor(output).name;
    std::string name = full.substr(0, full.find(';'));
    if (name.empty()) name = "operator";
    if (!names_.insert(name).second) name = fmt::format("{}#{}", name, index);
    names_.insert(name);
    return name;
  }

  // Adds the layer and checks that the file agrees on the shape of its output.
  void add(std::size_t index, const FileOperator& op, const Op& layer,
           const std::vector<TensorId>& inputs) {
    const std::int32_t output = op.outputs.front();
    const FileTensor& tensor = file_tensor(output);
    feature_type(tensor);
    const TensorId id = net_.add(layer_name(index, output), layer, inputs, tensor.name);
    const Shape stated = feature_shape(tensor);
    if (net_.shape(id) != stated) {
      refuse(index, op,
             fmt::format("output '{}' is {} in the file but {} by its inputs", tensor.name,
                         to_string(stated), to_string(net_.shape(id))));
    }
    ids_[output] = id;
  }

  // The feature map that a windowed operator reads, with the padding of a PAD folded into it.
  std::pair<TensorId, Padding> windowed_input(std::size_t index, const FileOperator& op) {
    const std::int32_t id = operand(index, op, 0);
    const auto pad = pads_.find(id);
    if (pad == pads_.end()) return {feature(id), Padding{}};
    return pad->second;
  }

  void conv(std::size_t index, const FileOperator& op) {
    const auto dims = constant_shape(index, op, 1, 4);  // out, height, width, in
    const auto [in, folded] = windowed_input(index, op);
    if (dims[3] != net_.shape(in).channels) {
      refuse(index, op,
             fmt::format("weights read {} channels but the input has {} (grouped "
                         "convolutions are not mapped)",
                         dims[3], net_.shape(in).channels));
    }
    const Window w = window(op, net_.shape(in), dims[1], dims[2], folded);
    add(index, op, Conv2d{dims[0], w, fused_activation(index, op)}, {in});
  }

  void depthwise(std::size_t index, const FileOperator& op) {
    const auto dims = constant_shape(index, op, 1, 4);  // 1, height, width, channels
    const auto [in, folded] = windowed_input(index, op);
    const std::int64_t channels = net_.shape(in).channels;
    if (dims[3] < channels || dims[3] % channels != 0) {
      refuse(index, op,
             fmt::format("{} filters do not divide over {} input channels", dims[3], channels));
    }
    const Window w = window(op, net_.shape(in), dims[1], dims[2], folded);
    add(index, op, DepthwiseConv2d{dims[3] / channels, w, fused_activation(index, op)}, {in});
  }

  void linear(std::size_t index, const FileOperator& op) {
    const auto dims = constant_shape(index, op, 1, 2);  // out, in
    const TensorId in = feature(operand(index, op, 0));
    if (dims[1] != net_.shape(in).elements()) {
      refuse(index, op,
             fmt::format("weights read {} elements but the input {} has {}", dims[1],
                         to_string(net_.shape(in)), net_.shape(in).elements()));
    }
    add(index, op, Linear{dims[0], fused_activation(index, op)}, {in});
  }

  void pool(std::size_t index, const FileOperator& op, PoolKind kind) {
    const TensorId in = feature(operand(index, op, 0));
    const Window w =
        window(op, net_.shape(in), op.options.filter_height, op.options.filter_width, {});
    add(index, op, Pool2d{kind, w, fused_activation(index, op)}, {in});
  }

  void mean(std::size_t index, const FileOperator& op) {
    std::vector<std::int32_t> axes = int32_values(file_tensor(operand(index, op, 1)));
    for (std::int32_t& axis : axes) axis += axis < 0 ? 4 : 0;
    std::sort(axes.begin(), axes.end());
    const std::int32_t input = operand(index, op, 0);
    if (axes != std::vector<std::int32_t>{1, 2} || file_tensor(input).shape.size() != 4) {
      refuse(index, op, "only the mean over height and width (axes 1 and 2 of 4) is mapped");
    }
    add(index, op, Mean{}, {feature(input)});
  }

  Padding padding_of(std::size_t index, const FileOperator& op) {
    const FileTensor& tensor = file_tensor(operand(index, op, 1));
    const std::vector<std::int32_t> v = int32_values(tensor);
    if (tensor.type != TensorType::int32 || v.size() != 8 || v[0] != 0 || v[1] != 0 || v[6] != 0 ||
        v[7] != 0) {
      refuse(index, op, "only constant int32 padding of height and width is mapped");
    }
    return {v[2], v[3], v[4], v[5]};
  }

  // A PAD whose only reader is a convolution without padding of its own is that layer's padding.
  const FileOperator* sole_convolution(std::int32_t tensor) const {
    const auto uses = uses_.find(tensor);
    if (uses == uses_.end() || uses->second != 1) return nullptr;
    for (const FileOperator& op : model_.operators) {
      if (op.inputs.empty() || op.inputs.front() != tensor) continue;
      const bool windowed =
          op.code == BuiltinOperator::conv_2d || op.code == BuiltinOperator::depthwise_conv_2d;
      return windowed && op.options.padding == PaddingScheme::valid ? &op : nullptr;
    }
    return nullptr;
  }

  void pad(std::size_t index, const FileOperator& op) {
    const Padding padding = padding_of(index, op);
    const TensorId in = feature(operand(index, op, 0));
    const std::int32_t output = op.outputs.front();
    if (const FileOperator* reader = sole_convolution(output)) {
      pads_[output] = {in, padding};
      net_.folded({index, op.name, "padding of " + reader->name});
      return;
    }
    add(index, op, Pad{padding}, {in});
  }

  void dequantize(std::size_t index, const FileOperator& op) {
    const std::int32_t input = operand(index, op, 0);
    if (!constant(input)) refuse(index, op, "only DEQUANTIZE of a constant is mapped");
    constants_.insert(op.outputs.front());
    types_.insert(std::string(to_string(data_type(file_tensor(input)))));
    net_.folded({index, op.name, fmt::format("constant '{}'", file_tensor(input).name)});
  }

  void elementwise(std::size_t index, const FileOperator& op, ElementwiseKind kind) {
    std::vector<std::int32_t> operands{operand(index, op, 0), operand(index, op, 1)};
    if (constant(operands[0])) std::swap(operands[0], operands[1]);
    std::vector<TensorId> inputs{feature(operands[0])};
    if (!constant(operands[1])) inputs.push_back(feature(operands[1]));
    if (inputs.size() == 2 && net_.shape(inputs[0]).elements() < net_.shape(inputs[1]).elements()) {
      std::swap(inputs[0], inputs[1]);
    }
    add(index, op, Elementwise{kind, fused_activation(index, op)}, inputs);
  }

  void activate(std::size_t index, const FileOperator& op, Activation activation) {
    add(index, op, Activate{activation}, {feature(operand(index, op, 0))});
  }

  void add_remarks() {
    for (const char* type : {"float32", "float16"}) {
      if (types_.count(type) == 0) continue;
      net_.remark(fmt::format("the file holds {}; costed as if quantised to int8", type));
    }
  }

  const Model& model_;
  NetworkBuilder net_;
  std::map<std::int32_t, int> uses_;
  std::map<std::int32_t, TensorId> ids_;
  std::map<std::int32_t, std::pair<TensorId, Padding>> pads_;  // output of a folded PAD
  std::set<std::int32_t> constants_;                           // outputs of folded DEQUANTIZEs
  std::set<std::string> names_;
  std::set<std::string> types_;
};

}  // namespace

Network convert(const Model& model, const std::string& name) {
  return Converter(model, name).run();
}

}  // namespace h4h::workloads::tflite
