#include "workloads/ir/layer_shape.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace h4h::workloads {
namespace {

[[noreturn]] void fail(const std::string& message) { throw std::invalid_argument(message); }

const Shape& only_input(const Op& op, const std::vector<Shape>& inputs) {
  if (inputs.size() != 1) {
    fail(fmt::format("{} takes 1 input, not {}", op_name(op), inputs.size()));
  }
  return inputs.front();
}

// Bounds of every window parameter; with the bound on shapes, products stay inside 64 bits.
constexpr std::int64_t kMaxKernel = 128;
constexpr std::int64_t kMaxStep = 65536;

void check_window(const Window& w) {
  const auto check = [](const char* what, std::int64_t value, std::int64_t low, std::int64_t high) {
    if (value < low || value > high) {
      fail(fmt::format("{} must be {}..{}, not {}", what, low, high, value));
    }
  };
  check("kernel height", w.kernel_height, 1, kMaxKernel);
  check("kernel width", w.kernel_width, 1, kMaxKernel);
  check("stride along height", w.stride_height, 1, kMaxStep);
  check("stride along width", w.stride_width, 1, kMaxStep);
  check("dilation along height", w.dilation_height, 1, kMaxStep);
  check("dilation along width", w.dilation_width, 1, kMaxStep);
}

void check_padding(const Padding& p) {
  for (const std::int64_t side : {p.top, p.bottom, p.left, p.right}) {
    if (side < 0 || side > kMaxStep)
      fail(fmt::format("padding must be 0..{}, not {}", kMaxStep, side));
  }
}

std::int64_t window_outputs(const char* axis, std::int64_t input, std::int64_t padding,
                            std::int64_t extent, std::int64_t stride) {
  const std::int64_t padded = input + padding;
  if (padded < extent) {
    fail(fmt::format("window of {} does not fit the padded {} of {}", extent, axis, padded));
  }
  return (padded - extent) / stride + 1;
}

Shape windowed(const Shape& in, const Window& w, std::int64_t channels) {
  const Padding& p = w.padding;
  if (channels < 1) fail(fmt::format("output channels must be at least 1, not {}", channels));
  check_window(w);
  check_padding(p);
  return {window_outputs("height", in.height, p.top + p.bottom, w.extent_height(), w.stride_height),
          window_outputs("width", in.width, p.left + p.right, w.extent_width(), w.stride_width),
          channels};
}

bool broadcasts_to(const Shape& operand, const Shape& shape) {
  return operand == shape || operand == Shape{1, 1, shape.channels} || operand == Shape{1, 1, 1};
}

Shape elementwise_shape(const std::vector<Shape>& inputs) {
  if (inputs.empty() || inputs.size() > 2) {
    fail(fmt::format("elementwise takes 1 or 2 inputs, not {}", inputs.size()));
  }
  if (inputs.size() == 2 && !broadcasts_to(inputs[1], inputs[0])) {
    fail(fmt::format("second input {} does not broadcast to the first, {}", to_string(inputs[1]),
                     to_string(inputs[0])));
  }
  return inputs.front();
}

std::int64_t& along(Shape& shape, Axis axis) {
  switch (axis) {
    case Axis::height:
      return shape.height;
    case Axis::width:
      return shape.width;
    case Axis::channels:
      break;
  }
  return shape.channels;
}

Shape concatenated(const Concat& op, const std::vector<Shape>& inputs) {
  if (inputs.empty()) fail("concat needs at least 1 input");
  Shape sum = inputs.front();
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    Shape expected = inputs.front();
    Shape other = inputs[i];
    along(sum, op.axis) += along(other, op.axis);
    along(expected, op.axis) = along(other, op.axis);
    if (other != expected) {
      fail(fmt::format("input {} of concat is {}, which differs from the first, {}, not only in {}",
                       i, to_string(other), to_string(inputs.front()), to_string(op.axis)));
    }
  }
  return sum;
}

Shape transposed(const Transpose& op, Shape input) {
  Shape out{0, 0, 0};
  along(out, Axis::height) = along(input, op.order[0]);
  along(out, Axis::width) = along(input, op.order[1]);
  along(out, Axis::channels) = along(input, op.order[2]);
  if (out.elements() != input.elements()) fail("transpose must name every axis once");
  return out;
}

Shape product(const MatMul& op, const std::vector<Shape>& inputs) {
  if (inputs.size() != 2) fail(fmt::format("matmul takes 2 inputs, not {}", inputs.size()));
  const Shape &a = inputs[0], &b = inputs[1];
  const std::int64_t depth = op.transposed ? b.channels : b.width;
  if (a.height != b.height || a.channels != depth) {
    fail(fmt::format("matmul of {} and {}{} does not match", to_string(a), to_string(b),
                     op.transposed ? " transposed" : ""));
  }
  return {a.height, a.width, op.transposed ? b.width : b.channels};
}

Shape attended(const Attention& op, const std::vector<Shape>& inputs) {
  if (inputs.size() != 3) fail(fmt::format("attention takes 3 inputs, not {}", inputs.size()));
  for (const Shape& in : inputs) {
    if (in != inputs.front()) {
      fail(fmt::format("query, key and value of attention must be of one shape, not {}, {} and {}",
                       to_string(inputs[0]), to_string(inputs[1]), to_string(inputs[2])));
    }
  }
  if (op.heads < 1 || inputs.front().channels % op.heads != 0) {
    fail(fmt::format("attention of {} heads does not divide {} channels", op.heads,
                     inputs.front().channels));
  }
  return inputs.front();
}

Shape padded(const Pad& op, const Shape& in) {
  const Padding& p = op.padding;
  check_padding(p);
  check_padding({op.channels_before, op.channels_after, 0, 0});
  return {in.height + p.top + p.bottom, in.width + p.left + p.right,
          in.channels + op.channels_before + op.channels_after};
}

Shape reshaped(const Reshape& op, const Shape& in) {
  if (op.shape.elements() != in.elements()) {
    fail(fmt::format("reshape of {} to {} changes the number of elements", to_string(in),
                     to_string(op.shape)));
  }
  return op.shape;
}

// Taps along one axis that fall inside the input, summed over all outputs.
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

std::int64_t useful_taps(const LayerShape& layer) {
  const Window w = window_of(layer.op);
  return taps_inside(layer.input().height, layer.output.height, w.kernel_height, w.stride_height,
                     w.dilation_height, w.padding.top) *
         taps_inside(layer.input().width, layer.output.width, w.kernel_width, w.stride_width,
                     w.dilation_width, w.padding.left);
}

// Weights that one output pixel of the whole layer multiplies with.
std::int64_t weights_per_tap(const LayerShape& layer) {
  if (std::holds_alternative<Conv2d>(layer.op)) {
    return layer.input().channels * layer.output.channels;
  }
  if (std::holds_alternative<DepthwiseConv2d>(layer.op)) return layer.output.channels;
  if (std::holds_alternative<Linear>(layer.op)) {
    return layer.input().elements() * layer.output.channels;
  }
  return 0;
}

}  // namespace

bool operator==(const LayerShape& a, const LayerShape& b) {
  return a.op == b.op && a.inputs == b.inputs && a.output == b.output &&
         a.encoded_weight_bytes == b.encoded_weight_bytes &&
         a.coded_weight_bytes == b.coded_weight_bytes;
}

Shape output_shape(const Op& op, const std::vector<Shape>& inputs) {
  if (std::holds_alternative<Elementwise>(op)) return elementwise_shape(inputs);
  if (const auto* concat = std::get_if<Concat>(&op)) return concatenated(*concat, inputs);
  if (const auto* matmul = std::get_if<MatMul>(&op)) return product(*matmul, inputs);
  if (const auto* attention = std::get_if<Attention>(&op)) return attended(*attention, inputs);
  const Shape& in = only_input(op, inputs);
  if (const auto* conv = std::get_if<Conv2d>(&op)) {
    return windowed(in, conv->window, conv->out_channels);
  }
  if (const auto* depthwise = std::get_if<DepthwiseConv2d>(&op)) {
    return windowed(in, depthwise->window, in.channels * depthwise->multiplier);
  }
  if (const auto* pool = std::get_if<Pool2d>(&op)) return windowed(in, pool->window, in.channels);
  if (const auto* linear = std::get_if<Linear>(&op)) {
    if (linear->out_features < 1) fail("linear needs at least 1 output feature");
    return {1, 1, linear->out_features};
  }
  if (const auto* mean = std::get_if<Mean>(&op)) {
    return {mean->height ? 1 : in.height, mean->width ? 1 : in.width,
            mean->channels ? 1 : in.channels};
  }
  if (const auto* pad = std::get_if<Pad>(&op)) return padded(*pad, in);
  if (const auto* reshape = std::get_if<Reshape>(&op)) return reshaped(*reshape, in);
  if (const auto* transpose = std::get_if<Transpose>(&op)) return transposed(*transpose, in);
  if (const auto* resize = std::get_if<Resize>(&op)) {
    return {resize->height, resize->width, in.channels};
  }
  return in;
}

std::int64_t macs(const LayerShape& layer) {
  if (std::holds_alternative<MatMul>(layer.op)) {
    return layer.output.elements() * layer.input().channels;
  }
  if (std::holds_alternative<Attention>(layer.op)) {
    return 2 * layer.output.elements() * layer.input().pixels();
  }
  return layer.output.pixels() * window_of(layer.op).taps() * weights_per_tap(layer);
}

std::int64_t useful_macs(const LayerShape& layer) {
  if (std::holds_alternative<MatMul>(layer.op) || std::holds_alternative<Attention>(layer.op)) {
    return macs(layer);
  }
  return weights_per_tap(layer) == 0 ? 0 : useful_taps(layer) * weights_per_tap(layer);
}

std::int64_t weight_bytes(const LayerShape& layer) {
  return window_of(layer.op).taps() * weights_per_tap(layer);
}

std::string canonical_text(const LayerShape& layer) {
  std::string text = canonical_text(layer.op);
  for (const Shape& shape : layer.inputs) text += " " + to_string(shape);
  text += "->" + to_string(layer.output);
  if (layer.encoded_weight_bytes) text += fmt::format(" w{}", *layer.encoded_weight_bytes);
  if (layer.coded_weight_bytes) text += fmt::format(" c{}", *layer.coded_weight_bytes);
  return text;
}

}  // namespace h4h::workloads
