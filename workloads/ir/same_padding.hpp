#pragma once

#include <algorithm>

#include "workloads/ir/op.hpp"
#include "workloads/ir/shape.hpp"

namespace h4h::workloads {

// TensorFlow's "SAME": ceil(input / stride) outputs, the odd pixel of padding behind.
inline Padding same_padding(const Shape& input, const Window& window) {
  const auto total = [](std::int64_t size, std::int64_t extent, std::int64_t stride) {
    const std::int64_t outputs = (size + stride - 1) / stride;
    return std::max<std::int64_t>(0, (outputs - 1) * stride + extent - size);
  };
  const std::int64_t h = total(input.height, window.extent_height(), window.stride_height);
  const std::int64_t w = total(input.width, window.extent_width(), window.stride_width);
  return {h / 2, h - h / 2, w / 2, w - w / 2};
}

// A square window with "SAME" padding.
inline Window same_window(const Shape& input, std::int64_t kernel, std::int64_t stride) {
  Window window{kernel, kernel, stride, stride, 1, 1, {}};
  window.padding = same_padding(input, window);
  return window;
}

}  // namespace h4h::workloads
