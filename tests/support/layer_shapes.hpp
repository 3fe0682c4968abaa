#pragma once

#include "workloads/ir/layer_shape.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::tests {

// Layers by themselves: of any operator with one input, and the usual ones with "SAME" padding and
// a fused ReLU.
inline workloads::LayerShape shaped(const workloads::Op& op, const workloads::Shape& input) {
  return {op, {input}, workloads::output_shape(op, {input}), {}, {}};
}
inline workloads::LayerShape conv(const workloads::Shape& in, std::int64_t out, std::int64_t kernel,
                                  std::int64_t stride = 1) {
  return shaped(workloads::Conv2d{out, workloads::same_window(in, kernel, stride),
                                  workloads::Activation::relu},
                in);
}
inline workloads::LayerShape depthwise(const workloads::Shape& in, std::int64_t stride = 1) {
  return shaped(workloads::DepthwiseConv2d{1, workloads::same_window(in, 3, stride),
                                           workloads::Activation::relu},
                in);
}
inline workloads::LayerShape linear(std::int64_t in, std::int64_t out) {
  return shaped(workloads::Linear{out, workloads::Activation::relu}, {1, 1, in});
}

}  // namespace h4h::tests
