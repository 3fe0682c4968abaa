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

std::int8_t quantized(float value, const Affine& affine) {
  return nearest<std::int8_t>(value / affine.scale + static_cast<float>(affine.zero_point), kLow,
                              kHigh);
}

struct Dequantize {
  const std::vector<Affine>& values;
  const std::vector<ValueId>& inputs;

  void weights(Array& weight, Array& bias) const {
    const QuantizedWeights w = quantized_weights(weight);
    const QuantizedBias b = quantized_bias(bias, values.at(inputs.front()).scale, w.scales);
    const auto each = static_cast<std::size_t>(elements_per_channel(weight));
    for (std::size_t i = 0; i < w.values.size(); ++i) {
      weight.values[i] = static_cast<float>(w.values[i]) * w.scales[i / each];
    }
    for (std::size_t i = 0; i < b.values.size(); ++i) {
      bias.values[i] =
          static_cast<float>(static_cast<double>(b.values[i]) * static_cast<double>(b.scales[i]));
    }
  }

  void operator()(Convolution& op) const { weights(op.weight, op.bias); }
  void operator()(FullyConnected& op) const { weights(op.weight, op.bias); }
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

std::vector<Affine> quantized_values(const Graph& graph, const std::vector<ValueRange>& ranges) {
  std::vector<Affine> values(graph.values.size());
  values.at(graph.input) = affine_of(ranges.at(graph.input));
  for (const GraphNode& node : graph.nodes) {
    if (is_view(node.op)) {
      values.at(node.output) = values.at(node.inputs.front());
    } else if (std::holds_alternative<RowSoftmax>(node.op)) {
      values.at(node.output) = {1.0F / 256, -128};
    } else {
      values.at(node.output) = affine_of(ranges.at(node.output));
    }
  }
  return values;
}

QuantizedWeights quantized_weights(const Array& weight) {
  const auto each = static_cast<std::size_t>(elements_per_channel(weight));
  QuantizedWeights made;
  made.values.reserve(weight.values.size());
  for (std::size_t first = 0; first < weight.values.size(); first += each) {
    float most = 0;
    for (std::size_t i = first; i < first + each; ++i) {
      most = std::max(most, std::abs(weight.values[i]));
    }
    const float scale = most > 0 ? most / static_cast<float>(kMostWeight) : 1;
    made.scales.push_back(scale);
    for (std::size_t i = first; i < first + each; ++i) {
      made.values.push_back(
          nearest<std::int8_t>(weight.values[i] / scale, -kMostWeight, kMostWeight));
    }
  }
  return made;
}

QuantizedBias quantized_bias(const Array& bias, float input_scale,
                             const std::vector<float>& weight_scales) {
  constexpr double kMost = std::numeric_limits<std::int32_t>::max();
  QuantizedBias made;
  for (std::size_t i = 0; i < bias.values.size(); ++i) {
    made.scales.push_back(input_scale * weight_scales.at(i));
    made.values.push_back(
        nearest<std::int32_t>(static_cast<double>(bias.values[i]) / made.scales[i], -kMost, kMost));
  }
  return made;
}

QuantizedConstant quantized_constant(const Array& constant) {
  const auto [low, high] = std::minmax_element(constant.values.begin(), constant.values.end());
  QuantizedConstant made{{}, affine_of({*low, *high})};
  for (const float value : constant.values) made.values.push_back(quantized(value, made.affine));
  return made;
}

Graph with_quantized_constants(Graph graph, const std::vector<Affine>& values) {
  for (GraphNode& node : graph.nodes) std::visit(Dequantize{values, node.inputs}, node.op);
  return graph;
}

}  // namespace h4h::nas
