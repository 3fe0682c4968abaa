#include "workloads/import/tflite/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text/utf8.hpp"

namespace h4h::workloads::tflite {
namespace {

// Slots of the schema's tables.
namespace slot {
constexpr int kModelOperatorCodes = 1, kModelSubgraphs = 2, kModelBuffers = 4;
constexpr int kCodeDeprecated = 0, kCodeCustom = 1, kCodeBuiltin = 3;
constexpr int kGraphTensors = 0, kGraphInputs = 1, kGraphOutputs = 2, kGraphOperators = 3;
constexpr int kTensorShape = 0, kTensorType = 1, kTensorBuffer = 2, kTensorName = 3;
constexpr int kOperatorCode = 0, kOperatorInputs = 1, kOperatorOutputs = 2, kOperatorOptions = 4;
constexpr int kTensorQuantization = 4, kQuantizationZeroPoint = 3;
constexpr int kTensorVariable = 5, kTensorSignature = 7;
constexpr int kCallOnceSubgraph = 0;
constexpr int kBufferData = 0;
}  // namespace slot

struct Code {
  BuiltinOperator code;
  std::string custom;
};

template <typename Visit>
void each_table(const Table& table, int field, Visit visit) {
  const std::optional<Vector> vector = table.vector(field, 4);
  for (std::size_t i = 0; vector && i < vector->size(); ++i) visit(vector->table(i));
}

// Old files store the code in a byte, new ones in an int; the larger one holds.
Code read_code(const Table& table) {
  const std::int32_t code =
      std::max<std::int32_t>(table.scalar<std::int8_t>(slot::kCodeDeprecated, 0),
                             table.scalar<std::int32_t>(slot::kCodeBuiltin, 0));
  return {static_cast<BuiltinOperator>(code), as_utf8(table.string(slot::kCodeCustom))};
}

// Of the whole tensor; weights with one per channel are symmetric, so zero.
std::int64_t zero_point(const Table& tensor) {
  const std::optional<Table> quantization = tensor.table(slot::kTensorQuantization);
  if (!quantization) return 0;
  const std::optional<Vector> points = quantization->vector(slot::kQuantizationZeroPoint, 8);
  return points && points->size() == 1 ? points->scalar<std::int64_t>(0) : 0;
}

FileTensor read_tensor(const Table& table, const std::vector<std::string_view>& buffers) {
  const auto buffer = table.scalar<std::uint32_t>(slot::kTensorBuffer, 0);
  const std::string name = as_utf8(table.string(slot::kTensorName));
  if (buffer >= buffers.size()) {
    throw FormatError(
        fmt::format("tensor '{}' names buffer {} of {}", name, buffer, buffers.size()));
  }
  FileTensor tensor;
  tensor.name = name;
  tensor.shape = integers(table, slot::kTensorShape);
  tensor.signature = integers(table, slot::kTensorSignature);
  tensor.type = static_cast<TensorType>(table.scalar<std::int8_t>(slot::kTensorType, 0));
  tensor.zero_point = zero_point(table);
  tensor.buffer = buffer;
  tensor.is_variable = table.scalar<std::uint8_t>(slot::kTensorVariable, 0) != 0;
  tensor.data = buffers[buffer];
  return tensor;
}

FileOperator read_operator(const Table& table, const std::vector<Code>& codes) {
  const auto index = table.scalar<std::uint32_t>(slot::kOperatorCode, 0);
  if (index >= codes.size()) {
    throw FormatError(fmt::format("operator code {} of {} does not exist", index, codes.size()));
  }
  const Code& code = codes[index];
  return {code.code, operator_name(code.code, code.custom), integers(table, slot::kOperatorInputs),
          integers(table, slot::kOperatorOutputs), table.table(slot::kOperatorOptions)};
}

// Subgraphs beside the first that no CALL_ONCE runs ahead of it.
std::size_t count_further(const Model& model, std::size_t subgraphs) {
  std::set<std::int32_t> first_values;
  for (const FileOperator& op : model.operators) {
    if (op.code != BuiltinOperator::call_once) continue;
    first_values.insert(op.option<std::int32_t>(slot::kCallOnceSubgraph));
  }
  std::size_t further = 0;
  for (std::size_t i = 1; i < subgraphs; ++i) {
    further += first_values.count(static_cast<std::int32_t>(i)) == 0 ? 1 : 0;
  }
  return further;
}

void check_indices(const Model& model) {
  const auto count = static_cast<std::int64_t>(model.tensors.size());
  const auto check = [&](const std::string& who, const std::vector<std::int32_t>& ids, int lowest) {
    for (const std::int32_t id : ids) {
      if (id < lowest || id >= count) {
        throw FormatError(fmt::format("{} names tensor {} of {}", who, id, count));
      }
    }
  };
  check("the list of inputs", model.inputs, 0);
  check("the list of outputs", model.outputs, 0);
  for (std::size_t i = 0; i < model.operators.size(); ++i) {
    const std::string who = fmt::format("operator {} ({})", i, model.operators[i].name);
    check(who, model.operators[i].inputs, -1);
    check(who, model.operators[i].outputs, 0);
  }
}

}  // namespace

bool FileTensor::is_open() const {
  const std::vector<std::int32_t>& sides = signature.empty() ? shape : signature;
  return !sides.empty() &&
         std::any_of(sides.begin() + 1, sides.end(), [](std::int32_t side) { return side < 1; });
}

std::vector<std::int32_t> integers(const Table& table, int slot) {
  std::vector<std::int32_t> values;
  const std::optional<Vector> vector = table.vector(slot, 4);
  for (std::size_t i = 0; vector && i < vector->size(); ++i) {
    values.push_back(vector->scalar<std::int32_t>(i));
  }
  return values;
}

Model parse_model(std::string_view file) {
  const Bytes bytes(file);
  if (file.size() < 8 || bytes.slice(4, 4) != "TFL3") {
    throw FormatError("not a TensorFlow Lite file: identifier TFL3 is missing at offset 4");
  }
  const Table root = Table::root(bytes);
  std::vector<Code> codes;
  each_table(root, slot::kModelOperatorCodes,
             [&](const Table& t) { codes.push_back(read_code(t)); });
  std::vector<std::string_view> buffers;
  each_table(root, slot::kModelBuffers,
             [&](const Table& t) { buffers.push_back(t.string(slot::kBufferData)); });
  const std::optional<Vector> graphs = root.vector(slot::kModelSubgraphs, 4);
  if (!graphs || graphs->size() == 0) throw FormatError("the file has no subgraph");
  const Table graph = graphs->table(0);

  Model model;
  each_table(graph, slot::kGraphTensors,
             [&](const Table& t) { model.tensors.push_back(read_tensor(t, buffers)); });
  each_table(graph, slot::kGraphOperators,
             [&](const Table& t) { model.operators.push_back(read_operator(t, codes)); });
  model.inputs = integers(graph, slot::kGraphInputs);
  model.outputs = integers(graph, slot::kGraphOutputs);
  check_indices(model);
  model.further_subgraphs = count_further(model, graphs->size());
  return model;
}

}  // namespace h4h::workloads::tflite
