#pragma once

#include <string_view>
#include <vector>

#include "workloads/import/onnx/operator.hpp"

namespace h4h::workloads::onnx {

// Computes a node whose result is known when the file is read: all its inputs are constants, or it
// asks only for their shape. Large constants keep their shape alone. False: it is none of these.
// Throws NotMapped where it should be known but is not.
bool fold_operator(Operator& op);

// The nodes that it can compute.
std::vector<std::string_view> folded_operators();

}  // namespace h4h::workloads::onnx
