#pragma once

#include <cstddef>
#include <string>

#include "workloads/import/tflite/graph.hpp"

namespace h4h::workloads::tflite {

// An operator that the host runs: what it reads lives until it, and what it makes enters the
// network where its shape can be told.
Unsupported left_to_host(ImportGraph& graph, std::size_t index, const FileOperator& op,
                         const std::string& reason);

}  // namespace h4h::workloads::tflite
