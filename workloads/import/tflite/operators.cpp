#include "workloads/import/tflite/operators.hpp"

#include <map>

#include "workloads/import/tflite/folding.hpp"
#include "workloads/import/tflite/layers.hpp"

namespace h4h::workloads::tflite {
namespace {

std::map<BuiltinOperator, AddLayers> collect() {
  std::map<BuiltinOperator, AddLayers> all;
  for (const auto* some :
       {&weighted_importers(), &element_importers(), &shape_importers(), &state_importers()}) {
    for (const Importer& importer : *some) all[importer.code] = importer.add;
  }
  return all;
}

// Operators that have effects rather than results.
bool may_lack_outputs(BuiltinOperator code) {
  return code == BuiltinOperator::assign_variable || code == BuiltinOperator::call_once;
}

}  // namespace

void import_operator(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  static const std::map<BuiltinOperator, AddLayers> importers = collect();
  if (op.outputs.empty() && !may_lack_outputs(op.code)) throw NotMapped("makes nothing");
  const auto importer = importers.find(op.code);
  if (fold_operator(graph, index, op)) return;
  if (importer == importers.end()) {
    throw NotMapped(is_named(op.code)
                        ? "no layer stands for it, and Arm's compiler leaves it to the host"
                        : "operator not supported");
  }
  importer->second(graph, index, op);
  remember_variables(graph, op);
}

}  // namespace h4h::workloads::tflite
