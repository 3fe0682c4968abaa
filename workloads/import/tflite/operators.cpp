#include "workloads/import/tflite/operators.hpp"

#include <map>

#include "workloads/import/tflite/folding.hpp"
#include "workloads/import/tflite/layers.hpp"

namespace h4h::workloads::tflite {
namespace {

using Importers = std::map<BuiltinOperator, Importer>;

Importers collect() {
  Importers all;
  for (const auto* some :
       {&weighted_importers(), &element_importers(), &shape_importers(), &state_importers()}) {
    for (const Importer& importer : *some) all[importer.code] = importer;
  }
  return all;
}

const Importers& importers() {
  static const Importers all = collect();
  return all;
}

// Operators that have effects rather than results.
bool may_lack_outputs(BuiltinOperator code) {
  return code == BuiltinOperator::assign_variable || code == BuiltinOperator::call_once;
}

const char* why_not_imported(BuiltinOperator code) {
  if (code == BuiltinOperator::custom) {
    return "a custom operator: H4H does not model it, and Arm's compiler leaves it to the host";
  }
  return is_named(code) ? "H4H does not model it" : "operator not supported";
}

}  // namespace

void import_operator(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  if (op.outputs.empty() && !may_lack_outputs(op.code)) throw NotMapped("no outputs");
  const auto importer = importers().find(op.code);
  if (fold_operator(graph, index, op)) return;
  if (importer == importers().end()) {
    throw NotMapped(why_not_imported(op.code));
  }
  remember_variables(graph, op);
  importer->second.add(graph, index, op);
}

std::vector<OperatorLayers> operators_read() {
  std::vector<OperatorLayers> all;
  for (const BuiltinOperator code :
       {BuiltinOperator::densify, BuiltinOperator::rank, BuiltinOperator::shape}) {
    all.push_back({operator_name(code, ""), ""});
  }
  for (const auto& [code, importer] : importers()) {
    all.push_back({operator_name(code, ""), importer.layers});
  }
  return all;
}

}  // namespace h4h::workloads::tflite
