#include "workloads/import/layer_list/listed_shape.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <tuple>

#include "base/text/number.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

constexpr std::string_view kAllowedOps =
    "conv3x3, dw3x3 or another square kernel, conv or dw with the kernel in k, pw1x1, fc, gemm, "
    "softmax, matmul";

// What a row's op says: the kind, and for a name such as conv5x5 the kernel.
struct NamedKind {
  ListedOp op = ListedOp::conv;
  std::optional<std::int64_t> kernel{};
  bool gemm = false;
};

// "5x5": 5; nullopt for other texts and for kernels that are not square.
std::optional<std::int64_t> square_kernel(std::string_view text) {
  const std::size_t cross = text.find('x');
  if (cross == std::string_view::npos || text.substr(0, cross) != text.substr(cross + 1)) return {};
  const auto kernel = parse_number<std::int64_t>(std::string(text.substr(0, cross)));
  return kernel && *kernel >= 1 && *kernel <= kKernelBounds.high ? kernel : std::nullopt;
}

std::optional<NamedKind> kind_of(std::string_view name) {
  if (name == "gemm") return NamedKind{ListedOp::fc, std::nullopt, true};
  if (name == "pw1x1") return NamedKind{ListedOp::conv, 1};
  for (const ListedOp op : {ListedOp::fc, ListedOp::softmax, ListedOp::matmul}) {
    if (name == to_string(op)) return NamedKind{op, 1};
  }
  for (const ListedOp op : {ListedOp::conv, ListedOp::dw}) {
    const std::string_view prefix = to_string(op);
    if (name == prefix) return NamedKind{op};
    if (name.substr(0, prefix.size()) != prefix) continue;
    const auto kernel = square_kernel(name.substr(prefix.size()));
    if (kernel) return NamedKind{op, kernel};
  }
  return std::nullopt;
}

// Rows of a list without the column op are matrix products.
NamedKind kind_of(const CsvRow& row) {
  if (!row.has("op") && row.has("M")) return {ListedOp::fc, std::nullopt, true};
  if (!row.has("op")) throw CsvError(fmt::format("op is missing; allowed: {}", kAllowedOps));
  if (const auto kind = kind_of(row.text("op"))) return *kind;
  throw CsvError(fmt::format("op '{}' is not known; allowed: {}", row.text("op"), kAllowedOps));
}

std::int64_t needed(const CsvRow& row, const std::string& column) {
  if (row.has(column)) return row.positive(column);
  throw CsvError(fmt::format("{} must be a positive integer, not ''", column));
}

std::int64_t value_or(const CsvRow& row, const std::string& column, std::int64_t otherwise) {
  return row.has(column) ? row.positive(column) : otherwise;
}

void require(const CsvRow& row, const char* column, std::int64_t value) {
  if (value_or(row, column, value) == value) return;
  throw CsvError(
      fmt::format("{} has {} = {}, not {}", row.text("op"), column, value, row.text(column)));
}

bool valid_padding(const CsvRow& row) {
  if (!row.has("padding") || row.text("padding") == "same") return false;
  if (row.text("padding") == "valid") return true;
  throw CsvError(
      fmt::format("padding '{}' is not known; allowed: same, valid", row.text("padding")));
}

// Each layer is one shape only: a 1 x 1 kernel has no padding, some kernels have names of their
// own, and vectors of which there are several are pixels.
ListedShape only_form(ListedShape s) {
  const bool windowed = s.op == ListedOp::conv || s.op == ListedOp::dw;
  if (s.op == ListedOp::conv && s.groups > 1 && s.groups == s.in_channels) {
    s.op = ListedOp::dw;
    s.groups = 1;
  }
  if (s.kernel == 1) s.valid = false;
  if (s.kernel == 1 && windowed) s.dilation = 1;
  const bool plain = s.groups == 1 && s.dilation == 1;
  if (s.op == ListedOp::fc && (s.height > 1 || s.width > 1)) s.op = ListedOp::pw1x1;
  if (s.op == ListedOp::conv && s.kernel == 1 && plain) s.op = ListedOp::pw1x1;
  if (s.op == ListedOp::conv && s.kernel == 3 && plain) s.op = ListedOp::conv3x3;
  if (s.op == ListedOp::dw && s.kernel == 3 && plain) s.op = ListedOp::dw3x3;
  if (s.op != ListedOp::conv && s.op != ListedOp::dw) s.kernel = 1;
  return s;
}

ListedShape matrix_product(const CsvRow& row, ListedOp op) {
  ListedShape s;
  s.op = op;
  (op == ListedOp::matmul ? s.width : s.height) = needed(row, "M");
  s.in_channels = needed(row, "K");
  s.out_channels = needed(row, "N");
  return only_form(s);
}

void check_channels(const CsvRow& row, const ListedShape& s) {
  const auto refuse = [&](const char* column, std::int64_t value, const char* what,
                          std::int64_t divisor) {
    throw CsvError(fmt::format("{}: {} {} is not a multiple of {} {}", row.text("op"), column,
                               value, what, divisor));
  };
  const bool depthwise = s.op == ListedOp::dw;
  if (depthwise && s.groups != 1)
    throw CsvError("dw has a group for each channel; groups must be 1");
  if (depthwise && s.out_channels % s.in_channels != 0) {
    refuse("Cout", s.out_channels, "Cin", s.in_channels);
  }
  if (s.in_channels % s.groups != 0) refuse("Cin", s.in_channels, "groups", s.groups);
  if (s.out_channels % s.groups != 0) refuse("Cout", s.out_channels, "groups", s.groups);
  if (s.op == ListedOp::softmax && s.out_channels != s.in_channels) {
    throw CsvError(
        fmt::format("softmax has Cout = Cin = {}, not {}", s.in_channels, s.out_channels));
  }
}

std::int64_t kernel_of(const CsvRow& row, const NamedKind& kind) {
  if (!kind.kernel) return needed(row, "k");
  const bool windowed = kind.op == ListedOp::conv || kind.op == ListedOp::dw;
  const std::int64_t given = value_or(row, "k", *kind.kernel);
  if (windowed && given != *kind.kernel) {
    throw CsvError(fmt::format("{0} has k = {1}, not {2}; {3}{2}x{2} or {3} has", row.text("op"),
                               *kind.kernel, given, to_string(kind.op)));
  }
  require(row, "k", *kind.kernel);
  return *kind.kernel;
}

// The square kernel that the row has, whatever its op.
std::int64_t kernel_of(const ListedShape& s) {
  if (s.op == ListedOp::conv || s.op == ListedOp::dw) return s.kernel;
  return s.op == ListedOp::conv3x3 || s.op == ListedOp::dw3x3 ? 3 : 1;
}

Window window_of(const ListedShape& s) {
  const std::int64_t kernel = kernel_of(s);
  Window window{kernel, kernel, s.stride, s.stride, s.dilation, s.dilation, {}};
  if (!s.valid) window.padding = same_padding({s.height, s.width, s.in_channels}, window);
  return window;
}

bool is_depthwise(ListedOp op) { return op == ListedOp::dw3x3 || op == ListedOp::dw; }

// The row of a layer with a square window, should it be one.
ListedShape windowed_shape(const LayerShape& layer, ListedOp op, bool valid) {
  const Window window = h4h::workloads::window_of(layer.op);
  const Shape& in = layer.input();
  ListedShape s{op, in.height, in.width, in.channels, layer.output.channels, window.stride_height};
  s.kernel = window.kernel_height;
  s.dilation = window.dilation_height;
  s.valid = valid;
  if (const auto* conv = std::get_if<Conv2d>(&layer.op)) s.groups = conv->groups;
  return only_form(s);
}

std::vector<ListedShape> candidates(const LayerShape& layer) {
  const Shape& in = layer.input();
  const ListedShape plain{ListedOp::fc, in.height, in.width, in.channels, layer.output.channels, 1};
  const auto as = [&](ListedOp op) {
    ListedShape s = plain;
    s.op = op;
    return s;
  };
  if (std::holds_alternative<Linear>(layer.op) && in.pixels() == 1) return {plain};
  if (std::holds_alternative<Softmax>(layer.op)) return {as(ListedOp::softmax)};
  if (std::holds_alternative<MatMul>(layer.op)) return {as(ListedOp::matmul)};
  const bool depthwise = std::holds_alternative<DepthwiseConv2d>(layer.op);
  if (!depthwise && !std::holds_alternative<Conv2d>(layer.op)) return {};
  const ListedOp op = depthwise ? ListedOp::dw : ListedOp::conv;
  return {windowed_shape(layer, op, false), windowed_shape(layer, op, true)};
}

auto kind_values(const ListedShape& s) {
  return std::tie(s.op, s.stride, s.kernel, s.groups, s.dilation, s.valid);
}

auto values(const ListedShape& s) {
  return std::tuple_cat(kind_values(s), std::tie(s.height, s.width, s.in_channels, s.out_channels));
}

}  // namespace

std::string_view to_string(ListedOp op) {
  switch (op) {
    case ListedOp::conv3x3:
      return "conv3x3";
    case ListedOp::dw3x3:
      return "dw3x3";
    case ListedOp::pw1x1:
      return "pw1x1";
    case ListedOp::fc:
      return "fc";
    case ListedOp::conv:
      return "conv";
    case ListedOp::dw:
      return "dw";
    case ListedOp::softmax:
      return "softmax";
    case ListedOp::matmul:
      return "matmul";
  }
  std::abort();
}

bool operator==(const ListedShape& a, const ListedShape& b) { return values(a) == values(b); }
bool operator<(const ListedShape& a, const ListedShape& b) { return values(a) < values(b); }

bool same_kind(const ListedShape& a, const ListedShape& b) {
  return kind_values(a) == kind_values(b);
}

ListedShape listed_shape(const CsvRow& row) {
  const NamedKind kind = kind_of(row);
  const bool of_matrices = kind.op == ListedOp::fc || kind.op == ListedOp::matmul;
  if (kind.gemm || (of_matrices && row.has("M") && !row.has("H"))) {
    return matrix_product(row, kind.op);
  }
  ListedShape s{kind.op, needed(row, "H"), needed(row, "W"), needed(row, "Cin"), 1, 1};
  s.out_channels =
      kind.op == ListedOp::softmax ? value_or(row, "Cout", s.in_channels) : needed(row, "Cout");
  s.kernel = kernel_of(row, kind);
  const bool windowed = kind.op == ListedOp::conv || kind.op == ListedOp::dw;
  if (windowed) {
    s.stride = needed(row, "stride");
    s.groups = value_or(row, "groups", 1);
    s.dilation = value_or(row, "dilation", 1);
    s.valid = valid_padding(row);
  } else {
    for (const char* column : {"stride", "groups", "dilation"}) require(row, column, 1);
  }
  check_channels(row, s);
  return only_form(s);
}

ListedShape listed_convolution(const Shape& input, std::int64_t out_channels, std::int64_t kernel,
                               std::int64_t stride) {
  ListedShape s{ListedOp::conv, input.height, input.width, input.channels, out_channels, stride};
  s.kernel = kernel;
  s.valid = true;
  return only_form(s);
}

std::optional<ListedShape> listed_shape(const LayerShape& layer) {
  const Activation activation = activation_of(layer.op);
  if (is_lookup(activation)) return std::nullopt;
  for (const ListedShape& listed : candidates(layer)) {
    // Other kernels, paddings, strides and dilations are not what the row would make.
    const bool same = listed_op(listed, activation) == layer.op;
    if (same && listed_inputs(listed) == layer.inputs) return listed;
  }
  return std::nullopt;
}

Op listed_op(const ListedShape& s, Activation activation) {
  if (s.op == ListedOp::fc) return Linear{s.out_channels, activation};
  if (s.op == ListedOp::softmax) return Softmax{};
  if (s.op == ListedOp::matmul) return MatMul{};
  const Window window = window_of(s);
  if (is_depthwise(s.op))
    return DepthwiseConv2d{s.out_channels / s.in_channels, window, activation};
  Conv2d conv{s.out_channels, window, activation};
  conv.groups = s.groups;
  return conv;
}

std::vector<Shape> listed_inputs(const ListedShape& s) {
  std::vector<Shape> inputs{{s.height, s.width, s.in_channels}};
  if (s.op == ListedOp::matmul) inputs.push_back({s.height, s.in_channels, s.out_channels});
  return inputs;
}

}  // namespace h4h::workloads
