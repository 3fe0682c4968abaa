#pragma once

#include <map>
#include <string>

#include "nas/export/graph.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::nas {

// What inference needs of a trained network, by layer and role (parameter_specs.hpp names both):
// "LAYER.weight" and "LAYER.bias" of convolutions, whose batch norms are folded, and of linear
// layers; "LAYER.scale" and "LAYER.shift" of layer norms; "LAYER.position_bias" of attentions,
// [heads, tokens, tokens].
using InferenceWeights = std::map<std::string, Array>;

// Layer norms become means, squares and an inverse root; attentions become two products and a
// softmax, the scale of their scores is in the weights of the query; a silu becomes a product with
// a logistic function, a hard sigmoid a sum that is limited to 0..6 and a product. Throws
// std::invalid_argument that names a layer which a search space does not build, or a constant that
// is missing.
Graph lowered(const workloads::Network& network, const InferenceWeights& weights);

}  // namespace h4h::nas
