#include "nas/export/tflite.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "nas/export/flatbuffer_model.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::nas {
namespace {

using Model = FlatbufferModel;
using Dims = std::vector<std::int32_t>;
using Operator = Model::Operator;
using workloads::Activation;

// Numbers of the schema's union of options.
namespace options {
constexpr std::uint8_t kConv = 1, kDepthwise = 2, kPool = 5, kFullyConnected = 8, kSoftmax = 9,
                       kAdd = 11, kReshape = 17, kMul = 21, kTranspose = 26, kReducer = 27,
                       kSub = 28, kHardSwish = 91, kBatchMatmul = 101, kGelu = 116;
}  // namespace options

// Versions of the operators that take 8-bit integers.
namespace version {
constexpr std::int32_t kConv = 3, kDepthwise = 3, kFullyConnected = 4, kSoftmax = 2,
                       kArithmetic = 2, kReshape = 1, kTranspose = 2, kMean = 2, kRsqrt = 2,
                       kBatchMatmul = 2, kPool = 2, kHardSwish = 1, kLogistic = 2, kGelu = 2;
}  // namespace version

std::int8_t code_of(Activation activation) {
  constexpr std::int8_t kNone = 0, kRelu = 1, kRelu6 = 3;
  if (activation == Activation::none) return kNone;
  return activation == Activation::relu ? kRelu : kRelu6;
}

std::int32_t narrow(std::int64_t side) { return static_cast<std::int32_t>(side); }

Dims dims_of(const Value& value) {
  const std::int32_t first = narrow(value.sizes[0]), second = narrow(value.sizes[1]),
                     third = narrow(value.sizes[2]);
  if (value.kind == ValueKind::vector) return {1, third};
  return {1, first, second, third};
}

template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

Model::Scales scales_of(const Affine& affine) { return {{affine.scale}, {affine.zero_point}, 0}; }
Model::Scales scales_of(const std::vector<float>& scales, std::int32_t axis) {
  return {scales, std::vector<std::int64_t>(scales.size(), 0), axis};
}

// [a][b] -> [b][a]
std::vector<std::int8_t> turned(const std::vector<std::int8_t>& values, std::size_t a,
                                std::size_t b) {
  std::vector<std::int8_t> made(values.size());
  for (std::size_t i = 0; i < a; ++i) {
    for (std::size_t j = 0; j < b; ++j) made[j * a + i] = values[i * b + j];
  }
  return made;
}

// Weights [out, in, height, width] with the input channels last.
std::vector<std::int8_t> channels_last(const QuantizedWeights& weights, const Dims& sizes) {
  const auto in = static_cast<std::size_t>(sizes[1]);
  const auto taps = static_cast<std::size_t>(sizes[2]) * static_cast<std::size_t>(sizes[3]);
  std::vector<std::int8_t> made;
  made.reserve(weights.values.size());
  for (auto from = weights.values.begin(); from != weights.values.end();
       from += static_cast<std::ptrdiff_t>(in * taps)) {
    const std::vector<std::int8_t> one =
        turned({from, from + static_cast<std::ptrdiff_t>(in * taps)}, in, taps);
    made.insert(made.end(), one.begin(), one.end());
  }
  return made;
}

bool same(const workloads::Padding& a, const workloads::Padding& b) {
  return a.top == b.top && a.bottom == b.bottom && a.left == b.left && a.right == b.right;
}

class Writer {
 public:
  Writer(const Graph& graph, const std::vector<Affine>& values)
      : graph_(graph), values_(values), tensors_(graph.values.size()) {}

  std::string run(const std::string& description) {
    add_value(graph_.input);
    for (const GraphNode& node : graph_.nodes) {
      add_value(node.output);
      std::visit([&](const auto& op) { write(node, op); }, node.op);
    }
    return model_.finish(graph_.name, tensors_.at(graph_.input), tensors_.at(graph_.output),
                         description);
  }

 private:
  void add_value(ValueId id) {
    const Value& value = graph_.values.at(id);
    tensors_.at(id) =
        model_.tensor(value.name, dims_of(value), Model::Type::int8, scales_of(values_.at(id)));
  }

  std::vector<int> inputs(const GraphNode& node) const {
    std::vector<int> all;
    for (const ValueId id : node.inputs) all.push_back(tensors_.at(id));
    return all;
  }
  int output(const GraphNode& node) const { return tensors_.at(node.output); }
  const Value& made(const GraphNode& node) const { return graph_.values.at(node.output); }

  int numbers(const std::string& name, const Dims& values) {
    return model_.tensor(name, {narrow(static_cast<std::int64_t>(values.size()))},
                         Model::Type::int32, {}, bytes_of(values));
  }

  float input_scale(const GraphNode& node) const { return values_.at(node.inputs.front()).scale; }

  int bias(const GraphNode& node, const QuantizedBias& bias, const Model::Scales& scales) {
    return model_.tensor(node.name + ".bias",
                         {narrow(static_cast<std::int64_t>(bias.values.size()))},
                         Model::Type::int32, scales, bytes_of(bias.values));
  }

  // 0: "SAME"; 1: "VALID".
  std::int8_t padding(const GraphNode& node, const workloads::Window& window) const {
    const auto [height, width, channels] = graph_.values.at(node.inputs.front()).sizes;
    const workloads::Padding same_one = workloads::same_padding({height, width, channels}, window);
    if (same(window.padding, same_one)) return 0;
    if (same(window.padding, {})) return 1;
    throw std::invalid_argument(
        fmt::format("layer '{}': its padding is neither SAME nor VALID, as TensorFlow Lite demands",
                    node.name));
  }

  void write(const GraphNode& node, const Convolution& op) {
    const Array& w = op.weight;
    const Dims sizes{narrow(w.sizes[0]), narrow(w.sizes[1]), narrow(w.sizes[2]),
                     narrow(w.sizes[3])};
    const QuantizedLayer integers = quantized(op, input_scale(node));
    const QuantizedWeights& weights = integers.weight;
    const bool depthwise = op.is_depthwise;
    const Dims dims = depthwise ? Dims{1, sizes[2], sizes[3], sizes[0]}
                                : Dims{sizes[0], sizes[2], sizes[3], sizes[1]};
    const std::vector<std::int8_t> values =
        depthwise ? turned(weights.values, static_cast<std::size_t>(sizes[0]),
                           static_cast<std::size_t>(sizes[2]) * static_cast<std::size_t>(sizes[3]))
                  : channels_last(weights, sizes);
    const int weight =
        model_.tensor(node.name + ".weight", dims, Model::Type::int8,
                      scales_of(weights.scales, depthwise ? 3 : 0), bytes_of(values));
    const std::int8_t padded = padding(node, op.window);
    const auto add = [&](Model::Builder& b) {
      const int shift = depthwise ? 1 : 0;  // by the multiplier of depthwise convolutions
      b.AddElement<std::int8_t>(Model::slot(0), padded, 0);
      b.AddElement<std::int32_t>(Model::slot(1), narrow(op.window.stride_width), 0);
      b.AddElement<std::int32_t>(Model::slot(2), narrow(op.window.stride_height), 0);
      if (depthwise) b.AddElement<std::int32_t>(Model::slot(3), 1, 0);
      b.AddElement<std::int8_t>(Model::slot(3 + shift), code_of(op.activation), 0);
      b.AddElement<std::int32_t>(Model::slot(4 + shift), narrow(op.window.dilation_width), 1);
      b.AddElement<std::int32_t>(Model::slot(5 + shift), narrow(op.window.dilation_height), 1);
    };
    model_.op(depthwise ? Operator::depthwise_conv_2d : Operator::conv_2d,
              depthwise ? version::kDepthwise : version::kConv,
              {inputs(node).front(), weight,
               bias(node, integers.bias, scales_of(integers.bias.scales, 0))},
              output(node), {depthwise ? options::kDepthwise : options::kConv, add});
  }

  void write(const GraphNode& node, const FullyConnected& op) {
    const QuantizedLayer integers = quantized(op, input_scale(node));
    const auto one = [](const std::vector<float>& scales) {
      return scales_of(std::vector<float>{scales.front()}, 0);
    };
    const int weight = model_.tensor(
        node.name + ".weight", {narrow(op.weight.sizes[0]), narrow(op.weight.sizes[1])},
        Model::Type::int8, one(integers.weight.scales), bytes_of(integers.weight.values));
    model_.op(Operator::fully_connected, version::kFullyConnected,
              {inputs(node).front(), weight, bias(node, integers.bias, one(integers.bias.scales))},
              output(node), {options::kFullyConnected, [&](Model::Builder& b) {
                               b.AddElement<std::int8_t>(Model::slot(0), code_of(op.activation), 0);
                             }});
  }

  void mean(const GraphNode& node, const Dims& axes, bool keep) {
    model_.op(Operator::mean, version::kMean,
              {inputs(node).front(), numbers(node.name + ".axes", axes)}, output(node),
              {options::kReducer, [&](Model::Builder& b) {
                 b.AddElement<std::uint8_t>(Model::slot(0), keep ? 1 : 0, 0);
               }});
  }
  void write(const GraphNode& node, const PixelMean&) { mean(node, {1, 2}, false); }
  void write(const GraphNode& node, const ChannelMean&) { mean(node, {3}, true); }

  void write(const GraphNode& node, const AveragePool& op) {
    const workloads::Window& w = op.window;
    const std::int8_t padded = padding(node, w);
    model_.op(Operator::average_pool_2d, version::kPool, inputs(node), output(node),
              {options::kPool, [&](Model::Builder& b) {
                 b.AddElement<std::int8_t>(Model::slot(0), padded, 0);
                 b.AddElement<std::int32_t>(Model::slot(1), narrow(w.stride_width), 0);
                 b.AddElement<std::int32_t>(Model::slot(2), narrow(w.stride_height), 0);
                 b.AddElement<std::int32_t>(Model::slot(3), narrow(w.kernel_width), 0);
                 b.AddElement<std::int32_t>(Model::slot(4), narrow(w.kernel_height), 0);
               }});
  }

  void write(const GraphNode& node, const Function& op) {
    switch (op.kind) {
      case FunctionKind::hard_swish:
        model_.op(Operator::hard_swish, version::kHardSwish, inputs(node), output(node),
                  {options::kHardSwish, [](Model::Builder&) {}});
        break;
      case FunctionKind::logistic:
        model_.op(Operator::logistic, version::kLogistic, inputs(node), output(node), {});
        break;
      case FunctionKind::gelu:
        model_.op(Operator::gelu, version::kGelu, inputs(node), output(node),
                  {options::kGelu, [](Model::Builder&) {}});
    }
  }

  int operand(const GraphNode& node, const Array& array) {
    Dims dims;
    if (made(node).kind == ValueKind::heads) dims.push_back(1);
    for (const std::int64_t side : array.sizes) dims.push_back(narrow(side));
    const QuantizedConstant quantized = quantized_constant(array);
    return model_.tensor(node.name + ".constant", dims, Model::Type::int8,
                         scales_of(quantized.affine), bytes_of(quantized.values));
  }
  void write(const GraphNode& node, const Binary& op) {
    std::vector<int> in = inputs(node);
    if (op.constant) in.push_back(operand(node, *op.constant));
    const bool add = op.kind == Arithmetic::add, subtract = op.kind == Arithmetic::subtract;
    model_.op(
        add ? Operator::add : (subtract ? Operator::sub : Operator::mul), version::kArithmetic, in,
        output(node),
        {add ? options::kAdd : (subtract ? options::kSub : options::kMul), [&](Model::Builder& b) {
           b.AddElement<std::int8_t>(Model::slot(0), code_of(op.activation), 0);
         }});
  }

  void write(const GraphNode& node, const InverseRoot&) {
    model_.op(Operator::rsqrt, version::kRsqrt, inputs(node), output(node), {});
  }

  void reshape(int from, const std::string& name, const Dims& dims, int to) {
    model_.op(Operator::reshape, version::kReshape, {from, numbers(name + ".shape", dims)}, to,
              {options::kReshape, {}});
  }
  void transpose(int from, const std::string& name, const Dims& order, int to) {
    model_.op(Operator::transpose, version::kTranspose, {from, numbers(name + ".order", order)}, to,
              {options::kTranspose, {}});
  }
  // pixels x heads x channels of a head
  int by_pixel(const GraphNode& node, std::int64_t pixels, std::int64_t heads, std::int64_t width) {
    return model_.tensor(node.name + ".pixels", {1, narrow(pixels), narrow(heads), narrow(width)},
                         Model::Type::int8, scales_of(values_.at(node.output)));
  }
  void write(const GraphNode& node, const SplitHeads& op) {
    const auto [heads, rows, columns] = made(node).sizes;
    const std::int64_t pixels = op.is_turned ? columns : rows,
                       width = op.is_turned ? rows : columns;
    const int split = by_pixel(node, pixels, heads, width);
    reshape(inputs(node).front(), node.name, {1, narrow(pixels), narrow(heads), narrow(width)},
            split);
    transpose(split, node.name, op.is_turned ? Dims{0, 2, 3, 1} : Dims{0, 2, 1, 3}, output(node));
  }
  void write(const GraphNode& node, const MergeHeads&) {
    const auto [heads, pixels, width] = graph_.values.at(node.inputs.front()).sizes;
    const int split = by_pixel(node, pixels, heads, width);
    transpose(inputs(node).front(), node.name, {0, 2, 1, 3}, split);
    reshape(split, node.name, dims_of(made(node)), output(node));
  }

  void write(const GraphNode& node, const Product&) {
    model_.op(Operator::batch_matmul, version::kBatchMatmul, inputs(node), output(node),
              {options::kBatchMatmul, {}});
  }
  void write(const GraphNode& node, const RowSoftmax&) {
    model_.op(
        Operator::softmax, version::kSoftmax, inputs(node), output(node),
        {options::kSoftmax, [](Model::Builder& b) { b.AddElement<float>(Model::slot(0), 1, 0); }});
  }

  const Graph& graph_;
  const std::vector<Affine>& values_;
  std::vector<int> tensors_;
  Model model_;
};

}  // namespace

std::string to_tflite(const Graph& graph, const std::string& description,
                      const std::vector<Affine>& values) {
  return Writer(graph, values).run(description);
}

}  // namespace h4h::nas
