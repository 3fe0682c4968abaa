#pragma once

#include "workloads/import/onnx/operator.hpp"

namespace h4h::workloads::onnx {

// Computes a node whose result is known when the file is read: all its inputs are constants, or it
// asks only for their shape. Large constants keep their shape alone. False: it is none of these.
// Throws NotMapped where it should be known but is not.
bool fold_operator(Operator& op);

}  // namespace h4h::workloads::onnx
