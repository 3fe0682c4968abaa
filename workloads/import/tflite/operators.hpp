#pragma once

#include "workloads/import/tflite/graph.hpp"

namespace h4h::workloads::tflite {

// Adds what operator `index` is to the graph: a layer, or a fold. Throws NotMapped and leaves the
// graph as it was where it is neither.
void import_operator(ImportGraph& graph, std::size_t index, const FileOperator& op);

}  // namespace h4h::workloads::tflite
