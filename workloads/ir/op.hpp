#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/enum_values.hpp"
#include "workloads/ir/shape.hpp"

namespace h4h::workloads {

// The operators and their fields. `T::fields(f, op)` says of each operator what it is called and
// what it consists of; YAML in both directions, the wire format, equality and canonical text are
// visitors `f` of it. `op` is const for visitors that only read. What a visitor is told:
//   name(text)                       what the operator is called in files and reports
//   name(value, names)               the same where an enum of the operator is part of its name
//   number(key, value, bounds)       a whole number that must be given
//   number(key, value, bounds, d)    the same, d where it is left out
//   flag(key, value)                 false where it is left out
//   window(w), padding(p), activation(a)
//   size(key, height, width), shape(key, s), order(key, axes)        must be given
//   axis(key, a), axes(key, height, width, channels), margin(key, before, after)
// What an operator means (shapes, MACs, ...) is in op_traits.cpp. docs/guides/add-an-operator.md
// lists what a new operator needs.

// What a whole number may be, both ends included.
struct Bounds {
  std::int64_t low, high;
};
inline constexpr Bounds kKernelBounds{1, 128}, kSideBounds{1, 65536}, kPaddingBounds{0, 65536};

// A value of an enum that is part of an operator's name.
template <typename Enum>
struct Named {
  Enum value;
  std::string_view name;
};

// A function applied to every output element; a fused one costs no pass of its own.
enum class Activation { none, relu, relu6, relu_n1_to_1, tanh, logistic, hard_swish, prelu };
inline constexpr auto& kActivations = kEnumValues<Activation>;

struct Padding {
  std::int64_t top = 0, bottom = 0, left = 0, right = 0;
};

// A sliding window in pixels. Padding is always explicit: importers resolve "SAME". The extent is
// that of the dilated kernel.
struct Window {
  std::int64_t kernel_height = 1, kernel_width = 1;
  std::int64_t stride_height = 1, stride_width = 1;
  std::int64_t dilation_height = 1, dilation_width = 1;
  Padding padding;

  std::int64_t taps() const { return kernel_height * kernel_width; }
  std::int64_t extent_height() const { return (kernel_height - 1) * dilation_height + 1; }
  std::int64_t extent_width() const { return (kernel_width - 1) * dilation_width + 1; }
};

struct Conv2d {
  std::int64_t out_channels = 1;
  Window window;
  Activation activation = Activation::none;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("conv");
    f.number("out", op.out_channels, kSideBounds);
    f.window(op.window);
    f.activation(op.activation);
  }
};

// Output channel c reads input channel c / multiplier.
struct DepthwiseConv2d {
  std::int64_t multiplier = 1;
  Window window;
  Activation activation = Activation::none;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("depthwise");
    f.number("multiplier", op.multiplier, kSideBounds, 1);
    f.window(op.window);
    f.activation(op.activation);
  }
};

// A fully connected layer: the whole input is one vector.
struct Linear {
  std::int64_t out_features = 1;
  Activation activation = Activation::none;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("linear");
    f.number("out", op.out_features, kSideBounds);
    f.activation(op.activation);
  }
};

struct Pad {
  Padding padding;
  std::int64_t channels_before = 0, channels_after = 0;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("pad");
    f.padding(op.padding);
    f.margin("channels", op.channels_before, op.channels_after);
  }
};

enum class PoolKind { average, max };
inline constexpr std::array<Named<PoolKind>, 2> kPoolNames{
    {{PoolKind::average, "average_pool"}, {PoolKind::max, "max_pool"}}};

struct Pool2d {
  PoolKind kind = PoolKind::average;
  Window window;
  Activation activation = Activation::none;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name(op.kind, kPoolNames);
    f.window(op.window);
    f.activation(op.activation);
  }
};

// Mean over some of the axes.
struct Mean {
  bool height = true, width = true, channels = false;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("mean");
    f.axes("axes", op.height, op.width, op.channels);
  }
};

enum class ElementwiseKind { add, sub, mul };
inline constexpr std::array<Named<ElementwiseKind>, 3> kElementwiseNames{
    {{ElementwiseKind::add, "add"}, {ElementwiseKind::sub, "sub"}, {ElementwiseKind::mul, "mul"}}};

// Both operands of one shape, or the second of 1 x 1 x channels or of a single element.
struct Elementwise {
  ElementwiseKind kind = ElementwiseKind::add;
  Activation activation = Activation::none;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name(op.kind, kElementwiseNames);
    f.activation(op.activation);
  }
};

inline constexpr std::array<Named<Activation>, 8> kActivateNames{
    {{Activation::relu, "relu"},
     {Activation::relu6, "relu6"},
     {Activation::relu_n1_to_1, "relu_n1_to_1"},
     {Activation::tanh, "tanh"},
     {Activation::logistic, "logistic"},
     {Activation::hard_swish, "hard_swish"},
     {Activation::prelu, "prelu"},
     {Activation::none, "requantize"}}};

// A pass of its own. Activation::none requantises.
struct Activate {
  Activation activation = Activation::relu;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name(op.activation, kActivateNames);
  }
};

enum class Axis { height, width, channels };
inline constexpr auto& kAxes = kEnumValues<Axis>;

// Inputs one behind the other along an axis.
struct Concat {
  Axis axis = Axis::channels;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("concat");
    f.axis("axis", op.axis);
  }
};

// Another shape over the same elements in the same order: a view, nothing moves.
struct Reshape {
  Shape shape;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("reshape");
    f.shape("shape", op.shape);
  }
};

// Output axis i is input axis order[i].
struct Transpose {
  std::array<Axis, 3> order{Axis::height, Axis::width, Axis::channels};

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("transpose");
    f.order("order", op.order);
  }
};

enum class ResizeKind { nearest, bilinear };
inline constexpr std::array<Named<ResizeKind>, 2> kResizeNames{
    {{ResizeKind::nearest, "resize_nearest"}, {ResizeKind::bilinear, "resize_bilinear"}}};

struct Resize {
  ResizeKind kind = ResizeKind::bilinear;
  std::int64_t height = 1, width = 1;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name(op.kind, kResizeNames);
    f.size("size", op.height, op.width);
  }
};

// Over the channels of every pixel.
struct Softmax {
  template <typename F, typename Self>
  static void fields(F& f, Self&) {
    f.name("softmax");
  }
};

// Product of two feature maps, one matrix per height: (width x channels) times the second input,
// (channels x n) or, transposed, (n x channels).
struct MatMul {
  bool transposed = false;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("matmul");
    f.flag("transposed", op.transposed);
  }
};

// Over the channels of every pixel, with a learned scale and shift for each.
struct LayerNorm {
  template <typename F, typename Self>
  static void fields(F& f, Self&) {
    f.name("layer_norm");
  }
};

// Multi-head self-attention of one feature map, its pixels as tokens: scores = query x key of
// every pair of tokens, their softmax, and the sum of the values that it weighs; per head. Inputs
// are query, key and value, all of one shape; each head has channels / heads of their channels.
struct Attention {
  std::int64_t heads = 1;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("attention");
    f.number("heads", op.heads, kSideBounds);
  }
};

// A slope for what is below zero, one for all channels. Its value changes no cost and is not kept.
struct LeakyRelu {
  template <typename F, typename Self>
  static void fields(F& f, Self&) {
    f.name("leaky_relu");
  }
};

// Every block x block channels of a pixel become as many pixels, row by row.
struct DepthToSpace {
  std::int64_t block = 2;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("depth_to_space");
    f.number("block", op.block, kSideBounds);
  }
};

using Op = std::variant<Conv2d, DepthwiseConv2d, Linear, Pad, Pool2d, Mean, Elementwise, Activate,
                        Concat, Reshape, Transpose, Resize, Softmax, MatMul, LayerNorm, Attention,
                        LeakyRelu, DepthToSpace>;

bool operator==(const Padding& a, const Padding& b);
bool operator==(const Window& a, const Window& b);
// The same operator with the same fields.
bool operator==(const Op& a, const Op& b);

std::string_view to_string(Activation activation);
std::string_view to_string(Axis axis);
// A function by table rather than a clamp: macros and clamps cannot do it.
bool is_lookup(Activation activation);
std::string_view op_name(const Op& op);  // "conv", "depthwise", "linear", ...

// Every name of an operator, with the operator it stands for; fields at their defaults.
struct NamedOp {
  std::string_view name;
  Op op;
};
const std::vector<NamedOp>& named_ops();

// The op's window; of one without, that of an element by element operator: one tap, stride 1.
Window window_of(const Op& op);
// The op's activation, fused or its own; none of one without.
Activation activation_of(const Op& op);

// Stable text of the op and every parameter: the op's part of a cache key.
std::string canonical_text(const Op& op);

}  // namespace h4h::workloads
