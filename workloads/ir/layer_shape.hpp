#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workloads/ir/op.hpp"
#include "workloads/ir/op_traits.hpp"
#include "workloads/ir/shape.hpp"

namespace h4h::workloads {

// A layer without its name and place: everything that decides what it costs.
// Bytes are those of 8-bit data: one byte an element.
struct LayerShape {
  Op op;
  std::vector<Shape> inputs;
  Shape output;
  // Weights as the NPU's encoder stored them, where measured; scales and biases not included.
  std::optional<std::int64_t> encoded_weight_bytes;
  // Weights in the encoder's code, measured from their values, without the hardware's padding.
  std::optional<std::int64_t> coded_weight_bytes;

  const Shape& input() const { return inputs.front(); }
};

bool operator==(const LayerShape& a, const LayerShape& b);

std::string canonical_text(const LayerShape& layer);

}  // namespace h4h::workloads
