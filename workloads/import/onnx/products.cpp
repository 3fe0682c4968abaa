#include <fmt/format.h>

#include <algorithm>

#include "workloads/import/onnx/operators.hpp"
#include "workloads/import/onnx/weights.hpp"
#include "workloads/import/onnx/windows.hpp"

// Convolutions and products of matrices.
namespace h4h::workloads::onnx {
namespace {

Activation fused_activation(const Operator& op) {
  const std::string name = op.text("activation", "");
  if (name.empty()) return Activation::none;
  if (name == "Relu") return Activation::relu;
  if (name == "Tanh") return Activation::tanh;
  if (name == "Sigmoid") return Activation::logistic;
  throw NotMapped(fmt::format("fused activation {}", name));
}

// Says of the layer added last what its weights are.
void say_weights(const Operator& op, const Constant& weights, const std::vector<int>& order,
                 int channel) {
  op.nd().weights(measured_weight_bytes(weights, order, channel),
                  weights.stored ? weights.stored->file->name : "");
  if (!weights.stored || weights.stored->file->data.empty()) op.graph().note_missing_weights();
}

// Adds a bias that is not constant; a constant one belongs to the layer.
NdTensor with_bias(const Operator& op, const NdTensor& in, std::size_t bias) {
  if (!op.has(bias) || op.is_constant(bias)) return in;
  return op.nd().elementwise(ElementwiseKind::add, in, op.feature(bias), Activation::none);
}

// Makes the output; what follows it for each channel can still become a part of its weights.
void make_weighted(Operator& op, const NdTensor& out, int channels) {
  op.make(out);
  op.graph().set_weighted(op.node().outputs.at(0), channels);
}

// Weights are [out, in / groups, height, width], here taken in TensorFlow's order: out, height,
// width, in, or of depthwise layers height, width, out.
std::vector<int> stored_order(std::size_t rank, bool is_depthwise) {
  std::vector<int> order;
  if (!is_depthwise) order.push_back(0);
  for (std::size_t axis = 2; axis < rank; ++axis) order.push_back(static_cast<int>(axis));
  order.push_back(1);
  if (is_depthwise) order.push_back(0);
  return order;
}

// Padding behind the image that no window reaches: PyTorch pads both sides alike, where a stride of
// 2 leaves the last row and column out.
Padding without_unread(const Window& w, const Shape& image) {
  const auto unread = [](std::int64_t size, std::int64_t extent, std::int64_t stride,
                         std::int64_t behind) {
    return size < extent ? 0 : std::min(behind, (size - extent) % stride);
  };
  Padding p = w.padding;
  p.bottom -= unread(image.height + p.top + p.bottom, w.extent_height(), w.stride_height, p.bottom);
  p.right -= unread(image.width + p.left + p.right, w.extent_width(), w.stride_width, p.right);
  return p;
}

void convolve(Operator& op, std::size_t weights_at, std::size_t bias_at) {
  const auto padded = op.graph().padded(op.name(0));
  const NdTensor in = padded ? padded->first : op.feature(0);
  const Constant& weights = op.constant(weights_at);
  const ImageAxes axes = image_axes(in.dims.size());
  const Shape image = NdGraph::image_shape(in, axes);
  const std::int64_t groups = op.integer("group", 1);
  if (weights.dims.size() != in.dims.size()) {
    throw NotMapped(
        fmt::format("weights of {} axes for an input of {}", weights.dims.size(), in.dims.size()));
  }
  const std::int64_t out = weights.dims[0];
  if (groups < 1 || image.channels % groups != 0 || weights.dims[1] != image.channels / groups ||
      out % groups != 0) {
    throw NotMapped(fmt::format("weights {} in {} groups do not fit {} input channels",
                                dims_text(weights.dims), groups, image.channels));
  }
  Window window = window_of(op, {weights.dims.begin() + 2, weights.dims.end()}, image, Ceil::never);
  if (padded) window.padding = padded->second;
  window.padding = without_unread(window, image);
  const NdTensor made = op.nd().conv(in, axes, out, window, groups,
                                     bias_at == 0 ? fused_activation(op) : Activation::none);
  const bool is_depthwise = groups > 1 && groups == image.channels;
  say_weights(op, weights, stored_order(weights.dims.size(), is_depthwise), 0);
  make_weighted(op, with_bias(op, made, bias_at == 0 ? 2 : bias_at), axes.channels);
}

// One axis of a transposed convolution: its output, and what is cut off it.
struct Stretched {
  std::int64_t size, before, after;
};

Stretched stretched(std::int64_t in, std::int64_t stride, std::int64_t extent, std::int64_t before,
                    std::int64_t after, std::int64_t added) {
  const std::int64_t size = stride * (in - 1) + extent - before - after + added;
  if (size < 1 || size > 65536) throw NotMapped(fmt::format("an output of {}", size));
  return {size, before, after};
}

// The same, cut to a size that is given, in the middle.
Stretched cut(const Stretched& whole, std::int64_t size) {
  if (size < 1 || size > whole.size) throw NotMapped(fmt::format("an output of {}", size));
  const std::int64_t rest = whole.size - size;
  return {size, rest / 2, rest - rest / 2};
}

// What the node says of its output's size along axis `i` of its `axes` (height and width, or
// width).
Stretched output_along(const Operator& op, std::size_t i, std::size_t axes, std::int64_t in,
                       std::int64_t stride, std::int64_t extent, std::int64_t before,
                       std::int64_t after) {
  const Dims sizes = op.list("output_shape").value_or(Dims{});
  const std::string automatic = op.text("auto_pad", "NOTSET");
  const bool is_same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
  if (is_same || !sizes.empty()) {
    if (!is_same && sizes.size() < axes) throw NotMapped("output_shape does not fit the kernel");
    const Stretched whole = stretched(in, stride, extent, 0, 0, 0);
    return cut(whole, is_same ? in * stride : sizes[sizes.size() - axes + i]);
  }
  const Dims added = op.list("output_padding").value_or(Dims(axes, 0));
  if (added.size() != axes || added[i] < 0 || added[i] > 65536) {
    throw NotMapped("output_padding does not fit the kernel");
  }
  return stretched(in, stride, extent, before, after, added[i]);
}

// A matrix of weights: the features it reads and makes, and its axes, those that it makes first.
struct Matrix {
  std::int64_t in = 0, out = 0;
  std::vector<int> order;
};

Matrix matrix_of(const Constant& weights, bool is_transposed) {
  const std::size_t rank = weights.dims.size();
  if (rank < 2 || elements(weights.dims) != weights.dims[rank - 1] * weights.dims[rank - 2]) {
    throw NotMapped(fmt::format("constant {} is no matrix", dims_text(weights.dims)));
  }
  const int rows = static_cast<int>(rank) - 2, columns = rows + 1;
  Matrix m{weights.dims[rank - 2], weights.dims[rank - 1], file_order(rank)};
  if (is_transposed) {
    std::swap(m.in, m.out);
  } else {
    m.order[rank - 2] = columns;
    m.order[rank - 1] = rows;
  }
  return m;
}

NdTensor multiply(const Operator& op, const NdTensor& in, const Constant& weights,
                  bool is_transposed) {
  const Matrix m = matrix_of(weights, is_transposed);
  if (in.dims.empty() || in.dims.back() != m.in) {
    throw NotMapped(fmt::format("{} and weights {} do not multiply", dims_text(in.dims),
                                dims_text(weights.dims)));
  }
  NdTensor made = op.nd().linear(in, m.out, Activation::none);
  // The axis of the output channels leads but for axes of size 1.
  std::vector<int> order(m.order.end() - 2, m.order.end());
  order.insert(order.end(), m.order.begin(), m.order.end() - 2);
  say_weights(op, weights, order, order.front());
  return made;
}

NdTensor swapped(const Operator& op, const NdTensor& in) {
  std::vector<int> order = file_order(in.dims.size());
  if (order.size() < 2) throw NotMapped("a vector is no matrix");
  std::swap(order[order.size() - 2], order[order.size() - 1]);
  return op.nd().transpose(in, order, TransposeAs::view);
}

// a x b, either of which may be weights; `transposed`: which of them is.
NdTensor product(const Operator& op, std::size_t a, std::size_t b, bool a_transposed,
                 bool b_transposed) {
  if (op.is_constant(b)) {
    const NdTensor left = a_transposed ? swapped(op, op.feature(a)) : op.feature(a);
    return multiply(op, left, op.constant(b), b_transposed);
  }
  if (op.is_constant(a)) {  // (b' a')'
    const NdTensor right = b_transposed ? op.feature(b) : swapped(op, op.feature(b));
    return swapped(op, multiply(op, right, op.constant(a), !a_transposed));
  }
  return op.nd().matmul(op.feature(a), op.feature(b), a_transposed, b_transposed);
}

void gemm(Operator& op, std::size_t a, std::size_t b, std::size_t c) {
  const bool a_transposed = op.integer("transA", 0) != 0,
             b_transposed = op.integer("transB", 0) != 0;
  const NdTensor made = product(op, a, b, a_transposed, b_transposed);
  const NdTensor out = with_bias(op, made, c);
  if (op.is_constant(b)) return make_weighted(op, out, out.rank() - 1);
  op.make(out);
}

void matmul(Operator& op, std::size_t a, std::size_t b) {
  const NdTensor out = product(op, a, b, false, false);
  if (op.is_constant(b)) return make_weighted(op, out, out.rank() - 1);
  op.make(out);
}

}  // namespace

void import_conv(Operator& op) { convolve(op, 1, 0); }
void import_quantized_conv(Operator& op) { convolve(op, 3, 8); }

void import_transpose_conv(Operator& op) {
  const NdTensor in = op.feature(0);
  const Constant& weights = op.constant(1);  // in, out / groups, height, width
  const ImageAxes axes = image_axes(in.dims.size());
  const Shape image = NdGraph::image_shape(in, axes);
  if (op.integer("group", 1) != 1) throw NotMapped("groups are not supported");
  if (weights.dims.size() != in.dims.size() || weights.dims[0] != image.channels) {
    throw NotMapped(fmt::format("weights {} do not fit {} input channels", dims_text(weights.dims),
                                image.channels));
  }
  const Dims kernel(weights.dims.begin() + 2, weights.dims.end());
  const std::size_t count = kernel.size();
  Window w = window_of(op, kernel, image, Ceil::never);
  Padding& p = w.padding;
  Stretched rows{1, 0, 0};
  if (count == 2) {
    rows = output_along(op, 0, count, image.height, w.stride_height, w.extent_height(), p.top,
                        p.bottom);
  }
  const Stretched columns = output_along(op, count - 1, count, image.width, w.stride_width,
                                         w.extent_width(), p.left, p.right);
  p = {rows.before, rows.after, columns.before, columns.after};
  const NdTensor made = op.nd().image(
      in, axes, TransposeConv2d{weights.dims[1], rows.size, columns.size, w, Activation::none});
  std::vector<int> order = stored_order(weights.dims.size(), false);
  std::swap(order.front(), order.back());
  say_weights(op, weights, order, 1);
  make_weighted(op, with_bias(op, made, 2), axes.channels);
}

void import_gemm(Operator& op) { gemm(op, 0, 1, 2); }
void import_quantized_gemm(Operator& op) { gemm(op, 0, 3, 6); }
void import_matmul(Operator& op) { matmul(op, 0, 1); }
void import_quantized_matmul(Operator& op) { matmul(op, 0, 3); }

}  // namespace h4h::workloads::onnx
