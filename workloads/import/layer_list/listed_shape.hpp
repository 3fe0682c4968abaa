#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/csv/csv_table.hpp"
#include "base/enum_values.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::workloads {

enum class ListedOp { conv3x3, dw3x3, pw1x1, fc };
inline constexpr auto& kListedOps = kEnumValues<ListedOp>;
std::string_view to_string(ListedOp op);

// What a row of a layer list says of a layer; the rest is the same for all: "SAME" padding, a
// clamp for activation, int8. Height, width and in_channels are of the input; the kernel has 3 x 3
// or 1 x 1 taps, by the op.
struct ListedShape {
  ListedOp op = ListedOp::conv3x3;
  std::int64_t height = 1, width = 1, in_channels = 1, out_channels = 1;
  std::int64_t stride = 1;
};

bool operator==(const ListedShape& a, const ListedShape& b);
bool operator<(const ListedShape& a, const ListedShape& b);

// The columns op, H, W, Cin, Cout, k, stride of a row. Throws CsvError that says what is allowed.
ListedShape listed_shape(const CsvRow& row);

// The row that a layer would be; nullopt where no row says all of it.
std::optional<ListedShape> listed_shape(const LayerShape& layer);

// The operator of a row, with that activation fused.
Op listed_op(const ListedShape& listed, Activation activation);

}  // namespace h4h::workloads
