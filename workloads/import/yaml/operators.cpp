#include "workloads/import/yaml/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "workloads/ir/op_fields.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

using yaml::Fields;
using yaml::Node;
using yaml::Range;
using yaml::words_of;

constexpr std::string_view kSides = " for every side, or {top: N, bottom: N, left: N, right: N}";
constexpr std::string_view kSidesOrWord =
    " for every side, {top: N, bottom: N, left: N, right: N}, same or valid";

constexpr Range range(Bounds bounds) { return {bounds.low, bounds.high}; }

bool is_word(const Node& node, std::string_view word) {
  return node.kind == Node::Kind::text && node.text == word;
}

Padding padding_of(Fields& fields, const Node& node, std::string_view hint) {
  constexpr Range kRange = range(kPaddingBounds);
  if (node.kind == Node::Kind::map) {
    Fields sides(node, fields.what() + "padding", fields.problems());
    const Padding padding{sides.number("top", kRange, 0), sides.number("bottom", kRange, 0),
                          sides.number("left", kRange, 0), sides.number("right", kRange, 0)};
    sides.finish();
    return padding;
  }
  const std::int64_t all = fields.number_of(node, "padding", kRange, hint);
  return {all, all, all, all};
}

std::vector<Axis> axes_of(Fields& f, std::string_view key, const Node& list) {
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

// Reads what an operator's fields() asks for.
class Keys {
 public:
  Keys(Fields& fields, const Shape& input) : f_(fields), input_(input) {}

  template <typename... Any>
  void name(const Any&... /*any*/) {}
  void number(std::string_view key, std::int64_t& value, Bounds bounds) {
    value = f_.number(key, range(bounds));
  }
  void number(std::string_view key, std::int64_t& value, Bounds bounds, std::int64_t otherwise) {
    value = f_.number(key, range(bounds), otherwise);
  }
  void flag(std::string_view key, bool& value) {
    value = f_.choice(key, {"false", "true"}, 0) == 1;
  }
  void option(std::string_view key, std::int64_t& value, Bounds bounds, std::int64_t otherwise) {
    number(key, value, bounds, otherwise);
  }
  void option(std::string_view key, bool& value) { flag(key, value); }
  void window(Window& w) { window(w, input_.height, input_.width); }
  void window(Window& w, std::int64_t height, std::int64_t width) {
    const Range sides = range(kSideBounds);
    std::tie(w.kernel_height, w.kernel_width) = f_.pair("kernel", range(kKernelBounds));
    std::tie(w.stride_height, w.stride_width) = f_.pair("stride", sides, 1);
    std::tie(w.dilation_height, w.dilation_width) = f_.pair("dilation", sides, 1);
    const Node* const node = f_.find("padding");
    if (node == nullptr || is_word(*node, "valid")) return;
    w.padding = is_word(*node, "same") ? same_padding({height, width, 1}, w)
                                       : padding_of(f_, *node, kSidesOrWord);
  }
  void padding(Padding& p) {
    if (const Node* const node = f_.find("padding")) p = padding_of(f_, *node, kSides);
  }
  void activation(Activation& a) {
    a = kActivations.at(f_.choice("activation", words_of(kActivations), 0));
  }
  void size(std::string_view key, std::int64_t& height, std::int64_t& width) {
    const auto sides = f_.numbers(key, 2, range(kSideBounds), "[height, width]");
    height = sides[0];
    width = sides[1];
  }
  void shape(std::string_view key, Shape& s) {
    const auto sides = f_.numbers(key, 3, range(kSideBounds), "[height, width, channels]");
    s = {sides[0], sides[1], sides[2]};
  }
  void order(std::string_view key, std::array<Axis, 3>& order) {
    const Node* const node = f_.require(key, "the input's axis that each axis of the output is");
    if (node == nullptr) return;
    const std::vector<Axis> axes = axes_of(f_, key, *node);
    if (axes.size() == 3) {
      order = {axes[0], axes[1], axes[2]};
    } else {
      f_.problem(node->line, fmt::format("{} must name 3 axes, not {}", key, axes.size()));
    }
  }
  void axis(std::string_view key, Axis& a) {
    a = kAxes.at(f_.choice(key, words_of(kAxes), static_cast<std::size_t>(a)));
  }
  void axes(std::string_view key, bool& height, bool& width, bool& channels) {
    const Node* const node = f_.find(key);
    if (node == nullptr) return;
    const std::vector<Axis> used = axes_of(f_, key, *node);
    const auto has = [&](Axis a) { return std::find(used.begin(), used.end(), a) != used.end(); };
    height = has(Axis::height);
    width = has(Axis::width);
    channels = has(Axis::channels);
  }
  void margin(std::string_view key, std::int64_t& before, std::int64_t& after) {
    if (f_.find(key) == nullptr) return;
    const auto both = f_.numbers(key, 2, range(kPaddingBounds), "[before, behind]");
    before = both[0];
    after = both[1];
  }
  void place(std::string_view key, Shape& s, Bounds bounds, std::int64_t /*otherwise*/) {
    if (f_.find(key) == nullptr) return;
    const auto sides = f_.numbers(key, 3, range(bounds), "[height, width, channels]");
    s = {sides[0], sides[1], sides[2]};
  }

 private:
  Fields& f_;
  const Shape& input_;
};

}  // namespace

Op read_operator(Fields& fields, const NamedOp& named, const Shape& input) {
  Op op = named.op;
  Keys keys(fields, input);
  visit_fields(keys, op);
  return op;
}

}  // namespace h4h::workloads
