#pragma once

#include "workloads/import/onnx/operator.hpp"

namespace h4h::workloads::onnx {

// Channels first: rank 4 is [batch, channels, height, width], rank 3 has no height.
ImageAxes image_axes(std::size_t rank);

enum class Ceil { never, if_asked };

// The window that strides, dilations, pads, auto_pad and ceil_mode describe over an image of this
// shape. `kernel`: height and width, or width alone.
Window window_of(const Operator& op, const Dims& kernel, const Shape& input, Ceil ceil);

}  // namespace h4h::workloads::onnx
