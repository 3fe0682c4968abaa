#include "workloads/import/tflite/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

struct OperatorName {
  BuiltinOperator code;
  std::string_view name;
};

constexpr std::array kOperatorNames{
    OperatorName{BuiltinOperator::add, "ADD"},
    OperatorName{BuiltinOperator::average_pool_2d, "AVERAGE_POOL_2D"},
    OperatorName{BuiltinOperator::concatenation, "CONCATENATION"},
    OperatorName{BuiltinOperator::conv_2d, "CONV_2D"},
    OperatorName{BuiltinOperator::depthwise_conv_2d, "DEPTHWISE_CONV_2D"},
    OperatorName{BuiltinOperator::dequantize, "DEQUANTIZE"},
    OperatorName{BuiltinOperator::fully_connected, "FULLY_CONNECTED"},
    OperatorName{BuiltinOperator::logistic, "LOGISTIC"},
    OperatorName{BuiltinOperator::max_pool_2d, "MAX_POOL_2D"},
    OperatorName{BuiltinOperator::mul, "MUL"},
    OperatorName{BuiltinOperator::relu, "RELU"},
    OperatorName{BuiltinOperator::relu_n1_to_1, "RELU_N1_TO_1"},
    OperatorName{BuiltinOperator::relu6, "RELU6"},
    OperatorName{BuiltinOperator::reshape, "RESHAPE"},
    OperatorName{BuiltinOperator::resize_bilinear, "RESIZE_BILINEAR"},
    OperatorName{BuiltinOperator::softmax, "SOFTMAX"},
    OperatorName{BuiltinOperator::tanh, "TANH"},
    OperatorName{BuiltinOperator::pad, "PAD"},
    OperatorName{BuiltinOperator::transpose, "TRANSPOSE"},
    OperatorName{BuiltinOperator::mean, "MEAN"},
    OperatorName{BuiltinOperator::sub, "SUB"},
    OperatorName{BuiltinOperator::prelu, "PRELU"},
    OperatorName{BuiltinOperator::resize_nearest_neighbor, "RESIZE_NEAREST_NEIGHBOR"},
    OperatorName{BuiltinOperator::quantize, "QUANTIZE"},
    OperatorName{BuiltinOperator::hard_swish, "HARD_SWISH"},
    OperatorName{BuiltinOperator::depth_to_space, "DEPTH_TO_SPACE"},
    OperatorName{BuiltinOperator::l2_normalization, "L2_NORMALIZATION"},
    OperatorName{BuiltinOperator::space_to_depth, "SPACE_TO_DEPTH"},
    OperatorName{BuiltinOperator::svdf, "SVDF"},
    OperatorName{BuiltinOperator::gather, "GATHER"},
    OperatorName{BuiltinOperator::div, "DIV"},
    OperatorName{BuiltinOperator::squeeze, "SQUEEZE"},
    OperatorName{BuiltinOperator::unidirectional_sequence_lstm, "UNIDIRECTIONAL_SEQUENCE_LSTM"},
    OperatorName{BuiltinOperator::strided_slice, "STRIDED_SLICE"},
    OperatorName{BuiltinOperator::exp, "EXP"},
    OperatorName{BuiltinOperator::split, "SPLIT"},
    OperatorName{BuiltinOperator::cast, "CAST"},
    OperatorName{BuiltinOperator::maximum, "MAXIMUM"},
    OperatorName{BuiltinOperator::arg_max, "ARG_MAX"},
    OperatorName{BuiltinOperator::minimum, "MINIMUM"},
    OperatorName{BuiltinOperator::padv2, "PADV2"},
    OperatorName{BuiltinOperator::slice, "SLICE"},
    OperatorName{BuiltinOperator::transpose_conv, "TRANSPOSE_CONV"},
    OperatorName{BuiltinOperator::expand_dims, "EXPAND_DIMS"},
    OperatorName{BuiltinOperator::sum, "SUM"},
    OperatorName{BuiltinOperator::rsqrt, "RSQRT"},
    OperatorName{BuiltinOperator::pack, "PACK"},
    OperatorName{BuiltinOperator::unpack, "UNPACK"},
    OperatorName{BuiltinOperator::leaky_relu, "LEAKY_RELU"},
    OperatorName{BuiltinOperator::batch_matmul, "BATCH_MATMUL"},
    OperatorName{BuiltinOperator::gelu, "GELU"},
};

std::string operator_name(const Code& code) {
  if (code.code == BuiltinOperator::custom) return "CUSTOM:" + code.custom;
  for (const OperatorName& known : kOperatorNames) {
    if (known.code == code.code) return std::string(known.name);
  }
  return fmt::format("operator {}", static_cast<int>(code.code));
}

// Old files store the code in a byte, new ones in an int; the larger one holds.
Code read_code(const Table& table) {
  const std::int32_t code =
      std::max<std::int32_t>(table.scalar<std::int8_t>(slot::kCodeDeprecated, 0),
                             table.scalar<std::int32_t>(slot::kCodeBuiltin, 0));
  return {static_cast<BuiltinOperator>(code), as_utf8(table.string(slot::kCodeCustom))};
}

// Where an operator's options table keeps what; -1 where it has no such field.
struct OptionSlots {
  int padding = -1, stride_width = -1, stride_height = -1;
  int filter_width = -1, filter_height = -1;
  int dilation_width = -1, dilation_height = -1;
  int activation = -1, axis = -1;
};

OptionSlots option_slots(BuiltinOperator code) {
  OptionSlots s;
  if (code == BuiltinOperator::conv_2d) return {0, 1, 2, -1, -1, 4, 5, 3, -1};
  if (code == BuiltinOperator::depthwise_conv_2d) return {0, 1, 2, -1, -1, 5, 6, 4, -1};
  if (code == BuiltinOperator::average_pool_2d || code == BuiltinOperator::max_pool_2d) {
    return {0, 1, 2, 3, 4, -1, -1, 5, -1};
  }
  if (code == BuiltinOperator::concatenation) return {-1, -1, -1, -1, -1, -1, -1, 1, 0};
  if (code == BuiltinOperator::fully_connected || code == BuiltinOperator::add ||
      code == BuiltinOperator::sub || code == BuiltinOperator::mul) {
    s.activation = 0;
  }
  return s;
}

Options read_options(const Code& code, const Table& table) {
  const OptionSlots slots = option_slots(code.code);
  const std::optional<Table> options = table.table(slot::kOperatorOptions);
  if (!options) {
    if (slots.padding >= 0) throw FormatError(operator_name(code) + " has no options");
    return {};
  }
  const auto integer = [&](int at, std::int32_t fallback) {
    return at < 0 ? 1 : options->scalar<std::int32_t>(at, fallback);
  };
  Options o;
  if (slots.padding >= 0) {
    o.padding = static_cast<PaddingScheme>(options->scalar<std::int8_t>(slots.padding, 0));
  }
  o.stride_width = integer(slots.stride_width, 0);
  o.stride_height = integer(slots.stride_height, 0);
  o.filter_width = integer(slots.filter_width, 0);
  o.filter_height = integer(slots.filter_height, 0);
  o.dilation_width = integer(slots.dilation_width, 1);
  o.dilation_height = integer(slots.dilation_height, 1);
  o.axis = integer(slots.axis, 0);
  if (slots.activation >= 0) o.activation = options->scalar<std::int8_t>(slots.activation, 0);
  return o;
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
  return {name, integers(table, slot::kTensorShape),
          static_cast<TensorType>(table.scalar<std::int8_t>(slot::kTensorType, 0)),
          zero_point(table), buffers[buffer]};
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
