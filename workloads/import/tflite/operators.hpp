#pragma once

#include "workloads/import/tflite/graph.hpp"

namespace h4h::workloads::tflite {

// Adds what operator `index` is to the graph: layers, or a fold. Throws NotMapped where it is
// neither; what it had added is then still pending.
void import_operator(ImportGraph& graph, std::size_t index, const FileOperator& op);

}  // namespace h4h::workloads::tflite
