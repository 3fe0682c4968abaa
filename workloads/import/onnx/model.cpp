#include "workloads/import/onnx/model.hpp"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <onnx/onnx_pb.h>

#include <deque>
#include <set>
#include <utility>

#include "base/text/utf8.hpp"
#include "workloads/import/onnx/limits.hpp"

namespace h4h::workloads::onnx {
namespace {

// 7 and 8 differ from 9, and 21 and 22 from 20, in types and in operators that are not read here.
constexpr std::int64_t kFirstOpset = 7, kLastOpset = 22;
constexpr std::int64_t kMaxElements = std::int64_t{1} << 40;

// What a Model points into: the messages, and values that they hold in a wider type.
struct Storage {
  ::onnx::ModelProto message;
  std::deque<std::string> narrowed;
};

std::int64_t elements(const std::string& name, const std::vector<std::int64_t>& dims) {
  std::int64_t count = 1;
  for (const std::int64_t side : dims) {
    if (side < 0) throw FormatError(fmt::format("tensor '{}' has a dimension of {}", name, side));
    if (side > 0 && count > kMaxElements / side) {
      throw FormatError(fmt::format("tensor '{}' has more than {} elements", name, kMaxElements));
    }
    count *= side;
  }
  return count;
}

template <typename Values>
std::string_view bytes_in(const Values& values) {
  return {reinterpret_cast<const char*>(values.data()),
          static_cast<std::size_t>(values.size()) * sizeof(*values.data())};
}

// Values of 8 or 16 bits, which the file holds as integers of 32, or of 32 held as 64.
template <typename Values>
std::string_view narrowed(const Values& values, std::size_t size, Storage& storage) {
  std::string& bytes = storage.narrowed.emplace_back();
  bytes.reserve(static_cast<std::size_t>(values.size()) * size);
  for (const auto value : values) bytes.append(reinterpret_cast<const char*>(&value), size);
  return bytes;
}

std::string_view values_of(const ::onnx::TensorProto& tensor, ElementType type, Storage& storage) {
  if (!tensor.raw_data().empty()) return tensor.raw_data();
  if (tensor.float_data_size() > 0) return bytes_in(tensor.float_data());
  if (tensor.int64_data_size() > 0) return bytes_in(tensor.int64_data());
  if (tensor.double_data_size() > 0) return bytes_in(tensor.double_data());
  const std::size_t size = bytes_of(type);
  if (tensor.uint64_data_size() > 0) {
    return size == 4 ? narrowed(tensor.uint64_data(), 4, storage) : bytes_in(tensor.uint64_data());
  }
  if (tensor.int32_data_size() == 0 || size > 4) return {};
  return size == 4 ? bytes_in(tensor.int32_data()) : narrowed(tensor.int32_data(), size, storage);
}

FileConstant constant_of(const ::onnx::TensorProto& tensor, Storage& storage) {
  FileConstant constant;
  constant.name = as_utf8(tensor.name());
  constant.dims.assign(tensor.dims().begin(), tensor.dims().end());
  constant.type = static_cast<ElementType>(tensor.data_type());
  constant.is_external = tensor.data_location() == ::onnx::TensorProto::EXTERNAL;
  const std::int64_t count = elements(constant.name, constant.dims);
  if (constant.is_external) return constant;
  constant.data = values_of(tensor, constant.type, storage);
  const auto stated = static_cast<std::uint64_t>(count) * bytes_of(constant.type);
  if (bytes_of(constant.type) == 0) constant.data = {};
  if (!constant.data.empty() && constant.data.size() != stated) {
    throw FormatError(fmt::format("tensor '{}' has {} bytes of values; its shape takes {}",
                                  constant.name, constant.data.size(), stated));
  }
  return constant;
}

Attribute attribute_of(const ::onnx::AttributeProto& message, Storage& storage) {
  Attribute attribute;
  attribute.i = message.i();
  attribute.f = message.f();
  attribute.s = as_utf8(message.s());
  attribute.ints.assign(message.ints().begin(), message.ints().end());
  attribute.floats.assign(message.floats().begin(), message.floats().end());
  if (message.has_t()) attribute.t = constant_of(message.t(), storage);
  attribute.is_graph = message.has_g() || message.graphs_size() > 0;
  return attribute;
}

bool is_standard(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

Node node_of(const ::onnx::NodeProto& message, Storage& storage) {
  Node node;
  node.name = as_utf8(message.name());
  const std::string op = as_utf8(message.op_type());
  node.op = is_standard(message.domain()) ? op : as_utf8(message.domain()) + "." + op;
  for (const std::string& input : message.input()) node.inputs.push_back(as_utf8(input));
  for (const std::string& output : message.output()) node.outputs.push_back(as_utf8(output));
  for (const ::onnx::AttributeProto& attribute : message.attribute()) {
    node.attributes[as_utf8(attribute.name())] = attribute_of(attribute, storage);
  }
  return node;
}

ValueInfo value_of(const ::onnx::ValueInfoProto& message) {
  ValueInfo value;
  value.name = as_utf8(message.name());
  const ::onnx::TypeProto_Tensor& type = message.type().tensor_type();
  value.type = static_cast<ElementType>(type.elem_type());
  if (!type.has_shape()) return value;
  value.dims.emplace();
  for (const auto& dim : type.shape().dim()) {
    value.dims->push_back(dim.has_dim_value() && dim.dim_value() >= 0 ? dim.dim_value() : -1);
  }
  return value;
}

std::int64_t opset_of(const ::onnx::ModelProto& message) {
  for (const ::onnx::OperatorSetIdProto& opset : message.opset_import()) {
    if (!is_standard(opset.domain())) continue;
    if (opset.version() < kFirstOpset || opset.version() > kLastOpset) {
      throw FormatError(fmt::format("operator set {}; supported: {} to {}", opset.version(),
                                    kFirstOpset, kLastOpset));
    }
    return opset.version();
  }
  throw FormatError("the file does not say its operator set");
}

void read_graph(Model& model, const ::onnx::GraphProto& graph, Storage& storage) {
  std::set<std::string, std::less<>> constants;
  for (const ::onnx::TensorProto& tensor : graph.initializer()) {
    model.constants.push_back(constant_of(tensor, storage));
    constants.insert(model.constants.back().name);
  }
  for (const ::onnx::SparseTensorProto& sparse : graph.sparse_initializer()) {
    FileConstant constant;
    constant.name = as_utf8(sparse.values().name());
    constant.dims.assign(sparse.dims().begin(), sparse.dims().end());
    constant.type = static_cast<ElementType>(sparse.values().data_type());
    elements(constant.name, constant.dims);
    constants.insert(constant.name);
    model.constants.push_back(std::move(constant));
  }
  for (const ::onnx::NodeProto& node : graph.node()) model.nodes.push_back(node_of(node, storage));
  for (const ::onnx::ValueInfoProto& input : graph.input()) {
    ValueInfo value = value_of(input);
    if (constants.count(value.name) == 0) model.inputs.push_back(std::move(value));
  }
  for (const auto& output : graph.output()) model.outputs.push_back(value_of(output));
  for (const auto& other : graph.value_info()) model.others.push_back(value_of(other));
}

}  // namespace

std::size_t bytes_of(ElementType type) {
  switch (type) {
    case ElementType::boolean:
    case ElementType::int8:
    case ElementType::uint8:
      return 1;
    case ElementType::int16:
    case ElementType::uint16:
    case ElementType::float16:
    case ElementType::bfloat16:
      return 2;
    case ElementType::float32:
    case ElementType::int32:
    case ElementType::uint32:
      return 4;
    case ElementType::int64:
    case ElementType::uint64:
    case ElementType::float64:
      return 8;
    case ElementType::undefined:
    case ElementType::string:
      break;
  }
  return 0;
}

Model parse_model(std::string_view bytes) {
  check_messages(bytes);
  auto storage = std::make_shared<Storage>();
  if (!storage->message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw FormatError("not an ONNX file, or truncated");
  }
  if (!storage->message.has_graph()) throw FormatError("not an ONNX file: it has no graph");
  Model model;
  model.opset = opset_of(storage->message);
  read_graph(model, storage->message.graph(), *storage);
  model.storage = std::move(storage);
  return model;
}

}  // namespace h4h::workloads::onnx
