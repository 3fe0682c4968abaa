#include "workloads/export/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

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

std::string scalar(const std::string& text) {
  if (is_plain(text)) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\x{:02x}", byte);
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string shape_list(const Shape& s) {
  return fmt::format("[{}, {}, {}]", s.height, s.width, s.channels);
}

std::string pair(std::string_view key, std::int64_t height, std::int64_t width) {
  if (height == width) return fmt::format(", {}: {}", key, height);
  return fmt::format(", {}: [{}, {}]", key, height, width);
}

std::string padding(const Padding& p) {
  if (p == Padding{}) return {};
  if (p == Padding{p.top, p.top, p.top, p.top}) return fmt::format(", padding: {}", p.top);
  return fmt::format(", padding: {{top: {}, bottom: {}, left: {}, right: {}}}", p.top, p.bottom,
                     p.left, p.right);
}

std::string window(const Window& w) {
  std::string text = pair("kernel", w.kernel_height, w.kernel_width);
  if (w.stride_height != 1 || w.stride_width != 1) {
    text += pair("stride", w.stride_height, w.stride_width);
  }
  if (w.dilation_height != 1 || w.dilation_width != 1) {
    text += pair("dilation", w.dilation_height, w.dilation_width);
  }
  return text + padding(w.padding);
}

std::string fused(Activation activation) {
  if (activation == Activation::none) return {};
  return fmt::format(", activation: {}", to_string(activation));
}

// The keys of an operator besides its name, each behind a comma.
struct Keys {
  std::string operator()(const Conv2d& op) const {
    return fmt::format(", out: {}", op.out_channels) + window(op.window) + fused(op.activation);
  }
  std::string operator()(const DepthwiseConv2d& op) const {
    const bool plain = op.multiplier == 1;
    return (plain ? "" : fmt::format(", multiplier: {}", op.multiplier)) + window(op.window) +
           fused(op.activation);
  }
  std::string operator()(const Linear& op) const {
    return fmt::format(", out: {}", op.out_features) + fused(op.activation);
  }
  std::string operator()(const Pad& op) const {
    if (op.channels_before == 0 && op.channels_after == 0) return padding(op.padding);
    return padding(op.padding) +
           fmt::format(", channels: [{}, {}]", op.channels_before, op.channels_after);
  }
  std::string operator()(const Pool2d& op) const {
    return window(op.window) + fused(op.activation);
  }
  std::string operator()(const Mean& op) const {
    std::string axes;
    const auto add = [&](bool used, Axis axis) {
      if (used) axes += (axes.empty() ? "" : ", ") + std::string(to_string(axis));
    };
    add(op.height, Axis::height);
    add(op.width, Axis::width);
    add(op.channels, Axis::channels);
    return fmt::format(", axes: [{}]", axes);
  }
  std::string operator()(const Elementwise& op) const { return fused(op.activation); }
  std::string operator()(const Activate&) const { return {}; }
  std::string operator()(const Concat& op) const {
    return fmt::format(", axis: {}", to_string(op.axis));
  }
  std::string operator()(const Reshape& op) const { return ", shape: " + shape_list(op.shape); }
  std::string operator()(const Transpose& op) const {
    return fmt::format(", order: [{}, {}, {}]", to_string(op.order[0]), to_string(op.order[1]),
                       to_string(op.order[2]));
  }
  std::string operator()(const Resize& op) const {
    return fmt::format(", size: [{}, {}]", op.height, op.width);
  }
  std::string operator()(const Softmax&) const { return {}; }
  std::string operator()(const MatMul& op) const {
    return op.transposed ? ", transposed: true" : "";
  }
  std::string operator()(const LayerNorm&) const { return {}; }
  std::string operator()(const Attention& op) const { return fmt::format(", heads: {}", op.heads); }
};

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
    return text + fmt::format("outputs: [{}]\n", list(network_.outputs));
  }

 private:
  static constexpr TensorId kNone = static_cast<TensorId>(-1);

  std::string name(TensorId id) const { return scalar(network_.tensors.at(id).name); }

  std::string remarks() const {
    std::string text;
    for (const std::string& remark : network_.remarks) text += remark_line(remark);
    for (const Unsupported& u : network_.unsupported) {
      text +=
          remark_line(fmt::format("operator {} ({}) of the file is left to the host and not "
                                  "costed: {}",
                                  u.index, u.op, u.reason));
    }
    return text.empty() ? text : "remarks:\n" + text;
  }

  static std::string remark_line(const std::string& remark) {
    return fmt::format("  - {}\n", scalar(remark));
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
    const bool is_elementwise =
        std::holds_alternative<Elementwise>(layer.op) || std::holds_alternative<Concat>(layer.op);
    if (is_chain && !is_elementwise) return {};
    const bool one = layer.inputs.size() == 1;
    return fmt::format(one ? ", from: {}" : ", from: [{}]", list(layer.inputs));
  }

  std::string line(const Layer& layer, TensorId before) const {
    std::string text = fmt::format("  - {{name: {}", scalar(layer.name));
    const std::string& tensor = network_.tensors.at(layer.output).name;
    if (tensor != layer.name) text += fmt::format(", output: {}", scalar(tensor));
    text += fmt::format(", op: {}", op_name(layer.op)) + from(layer, before);
    text += std::visit(Keys{}, layer.op);
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
