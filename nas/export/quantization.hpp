#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "nas/export/graph.hpp"

namespace h4h::nas {

// Raised whenever the same network gets other integers: accuracies of other versions are not
// reused. 2: statistics of batch norms are averaged in double precision.
inline constexpr int kQuantizationVersion = 2;

// 8-bit post-training quantisation as TensorFlow Lite specifies it
// (tensorflow.org/lite/performance/quantization_spec): a value is scale x (integer - zero point).
// Activations have one scale and zero point a tensor, -128..127; weights one scale for each output
// channel, -127..127 around 0; biases 32 bits at input scale x weight scale.
struct Affine {
  float scale = 1;
  std::int32_t zero_point = 0;
};

// The smallest and largest element that a value has had.
struct ValueRange {
  float low = std::numeric_limits<float>::infinity();
  float high = -std::numeric_limits<float>::infinity();
};

// -128..127 from `low` (at most 0) to `high` (at least 0), so that 0 is exact.
Affine affine_of(const ValueRange& range);

// Of every value of a graph, from the range that each had. A view has that of what it shows, an
// average that of what it is made from; softmax and logistic have 1/256 and -128.
std::vector<Affine> quantized_values(const Graph& graph, const std::vector<ValueRange>& ranges);

// Integers of constants, with the scale of each output channel.
struct QuantizedWeights {
  std::vector<std::int8_t> values;
  std::vector<float> scales;
};
struct QuantizedBias {
  std::vector<std::int32_t> values;
  std::vector<float> scales;
};
struct QuantizedLayer {
  QuantizedWeights weight;
  QuantizedBias bias;
};
// The scale of a channel's weights is enlarged where its bias would not fit 32 bits.
QuantizedLayer quantized(const Convolution& op, float input_scale);
// All channels have one scale: Arm's compiler leaves others to the host, and so do older
// interpreters.
QuantizedLayer quantized(const FullyConnected& op, float input_scale);

// A constant operand of a Binary: as an activation, by its own range.
struct QuantizedConstant {
  std::vector<std::int8_t> values;
  Affine affine;
};
QuantizedConstant quantized_constant(const Array& constant);

// The graph with its constants rounded to these integers.
Graph with_quantized_constants(Graph graph, const std::vector<Affine>& values);

}  // namespace h4h::nas
