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

// Where each tensor stands among the inputs and, behind them, the outputs of the layers.
std::vector<std::size_t> places(const Network& network) {
  std::vector<std::size_t> place(network.tensors.size());
  std::size_t next = 0;
  for (const TensorId id : network.inputs) place.at(id) = next++;
  for (const Layer& layer : network.layers) place.at(layer.output) = next++;
  return place;
}

std::string why_empty(const Network& network) {
  if (network.unsupported.empty()) return fmt::format("network '{}' has no layers", network.name);
  return "nothing is left to cost, as all operators go to the host:" + list_of(network.unsupported);
}

// Taps, input channels and output channels.
bool same_weights(const LayerShape& a, const LayerShape& b) {
  const Window one = window_of(a.op), other = window_of(b.op);
  return a.op.index() == b.op.index() && one.kernel_height == other.kernel_height &&
         one.kernel_width == other.kernel_width && a.output.channels == b.output.channels &&
         weight_bytes(a) > 0 && weight_bytes(a) == weight_bytes(b);
}

std::string free_name(std::set<std::string>& taken, const std::string& wanted, std::size_t number) {
  std::string name = wanted.empty() ? fmt::format("#{}", number) : wanted;
  while (!taken.insert(name).second) name += fmt::format("#{}", number);
  return name;
}

std::string text(const Tensor& tensor) {
  return fmt::format("{:?} {} {}", tensor.name, to_string(tensor.shape), to_string(tensor.type));
}

// Of an operator of the host, what decides how long tensors live.
std::string host_text(const Unsupported& op, const std::vector<std::size_t>& place) {
  if (op.reads.empty() && op.makes.empty()) return {};
  std::string text = fmt::format("host before {} reads", op.before);
  for (const TensorId id : op.reads) text += fmt::format(" {}", place.at(id));
  text += " makes";
  for (const TensorId id : op.makes) text += fmt::format(" {}", place.at(id));
  return text + "\n";
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
    if (layer.weights_of) all += fmt::format(" weights of {}", *layer.weights_of);
    all += fmt::format(" makes {}\n", text(network.tensors.at(layer.output)));
  }
  for (const TensorId id : network.outputs) all += fmt::format("output {}\n", place.at(id));
  for (const State& s : network.states) all += fmt::format("state {:?} {}\n", s.name, s.bytes);
  for (const Unsupported& u : network.unsupported) all += host_text(u, place);
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

std::int64_t macs(const Network& network) {
  std::int64_t sum = 0;
  for (const Layer& layer : network.layers) sum += macs(layer_shape(network, layer));
  return sum;
}

std::int64_t weight_bytes(const Network& network) {
  std::int64_t sum = 0;
  for (const Layer& layer : network.layers) {
    if (!layer.weights_of) sum += weight_bytes(layer_shape(network, layer));
  }
  return sum;
}

namespace {

std::int64_t known_macs(const std::vector<Unsupported>& operators) {
  std::int64_t sum = 0;
  for (const Unsupported& op : operators) sum += op.macs.value_or(0);
  return sum;
}

}  // namespace

std::string list_of(const std::vector<Unsupported>& operators) {
  std::string text;
  for (const Unsupported& op : operators) {
    text += fmt::format("\n  operator {} ({}): {}", op.index, op.op, op.reason);
  }
  return text;
}

std::int64_t host_macs(const Network& network) { return known_macs(network.unsupported); }

std::string host_macs_text(const std::vector<Unsupported>& operators, std::int64_t other_macs) {
  const bool all = std::all_of(operators.begin(), operators.end(),
                               [](const Unsupported& op) { return op.macs.has_value(); });
  const std::int64_t left = known_macs(operators);
  return fmt::format("{}{} of {} MACs, in {} operator{} left to the host", all ? "" : "at least ",
                     left, left + other_macs, operators.size(), operators.size() == 1 ? "" : "s");
}

std::int64_t parameters(const Layer& layer, const LayerShape& shape) {
  return trained_parameters(shape, layer.block == Block::vit);
}

std::int64_t parameters(const Network& network) {
  std::int64_t sum = 0;
  for (const Layer& layer : network.layers) {
    const LayerShape shape = layer_shape(network, layer);
    sum += parameters(layer, shape) - (layer.weights_of ? weight_bytes(shape) : 0);
  }
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

bool NetworkBuilder::share_weights(std::size_t layer) {
  Layer& last = network_.layers.back();
  const std::size_t first = network_.layers.at(layer).weights_of.value_or(layer);
  if (first + 1 >= network_.layers.size()) return false;
  const bool same =
      same_weights(layer_shape(network_, last), layer_shape(network_, network_.layers[first]));
  if (same) last.weights_of = first;
  return same;
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
  if (network_.layers.empty()) throw NetworkError(why_empty(network_));
  const bool ends_on_host = std::any_of(network_.unsupported.begin(), network_.unsupported.end(),
                                        [](const Unsupported& op) { return !op.reads.empty(); });
  if (network_.outputs.empty() && !ends_on_host) {
    throw NetworkError(fmt::format("network '{}' has no output", network_.name));
  }
  return std::move(network_);
}

}  // namespace h4h::workloads
