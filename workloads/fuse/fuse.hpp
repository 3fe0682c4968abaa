#pragma once

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// Layers that files spell with several operators, where no other layer reads what is in between:
//   layer norm   mean, sub, square or mul or squared_difference, mean, add, sqrt or rsqrt, div or
//                mul, mul, add; and TensorFlow's x * g + (b - mean * g)
//   gelu         by erf, tanh or logistic; silu, mish and hard_swish: x times a function of x
//   attention    matmul, scale, constant mask or bias, softmax, matmul, with the reshapes and
//                transposes that tell heads apart
//   query, key   three layers that read one tensor, or three slices of one: a packed attention of
//   and value    the output of one layer
// Constant operands have no value here, so a pattern is told by its operators alone. Transposes
// that undo each other become views. What a layer went into is in Network::folded.
Network fuse(Network network);

// The last of these alone, for networks that are built layer by layer as they are trained.
Network with_joined_projections(Network network);

// A relu, relu6 or relu_n1_to_1 that alone reads a convolution, a linear layer, a pool or an
// elementwise operator is fused into it, as converters to TensorFlow Lite do; for formats without
// fused activations.
Network fuse_activations(Network network);

}  // namespace h4h::workloads
