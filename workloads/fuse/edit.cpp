#include "workloads/fuse/edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <queue>
#include <stdexcept>
#include <utility>

namespace h4h::workloads {

NetworkEdit::NetworkEdit(Network network)
    : network_(std::move(network)),
      gone_(network_.layers.size(), false),
      makers_(network_.tensors.size()),
      readers_(network_.tensors.size()),
      kept_(network_.tensors.size(), false) {
  for (std::size_t i = 0; i < layers(); ++i) {
    place_.push_back(i);
    names_.insert(layer(i).name);
    makers_.at(layer(i).output) = i;
    for (const TensorId input : layer(i).inputs) readers_.at(input).push_back(i);
  }
  for (const Tensor& tensor : network_.tensors) names_.insert(tensor.name);
  for (const TensorId output : network_.outputs) kept_.at(output) = true;
  for (const Unsupported& host : network_.unsupported) {
    for (const TensorId tensor : host.reads) kept_.at(tensor) = true;
  }
}

std::optional<std::size_t> NetworkEdit::sole_reader(std::size_t i) const {
  const TensorId output = layer(i).output;
  if (is_kept(output) || readers(output).size() != 1) return std::nullopt;
  return readers(output).front();
}

TensorId NetworkEdit::behind_views(TensorId tensor) const {
  for (auto made_by = maker(tensor); made_by; made_by = maker(tensor)) {
    if (!std::holds_alternative<Reshape>(op(*made_by))) break;
    tensor = layer(*made_by).inputs.front();
  }
  return tensor;
}

void NetworkEdit::unread(TensorId tensor, std::size_t reader) {
  std::vector<std::size_t>& all = readers_.at(tensor);
  all.erase(std::find(all.begin(), all.end(), reader));
}

void NetworkEdit::remove(std::size_t i, const std::string& into) {
  gone_[i] = true;
  const Layer& old = layer(i);
  if (old.file_index) {
    network_.folded.push_back({*old.file_index, std::string(op_name(old.op)), into});
  }
  for (const TensorId input : old.inputs) unread(input, i);
}

// The layers behind `tensor` that are needed for nothing else.
void NetworkEdit::remove_unread(TensorId tensor, const std::string& into) {
  std::vector<TensorId> open{tensor};
  while (!open.empty()) {
    const TensorId one = open.back();
    open.pop_back();
    const std::optional<std::size_t> made_by = maker(one);
    if (!made_by || gone_[*made_by] || is_kept(one) || !readers(one).empty()) continue;
    remove(*made_by, into);
    open.insert(open.end(), layer(*made_by).inputs.begin(), layer(*made_by).inputs.end());
  }
}

bool NetworkEdit::replace(std::size_t i, const Op& op, const std::vector<TensorId>& inputs,
                          const std::string& name) {
  std::vector<Shape> shapes;
  for (const TensorId input : inputs) shapes.push_back(shape(input));
  try {
    if (output_shape(op, shapes) != shape(layer(i).output)) return false;
  } catch (const std::invalid_argument&) {
    return false;
  }
  const std::vector<TensorId> before = std::exchange(network_.layers[i].inputs, inputs);
  network_.layers[i].op = op;
  for (const TensorId input : inputs) readers_.at(input).push_back(i);
  for (const TensorId input : before) unread(input, i);
  for (const TensorId input : before) remove_unread(input, name);
  return true;
}

TensorId NetworkEdit::insert(std::size_t i, const Op& op, const std::vector<TensorId>& inputs) {
  std::vector<Shape> shapes;
  for (const TensorId input : inputs) shapes.push_back(shape(input));
  const Shape output = output_shape(op, shapes);
  const std::size_t number = layers();
  const std::string name = free_name(fmt::format("{}#{}", op_name(op), place_[i]));
  const TensorId id = network_.tensors.size();
  network_.tensors.push_back({name, output, network_.tensors.at(inputs.front()).type});
  Layer added;
  added.name = name;
  added.op = op;
  added.inputs = inputs;
  added.output = id;
  network_.layers.push_back(std::move(added));
  gone_.push_back(false);
  place_.push_back(place_[i]);
  makers_.emplace_back(number);
  readers_.emplace_back();
  kept_.push_back(false);
  for (const TensorId input : inputs) readers_.at(input).push_back(number);
  return id;
}

TensorId NetworkEdit::insert_as(std::size_t i, const Op& op, const std::vector<TensorId>& inputs) {
  const TensorId made = insert(i, op, inputs);
  const std::size_t number = layers() - 1;
  Layer &added = network_.layers.back(), &old = network_.layers[i];
  std::swap(added.name, old.name);
  std::swap(added.file_index, old.file_index);
  std::swap(added.encoded_weight_bytes, old.encoded_weight_bytes);
  std::swap(added.coded_weight_bytes, old.coded_weight_bytes);
  std::swap(added.weights_of, old.weights_of);
  added.block = old.block;
  if (!has_weights(added.op)) return made;  // `op` may have been a layer's, which has moved
  for (Layer& layer : network_.layers) {
    if (layer.weights_of == i) layer.weights_of = number;
  }
  return made;
}

namespace {

using Bytes = std::optional<std::int64_t>;

Bytes sum(const Bytes& a, const Bytes& b) { return a && b ? Bytes(*a + *b) : std::nullopt; }

}  // namespace

TensorId NetworkEdit::insert_joined(const std::vector<std::size_t>& parts, const Op& op,
                                    const std::string& name) {
  const TensorId made = insert(parts.front(), op, {layer(parts.front()).inputs.front()});
  Layer& joined = network_.layers.back();
  const Layer& first = network_.layers[parts.front()];
  joined.name = network_.tensors[made].name = free_name(name);
  network_.tensors[made].type = network_.tensors[first.output].type;
  joined.file_index = first.file_index;
  joined.block = first.block;
  joined.encoded_weight_bytes = joined.coded_weight_bytes = 0;
  for (const std::size_t part : parts) {
    for (const auto bytes : {&Layer::encoded_weight_bytes, &Layer::coded_weight_bytes}) {
      joined.*bytes = sum(joined.*bytes, layer(part).*bytes);
    }
  }
  return made;
}

bool NetworkEdit::shares_weights(std::size_t i) const {
  return layer(i).weights_of.has_value() ||
         std::any_of(network_.layers.begin(), network_.layers.end(),
                     [&](const Layer& other) { return other.weights_of == i; });
}

std::string NetworkEdit::free_name(std::string wanted) {
  while (!names_.insert(wanted).second) wanted += fmt::format("#{}", layers());
  return wanted;
}

void NetworkEdit::absorb(std::size_t i, const Op& op, std::size_t into) {
  Layer& first = network_.layers[i];
  first.op = op;
  remove(into, first.name);
  first.output = layer(into).output;
  makers_.at(first.output) = i;
}

// Layers that remain, each behind those that it reads, otherwise by their place.
std::vector<std::size_t> NetworkEdit::order() const {
  using Key = std::pair<std::size_t, std::size_t>;
  std::priority_queue<Key, std::vector<Key>, std::greater<>> ready;
  std::vector<std::size_t> waits(layers(), 0), order;
  for (std::size_t i = 0; i < layers(); ++i) {
    if (gone_[i]) continue;
    for (const TensorId input : layer(i).inputs) waits[i] += maker(input) ? 1 : 0;
    if (waits[i] == 0) ready.emplace(place_[i], i);
  }
  while (!ready.empty()) {
    const std::size_t i = ready.top().second;
    ready.pop();
    order.push_back(i);
    for (const std::size_t reader : readers(layer(i).output)) {
      if (--waits[reader] == 0) ready.emplace(place_[reader], reader);
    }
  }
  return order;
}

Network NetworkEdit::finish() && {
  const std::vector<std::size_t> kept = order();
  std::vector<std::size_t> number(layers(), 0);  // of each layer from now on
  std::vector<std::optional<TensorId>> renamed(network_.tensors.size());
  std::vector<Tensor> tensors;
  const auto keep = [&](TensorId& id) {
    if (!renamed.at(id)) {
      renamed.at(id) = tensors.size();
      tensors.push_back(network_.tensors[id]);
    }
    id = *renamed.at(id);
  };
  for (TensorId& id : network_.inputs) keep(id);
  std::vector<Layer> layers_left;
  for (const std::size_t i : kept) {
    number[i] = layers_left.size();
    Layer& layer = network_.layers[i];
    for (TensorId& id : layer.inputs) keep(id);
    keep(layer.output);
    if (layer.weights_of) layer.weights_of = number[*layer.weights_of];
    layers_left.push_back(std::move(layer));
  }
  for (TensorId& id : network_.outputs) keep(id);
  for (Unsupported& host : network_.unsupported) {
    for (TensorId& id : host.reads) keep(id);
    for (TensorId& id : host.makes) keep(id);
    const auto first = std::find_if(kept.begin(), kept.end(),
                                    [&](std::size_t i) { return place_[i] >= host.before; });
    host.before = static_cast<std::size_t>(first - kept.begin());
  }
  network_.layers = std::move(layers_left);
  network_.tensors = std::move(tensors);
  return std::move(network_);
}

}  // namespace h4h::workloads
