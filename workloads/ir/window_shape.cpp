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

}  // namespace h4h::workloads
