#include "nas/supernet/parameter_specs.hpp"

#include <fmt/format.h>

#include <functional>
#include <numeric>
#include <stdexcept>

namespace h4h::nas {
namespace {

using workloads::Block;
using workloads::Layer;
using workloads::LayerShape;

const char* suffix(ParameterRole role) {
  switch (role) {
    case ParameterRole::weight:
      return "weight";
    case ParameterRole::bias:
      return "bias";
    case ParameterRole::scale:
      return "scale";
    case ParameterRole::shift:
      return "shift";
    case ParameterRole::position_bias:
      return "position_bias";
  }
  return "";
}

ParameterGroup group_of(const Layer& layer) {
  if (layer.block == Block::vit) return ParameterGroup::vit;
  const bool linear =
      std::holds_alternative<workloads::Linear>(layer.op) && layer.block != Block::mbconv;
  return layer.block == Block::head || linear ? ParameterGroup::head : ParameterGroup::conv;
}

ParameterSpec spec(const Layer& layer, ParameterRole role, std::vector<std::int64_t> sizes) {
  return {parameter_name(layer, role), std::move(sizes), group_of(layer), role};
}

// Of a convolution: its weights, and a batch norm or a bias.
std::vector<ParameterSpec> convolution(const Layer& layer, std::vector<std::int64_t> sizes) {
  const std::int64_t channels = sizes.front();
  std::vector<ParameterSpec> specs{spec(layer, ParameterRole::weight, std::move(sizes))};
  if (!has_batch_norm(layer)) {
    specs.push_back(spec(layer, ParameterRole::bias, {channels}));
    return specs;
  }
  for (const ParameterRole role : {ParameterRole::scale, ParameterRole::shift}) {
    specs.push_back(spec(layer, role, {channels}));
    specs.back().group = ParameterGroup::batch_norm;
  }
  return specs;
}

struct SpecsOf {
  const Layer& layer;
  const LayerShape& shape;

  std::int64_t channels() const { return shape.output.channels; }

  std::vector<ParameterSpec> operator()(const workloads::Conv2d& op) const {
    if (op.groups != 1) {
      throw std::invalid_argument(
          fmt::format("layer '{}': a convolution in groups is not trained", layer.name));
    }
    return convolution(layer, {channels(), shape.input().channels, op.window.kernel_height,
                               op.window.kernel_width});
  }
  std::vector<ParameterSpec> operator()(const workloads::DepthwiseConv2d& op) const {
    if (op.multiplier != 1) {
      throw std::invalid_argument(
          fmt::format("layer '{}': a depthwise convolution of multiplier {} is not trained",
                      layer.name, op.multiplier));
    }
    return convolution(layer, {channels(), 1, op.window.kernel_height, op.window.kernel_width});
  }
  std::vector<ParameterSpec> operator()(const workloads::Linear&) const {
    if (shape.input().pixels() != 1) {
      throw std::invalid_argument(
          fmt::format("layer '{}': a linear layer over {} pixels cannot be sliced", layer.name,
                      shape.input().pixels()));
    }
    return {spec(layer, ParameterRole::weight, {channels(), shape.input().channels}),
            spec(layer, ParameterRole::bias, {channels()})};
  }
  std::vector<ParameterSpec> operator()(const workloads::LayerNorm& op) const {
    if (op.kind != workloads::NormKind::layer_norm) {
      throw std::invalid_argument(fmt::format("layer '{}' ({}): its parameters cannot be trained",
                                              layer.name, workloads::op_name(op)));
    }
    return {spec(layer, ParameterRole::scale, {channels()}),
            spec(layer, ParameterRole::shift, {channels()})};
  }
  std::vector<ParameterSpec> operator()(const workloads::Attention& op) const {
    return {spec(layer, ParameterRole::position_bias,
                 {op.heads, shape.input().height, shape.input().width})};
  }
  template <typename Op>
  std::vector<ParameterSpec> operator()(const Op&) const {
    if (workloads::trained_parameters(shape, false) == 0) return {};
    throw std::invalid_argument(fmt::format("layer '{}' ({}): its parameters cannot be trained",
                                            layer.name, workloads::op_name(layer.op)));
  }
};

}  // namespace

std::int64_t ParameterSpec::elements() const {
  return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

std::string parameter_name(const Layer& layer, ParameterRole role) {
  return fmt::format("{}.{}", layer.name, suffix(role));
}

bool has_batch_norm(const Layer& layer) {
  const bool convolution = std::holds_alternative<workloads::Conv2d>(layer.op) ||
                           std::holds_alternative<workloads::DepthwiseConv2d>(layer.op);
  return convolution && layer.block != Block::vit;
}

std::vector<ParameterSpec> parameter_specs(const workloads::Network& network, const Layer& layer) {
  return std::visit(SpecsOf{layer, workloads::layer_shape(network, layer)}, layer.op);
}

std::vector<ParameterSpec> parameter_specs(const workloads::Network& network) {
  std::vector<ParameterSpec> all;
  for (const Layer& layer : network.layers) {
    for (ParameterSpec& one : parameter_specs(network, layer)) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace h4h::nas
