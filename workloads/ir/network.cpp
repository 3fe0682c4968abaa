#include "workloads/ir/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace h4h::workloads {
namespace {

// Far beyond edge networks; with the bound on taps they keep every MAC count inside 64 bits.
constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;
constexpr std::int64_t kMaxSide = std::int64_t{1} << 16;
constexpr std::int64_t kMaxMacs = std::int64_t{1} << 53;

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

// Where each tensor stands among the inputs and, behind them, the outputs of the layers.
std::vector<std::size_t> places(const Network& network) {
  std::vector<std::size_t> place(network.tensors.size());
  std::size_t next = 0;
  for (const TensorId id : network.inputs) place.at(id) = next++;
  for (const Layer& layer : network.layers) place.at(layer.output) = next++;
  return place;
}

std::string free_name(std::set<std::string>& taken, const std::string& wanted, std::size_t number) {
  std::string name = wanted.empty() ? fmt::format("#{}", number) : wanted;
  while (!taken.insert(name).second) name += fmt::format("#{}", number);
  return name;
}

std::string text(const Tensor& tensor) {
  return fmt::format("{:?} {} {}", tensor.name, to_string(tensor.shape), to_string(tensor.type));
}

}  // namespace

bool operator==(const Tensor& a, const Tensor& b) {
  return a.name == b.name && a.shape == b.shape && a.type == b.type;
}

bool operator==(const Network& a, const Network& b) {
  return canonical_text(a) == canonical_text(b);
}

std::string canonical_text(const Network& network) {
  const std::vector<std::size_t> place = places(network);
  std::string all = fmt::format("network {:?}\n", network.name);
  for (const TensorId id : network.inputs) {
    all += fmt::format("input {}\n", text(network.tensors.at(id)));
  }
  for (const Layer& layer : network.layers) {
    all += fmt::format("layer {:?} {} of", layer.name, canonical_text(layer_shape(network, layer)));
    for (const TensorId id : layer.inputs) all += fmt::format(" {}", place.at(id));
    all += fmt::format(" makes {}\n", text(network.tensors.at(layer.output)));
  }
  for (const TensorId id : network.outputs) all += fmt::format("output {}\n", place.at(id));
  return all;
}

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

std::int64_t parameters(const Layer& layer, const LayerShape& shape) {
  return trained_parameters(shape, layer.block == Block::vit);
}

std::int64_t parameters(const Network& network) {
  std::int64_t sum = 0;
  for (const Layer& layer : network.layers) sum += parameters(layer, layer_shape(network, layer));
  return sum;
}

TensorId NetworkBuilder::add_tensor(const std::string& name, const Shape& shape, DataType type) {
  if (!is_sane(shape)) {
    throw NetworkError(
        fmt::format("tensor '{}': shape {} is outside 1..{} per side and {} elements", name,
                    to_string(shape), kMaxSide, kMaxElements));
  }
  const std::string own_name = free_name(tensor_names_, name, network_.tensors.size());
  network_.tensors.push_back({own_name, shape, type});
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
    const std::string own_name = free_name(layer_names_, layer_name, network_.layers.size());
    network_.layers.push_back({own_name, op, inputs, out, {}, {}, {}, Block::none});
    count_macs();
    return out;
  } catch (const std::invalid_argument& error) {
    throw NetworkError(fmt::format("layer '{}' ({}): {}; inputs: {}", layer_name, op_name(op),
                                   error.what(), quoted_inputs(network_, inputs)));
  }
}

void NetworkBuilder::count_macs() {
  const std::int64_t layer = macs(layer_shape(network_, network_.layers.back()));
  if (layer <= kMaxMacs - macs_) {
    macs_ += layer;
    return;
  }
  network_.layers.pop_back();
  network_.tensors.pop_back();
  throw std::invalid_argument(
      fmt::format("{} MACs bring the network to more than {}", layer, kMaxMacs));
}

void NetworkBuilder::output(TensorId tensor) {
  if (tensor >= network_.tensors.size()) {
    throw NetworkError(fmt::format("output tensor {} does not exist", tensor));
  }
  network_.outputs.push_back(tensor);
}

void NetworkBuilder::remark(std::string text) {
  std::vector<std::string>& all = network_.remarks;
  if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(std::move(text));
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
