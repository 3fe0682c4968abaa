#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace h4h::workloads {

// A function applied to every output element; a fused one costs no pass of its own.
enum class Activation { none, relu, relu6, relu_n1_to_1, tanh, logistic };

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
};

enum class PoolKind { average, max };

struct Pool2d {
  PoolKind kind = PoolKind::average;
  Window window;
  Activation activation = Activation::none;
};

// Mean over height and width.
struct Mean {};

enum class ElementwiseKind { add, sub, mul };

// Both operands of one shape, or the second of 1 x 1 x channels or of a single element.
struct Elementwise {
  ElementwiseKind kind = ElementwiseKind::add;
  Activation activation = Activation::none;
};

struct Activate {
  Activation activation = Activation::relu;
};

using Op = std::variant<Conv2d, DepthwiseConv2d, Linear, Pad, Pool2d, Mean, Elementwise, Activate>;

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

std::string_view to_string(Activation activation);
std::string_view op_name(const Op& op);  // "conv", "depthwise", "linear", ...

// What an op without a window does per output element: one tap, stride 1.
Window window_of(const Op& op);
Activation activation_of(const Op& op);

// Stable text of the op and every parameter: the op's part of a cache key.
std::string canonical_text(const Op& op);

}  // namespace h4h::workloads
