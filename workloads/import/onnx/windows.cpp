#include "workloads/import/onnx/windows.hpp"

#include <fmt/format.h>

#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads::onnx {
namespace {

constexpr std::int64_t kMost = 65536;  // of every number of a window

// As many numbers as there are axes, each at least `least`.
Dims checked(const Dims& values, std::size_t count, std::int64_t least, std::string_view what) {
  if (values.size() != count) {
    throw NotMapped(fmt::format("{} {} for {} axes", values.size(), what, count));
  }
  for (const std::int64_t value : values) {
    if (value < least || value > kMost) {
      throw NotMapped(fmt::format("{} of {}; allowed: {} to {}", what, value, least, kMost));
    }
  }
  return values;
}

// Rows or columns that `ceil_mode` adds behind, so that a last window that reaches out of the map
// counts too; it must begin inside.
std::int64_t padding_behind(std::int64_t size, std::int64_t before, std::int64_t after,
                            std::int64_t extent, std::int64_t stride) {
  const std::int64_t last_start = size + before + after - extent;
  if (last_start < 0) return 0;
  std::int64_t last = (last_start + stride - 1) / stride;
  if (last * stride >= size + before) --last;
  return std::max<std::int64_t>(0, last * stride - last_start);
}

// SAME_LOWER puts the odd pixel ahead.
Padding automatic_padding(const std::string& kind, const Shape& input, const Window& window) {
  if (kind == "VALID") return {};
  const Padding upper = same_padding(input, window);
  if (kind == "SAME_UPPER") return upper;
  if (kind == "SAME_LOWER") return {upper.bottom, upper.top, upper.right, upper.left};
  throw NotMapped(fmt::format("auto_pad {}", kind));
}

}  // namespace

ImageAxes image_axes(std::size_t rank) {
  if (rank == 4) return kNchw;
  if (rank == 3) return kNcw;
  throw NotMapped(fmt::format("of {} axes; supported: 3 and 4 (images)", rank));
}

Window window_of(const Operator& op, const Dims& kernel, const Shape& input, Ceil ceil) {
  const std::size_t axes = kernel.size();
  const Dims sides = checked(kernel, axes, 1, "kernel_shape");
  const Dims strides = checked(op.list("strides").value_or(Dims(axes, 1)), axes, 1, "strides");
  const Dims dilations =
      checked(op.list("dilations").value_or(Dims(axes, 1)), axes, 1, "dilations");
  const Dims pads = checked(op.list("pads").value_or(Dims(2 * axes, 0)), 2 * axes, 0, "pads");
  const auto of = [&](const Dims& values, std::size_t axis, std::int64_t otherwise) {
    return axes == 1 ? (axis == 0 ? otherwise : values[0]) : values[axis];
  };
  Window w{of(sides, 0, 1),
           of(sides, 1, 1),
           of(strides, 0, 1),
           of(strides, 1, 1),
           of(dilations, 0, 1),
           of(dilations, 1, 1),
           {}};
  const std::string automatic = op.text("auto_pad", "NOTSET");
  if (!automatic.empty() && automatic != "NOTSET") {
    w.padding = automatic_padding(automatic, input, w);
    return w;
  }
  const Dims before(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(axes));
  const Dims after(pads.begin() + static_cast<std::ptrdiff_t>(axes), pads.end());
  w.padding = {of(before, 0, 0), of(after, 0, 0), of(before, 1, 0), of(after, 1, 0)};
  if (ceil == Ceil::if_asked && op.integer("ceil_mode", 0) != 0) {
    Padding& p = w.padding;
    p.bottom += padding_behind(input.height, p.top, p.bottom, w.extent_height(), w.stride_height);
    p.right += padding_behind(input.width, p.left, p.right, w.extent_width(), w.stride_width);
  }
  return w;
}

}  // namespace h4h::workloads::onnx
