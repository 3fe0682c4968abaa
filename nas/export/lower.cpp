#include "nas/export/lower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "nas/supernet/parameter_specs.hpp"

namespace h4h::nas {
namespace {

using workloads::Activation;
using workloads::Layer;
using workloads::Network;
using workloads::TensorId;

[[noreturn]] void refuse(const Layer& layer, const std::string& what) {
  throw std::invalid_argument(fmt::format("layer '{}' ({}): {} cannot be exported", layer.name,
                                          workloads::op_name(layer.op), what));
}

class Lowering {
 public:
  Lowering(const Network& network, const InferenceWeights& weights)
      : network_(network), weights_(weights), made_(network.tensors.size()) {
    graph_.name = network.name;
  }

  Graph run() {
    const TensorId image = network_.inputs.at(0);
    graph_.input = add_value(map_of(image, network_.tensors.at(image).name));
    made_.at(image) = graph_.input;
    for (const Layer& layer : network_.layers) {
      made_.at(layer.output) =
          std::visit([&](const auto& op) { return lower(layer, op); }, layer.op);
    }
    graph_.output = made_.at(network_.outputs.at(0));
    return std::move(graph_);
  }

 private:
  ValueId add_value(Value value) {
    graph_.values.push_back(std::move(value));
    return graph_.values.size() - 1;
  }

  Value map_of(TensorId tensor, const std::string& name) const {
    const workloads::Shape& shape = network_.tensors.at(tensor).shape;
    return {name, ValueKind::map, {shape.height, shape.width, shape.channels}};
  }

  ValueId add(const std::string& name, GraphOp op, std::vector<ValueId> inputs, Value made) {
    made.name = name;
    const ValueId output = add_value(std::move(made));
    graph_.nodes.push_back({name, std::move(op), std::move(inputs), output});
    return output;
  }

  static Activation exported(const Layer& layer, Activation activation) {
    const bool known = activation == Activation::none || activation == Activation::relu ||
                       activation == Activation::relu6;
    if (!known) refuse(layer, fmt::format("activation {}", to_string(activation)));
    return activation;
  }

  ValueId in(const Layer& layer, std::size_t i = 0) const { return made_.at(layer.inputs.at(i)); }
  const Value& value(ValueId id) const { return graph_.values.at(id); }

  Array constant(const Layer& layer, ParameterRole role) const {
    const std::string name = parameter_name(layer, role);
    const auto found = weights_.find(name);
    if (found == weights_.end()) {
      throw std::invalid_argument(fmt::format("'{}' has no value", name));
    }
    return found->second;
  }

  // The queries of an attention carry the scale of its scores.
  double scale_of(const Layer& layer) const {
    double scale = 1;
    std::size_t readers = 0;
    for (const Layer& reader : network_.layers) {
      readers += static_cast<std::size_t>(
          std::count(reader.inputs.begin(), reader.inputs.end(), layer.output));
      const auto* attention = std::get_if<workloads::Attention>(&reader.op);
      if (attention == nullptr || reader.inputs.front() != layer.output) continue;
      const std::int64_t of_head =
          network_.tensors.at(layer.output).shape.channels / attention->heads;
      scale = 1 / std::sqrt(static_cast<double>(of_head));
    }
    if (scale != 1 && readers > 1) refuse(layer, "a query that something else reads");
    return scale;
  }

  ValueId convolution(const Layer& layer, const workloads::Window& window, Activation activation,
                      bool is_depthwise) {
    Convolution op{window, is_depthwise, constant(layer, ParameterRole::weight),
                   constant(layer, ParameterRole::bias), exported(layer, activation)};
    const double scale = scale_of(layer);
    for (Array* const array : {&op.weight, &op.bias}) {
      for (float& v : array->values) v = static_cast<float>(v * scale);
    }
    return add(layer.name, std::move(op), {in(layer)}, map_of(layer.output, layer.name));
  }

  ValueId lower(const Layer& layer, const workloads::Conv2d& op) {
    if (op.groups != 1) refuse(layer, "a convolution in groups");
    return convolution(layer, op.window, op.activation, false);
  }
  ValueId lower(const Layer& layer, const workloads::DepthwiseConv2d& op) {
    if (op.multiplier != 1) refuse(layer, "a multiplier");
    return convolution(layer, op.window, op.activation, true);
  }
  ValueId lower(const Layer& layer, const workloads::Linear& op) {
    if (value(in(layer)).kind != ValueKind::vector) refuse(layer, "an input of pixels");
    return add(layer.name,
               FullyConnected{constant(layer, ParameterRole::weight),
                              constant(layer, ParameterRole::bias), exported(layer, op.activation)},
               {in(layer)}, {"", ValueKind::vector, {1, 1, op.out_features}});
  }
  ValueId lower(const Layer& layer, const workloads::Mean& op) {
    if (!op.height || !op.width || op.channels) refuse(layer, "a mean over other than all pixels");
    const std::int64_t channels = network_.tensors.at(layer.output).shape.channels;
    return add(layer.name, PixelMean{}, {in(layer)}, {"", ValueKind::vector, {1, 1, channels}});
  }
  ValueId lower(const Layer& layer, const workloads::Elementwise& op) {
    const bool is_sum = op.kind == workloads::ElementwiseKind::add;
    if ((!is_sum && op.kind != workloads::ElementwiseKind::mul) || layer.inputs.size() != 2) {
      refuse(layer, "other than a sum or a product of two");
    }
    return add(
        layer.name,
        Binary{is_sum ? Arithmetic::add : Arithmetic::multiply, {}, exported(layer, op.activation)},
        {in(layer, 0), in(layer, 1)}, value(in(layer)));
  }

  ValueId lower(const Layer& layer, const workloads::Pool2d& op) {
    if (op.kind != workloads::PoolKind::average || op.activation != Activation::none) {
      refuse(layer, "other than an average");
    }
    return add(layer.name, AveragePool{op.window}, {in(layer)}, map_of(layer.output, layer.name));
  }

  ValueId lower(const Layer& layer, const workloads::Activate& op) {
    if (op.activation != Activation::hard_swish) refuse(layer, "this function");
    return add(layer.name, Function{FunctionKind::hard_swish}, {in(layer)}, value(in(layer)));
  }

  ValueId lower(const Layer& layer, const workloads::Unary& op) {
    const ValueId x = in(layer);
    if (op.kind == workloads::UnaryKind::gelu) {
      return add(layer.name, Function{FunctionKind::gelu}, {x}, value(x));
    }
    if (op.kind == workloads::UnaryKind::silu) {
      const ValueId gate =
          add(layer.name + "/logistic", Function{FunctionKind::logistic}, {x}, value(x));
      return add(layer.name, Binary{Arithmetic::multiply, {}, Activation::none}, {x, gate},
                 value(x));
    }
    if (op.kind != workloads::UnaryKind::hard_sigmoid) refuse(layer, "this function");
    const ValueId above =
        add(layer.name + "/above", Binary{Arithmetic::add, Array{{1}, {3}}, Activation::relu6}, {x},
            value(x));
    return add(layer.name, Binary{Arithmetic::multiply, Array{{1}, {1.0F / 6}}, Activation::none},
               {above}, value(x));
  }

  ValueId lower(const Layer& layer, const workloads::LayerNorm& op) {
    if (op.kind != workloads::NormKind::layer_norm) refuse(layer, "this norm");
    const ValueId x = in(layer);
    const Value whole = value(x);
    Value pixel = whole;
    pixel.sizes[2] = 1;
    const auto step = [&](const char* part, GraphOp graph_op, std::vector<ValueId> from,
                          const Value& made) {
      return add(fmt::format("{}/{}", layer.name, part), std::move(graph_op), std::move(from),
                 made);
    };
    const auto binary = [](Arithmetic kind, std::optional<Array> with = {}) {
      return Binary{kind, std::move(with), Activation::none};
    };
    const Array epsilon{{1}, {static_cast<float>(kNormEpsilon)}};
    const ValueId mean = step("mean", ChannelMean{}, {x}, pixel);
    const ValueId centred = step("centred", binary(Arithmetic::subtract), {x, mean}, whole);
    const ValueId square = step("square", binary(Arithmetic::multiply), {centred, centred}, whole);
    const ValueId variance = step("variance", ChannelMean{}, {square}, pixel);
    const ValueId above = step("above_zero", binary(Arithmetic::add, epsilon), {variance}, pixel);
    const ValueId inverse = step("inverse_root", InverseRoot{}, {above}, pixel);
    const ValueId normal = step("normal", binary(Arithmetic::multiply), {centred, inverse}, whole);
    const ValueId scaled =
        step("scaled", binary(Arithmetic::multiply, constant(layer, ParameterRole::scale)),
             {normal}, whole);
    return add(layer.name, binary(Arithmetic::add, constant(layer, ParameterRole::shift)), {scaled},
               whole);
  }

  ValueId lower(const Layer& layer, const workloads::Attention& op) {
    if (op.packed) refuse(layer, "a packed input");
    const Value map = value(in(layer));
    const std::int64_t tokens = map.sizes[0] * map.sizes[1], width = map.sizes[2] / op.heads;
    const Value by_token{"", ValueKind::heads, {op.heads, tokens, width}};
    const Value by_channel{"", ValueKind::heads, {op.heads, width, tokens}};
    const Value scores{"", ValueKind::heads, {op.heads, tokens, tokens}};
    const auto step = [&](const char* part, GraphOp graph_op, std::vector<ValueId> from,
                          const Value& made) {
      return add(fmt::format("{}/{}", layer.name, part), std::move(graph_op), std::move(from),
                 made);
    };
    const ValueId query = step("query", SplitHeads{false}, {in(layer, 0)}, by_token);
    const ValueId key = step("key", SplitHeads{true}, {in(layer, 1)}, by_channel);
    const ValueId similar = step("scores", Product{}, {query, key}, scores);
    const ValueId biased = step(
        "biased",
        Binary{Arithmetic::add, constant(layer, ParameterRole::position_bias), Activation::none},
        {similar}, scores);
    const ValueId weights = step("weights", RowSoftmax{}, {biased}, scores);
    const ValueId values = step("value", SplitHeads{false}, {in(layer, 2)}, by_token);
    const ValueId weighed = step("weighed", Product{}, {weights, values}, by_token);
    return add(layer.name, MergeHeads{}, {weighed}, map);
  }

  template <typename Op>
  ValueId lower(const Layer& layer, const Op&) {
    refuse(layer, "this operator");
  }

  const Network& network_;
  const InferenceWeights& weights_;
  Graph graph_;
  std::vector<ValueId> made_;
};

}  // namespace

Graph lowered(const Network& network, const InferenceWeights& weights) {
  return Lowering(network, weights).run();
}

}  // namespace h4h::nas
