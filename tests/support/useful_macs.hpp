#pragma once

#include "workloads/ir/layer_shape.hpp"

namespace h4h::tests {

// Taps along one axis that fall inside the input, summed over all outputs.
inline std::int64_t taps_inside(std::int64_t input, std::int64_t outputs, std::int64_t kernel,
                                std::int64_t stride, std::int64_t dilation,
                                std::int64_t pad_before) {
  std::int64_t inside = 0;
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t k = 0; k < kernel; ++k) {
      const std::int64_t at = o * stride + k * dilation - pad_before;
      inside += at >= 0 && at < input ? 1 : 0;
    }
  }
  return inside;
}

// Multiply-accumulates of a layer without the taps that fall into the padding: no device can do
// with fewer.
inline std::int64_t useful_macs(const workloads::LayerShape& layer) {
  const workloads::Window w = workloads::window_of(layer.op);
  const std::int64_t all = workloads::macs(layer);
  const bool of_two_maps = std::holds_alternative<workloads::MatMul>(layer.op) ||
                           std::holds_alternative<workloads::Attention>(layer.op);
  if (all == 0 || of_two_maps) return all;
  const std::int64_t rows = taps_inside(layer.input().height, layer.output.height, w.kernel_height,
                                        w.stride_height, w.dilation_height, w.padding.top);
  const std::int64_t columns = taps_inside(layer.input().width, layer.output.width, w.kernel_width,
                                           w.stride_width, w.dilation_width, w.padding.left);
  return all / (layer.output.pixels() * w.taps()) * rows * columns;
}

}  // namespace h4h::tests
