#pragma once

#include <cstddef>
#include <vector>

#include "workloads/import/onnx/model.hpp"

namespace h4h::workloads::onnx {

// Places of the nodes in an order in which each stands behind those that it reads: the file's, as
// far as it is one. Nodes that no output of the graph needs are left out. Throws FormatError for
// tensors that no node or two nodes produce, and for cycles.
std::vector<std::size_t> node_order(const Model& model);

}  // namespace h4h::workloads::onnx
