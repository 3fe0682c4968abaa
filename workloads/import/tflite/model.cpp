#include "workloads/import/tflite/model.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace h4h::workloads::tflite {
namespace {

// Slots of the schema's tables.
namespace slot {
constexpr int kModelOperatorCodes = 1, kModelSubgraphs = 2, kModelBuffers = 4;
constexpr int kCodeDeprecated = 0, kCodeCustom = 1, kCodeBuiltin = 3;
constexpr int kGraphTensors = 0, kGraphInputs = 1, kGraphOutputs = 2, kGraphOperators = 3;
constexpr int kTensorShape = 0, kTensorType = 1, kTensorBuffer = 2, kTensorName = 3;
constexpr int kOperatorCode = 0, kOperatorInputs = 1, kOperatorOutputs = 2, kOperatorOptions = 4;
constexpr int kBufferData = 0;
}  // namespace slot

struct Code {
  BuiltinOperator code;
  std::string custom;
};

std::vector<std::int32_t> integers(const Table& table, int field) {
  std::vector<std::int32_t> values;
  const std::optional<Vector> vector = table.vector(field, 4);
  for (std::size_t i = 0; vector && i < vector->size(); ++i) {
    values.push_back(vector->scalar<std::int32_t>(i));
  }
  return values;
}

template <typename Visit>
void each_table(const Table& table, int field, Visit visit) {
  const std::optional<Vector> vector = table.vector(field, 4);
  for (std::size_t i = 0; vector && i < vector->size(); ++i) visit(vector->table(i));
}

std::string operator_name(const Code& code) {
  switch (code.code) {
    case BuiltinOperator::add:
      return "ADD";
    case BuiltinOperator::average_pool_2d:
      return "AVERAGE_POOL_2D";
    case BuiltinOperator::conv_2d:
      return "CONV_2D";
    case BuiltinOperator::depthwise_conv_2d:
      return "DEPTHWISE_CONV_2D";
    case BuiltinOperator::dequantize:
      return "DEQUANTIZE";
    case BuiltinOperator::fully_connected:
      return "FULLY_CONNECTED";
    case BuiltinOperator::logistic:
      return "LOGISTIC";
    case BuiltinOperator::max_pool_2d:
      return "MAX_POOL_2D";
    case BuiltinOperator::mul:
      return "MUL";
    case BuiltinOperator::relu:
      return "RELU";
    case BuiltinOperator::relu_n1_to_1:
      return "RELU_N1_TO_1";
    case BuiltinOperator::relu6:
      return "RELU6";
    case BuiltinOperator::tanh:
      return "TANH";
    case BuiltinOperator::custom:
      return "CUSTOM:" + code.custom;
    case BuiltinOperator::pad:
      return "PAD";
    case BuiltinOperator::mean:
      return "MEAN";
    case BuiltinOperator::sub:
      return "SUB";
  }
  return fmt::format("operator {}", static_cast<int>(code.code));
}

// Old files store the code in a byte, new ones in an int; the larger one holds.
Code read_code(const Table& table) {
  const std::int32_t code =
      std::max<std::int32_t>(table.scalar<std::int8_t>(slot::kCodeDeprecated, 0),
                             table.scalar<std::int32_t>(slot::kCodeBuiltin, 0));
  return {static_cast<BuiltinOperator>(code), std::string(table.string(slot::kCodeCustom))};
}

Options conv_options(const Table& t) {
  Options o;
  o.padding = static_cast<PaddingScheme>(t.scalar<std::int8_t>(0, 0));
  o.stride_width = t.scalar<std::int32_t>(1, 0);
  o.stride_height = t.scalar<std::int32_t>(2, 0);
  o.activation = t.scalar<std::int8_t>(3, 0);
  o.dilation_width = t.scalar<std::int32_t>(4, 1);
  o.dilation_height = t.scalar<std::int32_t>(5, 1);
  return o;
}

Options depthwise_options(const Table& t) {
  Options o;
  o.padding = static_cast<PaddingScheme>(t.scalar<std::int8_t>(0, 0));
  o.stride_width = t.scalar<std::int32_t>(1, 0);
  o.stride_height = t.scalar<std::int32_t>(2, 0);
  o.depth_multiplier = t.scalar<std::int32_t>(3, 0);
  o.activation = t.scalar<std::int8_t>(4, 0);
  o.dilation_width = t.scalar<std::int32_t>(5, 1);
  o.dilation_height = t.scalar<std::int32_t>(6, 1);
  return o;
}

Options pool_options(const Table& t) {
  Options o;
  o.padding = static_cast<PaddingScheme>(t.scalar<std::int8_t>(0, 0));
  o.stride_width = t.scalar<std::int32_t>(1, 0);
  o.stride_height = t.scalar<std::int32_t>(2, 0);
  o.filter_width = t.scalar<std::int32_t>(3, 0);
  o.filter_height = t.scalar<std::int32_t>(4, 0);
  o.activation = t.scalar<std::int8_t>(5, 0);
  return o;
}

Options activation_only(const Table& t) {
  Options o;
  o.activation = t.scalar<std::int8_t>(0, 0);
  return o;
}

bool has_options(BuiltinOperator code) {
  return code == BuiltinOperator::conv_2d || code == BuiltinOperator::depthwise_conv_2d ||
         code == BuiltinOperator::average_pool_2d || code == BuiltinOperator::max_pool_2d;
}

bool may_have_activation(BuiltinOperator code) {
  return code == BuiltinOperator::fully_connected || code == BuiltinOperator::add ||
         code == BuiltinOperator::sub || code == BuiltinOperator::mul;
}

Options read_options(const Code& code, const Table& table) {
  const std::optional<Table> options = table.table(slot::kOperatorOptions);
  if (!options) {
    if (has_options(code.code)) throw FormatError(operator_name(code) + " has no options");
    return {};
  }
  if (code.code == BuiltinOperator::conv_2d) return conv_options(*options);
  if (code.code == BuiltinOperator::depthwise_conv_2d) return depthwise_options(*options);
  if (has_options(code.code)) return pool_options(*options);
  return may_have_activation(code.code) ? activation_only(*options) : Options{};
}

FileTensor read_tensor(const Table& table, const std::vector<std::string_view>& buffers) {
  const auto buffer = table.scalar<std::uint32_t>(slot::kTensorBuffer, 0);
  const std::string name(table.string(slot::kTensorName));
  if (buffer >= buffers.size()) {
    throw FormatError(
        fmt::format("tensor '{}' names buffer {} of {}", name, buffer, buffers.size()));
  }
  return {name, integers(table, slot::kTensorShape),
          static_cast<TensorType>(table.scalar<std::int8_t>(slot::kTensorType, 0)),
          buffers[buffer]};
}

FileOperator read_operator(const Table& table, const std::vector<Code>& codes) {
  const auto index = table.scalar<std::uint32_t>(slot::kOperatorCode, 0);
  if (index >= codes.size()) {
    throw FormatError(fmt::format("operator code {} of {} does not exist", index, codes.size()));
  }
  const Code& code = codes[index];
  return {code.code, operator_name(code), integers(table, slot::kOperatorInputs),
          integers(table, slot::kOperatorOutputs), read_options(code, table)};
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
  return model;
}

}  // namespace h4h::workloads::tflite
