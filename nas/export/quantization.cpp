#include "nas/export/quantization.hpp"

#include <algorithm>
#include <cmath>

namespace h4h::nas {
namespace {

constexpr double kLow = -128, kHigh = 127, kMostWeight = 127;

std::int64_t elements_per_channel(const Array& array) {
  return static_cast<std::int64_t>(array.values.size()) / array.sizes.front();
}

template <typename Integer>
Integer nearest(double value, double low, double high) {
  return static_cast<Integer>(std::clamp(std::nearbyint(value), low, high));
}

std::int8_t integer_of(float value, const Affine& affine) {
  return nearest<std::int8_t>(value / affine.scale + static_cast<float>(affine.zero_point), kLow,
                              kHigh);
}

// Of each output channel: the largest weight is 127 or less, the bias half of what 32 bits hold at
// most.
std::vector<float> channel_scales(const Array& weight, const Array& bias, float input_scale) {
  constexpr double kMostBias = 1 << 30;
  const auto each = elements_per_channel(weight);
  std::vector<float> scales;
  for (std::size_t channel = 0; channel < bias.values.size(); ++channel) {
    const auto first = weight.values.begin() + static_cast<std::ptrdiff_t>(channel) * each;
    float most = 0;
    for (auto w = first; w != first + each; ++w) most = std::max(most, std::abs(*w));
    const double for_bias =
        std::abs(static_cast<double>(bias.values[channel])) / kMostBias / input_scale;
    const double scale = std::max(static_cast<double>(most) / kMostWeight, for_bias);
    scales.push_back(scale > 0 ? static_cast<float>(scale) : 1);
  }
  return scales;
}

QuantizedLayer with_scales(const Array& weight, const Array& bias, float input_scale,
                           std::vector<float> scales) {
  constexpr double kMostBias = std::numeric_limits<std::int32_t>::max();
  const auto each = static_cast<std::size_t>(elements_per_channel(weight));
  QuantizedLayer made;
  made.weight.values.reserve(weight.values.size());
  for (std::size_t i = 0; i < weight.values.size(); ++i) {
    made.weight.values.push_back(
        nearest<std::int8_t>(weight.values[i] / scales.at(i / each), -kMostWeight, kMostWeight));
  }
  for (std::size_t i = 0; i < bias.values.size(); ++i) {
    const float scale = input_scale * scales[i];
    made.bias.scales.push_back(scale);
    made.bias.values.push_back(
        nearest<std::int32_t>(static_cast<double>(bias.values[i]) / scale, -kMostBias, kMostBias));
  }
  made.weight.scales = std::move(scales);
  return made;
}

struct Dequantize {
  const std::vector<Affine>& values;
  const std::vector<ValueId>& inputs;

  template <typename Op>
  void weights(Op& op) const {
    const auto [w, b] = quantized(op, values.at(inputs.front()).scale);
    const auto each = static_cast<std::size_t>(elements_per_channel(op.weight));
    for (std::size_t i = 0; i < w.values.size(); ++i) {
      op.weight.values[i] = static_cast<float>(w.values[i]) * w.scales[i / each];
    }
    for (std::size_t i = 0; i < b.values.size(); ++i) {
      op.bias.values[i] =
          static_cast<float>(static_cast<double>(b.values[i]) * static_cast<double>(b.scales[i]));
    }
  }

  void operator()(Convolution& op) const { weights(op); }
  void operator()(FullyConnected& op) const { weights(op); }
  void operator()(Binary& op) const {
    if (!op.constant) return;
    const QuantizedConstant constant = quantized_constant(*op.constant);
    for (std::size_t i = 0; i < constant.values.size(); ++i) {
      op.constant->values[i] = constant.affine.scale *
                               static_cast<float>(constant.values[i] - constant.affine.zero_point);
    }
  }
  template <typename Op>
  void operator()(Op&) const {}
};

}  // namespace

Affine affine_of(const ValueRange& range) {
  const double low = std::min(0.0F, range.low), high = std::max(0.0F, range.high);
  if (high - low <= 0) return {};
  const auto scale = static_cast<float>((high - low) / (kHigh - kLow));
  return {scale, nearest<std::int32_t>(kLow - low / static_cast<double>(scale), kLow, kHigh)};
}

namespace {

bool is_logistic(const GraphOp& op) {
  const auto* const function = std::get_if<Function>(&op);
  return function != nullptr && function->kind == FunctionKind::logistic;
}

}  // namespace

std::vector<Affine> quantized_values(const Graph& graph, const std::vector<ValueRange>& ranges) {
  std::vector<Affine> values(graph.values.size());
  values.at(graph.input) = affine_of(ranges.at(graph.input));
  for (const GraphNode& node : graph.nodes) {
    if (is_view(node.op) || std::holds_alternative<AveragePool>(node.op)) {
      values.at(node.output) = values.at(node.inputs.front());
    } else if (std::holds_alternative<RowSoftmax>(node.op) || is_logistic(node.op)) {
      values.at(node.output) = {1.0F / 256, -128};
    } else {
      values.at(node.output) = affine_of(ranges.at(node.output));
    }
  }
  return values;
}

QuantizedLayer quantized(const Convolution& op, float input_scale) {
  return with_scales(op.weight, op.bias, input_scale,
                     channel_scales(op.weight, op.bias, input_scale));
}

QuantizedLayer quantized(const FullyConnected& op, float input_scale) {
  std::vector<float> scales = channel_scales(op.weight, op.bias, input_scale);
  scales.assign(scales.size(), *std::max_element(scales.begin(), scales.end()));
  return with_scales(op.weight, op.bias, input_scale, scales);
}

QuantizedConstant quantized_constant(const Array& constant) {
  const auto [low, high] = std::minmax_element(constant.values.begin(), constant.values.end());
  QuantizedConstant made{{}, affine_of({*low, *high})};
  for (const float value : constant.values) made.values.push_back(integer_of(value, made.affine));
  return made;
}

Graph with_quantized_constants(Graph graph, const std::vector<Affine>& values) {
  for (GraphNode& node : graph.nodes) std::visit(Dequantize{values, node.inputs}, node.op);
  return graph;
}

}  // namespace h4h::nas
