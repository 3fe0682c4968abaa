#pragma once

#include <vector>

#include "workloads/import/fold/array.hpp"
#include "workloads/import/onnx/operator.hpp"

namespace h4h::workloads::onnx {

// What nodes say of axes and shapes, in the forms of all operator sets: the same of constants and
// of feature maps. All throw NotMapped or fold::FoldError.

// Of Reshape, Flatten, Squeeze and Unsqueeze: the dimensions of the result.
Dims reshaped_dims(const Operator& op);
// Of Transpose.
std::vector<int> permutation(const Operator& op, std::size_t rank);
// Of Slice: what it takes of every axis.
std::vector<fold::Span> slice_spans(const Operator& op);
// Of Split: the same of every output.
std::vector<std::vector<fold::Span>> split_spans(const Operator& op);
// Of reductions: the axes, from 0; all of them where none are named.
std::vector<int> reduced_axes(const Operator& op, std::size_t rank);

}  // namespace h4h::workloads::onnx
