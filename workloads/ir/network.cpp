#include "workloads/ir/network.hpp"

#include <fmt/format.h>

#include <utility>

namespace h4h::workloads {
namespace {

// Far beyond edge networks; with the bound on taps they keep every MAC count inside 64 bits.
constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;
constexpr std::int64_t kMaxSide = std::int64_t{1} << 16;

bool is_sane(const Shape& shape) {
  for (const std::int64_t side : {shape.height, shape.width, shape.channels}) {
    if (side < 1 || side > kMaxSide) return false;
  }
  return shape.elements() <= kMaxElements;
}

std::string quoted_inputs(const Network& network, const std::vector<TensorId>& inputs) {
  std::string text;
  for (const TensorId id : inputs) {
    const Tensor& tensor = network.tensors.at(id);
    text +=
        fmt::format("{}'{}' {}", text.empty() ? "" : ", ", tensor.name, to_string(tensor.shape));
  }
  return text;
}

std::int64_t total(const Network& network, std::int64_t (*of)(const LayerShape&)) {
  std::int64_t sum = 0;
  for (const Layer& layer : network.layers) sum += of(layer_shape(network, layer));
  return sum;
}

}  // namespace

LayerShape layer_shape(const Network& network, const Layer& layer) {
  LayerShape shape{layer.op,
                   {},
                   network.tensors.at(layer.output).shape,
                   layer.encoded_weight_bytes,
                   layer.coded_weight_bytes};
  for (const TensorId id : layer.inputs) shape.inputs.push_back(network.tensors.at(id).shape);
  return shape;
}

std::int64_t macs(const Network& network) { return total(network, &macs); }
std::int64_t weight_bytes(const Network& network) { return total(network, &weight_bytes); }

TensorId NetworkBuilder::add_tensor(const std::string& name, const Shape& shape, DataType type) {
  if (!is_sane(shape)) {
    throw NetworkError(
        fmt::format("tensor '{}': shape {} is outside 1..{} per side and {} elements", name,
                    to_string(shape), kMaxSide, kMaxElements));
  }
  network_.tensors.push_back({name, shape, type});
  return network_.tensors.size() - 1;
}

TensorId NetworkBuilder::input(const std::string& name, const Shape& shape, DataType type) {
  const TensorId id = add_tensor(name, shape, type);
  network_.inputs.push_back(id);
  return id;
}

TensorId NetworkBuilder::add(const std::string& layer_name, const Op& op,
                             const std::vector<TensorId>& inputs, const std::string& output_name) {
  std::vector<Shape> shapes;
  for (const TensorId id : inputs) {
    if (id >= network_.tensors.size()) {
      throw NetworkError(fmt::format("layer '{}': tensor {} does not exist", layer_name, id));
    }
    shapes.push_back(network_.tensors[id].shape);
  }
  try {
    const Shape shape = output_shape(op, shapes);
    const DataType type = network_.tensors.at(inputs.front()).type;
    const TensorId out = add_tensor(output_name.empty() ? layer_name : output_name, shape, type);
    network_.layers.push_back({layer_name, op, inputs, out, {}, {}, {}});
    return out;
  } catch (const std::invalid_argument& error) {
    throw NetworkError(fmt::format("layer '{}' ({}): {}; inputs: {}", layer_name, op_name(op),
                                   error.what(), quoted_inputs(network_, inputs)));
  }
}

void NetworkBuilder::output(TensorId tensor) {
  if (tensor >= network_.tensors.size()) {
    throw NetworkError(fmt::format("output tensor {} does not exist", tensor));
  }
  network_.outputs.push_back(tensor);
}

Network NetworkBuilder::build() && {
  if (network_.layers.empty()) {
    throw NetworkError(fmt::format("network '{}' has no layers", network_.name));
  }
  if (network_.outputs.empty()) {
    throw NetworkError(fmt::format("network '{}' has no output", network_.name));
  }
  return std::move(network_);
}

}  // namespace h4h::workloads
