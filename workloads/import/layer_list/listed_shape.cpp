#include "workloads/import/layer_list/listed_shape.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

std::int64_t kernel_of(ListedOp op) {
  return op == ListedOp::conv3x3 || op == ListedOp::dw3x3 ? 3 : 1;
}

ListedOp op_of(const CsvRow& row) {
  const std::string& name = row.text("op");
  std::vector<std::string_view> allowed;
  for (const ListedOp op : kListedOps) {
    if (to_string(op) == name) return op;
    allowed.push_back(to_string(op));
  }
  throw CsvError(fmt::format("op '{}' is not known; allowed: {}", name, fmt::join(allowed, ", ")));
}

void require(const CsvRow& row, const char* column, std::int64_t value) {
  if (row.positive(column) == value) return;
  throw CsvError(
      fmt::format("{} has {} = {}, not {}", row.text("op"), column, value, row.text(column)));
}

std::optional<ListedOp> kind_of(const Op& op) {
  const Window window = window_of(op);
  const bool three = window.kernel_height == 3 && window.kernel_width == 3;
  if (std::holds_alternative<Linear>(op)) return ListedOp::fc;
  if (std::holds_alternative<DepthwiseConv2d>(op) && three) return ListedOp::dw3x3;
  if (!std::holds_alternative<Conv2d>(op)) return std::nullopt;
  return three ? ListedOp::conv3x3 : ListedOp::pw1x1;
}

auto values(const ListedShape& s) {
  return std::tie(s.op, s.stride, s.height, s.width, s.in_channels, s.out_channels);
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
  }
  std::abort();
}

bool operator==(const ListedShape& a, const ListedShape& b) { return values(a) == values(b); }
bool operator<(const ListedShape& a, const ListedShape& b) { return values(a) < values(b); }

ListedShape listed_shape(const CsvRow& row) {
  const ListedOp op = op_of(row);
  require(row, "k", kernel_of(op));
  if (op == ListedOp::fc) {
    for (const char* column : {"H", "W", "stride"}) require(row, column, 1);
  }
  const ListedShape listed{op,
                           row.positive("H"),
                           row.positive("W"),
                           row.positive("Cin"),
                           row.positive("Cout"),
                           row.positive("stride")};
  if (op == ListedOp::dw3x3 && listed.out_channels % listed.in_channels != 0) {
    throw CsvError(fmt::format("dw3x3: Cout {} is not a multiple of Cin {}", listed.out_channels,
                               listed.in_channels));
  }
  return listed;
}

std::optional<ListedShape> listed_shape(const LayerShape& layer) {
  const std::optional<ListedOp> op = kind_of(layer.op);
  const Activation activation = activation_of(layer.op);
  if (!op || is_lookup(activation)) return std::nullopt;
  const Shape& in = layer.input();
  if (*op == ListedOp::fc && in.pixels() != 1) return std::nullopt;
  const ListedShape listed{*op,
                           in.height,
                           in.width,
                           in.channels,
                           layer.output.channels,
                           window_of(layer.op).stride_height};
  // Other kernels, paddings, strides and dilations are not what the row would make.
  if (!(listed_op(listed, activation) == layer.op)) return std::nullopt;
  return listed;
}

Op listed_op(const ListedShape& s, Activation activation) {
  const Window window = same_window({s.height, s.width, s.in_channels}, kernel_of(s.op), s.stride);
  if (s.op == ListedOp::fc) return Linear{s.out_channels, activation};
  if (s.op == ListedOp::dw3x3) {
    return DepthwiseConv2d{s.out_channels / s.in_channels, window, activation};
  }
  return Conv2d{s.out_channels, window, activation};
}

}  // namespace h4h::workloads
