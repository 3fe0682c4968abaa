#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "workloads/ir/shape.hpp"

namespace h4h::workloads {

// A function applied to every output element; a fused one costs no pass of its own.
enum class Activation { none, relu, relu6, relu_n1_to_1, tanh, logistic, hard_swish, prelu };
inline constexpr std::array kActivations{
    Activation::none, Activation::relu,     Activation::relu6,      Activation::relu_n1_to_1,
    Activation::tanh, Activation::logistic, Activation::hard_swish, Activation::prelu};

struct Padding {
  std::int64_t top = 0, bottom = 0, left = 0, right = 0;
};

// A sliding window in pixels. Padding is always explicit: importers resolve "SAME".
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
};

// Output channel c reads input channel c / multiplier.
struct DepthwiseConv2d {
  std::int64_t multiplier = 1;
  Window window;
  Activation activation = Activation::none;
};

// A fully connected layer: the whole input is one vector.
struct Linear {
  std::int64_t out_features = 1;
  Activation activation = Activation::none;
};

struct Pad {
  Padding padding;
  std::int64_t channels_before = 0, channels_after = 0;
};

enum class PoolKind { average, max };

struct Pool2d {
  PoolKind kind = PoolKind::average;
  Window window;
  Activation activation = Activation::none;
};

// Mean over some of the axes.
struct Mean {
  bool height = true, width = true, channels = false;
};

enum class ElementwiseKind { add, sub, mul };

// Both operands of one shape, or the second of 1 x 1 x channels or of a single element.
struct Elementwise {
  ElementwiseKind kind = ElementwiseKind::add;
  Activation activation = Activation::none;
};

// A pass of its own. Activation::none requantises.
struct Activate {
  Activation activation = Activation::relu;
};

enum class Axis { height, width, channels };
inline constexpr std::array kAxes{Axis::height, Axis::width, Axis::channels};

// Inputs one behind the other along an axis.
struct Concat {
  Axis axis = Axis::channels;
};

// Another shape over the same elements in the same order: a view, nothing moves.
struct Reshape {
  Shape shape;
};

// Output axis i is input axis order[i].
struct Transpose {
  std::array<Axis, 3> order{Axis::height, Axis::width, Axis::channels};
};

enum class ResizeKind { nearest, bilinear };

struct Resize {
  ResizeKind kind = ResizeKind::bilinear;
  std::int64_t height = 1, width = 1;
};

// Over the channels of every pixel.
struct Softmax {};

// Product of two feature maps, one matrix per height: (width x channels) times the second input,
// (channels x n) or, transposed, (n x channels).
struct MatMul {
  bool transposed = false;
};

// Over the channels of every pixel, with a learned scale and shift for each.
struct LayerNorm {};

// Multi-head self-attention of one feature map, its pixels as tokens: scores = query x key of
// every pair of tokens, their softmax, and the sum of the values that it weighs; per head. Inputs
// are query, key and value, all of one shape; each head has channels / heads of their channels.
struct Attention {
  std::int64_t heads = 1;
};

using Op = std::variant<Conv2d, DepthwiseConv2d, Linear, Pad, Pool2d, Mean, Elementwise, Activate,
                        Concat, Reshape, Transpose, Resize, Softmax, MatMul, LayerNorm, Attention>;

bool operator==(const Padding& a, const Padding& b);
bool operator==(const Window& a, const Window& b);
bool operator==(const Conv2d& a, const Conv2d& b);
bool operator==(const DepthwiseConv2d& a, const DepthwiseConv2d& b);
bool operator==(const Linear& a, const Linear& b);
bool operator==(const Pad& a, const Pad& b);
bool operator==(const Pool2d& a, const Pool2d& b);
bool operator==(const Mean& a, const Mean& b);
bool operator==(const Elementwise& a, const Elementwise& b);
bool operator==(const Activate& a, const Activate& b);
bool operator==(const Concat& a, const Concat& b);
bool operator==(const Reshape& a, const Reshape& b);
bool operator==(const Transpose& a, const Transpose& b);
bool operator==(const Resize& a, const Resize& b);
bool operator==(const Softmax& a, const Softmax& b);
bool operator==(const MatMul& a, const MatMul& b);
bool operator==(const LayerNorm& a, const LayerNorm& b);
bool operator==(const Attention& a, const Attention& b);

std::string_view to_string(Activation activation);
std::string_view to_string(Axis axis);
// A function by table rather than a clamp: macros and clamps cannot do it.
bool is_lookup(Activation activation);
// Whether the op only renames elements: it costs nothing and moves nothing.
bool is_view(const Op& op);
std::string_view op_name(const Op& op);  // "conv", "depthwise", "linear", ...

// What an op without a window does per output element: one tap, stride 1.
Window window_of(const Op& op);
Activation activation_of(const Op& op);

// Stable text of the op and every parameter: the op's part of a cache key.
std::string canonical_text(const Op& op);

}  // namespace h4h::workloads
