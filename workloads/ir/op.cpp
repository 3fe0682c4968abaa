#include "workloads/ir/op.hpp"

#include <fmt/format.h>

#include <string>
#include <tuple>
#include <type_traits>

namespace h4h::workloads {
namespace {

auto tie(const Padding& p) { return std::tie(p.top, p.bottom, p.left, p.right); }
auto tie(const Window& w) {
  return std::tie(w.kernel_height, w.kernel_width, w.stride_height, w.stride_width,
                  w.dilation_height, w.dilation_width);
}

std::string text(const Padding& p) {
  return fmt::format("pad({},{},{},{})", p.top, p.bottom, p.left, p.right);
}

std::string text(const Window& w) {
  return fmt::format("k({},{})s({},{})d({},{}){}", w.kernel_height, w.kernel_width, w.stride_height,
                     w.stride_width, w.dilation_height, w.dilation_width, text(w.padding));
}

struct Parameters {
  std::string operator()(const Conv2d& op) const {
    return fmt::format("{},{},{}", op.out_channels, text(op.window), to_string(op.activation));
  }
  std::string operator()(const DepthwiseConv2d& op) const {
    return fmt::format("{},{},{}", op.multiplier, text(op.window), to_string(op.activation));
  }
  std::string operator()(const Linear& op) const {
    return fmt::format("{},{}", op.out_features, to_string(op.activation));
  }
  std::string operator()(const Pad& op) const {
    return fmt::format("{},{},{}", text(op.padding), op.channels_before, op.channels_after);
  }
  std::string operator()(const Pool2d& op) const {
    return fmt::format("{},{}", text(op.window), to_string(op.activation));
  }
  std::string operator()(const Mean& op) const {
    return fmt::format("{}{}{}", op.height ? "h" : "", op.width ? "w" : "", op.channels ? "c" : "");
  }
  std::string operator()(const Elementwise& op) const {
    return std::string(to_string(op.activation));
  }
  std::string operator()(const Activate& op) const { return std::string(to_string(op.activation)); }
  std::string operator()(const Concat& op) const { return std::string(to_string(op.axis)); }
  std::string operator()(const Reshape& op) const { return to_string(op.shape); }
  std::string operator()(const Transpose& op) const {
    return fmt::format("{},{},{}", to_string(op.order[0]), to_string(op.order[1]),
                       to_string(op.order[2]));
  }
  std::string operator()(const Resize& op) const {
    return fmt::format("{}x{}", op.height, op.width);
  }
  std::string operator()(const Softmax&) const { return {}; }
  std::string operator()(const MatMul& op) const { return op.transposed ? "transposed" : ""; }
  std::string operator()(const LayerNorm&) const { return {}; }
  std::string operator()(const Attention& op) const { return std::to_string(op.heads); }
};

struct Name {
  std::string_view operator()(const Conv2d&) const { return "conv"; }
  std::string_view operator()(const DepthwiseConv2d&) const { return "depthwise"; }
  std::string_view operator()(const Linear&) const { return "linear"; }
  std::string_view operator()(const Pad&) const { return "pad"; }
  std::string_view operator()(const Pool2d& op) const {
    return op.kind == PoolKind::max ? "max_pool" : "average_pool";
  }
  std::string_view operator()(const Mean&) const { return "mean"; }
  std::string_view operator()(const Elementwise& op) const {
    switch (op.kind) {
      case ElementwiseKind::add:
        return "add";
      case ElementwiseKind::sub:
        return "sub";
      case ElementwiseKind::mul:
        return "mul";
    }
    return "elementwise";
  }
  std::string_view operator()(const Activate& op) const {
    return op.activation == Activation::none ? "requantize" : to_string(op.activation);
  }
  std::string_view operator()(const Concat&) const { return "concat"; }
  std::string_view operator()(const Reshape&) const { return "reshape"; }
  std::string_view operator()(const Transpose&) const { return "transpose"; }
  std::string_view operator()(const Resize& op) const {
    return op.kind == ResizeKind::nearest ? "resize_nearest" : "resize_bilinear";
  }
  std::string_view operator()(const Softmax&) const { return "softmax"; }
  std::string_view operator()(const MatMul&) const { return "matmul"; }
  std::string_view operator()(const LayerNorm&) const { return "layer_norm"; }
  std::string_view operator()(const Attention&) const { return "attention"; }
};

}  // namespace

bool operator==(const Padding& a, const Padding& b) { return tie(a) == tie(b); }
bool operator==(const Window& a, const Window& b) {
  return tie(a) == tie(b) && a.padding == b.padding;
}
bool operator==(const Conv2d& a, const Conv2d& b) {
  return a.out_channels == b.out_channels && a.window == b.window && a.activation == b.activation;
}
bool operator==(const DepthwiseConv2d& a, const DepthwiseConv2d& b) {
  return a.multiplier == b.multiplier && a.window == b.window && a.activation == b.activation;
}
bool operator==(const Linear& a, const Linear& b) {
  return a.out_features == b.out_features && a.activation == b.activation;
}
bool operator==(const Pad& a, const Pad& b) {
  return a.padding == b.padding && a.channels_before == b.channels_before &&
         a.channels_after == b.channels_after;
}
bool operator==(const Pool2d& a, const Pool2d& b) {
  return a.kind == b.kind && a.window == b.window && a.activation == b.activation;
}
bool operator==(const Mean& a, const Mean& b) {
  return a.height == b.height && a.width == b.width && a.channels == b.channels;
}
bool operator==(const Elementwise& a, const Elementwise& b) {
  return a.kind == b.kind && a.activation == b.activation;
}
bool operator==(const Activate& a, const Activate& b) { return a.activation == b.activation; }

bool operator==(const Concat& a, const Concat& b) { return a.axis == b.axis; }
bool operator==(const Reshape& a, const Reshape& b) { return a.shape == b.shape; }
bool operator==(const Transpose& a, const Transpose& b) { return a.order == b.order; }
bool operator==(const Resize& a, const Resize& b) {
  return a.kind == b.kind && a.height == b.height && a.width == b.width;
}
bool operator==(const Softmax&, const Softmax&) { return true; }
bool operator==(const MatMul& a, const MatMul& b) { return a.transposed == b.transposed; }
bool operator==(const LayerNorm&, const LayerNorm&) { return true; }
bool operator==(const Attention& a, const Attention& b) { return a.heads == b.heads; }

std::string to_string(const Shape& shape) {
  return fmt::format("{}x{}x{}", shape.height, shape.width, shape.channels);
}

std::string_view to_string(DataType type) {
  switch (type) {
    case DataType::int8:
      return "int8";
    case DataType::uint8:
      return "uint8";
    case DataType::int16:
      return "int16";
    case DataType::int32:
      return "int32";
    case DataType::int64:
      return "int64";
    case DataType::float16:
      return "float16";
    case DataType::float32:
      return "float32";
  }
  return "unknown";
}

std::string_view to_string(Activation activation) {
  switch (activation) {
    case Activation::none:
      return "none";
    case Activation::relu:
      return "relu";
    case Activation::relu6:
      return "relu6";
    case Activation::relu_n1_to_1:
      return "relu_n1_to_1";
    case Activation::tanh:
      return "tanh";
    case Activation::logistic:
      return "logistic";
    case Activation::hard_swish:
      return "hard_swish";
    case Activation::prelu:
      return "prelu";
  }
  return "unknown";
}

std::string_view to_string(Axis axis) {
  switch (axis) {
    case Axis::height:
      return "height";
    case Axis::width:
      return "width";
    case Axis::channels:
      return "channels";
  }
  return "unknown";
}

bool is_lookup(Activation activation) {
  return activation == Activation::tanh || activation == Activation::logistic ||
         activation == Activation::hard_swish;
}

bool is_view(const Op& op) { return std::holds_alternative<Reshape>(op); }

std::string_view op_name(const Op& op) { return std::visit(Name{}, op); }

Window window_of(const Op& op) {
  if (const auto* conv = std::get_if<Conv2d>(&op)) return conv->window;
  if (const auto* depthwise = std::get_if<DepthwiseConv2d>(&op)) return depthwise->window;
  if (const auto* pool = std::get_if<Pool2d>(&op)) return pool->window;
  return {};
}

namespace {

template <typename T, typename = void>
struct HasActivation : std::false_type {};
template <typename T>
struct HasActivation<T, std::void_t<decltype(T::activation)>> : std::true_type {};

}  // namespace

Activation activation_of(const Op& op) {
  return std::visit(
      [](const auto& o) {
        if constexpr (HasActivation<std::decay_t<decltype(o)>>::value) {
          return o.activation;
        } else {
          return Activation::none;
        }
      },
      op);
}

std::string canonical_text(const Op& op) {
  return fmt::format("{}[{}]", op_name(op), std::visit(Parameters{}, op));
}

}  // namespace h4h::workloads
