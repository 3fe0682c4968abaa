#pragma once

#include <cstddef>
#include <string>

#include "workloads/import/onnx/graph.hpp"

namespace h4h::workloads::onnx {

// A node that the host runs: what it reads lives until it, and what it makes enters the network
// where the file tells its shape.
Unsupported left_to_host(ImportGraph& graph, std::size_t index, const std::string& reason);

}  // namespace h4h::workloads::onnx
