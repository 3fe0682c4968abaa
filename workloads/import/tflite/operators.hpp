#pragma once

#include <vector>

#include "workloads/import/operator_layers.hpp"
#include "workloads/import/tflite/graph.hpp"

namespace h4h::workloads::tflite {

// Adds what operator `index` is to the graph: layers, or a fold. Throws NotMapped where it is
// neither; what it had added is then still pending.
void import_operator(ImportGraph& graph, std::size_t index, const FileOperator& op);

// Operators that become layers or are folded. Operators on numbers and constants that are known
// when the file is read fold beside them, whatever they are.
std::vector<OperatorLayers> operators_read();

}  // namespace h4h::workloads::tflite
