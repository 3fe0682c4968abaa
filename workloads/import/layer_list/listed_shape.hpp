#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/csv/csv_table.hpp"
#include "base/enum_values.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::workloads {

// The operators of layer lists. A convolution of one of the first three kinds is never listed as
// `conv` or `dw`, so that a layer is one row only.
enum class ListedOp { conv3x3, dw3x3, pw1x1, fc, conv, dw, softmax, matmul };
inline constexpr auto& kListedOps = kEnumValues<ListedOp>;
std::string_view to_string(ListedOp op);

// What a row of a layer list says of a layer; the rest is the same for all: a clamp for activation
// where there are weights, int8. Height, width and in_channels are of the input.
//   fc       height x width vectors of in_channels each, mostly one: a matrix product with weights
//   softmax  over the channels of every pixel; out_channels = in_channels
//   matmul   of two feature maps: height matrices of width x in_channels times in_channels x
//            out_channels
struct ListedShape {
  ListedOp op = ListedOp::conv3x3;
  std::int64_t height = 1, width = 1, in_channels = 1, out_channels = 1;
  std::int64_t stride = 1;
  // Of conv and dw alone; the square kernels of the others are part of their names.
  std::int64_t kernel = 1;
  std::int64_t groups = 1, dilation = 1;
  bool valid = false;  // no padding instead of "SAME"
};

bool operator==(const ListedShape& a, const ListedShape& b);
bool operator<(const ListedShape& a, const ListedShape& b);

// Whether both are of one kind: all but the sizes of their feature maps is the same.
bool same_kind(const ListedShape& a, const ListedShape& b);

// The columns of a row: op, H, W, Cin, Cout, k, stride, and where they are there M, N, K, groups,
// dilation and padding. Throws CsvError that says what is allowed.
ListedShape listed_shape(const CsvRow& row);

// A convolution without padding.
ListedShape listed_convolution(const Shape& input, std::int64_t out_channels, std::int64_t kernel,
                               std::int64_t stride);

// The row that a layer would be; nullopt where no row says all of it.
std::optional<ListedShape> listed_shape(const LayerShape& layer);

// The operator of a row, with that activation fused where it has weights, and what it reads.
Op listed_op(const ListedShape& listed, Activation activation);
std::vector<Shape> listed_inputs(const ListedShape& listed);

}  // namespace h4h::workloads
