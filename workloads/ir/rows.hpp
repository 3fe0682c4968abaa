#pragma once

#include <cstdint>

#include "workloads/ir/layer_shape.hpp"

namespace h4h::workloads {

// Rows [begin, end) of a feature map.
struct Rows {
  std::int64_t begin = 0, end = 0;
  std::int64_t size() const { return end - begin; }

  friend bool operator==(const Rows& a, const Rows& b) {
    return a.begin == b.begin && a.end == b.end;
  }
};

// Whether any rows of the layer's output can be computed from a few rows of its inputs:
// convolutions, pooling, and functions of elements. Each window must touch the map.
bool works_by_rows(const LayerShape& layer);

// The rows of an input behind some rows of the output: those that windows touch; of an input of
// elementwise operators that has one row, that one.
Rows input_rows(const LayerShape& layer, std::size_t input, Rows outputs);

// The layer that computes `outputs` from input_rows() of its inputs; padding is what of it those
// windows touch. Throws std::invalid_argument for a layer that does not work by rows, and for rows
// that it does not have.
LayerShape rows_of(const LayerShape& layer, Rows outputs);

}  // namespace h4h::workloads
