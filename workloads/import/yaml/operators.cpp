#include "workloads/import/yaml/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

using yaml::Fields;
using yaml::Node;
using yaml::Range;
using yaml::words_of;

constexpr Range kKernel{1, 128}, kSide{1, 65536}, kPadding{0, 65536};
constexpr std::string_view kSides = " for every side, or {top: N, bottom: N, left: N, right: N}";
constexpr std::string_view kSidesOrWord =
    " for every side, {top: N, bottom: N, left: N, right: N}, same or valid";

Activation activation(Fields& fields) {
  return kActivations.at(fields.choice("activation", words_of(kActivations), 0));
}

bool is_word(const Node& node, std::string_view word) {
  return node.kind == Node::Kind::text && node.text == word;
}

Padding padding_of(Fields& fields, const Node& node, std::string_view hint) {
  if (node.kind == Node::Kind::map) {
    Fields sides(node, fields.what() + "padding", fields.problems());
    const Padding padding{sides.number("top", kPadding, 0), sides.number("bottom", kPadding, 0),
                          sides.number("left", kPadding, 0), sides.number("right", kPadding, 0)};
    sides.finish();
    return padding;
  }
  const std::int64_t all = fields.number_of(node, "padding", kPadding, hint);
  return {all, all, all, all};
}

Padding window_padding(Fields& fields, const Shape& input, const Window& window) {
  const Node* const node = fields.find("padding");
  if (node == nullptr || is_word(*node, "valid")) return {};
  return is_word(*node, "same") ? same_padding(input, window)
                                : padding_of(fields, *node, kSidesOrWord);
}

Window window(Fields& fields, const Shape& input) {
  Window w;
  std::tie(w.kernel_height, w.kernel_width) = fields.pair("kernel", kKernel);
  std::tie(w.stride_height, w.stride_width) = fields.pair("stride", kSide, 1);
  std::tie(w.dilation_height, w.dilation_width) = fields.pair("dilation", kSide, 1);
  w.padding = window_padding(fields, input, w);
  return w;
}

Op conv(Fields& f, const Shape& input) {
  const std::int64_t out = f.number("out", kSide);
  return Conv2d{out, window(f, input), activation(f)};
}

Op depthwise(Fields& f, const Shape& input) {
  const std::int64_t multiplier = f.number("multiplier", kSide, 1);
  return DepthwiseConv2d{multiplier, window(f, input), activation(f)};
}

Op linear(Fields& f, const Shape&) {
  const std::int64_t out = f.number("out", kSide);
  return Linear{out, activation(f)};
}

template <PoolKind kind>
Op pool(Fields& f, const Shape& input) {
  const Window w = window(f, input);
  return Pool2d{kind, w, activation(f)};
}

Op pad(Fields& f, const Shape&) {
  Pad op;
  if (const Node* const node = f.find("padding")) op.padding = padding_of(f, *node, kSides);
  if (f.find("channels") == nullptr) return op;
  const auto channels = f.numbers("channels", 2, kPadding, "[before, behind]");
  op.channels_before = channels[0];
  op.channels_after = channels[1];
  return op;
}

std::vector<Axis> axes(Fields& f, std::string_view key, const Node& list) {
  std::vector<Axis> found;
  if (list.kind != Node::Kind::list) {
    f.problem(list.line, fmt::format("{} must be a list of height, width, channels", key));
    return found;
  }
  for (const Node& item : list.items) {
    const Axis axis = kAxes.at(f.word(item, key, words_of(kAxes)));
    if (std::find(found.begin(), found.end(), axis) != found.end()) {
      f.problem(item.line, fmt::format("{} names {} twice", key, to_string(axis)));
    }
    found.push_back(axis);
  }
  return found;
}

Op mean(Fields& f, const Shape&) {
  const Node* const node = f.find("axes");
  if (node == nullptr) return Mean{};
  const std::vector<Axis> over = axes(f, "axes", *node);
  const auto has = [&](Axis axis) {
    return std::find(over.begin(), over.end(), axis) != over.end();
  };
  return Mean{has(Axis::height), has(Axis::width), has(Axis::channels)};
}

Op transpose(Fields& f, const Shape&) {
  const Node* const node = f.require("order", "the input's axis that each axis of the output is");
  if (node == nullptr) return Transpose{};
  const std::vector<Axis> order = axes(f, "order", *node);
  if (order.size() == 3) return Transpose{{order[0], order[1], order[2]}};
  f.problem(node->line, fmt::format("order must name 3 axes, not {}", order.size()));
  return Transpose{};
}

template <ElementwiseKind kind>
Op elementwise(Fields& f, const Shape&) {
  return Elementwise{kind, activation(f)};
}

template <Activation function>
Op activate(Fields&, const Shape&) {
  return Activate{function};
}

Op concat(Fields& f, const Shape&) {
  return Concat{kAxes.at(f.choice("axis", words_of(kAxes), 2))};
}

Op reshape(Fields& f, const Shape&) {
  const auto sides = f.numbers("shape", 3, kSide, "[height, width, channels]");
  return Reshape{{sides[0], sides[1], sides[2]}};
}

template <ResizeKind kind>
Op resize(Fields& f, const Shape&) {
  const auto size = f.numbers("size", 2, kSide, "[height, width]");
  return Resize{kind, size[0], size[1]};
}

Op softmax(Fields&, const Shape&) { return Softmax{}; }

Op matmul(Fields& f, const Shape&) {
  return MatMul{f.choice("transposed", {"false", "true"}, 0) == 1};
}

Op layer_norm(Fields&, const Shape&) { return LayerNorm{}; }

Op attention(Fields& f, const Shape&) { return Attention{f.number("heads", kSide)}; }

}  // namespace

const std::vector<OperatorKind>& operator_kinds() {
  static const std::vector<OperatorKind> kinds{{"conv", conv, false, true},
                                               {"depthwise", depthwise, false, true},
                                               {"linear", linear, false, true},
                                               {"pad", pad},
                                               {"average_pool", pool<PoolKind::average>},
                                               {"max_pool", pool<PoolKind::max>},
                                               {"mean", mean},
                                               {"add", elementwise<ElementwiseKind::add>, true},
                                               {"sub", elementwise<ElementwiseKind::sub>, true},
                                               {"mul", elementwise<ElementwiseKind::mul>, true},
                                               {"concat", concat, true},
                                               {"reshape", reshape},
                                               {"transpose", transpose},
                                               {"resize_nearest", resize<ResizeKind::nearest>},
                                               {"resize_bilinear", resize<ResizeKind::bilinear>},
                                               {"softmax", softmax},
                                               {"matmul", matmul, true},
                                               {"layer_norm", layer_norm},
                                               {"attention", attention, true},
                                               {"relu", activate<Activation::relu>},
                                               {"relu6", activate<Activation::relu6>},
                                               {"relu_n1_to_1", activate<Activation::relu_n1_to_1>},
                                               {"tanh", activate<Activation::tanh>},
                                               {"logistic", activate<Activation::logistic>},
                                               {"hard_swish", activate<Activation::hard_swish>},
                                               {"prelu", activate<Activation::prelu>},
                                               {"requantize", activate<Activation::none>}};
  return kinds;
}

}  // namespace h4h::workloads
