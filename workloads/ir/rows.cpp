#include "workloads/ir/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <variant>

namespace h4h::workloads {
namespace {

// Operators whose window is a field of theirs, and those that work on elements. The others need
// whole feature maps, or are not worth a rule: Arm's compiler does not stripe them either.
struct ByRows {
  bool operator()(const Conv2d& op) const { return touches_map(op.window); }
  bool operator()(const DepthwiseConv2d& op) const { return touches_map(op.window); }
  bool operator()(const Pool2d& op) const { return touches_map(op.window); }
  bool operator()(const Elementwise& /*op*/) const { return true; }
  bool operator()(const Activate& /*op*/) const { return true; }
  bool operator()(const LeakyRelu& /*op*/) const { return true; }
  bool operator()(const Unary& /*op*/) const { return true; }
  template <typename Other>
  bool operator()(const Other& /*op*/) const {
    return false;
  }

  static bool touches_map(const Window& w) {
    return w.padding.top < w.extent_height() && w.padding.bottom < w.extent_height();
  }
};

Window* window_in(Op& op) {
  if (auto* const conv = std::get_if<Conv2d>(&op)) return &conv->window;
  if (auto* const depthwise = std::get_if<DepthwiseConv2d>(&op)) return &depthwise->window;
  if (auto* const pool = std::get_if<Pool2d>(&op)) return &pool->window;
  return nullptr;
}

// Rows of the padded input, which begin at -padding.top.
Rows windows(const Window& w, Rows outputs) {
  const std::int64_t begin = outputs.begin * w.stride_height - w.padding.top;
  return {begin, begin + (outputs.size() - 1) * w.stride_height + w.extent_height()};
}

}  // namespace

bool works_by_rows(const LayerShape& layer) { return std::visit(ByRows{}, layer.op); }

Rows input_rows(const LayerShape& layer, std::size_t input, Rows outputs) {
  const std::int64_t height = layer.inputs.at(input).height;
  if (std::holds_alternative<Elementwise>(layer.op)) {
    return height == 1 ? Rows{0, 1} : outputs;
  }
  const Rows touched = windows(input_window(layer), outputs);
  return {std::max<std::int64_t>(0, touched.begin), std::min(height, touched.end)};
}

LayerShape rows_of(const LayerShape& layer, Rows outputs) {
  if (!works_by_rows(layer)) {
    throw std::invalid_argument(fmt::format("{} does not work by rows", op_name(layer.op)));
  }
  if (outputs.begin < 0 || outputs.begin >= outputs.end || outputs.end > layer.output.height) {
    throw std::invalid_argument(fmt::format("rows {}..{} of an output of {}", outputs.begin,
                                            outputs.end - 1, layer.output.height));
  }
  LayerShape part = layer;
  for (std::size_t i = 0; i < part.inputs.size(); ++i) {
    part.inputs[i].height = input_rows(layer, i, outputs).size();
  }
  part.output.height = outputs.size();
  if (Window* const window = window_in(part.op)) {
    const Rows touched = windows(*window, outputs);
    window->padding.top = std::max<std::int64_t>(0, -touched.begin);
    window->padding.bottom = std::max<std::int64_t>(0, touched.end - layer.input().height);
  }
  return part;
}

}  // namespace h4h::workloads
