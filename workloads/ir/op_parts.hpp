#pragma once

#include <array>
#include <cstdint>
#include <string_view>

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
//   option(key, value, bounds, d), option(key, flag)
//                                    the same for what an operator gained later: canonical text
//                                    names it only where it is not the default, so that keys of
//                                    cached results stay
//   window(w), padding(p), activation(a)
//   window(w, height, width)         of a window that slides over a map of that size
//   size(key, height, width), shape(key, s), order(key, axes)        must be given
//   axis(key, a), axes(key, height, width, channels), margin(key, before, after)
//   place(key, s, bounds, d)         a number for each axis, d where it is left out
// What an operator means (shapes, MACs, ...) is in the traits (op_traits.cpp).
// docs/guides/add-an-operator.md lists what a new operator needs.

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

enum class Axis { height, width, channels };
inline constexpr auto& kAxes = kEnumValues<Axis>;

}  // namespace h4h::workloads
