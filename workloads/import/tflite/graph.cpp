#include "workloads/import/tflite/graph.hpp"

#include <fmt/format.h>

#include <array>

namespace h4h::workloads::tflite {

DataType data_type(const FileTensor& tensor) {
  switch (tensor.type) {
    case TensorType::float32:
      return DataType::float32;
    case TensorType::float16:
      return DataType::float16;
    case TensorType::uint8:
      return DataType::uint8;
    case TensorType::int8:
      return DataType::int8;
    case TensorType::int16:
      return DataType::int16;
    case TensorType::int32:
      return DataType::int32;
    case TensorType::int64:
      return DataType::int64;
  }
  throw NotMapped(
      fmt::format("tensor '{}' has type {}; supported: float32, float16, int8, uint8, int16",
                  tensor.name, static_cast<int>(tensor.type)));
}

Shape feature_shape(const FileTensor& tensor) {
  std::vector<std::int32_t> dims = tensor.shape;
  if (dims.size() > 1 && dims.front() != 1) {
    throw NotMapped(
        fmt::format("tensor '{}': batch is {}; supported: 1", tensor.name, dims.front()));
  }
  if (dims.empty() || dims.size() > 4) {
    throw NotMapped(fmt::format("tensor '{}': rank {} is not 1..4", tensor.name, dims.size()));
  }
  while (dims.size() < 4) dims.insert(dims.begin(), 1);
  return {dims[1], dims[2], dims[3]};
}

Axis feature_axis(std::int32_t index, std::size_t rank) {
  const std::int32_t dims = static_cast<std::int32_t>(rank);
  const std::int32_t from_last = index < 0 ? -index : dims - index;
  if (from_last < 1 || from_last > 3 || from_last >= std::max(dims, 2)) {
    throw NotMapped(
        fmt::format("axis {} of rank {} is not height, width or channels", index, rank));
  }
  return kAxes.at(static_cast<std::size_t>(3 - from_last));
}

ImportGraph::ImportGraph(const Model& model, const std::string& name) : model_(model), net_(name) {
  for (const FileOperator& op : model.operators) {
    for (const std::int32_t input : op.inputs) ++uses_[input];
  }
  for (const std::int32_t output : model.outputs) ++uses_[output];
}

const FileTensor& ImportGraph::file_tensor(std::int32_t id) const {
  return model_.tensors.at(static_cast<std::size_t>(id));
}

std::int32_t ImportGraph::operand(const FileOperator& op, std::size_t position) const {
  if (position >= op.inputs.size() || op.inputs[position] < 0) {
    throw NotMapped(fmt::format("input {} is missing", position));
  }
  return op.inputs[position];
}

TensorId ImportGraph::feature(std::int32_t id) const {
  const auto found = ids_.find(id);
  if (found == ids_.end()) {
    throw NotMapped(fmt::format("reads '{}', which no supported operator before it produces",
                                file_tensor(id).name));
  }
  return found->second;
}

bool ImportGraph::constant(std::int32_t id) const {
  return id >= 0 && (file_tensor(id).constant() || constants_.count(id) > 0);
}

const FileTensor& ImportGraph::constant_tensor(std::int32_t id) const {
  const auto folded = constants_.find(id);
  return file_tensor(folded == constants_.end() ? id : folded->second);
}

int ImportGraph::uses(std::int32_t id) const {
  const auto found = uses_.find(id);
  return found == uses_.end() ? 0 : found->second;
}

std::pair<TensorId, Padding> ImportGraph::windowed_input(std::int32_t id) const {
  const auto pad = pads_.find(id);
  if (pad == pads_.end()) return {feature(id), Padding{}};
  return pad->second;
}

DataType ImportGraph::feature_type(const FileTensor& tensor) {
  const DataType type = data_type(tensor);
  if (type == DataType::int32 || type == DataType::int64) {
    throw NotMapped(fmt::format("tensor '{}': {} feature maps are not supported", tensor.name,
                                to_string(type)));
  }
  note_type(type);
  return type;
}

void ImportGraph::add_input(std::int32_t id) {
  const FileTensor& tensor = file_tensor(id);
  const Shape shape = feature_shape(tensor);
  ids_[id] = net_.input(tensor.name, shape, feature_type(tensor));
}

// Layers carry the name of what they produce, as far as the first of several merged names.
std::string ImportGraph::layer_name(std::size_t index, std::int32_t output) {
  const std::string& full = file_tensor(output).name;
  std::string name = full.substr(0, full.find(';'));
  if (name.empty()) name = "operator";
  if (!names_.insert(name).second) name = fmt::format("{}#{}", name, index);
  names_.insert(name);
  return name;
}

TensorId ImportGraph::add_part(std::size_t index, const FileOperator& op, const Op& layer,
                               const std::vector<TensorId>& inputs) {
  return net_.add(fmt::format("{}#{}", op.name, index), layer, inputs);
}

void ImportGraph::add_layer(std::size_t index, const FileOperator& op, const Op& layer,
                            const std::vector<TensorId>& inputs) {
  const std::int32_t output = op.outputs.front();
  const FileTensor& tensor = file_tensor(output);
  feature_type(tensor);
  const Shape stated = feature_shape(tensor);
  std::vector<Shape> shapes;
  for (const TensorId id : inputs) shapes.push_back(net_.shape(id));
  Shape inferred;
  try {
    inferred = output_shape(layer, shapes);
  } catch (const std::invalid_argument& error) {
    throw NotMapped(error.what());
  }
  if (inferred != stated) {
    throw NotMapped(fmt::format("output '{}' is {} in the file but {} by its inputs", tensor.name,
                                to_string(stated), to_string(inferred)));
  }
  ids_[output] = net_.add(layer_name(index, output), layer, inputs, tensor.name);
  net_.last_layer().file_index = index;
}

}  // namespace h4h::workloads::tflite
