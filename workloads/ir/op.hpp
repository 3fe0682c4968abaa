#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "workloads/ir/moving_ops.hpp"
#include "workloads/ir/op_parts.hpp"
#include "workloads/ir/shape.hpp"
#include "workloads/ir/weighted_ops.hpp"

namespace h4h::workloads {

// The other operators; those with weights and those that move elements have headers of their own.
// op_parts.hpp says what `fields` is.

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

enum class ElementwiseKind { add, sub, mul, maximum, minimum, div, squared_difference };
inline constexpr std::array<Named<ElementwiseKind>, 7> kElementwiseNames{
    {{ElementwiseKind::add, "add"},
     {ElementwiseKind::sub, "sub"},
     {ElementwiseKind::mul, "mul"},
     {ElementwiseKind::maximum, "maximum"},
     {ElementwiseKind::minimum, "minimum"},
     {ElementwiseKind::div, "div"},
     {ElementwiseKind::squared_difference, "squared_difference"}}};

// Of two operands, or of one and a constant. In every axis both have the same size, or one of them
// 1: that one is repeated along the axis.
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

enum class SoftmaxKind { softmax, log_softmax };
inline constexpr std::array<Named<SoftmaxKind>, 2> kSoftmaxNames{
    {{SoftmaxKind::softmax, "softmax"}, {SoftmaxKind::log_softmax, "log_softmax"}}};

// Over the channels of every pixel.
struct Softmax {
  SoftmaxKind kind = SoftmaxKind::softmax;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name(op.kind, kSoftmaxNames);
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

// What becomes of the channels of every pixel: mean 0 and variance 1, a mean square of 1, or a sum
// of squares of 1. The first has a learned scale and shift for each channel, the second a scale.
enum class NormKind { layer_norm, rms_norm, l2_norm };
inline constexpr std::array<Named<NormKind>, 3> kNormNames{{{NormKind::layer_norm, "layer_norm"},
                                                            {NormKind::rms_norm, "rms_norm"},
                                                            {NormKind::l2_norm, "l2_norm"}}};

struct LayerNorm {
  NormKind kind = NormKind::layer_norm;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name(op.kind, kNormNames);
  }
};

// Multi-head self-attention of one feature map, its pixels as tokens: scores = query x key of
// every pair of tokens, their softmax, and the sum of the values that it weighs; per head. Inputs
// are query, key and value, all of one shape; each head has channels / heads of their channels.
// Packed: one input has all three, a third of its channels each, in pieces of whole heads.
struct Attention {
  std::int64_t heads = 1;
  bool packed = false;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("attention");
    f.number("heads", op.heads, kSideBounds);
    f.option("packed", op.packed);
  }
};

// A slope for what is below zero, one for all channels. Its value changes no cost and is not kept.
struct LeakyRelu {
  template <typename F, typename Self>
  static void fields(F& f, Self&) {
    f.name("leaky_relu");
  }
};

// A function of every element, through the NPU's table; `lookup` is any that has no name here.
enum class UnaryKind {
  gelu,
  silu,
  elu,
  selu,
  mish,
  softplus,
  softsign,
  hard_sigmoid,
  abs,
  neg,
  sign,
  floor,
  ceil,
  round,
  square,
  sqrt,
  rsqrt,
  reciprocal,
  exp,
  log,
  erf,
  sin,
  cos,
  lookup
};
inline constexpr std::array<Named<UnaryKind>, 24> kUnaryNames{
    {{UnaryKind::gelu, "gelu"},         {UnaryKind::silu, "silu"},
     {UnaryKind::elu, "elu"},           {UnaryKind::selu, "selu"},
     {UnaryKind::mish, "mish"},         {UnaryKind::softplus, "softplus"},
     {UnaryKind::softsign, "softsign"}, {UnaryKind::hard_sigmoid, "hard_sigmoid"},
     {UnaryKind::abs, "abs"},           {UnaryKind::neg, "neg"},
     {UnaryKind::sign, "sign"},         {UnaryKind::floor, "floor"},
     {UnaryKind::ceil, "ceil"},         {UnaryKind::round, "round"},
     {UnaryKind::square, "square"},     {UnaryKind::sqrt, "sqrt"},
     {UnaryKind::rsqrt, "rsqrt"},       {UnaryKind::reciprocal, "reciprocal"},
     {UnaryKind::exp, "exp"},           {UnaryKind::log, "log"},
     {UnaryKind::erf, "erf"},           {UnaryKind::sin, "sin"},
     {UnaryKind::cos, "cos"},           {UnaryKind::lookup, "lookup"}}};

struct Unary {
  UnaryKind kind = UnaryKind::gelu;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name(op.kind, kUnaryNames);
  }
};

enum class ReduceKind { sum, max, min, prod };
inline constexpr std::array<Named<ReduceKind>, 4> kReduceNames{{{ReduceKind::sum, "reduce_sum"},
                                                                {ReduceKind::max, "reduce_max"},
                                                                {ReduceKind::min, "reduce_min"},
                                                                {ReduceKind::prod, "reduce_prod"}}};

// Over some of the axes, as Mean.
struct Reduce {
  ReduceKind kind = ReduceKind::sum;
  bool height = true, width = true, channels = false;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name(op.kind, kReduceNames);
    f.axes("axes", op.height, op.width, op.channels);
  }
};

enum class ArgKind { max, min };
inline constexpr std::array<Named<ArgKind>, 2> kArgNames{
    {{ArgKind::max, "arg_max"}, {ArgKind::min, "arg_min"}}};

// The place of the largest or smallest element along an axis.
struct ArgMax {
  ArgKind kind = ArgKind::max;
  Axis axis = Axis::channels;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name(op.kind, kArgNames);
    f.axis("axis", op.axis);
  }
};

// Mean 0 and variance 1 over all pixels of each of `groups` equal groups of channels, with a
// learned scale and shift for each channel. As many groups as channels: an instance norm.
struct GroupNorm {
  std::int64_t groups = 1;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("group_norm");
    f.number("groups", op.groups, kSideBounds);
  }
};

using Op = std::variant<Conv2d, DepthwiseConv2d, Linear, Pad, Pool2d, Mean, Elementwise, Activate,
                        Concat, Reshape, Transpose, Resize, Softmax, MatMul, LayerNorm, Attention,
                        LeakyRelu, DepthToSpace, TransposeConv2d, Lstm, Svdf, SpaceToDepth, Unary,
                        Slice, Reduce, ArgMax, Gather, Tile, GroupNorm>;

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
