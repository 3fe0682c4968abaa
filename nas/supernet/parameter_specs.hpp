#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/ir/network.hpp"

namespace h4h::nas {

// What a phase of training trains or freezes together: convolutions of stem, MBConv and basic
// blocks, with what squeezes and excites; scales and shifts of every batch norm; weights of the
// head; all of transformer blocks.
enum class ParameterGroup { conv, batch_norm, head, vit };

enum class ParameterRole { weight, bias, scale, shift, position_bias };

// A tensor that training trains, without its values. Its name is the layer's and its role,
// "mb2.1/expand.weight". Sizes of weights: convolution [out, in, height, width], depthwise
// [channels, 1, height, width], linear [out, in]; position bias [heads, height, width], for each
// distance in rows and columns between two tokens.
struct ParameterSpec {
  std::string name;
  std::vector<std::int64_t> sizes;
  ParameterGroup group;
  ParameterRole role;

  std::int64_t elements() const;
};

std::string parameter_name(const workloads::Layer& layer, ParameterRole role);

// What both norms add to a variance: LibTorch's default.
inline constexpr double kNormEpsilon = 1e-5;

// Convolutions have a batch norm and no bias, inside a transformer block a bias and no batch norm;
// linear layers a bias.
bool has_batch_norm(const workloads::Layer& layer);

// Of one of its layers.
std::vector<ParameterSpec> parameter_specs(const workloads::Network& network,
                                           const workloads::Layer& layer);

// In the order of layers; as many elements as workloads::parameters(network). Throws
// std::invalid_argument that names a layer with weights which are not trained here.
std::vector<ParameterSpec> parameter_specs(const workloads::Network& network);

}  // namespace h4h::nas
