#pragma once

#include <cstdint>

#include "workloads/ir/op_parts.hpp"

namespace h4h::workloads {

// Operators that have weights (op_parts.hpp says what `fields` is).

// Output channels and input channels in `groups` equal groups; a group of outputs reads its group
// of inputs.
struct Conv2d {
  std::int64_t out_channels = 1;
  Window window;
  Activation activation = Activation::none;
  std::int64_t groups = 1;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("conv");
    f.number("out", op.out_channels, kSideBounds);
    f.window(op.window);
    f.activation(op.activation);
    f.option("groups", op.groups, kSideBounds, 1);
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

// A fully connected layer: the whole input is one vector or, per token, the channels of every pixel
// are one.
struct Linear {
  std::int64_t out_features = 1;
  Activation activation = Activation::none;
  bool per_token = false;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("linear");
    f.number("out", op.out_features, kSideBounds);
    f.activation(op.activation);
    f.option("per_token", op.per_token);
  }
};

// The transpose of a convolution: every input pixel, times the weights, is added to the window of
// output pixels that a convolution with this window over a map of the output's size would make it
// from. The window's padding therefore is cut off the output.
struct TransposeConv2d {
  std::int64_t out_channels = 1;
  std::int64_t height = 1, width = 1;  // of the output
  Window window;
  Activation activation = Activation::none;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("transpose_conv");
    f.number("out", op.out_channels, kSideBounds);
    f.size("size", op.height, op.width);
    f.window(op.window, op.height, op.width);
    f.activation(op.activation);
  }
};

// Long short-term memory over the columns of every row: the width is time. Each step multiplies the
// channels of its pixel and the `units` outputs of the step before with the weights of four gates.
// Biases are not counted; there are no peepholes and no projection.
struct Lstm {
  std::int64_t units = 1;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("lstm");
    f.number("units", op.units, kSideBounds);
  }
};

// A fully connected layer of low rank with a memory (TensorFlow's SVDF), on the channels of every
// pixel: rank x units features, each filtered in time over the last `memory` of its values, and the
// sum of the `rank` filters of each unit.
struct Svdf {
  std::int64_t units = 1, rank = 1, memory = 1;
  Activation activation = Activation::none;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("svdf");
    f.number("units", op.units, kSideBounds);
    f.number("rank", op.rank, kSideBounds, 1);
    f.number("memory", op.memory, kSideBounds);
    f.activation(op.activation);
  }
};

}  // namespace h4h::workloads
