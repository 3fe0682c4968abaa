#include "workloads/ir/window_shape.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace h4h::workloads {
namespace {

void check(const char* what, std::int64_t value, Bounds bounds) {
  if (value >= bounds.low && value <= bounds.high) return;
  throw std::invalid_argument(
      fmt::format("{} must be {}..{}, not {}", what, bounds.low, bounds.high, value));
}

// With the bounds on shapes, products stay inside 64 bits.
void check_window(const Window& w) {
  check("kernel height", w.kernel_height, kKernelBounds);
  check("kernel width", w.kernel_width, kKernelBounds);
  check("stride along height", w.stride_height, kSideBounds);
  check("stride along width", w.stride_width, kSideBounds);
  check("dilation along height", w.dilation_height, kSideBounds);
  check("dilation along width", w.dilation_width, kSideBounds);
}

std::int64_t window_outputs(const char* axis, std::int64_t input, std::int64_t padding,
                            std::int64_t extent, std::int64_t stride) {
  const std::int64_t padded = input + padding;
  if (padded < extent) {
    throw std::invalid_argument(
        fmt::format("window of {} does not fit the padded {} of {}", extent, axis, padded));
  }
  return (padded - extent) / stride + 1;
}

// Along one axis.
std::int64_t taps_inside(std::int64_t input, std::int64_t outputs, std::int64_t kernel,
                         std::int64_t stride, std::int64_t dilation, std::int64_t pad_before) {
  std::int64_t inside = 0;
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t k = 0; k < kernel; ++k) {
      const std::int64_t at = o * stride + k * dilation - pad_before;
      inside += at >= 0 && at < input ? 1 : 0;
    }
  }
  return inside;
}

}  // namespace

void check_padding(const Padding& p) {
  for (const std::int64_t side : {p.top, p.bottom, p.left, p.right}) {
    check("padding", side, kPaddingBounds);
  }
}

Shape windowed_shape(const Shape& in, const Window& w, std::int64_t channels) {
  const Padding& p = w.padding;
  if (channels < 1) {
    throw std::invalid_argument(
        fmt::format("output channels must be at least 1, not {}", channels));
  }
  check_window(w);
  check_padding(p);
  return {window_outputs("height", in.height, p.top + p.bottom, w.extent_height(), w.stride_height),
          window_outputs("width", in.width, p.left + p.right, w.extent_width(), w.stride_width),
          channels};
}

std::int64_t taps_inside(const Window& w, const Shape& in, const Shape& out) {
  return taps_inside(in.height, out.height, w.kernel_height, w.stride_height, w.dilation_height,
                     w.padding.top) *
         taps_inside(in.width, out.width, w.kernel_width, w.stride_width, w.dilation_width,
                     w.padding.left);
}

}  // namespace h4h::workloads
