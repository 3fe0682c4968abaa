#pragma once

#include <cstddef>

#include "workloads/import/tflite/graph.hpp"

namespace h4h::workloads::tflite {

// Folds an operator whose outputs are known when the file is read: whole numbers of shapes, slices
// and sizes (their values are computed), and constants made of constants (their values are not).
// Says whether it did.
bool fold_operator(ImportGraph& graph, std::size_t index, const FileOperator& op);

// What slices take of every axis of a tensor of `dims`; `shrunk` axes go, `fresh` ones come in.
struct StridedSlice {
  std::vector<fold::Span> spans;
  Dims dims;  // of the result
};
// Of STRIDED_SLICE with these first, last and stride values. Throws FoldError.
StridedSlice strided_slice(const FileOperator& op, const Dims& dims,
                           const std::vector<std::int64_t>& begin,
                           const std::vector<std::int64_t>& end,
                           const std::vector<std::int64_t>& strides);

}  // namespace h4h::workloads::tflite
