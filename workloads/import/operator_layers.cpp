#include "workloads/import/operator_layers.hpp"

#include <algorithm>
#include <map>

#include "workloads/import/onnx/operators.hpp"
#include "workloads/import/tflite/operators.hpp"
#include "workloads/ir/op_traits.hpp"

namespace h4h::workloads {

namespace {

std::vector<std::string> names_of(std::string_view layers) {
  constexpr std::string_view kBetween = ", ";
  std::vector<std::string> names;
  while (!layers.empty()) {
    const std::size_t end = std::min(layers.find(kBetween), layers.size());
    names.emplace_back(layers.substr(0, end));
    layers.remove_prefix(std::min(end + kBetween.size(), layers.size()));
  }
  return names;
}

bool runs_on_macros(const std::string& layer) {
  const auto& all = named_ops();
  return std::any_of(all.begin(), all.end(), [&](const NamedOp& known) {
    return known.name == layer && cim_support(known.op) != CimSupport::none;
  });
}

}  // namespace

std::vector<ReadOperators> operators_read() {
  std::map<std::string_view, ReadOperators> rows;
  for (const OperatorLayers& read : tflite::operators_read()) {
    rows[read.layers].tflite.push_back(read.op);
  }
  for (const OperatorLayers& read : onnx::operators_read()) {
    rows[read.layers].onnx.push_back(read.op);
  }
  std::vector<ReadOperators> all;
  for (auto& [layers, row] : rows) {
    row.layers = names_of(layers);
    row.on_macros = std::any_of(row.layers.begin(), row.layers.end(), runs_on_macros);
    std::sort(row.tflite.begin(), row.tflite.end());
    std::sort(row.onnx.begin(), row.onnx.end());
    all.push_back(std::move(row));
  }
  return all;
}

}  // namespace h4h::workloads
