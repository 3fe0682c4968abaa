#pragma once

#include <cstdint>
#include <vector>

#include "workloads/ir/op.hpp"

namespace h4h::workloads {

struct LayerShape;

// What an operator means, whatever runs it. Every function asks the operator's `Traits` in
// op_traits.cpp; an operator without them does not compile.

// The shape `op` produces. Throws std::invalid_argument that says which input does not fit and why.
Shape output_shape(const Op& op, const std::vector<Shape>& inputs);

// Multiply-accumulates of conv, depthwise and linear layers (output pixels x weights, padded taps
// included), of matmul (output elements x channels of the first input) and of attention (2 x
// elements x tokens: scores, and sums of values); 0 of others.
std::int64_t macs(const LayerShape& layer);

// Weights as raw int8, a byte each, without biases.
std::int64_t weight_bytes(const LayerShape& layer);
bool has_weights(const Op& op);

// What training would train of the layer; `in_transformer`: convolutions have a bias there, and two
// numbers of batch norm a channel elsewhere. Linear layers have a bias, layer norms a scale and a
// shift, attention a position bias for each head and each distance between tokens.
std::int64_t trained_parameters(const LayerShape& layer, bool in_transformer);

// Whether the op only renames elements: it costs nothing and moves nothing.
bool is_view(const Op& op);

// Whether the op usually reads several tensors, so that files must name them.
bool takes_several_inputs(const Op& op);

// Which channels of the input an output channel is made from: some of its own, all of them, or,
// pixels included, the whole input as one vector.
enum class ChannelUse { own, all, whole_input };
ChannelUse channel_use(const Op& op);

// Channels [begin, end) of a feature map.
struct ChannelSpan {
  std::int64_t begin = 0, end = 0;
  std::int64_t size() const { return end - begin; }
};

// The input channels behind some output channels. A normalisation scales each channel by itself.
ChannelSpan input_channels(const LayerShape& layer, ChannelSpan outputs);

// The window that the layer's outputs read: the op's own; of a mean all rows or columns that it is
// over; of a pad one pixel, moved.
Window input_window(const LayerShape& layer);

// What compute-in-memory macros can make of an operator: nothing; a product with weights that they
// hold; attention, whose keys and values they hold for a while.
enum class CimSupport { none, weights, attention };
CimSupport cim_support(const Op& op);

// The least output channels that a layer can be split by: 1, those of a head of attention, or, of
// an operator that is never split, all of them.
std::int64_t split_unit(const LayerShape& layer);

// The layer with `channels` of its output channels, a multiple of split_unit(), and the input
// channels they need; measured weight sizes in proportion. Throws std::invalid_argument where the
// operator is not split.
LayerShape share_of(const LayerShape& layer, std::int64_t channels);

}  // namespace h4h::workloads
