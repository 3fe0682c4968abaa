#include "workloads/export/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

#include "base/json/json_writer.hpp"
#include "workloads/ir/op_fields.hpp"

namespace h4h::workloads {
namespace {

// Words that some reader of YAML takes for something else than a text.
constexpr std::array<std::string_view, 9> kReserved{"null", "true", "false", "yes", "no",
                                                    "on",   "off",  "y",     "n"};

bool is_plain(const std::string& text) {
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_'; };
  const auto is_safe = [&](unsigned char c) {
    return is_letter(c) || std::isdigit(c) != 0 || c == '/' || c == '.' || c == '-';
  };
  if (text.empty() || !is_letter(static_cast<unsigned char>(text.front()))) return false;
  if (!std::all_of(text.begin(), text.end(), is_safe)) return false;
  std::string lower;
  for (const char c : text) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return std::find(kReserved.begin(), kReserved.end(), lower) == kReserved.end();
}

// A string of JSON is one of YAML.
std::string scalar(const std::string& text) { return is_plain(text) ? text : json_string(text); }

std::string shape_list(const Shape& s) {
  return fmt::format("[{}, {}, {}]", s.height, s.width, s.channels);
}

// The keys of an operator besides its name, each behind a comma; what is left out reads back as its
// default.
class Keys {
 public:
  const std::string& text() const { return text_; }

  template <typename... Any>
  void name(const Any&... /*any*/) {}
  void number(std::string_view key, std::int64_t value, Bounds /*bounds*/) { add(key, value); }
  void number(std::string_view key, std::int64_t value, Bounds /*bounds*/, std::int64_t otherwise) {
    if (value != otherwise) add(key, value);
  }
  void flag(std::string_view key, bool value) {
    if (value) add(key, "true");
  }
  void option(std::string_view key, std::int64_t value, Bounds bounds, std::int64_t otherwise) {
    number(key, value, bounds, otherwise);
  }
  void option(std::string_view key, bool value) { flag(key, value); }
  void window(const Window& w, std::int64_t /*height*/ = 0, std::int64_t /*width*/ = 0) {
    pair("kernel", w.kernel_height, w.kernel_width);
    if (w.stride_height != 1 || w.stride_width != 1)
      pair("stride", w.stride_height, w.stride_width);
    if (w.dilation_height != 1 || w.dilation_width != 1) {
      pair("dilation", w.dilation_height, w.dilation_width);
    }
    padding(w.padding);
  }
  void padding(const Padding& p) {
    if (p == Padding{}) return;
    if (p == Padding{p.top, p.top, p.top, p.top}) return add("padding", p.top);
    add("padding", fmt::format("{{top: {}, bottom: {}, left: {}, right: {}}}", p.top, p.bottom,
                               p.left, p.right));
  }
  void activation(Activation a) {
    if (a != Activation::none) add("activation", to_string(a));
  }
  void size(std::string_view key, std::int64_t height, std::int64_t width) {
    add(key, fmt::format("[{}, {}]", height, width));
  }
  void shape(std::string_view key, const Shape& s) { add(key, shape_list(s)); }
  void order(std::string_view key, const std::array<Axis, 3>& order) {
    add_axes(key, {order.begin(), order.end()});
  }
  void axis(std::string_view key, Axis a) { add(key, to_string(a)); }
  void axes(std::string_view key, bool height, bool width, bool channels) {
    std::vector<Axis> used;
    if (height) used.push_back(Axis::height);
    if (width) used.push_back(Axis::width);
    if (channels) used.push_back(Axis::channels);
    add_axes(key, used);
  }
  void margin(std::string_view key, std::int64_t before, std::int64_t after) {
    if (before != 0 || after != 0) size(key, before, after);
  }
  void place(std::string_view key, const Shape& s, Bounds /*bounds*/, std::int64_t otherwise) {
    if (s != Shape{otherwise, otherwise, otherwise}) shape(key, s);
  }

 private:
  template <typename Value>
  void add(std::string_view key, const Value& value) {
    text_ += fmt::format(", {}: {}", key, value);
  }
  void pair(std::string_view key, std::int64_t height, std::int64_t width) {
    height == width ? add(key, height) : size(key, height, width);
  }
  void add_axes(std::string_view key, const std::vector<Axis>& axes) {
    std::string list;
    for (const Axis a : axes) list += fmt::format("{}{}", list.empty() ? "" : ", ", to_string(a));
    add(key, fmt::format("[{}]", list));
  }

  std::string text_;
};

std::string keys_of(const Op& op) {
  Keys keys;
  visit_fields(keys, op);
  return keys.text();
}

class Writer {
 public:
  explicit Writer(const Network& network) : network_(network) {}

  std::string file() const {
    std::string text = fmt::format("name: {}\n", scalar(network_.name)) + remarks();
    text += "inputs:\n";
    for (const TensorId id : network_.inputs) text += input(id);
    text += "layers:\n";
    TensorId before = network_.inputs.size() == 1 ? network_.inputs.front() : kNone;
    for (const Layer& layer : network_.layers) {
      text += line(layer, before);
      before = layer.output;
    }
    return text + fmt::format("outputs: [{}]\n", list(network_.outputs)) + states() + host();
  }

 private:
  static constexpr TensorId kNone = static_cast<TensorId>(-1);

  std::string name(TensorId id) const { return scalar(network_.tensors.at(id).name); }

  std::string remarks() const {
    std::string text;
    for (const std::string& remark : network_.remarks) {
      text += fmt::format("  - {}\n", scalar(remark));
    }
    return text.empty() ? text : "remarks:\n" + text;
  }

  std::string states() const {
    std::string text;
    for (const State& s : network_.states) {
      const std::string name = s.name.empty() ? "" : fmt::format("name: {}, ", scalar(s.name));
      text += fmt::format("  - {{{}bytes: {}}}\n", name, s.bytes);
    }
    return text.empty() ? text : "states:\n" + text;
  }

  std::string host() const {
    std::string text;
    for (const Unsupported& op : network_.unsupported) text += host_operator(op);
    return text.empty() ? text : "host:\n" + text;
  }

  std::string host_operator(const Unsupported& op) const {
    std::string text = fmt::format("  - {{index: {}, op: {}", op.index, scalar(op.op));
    if (!op.reason.empty()) text += fmt::format(", reason: {}", scalar(op.reason));
    if (op.macs) text += fmt::format(", macs: {}", *op.macs);
    if (op.before < network_.layers.size()) {
      text += fmt::format(", before: {}", scalar(network_.layers[op.before].name));
    }
    if (!op.reads.empty()) text += fmt::format(", reads: [{}]", list(op.reads));
    if (!op.makes.empty()) text += fmt::format(", makes: [{}]", list(op.makes));
    return text + "}\n";
  }

  std::string input(TensorId id) const {
    const Tensor& tensor = network_.tensors.at(id);
    return fmt::format("  - {{name: {}, shape: {}, type: {}}}\n", name(id),
                       shape_list(tensor.shape), to_string(tensor.type));
  }

  std::string list(const std::vector<TensorId>& ids) const {
    std::string text;
    for (const TensorId id : ids) text += (text.empty() ? "" : ", ") + name(id);
    return text;
  }

  // Only plain chains leave `from` out: two inputs must be seen.
  std::string from(const Layer& layer, TensorId before) const {
    const bool is_chain = layer.inputs.size() == 1 && layer.inputs.front() == before;
    if (is_chain && !takes_several_inputs(layer.op)) return {};
    const bool one = layer.inputs.size() == 1;
    return fmt::format(one ? ", from: {}" : ", from: [{}]", list(layer.inputs));
  }

  std::string line(const Layer& layer, TensorId before) const {
    std::string text = fmt::format("  - {{name: {}", scalar(layer.name));
    const std::string& tensor = network_.tensors.at(layer.output).name;
    if (tensor != layer.name) text += fmt::format(", output: {}", scalar(tensor));
    text += fmt::format(", op: {}", op_name(layer.op)) + from(layer, before);
    text += keys_of(layer.op);
    if (layer.weights_of) {
      text += fmt::format(", weights_of: {}", scalar(network_.layers.at(*layer.weights_of).name));
    }
    if (layer.encoded_weight_bytes) {
      text += fmt::format(", encoded_weight_bytes: {}", *layer.encoded_weight_bytes);
    }
    if (layer.coded_weight_bytes) {
      text += fmt::format(", coded_weight_bytes: {}", *layer.coded_weight_bytes);
    }
    return text + "}\n";
  }

  const Network& network_;
};

}  // namespace

std::string to_yaml(const Network& network) { return Writer(network).file(); }

}  // namespace h4h::workloads
