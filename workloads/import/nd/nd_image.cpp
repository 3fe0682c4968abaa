#include <fmt/format.h>

#include <algorithm>

#include "workloads/import/nd/nd_graph.hpp"

// Operators over images: a batch is more rows, as long as no window reaches from one into another.
namespace h4h::workloads {
namespace {

std::int64_t extent(const NdTensor& in, int axis) {
  if (axis >= in.rank()) {
    throw NotMapped(fmt::format("{} has no axis {}", dims_text(in.dims), axis));
  }
  return axis < 0 ? 1 : in.dims[static_cast<std::size_t>(axis)];
}

std::vector<int> image_order(const NdTensor& in, const ImageAxes& axes) {
  std::vector<int> order;
  const auto is_image = [&](int axis) {
    return axis == axes.height || axis == axes.width || axis == axes.channels;
  };
  for (const int axis : in.order) {
    if (!is_image(axis)) order.push_back(axis);
  }
  for (const int axis : {axes.height, axes.width, axes.channels}) {
    if (axis >= 0) order.push_back(axis);
  }
  return order;
}

// Whether images that lie one behind the other stay apart.
bool is_row_by_row(const Op& op) {
  const Window w = window_of(op);
  const bool is_windowed = std::holds_alternative<Conv2d>(op) ||
                           std::holds_alternative<DepthwiseConv2d>(op) ||
                           std::holds_alternative<Pool2d>(op);
  return is_windowed && w.kernel_height == 1 && w.stride_height == 1 && w.padding.top == 0 &&
         w.padding.bottom == 0;
}

}  // namespace

Shape NdGraph::image_shape(const NdTensor& in, const ImageAxes& axes) {
  return {extent(in, axes.height), extent(in, axes.width), extent(in, axes.channels)};
}

NdTensor NdGraph::image(const NdTensor& in, const ImageAxes& axes, const Op& op) {
  const Shape one = image_shape(in, axes);
  const std::int64_t batch = elements(in.dims) / one.elements();
  if (batch != 1 && !is_row_by_row(op)) {
    throw NotMapped(fmt::format("batch is {}; supported: 1", batch));
  }
  NdTensor out = reordered(in, image_order(in, axes));
  out.id = add(op, {viewed(out.id, {batch * one.height, one.width, one.channels})});
  const Shape made = shape(out.id);
  const auto set = [&](int axis, std::int64_t side) {
    if (axis >= 0) out.dims[static_cast<std::size_t>(axis)] = side;
  };
  set(axes.height, made.height / batch);
  set(axes.width, made.width);
  set(axes.channels, made.channels);
  return out;
}

NdTensor NdGraph::conv(const NdTensor& in, const ImageAxes& axes, std::int64_t out_channels,
                       const Window& window, std::int64_t groups, Activation activation) {
  const std::int64_t channels = image_shape(in, axes).channels;
  if (groups > 1 && groups == channels && out_channels % groups == 0) {
    return depthwise(in, axes, out_channels / groups, window, activation);
  }
  return image(in, axes, Conv2d{out_channels, window, activation, groups});
}

NdTensor NdGraph::depthwise(const NdTensor& in, const ImageAxes& axes, std::int64_t multiplier,
                            const Window& window, Activation activation) {
  return image(in, axes, DepthwiseConv2d{multiplier, window, activation});
}

}  // namespace h4h::workloads
