#include "workloads/import/nd/nd_graph.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workloads/import/nd/grouping.hpp"

namespace h4h::workloads {
namespace {

// Tensors of the transaction that is not finished are numbered from here on.
constexpr TensorId kPending = TensorId{1} << 62;

// Layers carry the name of what they produce, as far as the first of several merged names.
std::string first_name(const std::string& full) {
  const std::string name = full.substr(0, full.find(';'));
  return name.empty() ? "operator" : name;
}

}  // namespace

NdTensor NdGraph::input(const std::string& name, const Dims& dims, DataType type,
                        std::vector<int> order) {
  NdTensor tensor{0, dims, order.empty() ? file_order(dims.size()) : std::move(order)};
  const Shape shape = feature_shape(tensor);
  check_side(shape);
  tensor.id = net_.input(name, shape, type);
  return tensor;
}

std::vector<NdTensor> NdGraph::finish(std::size_t index, const std::string& op,
                                      const std::vector<Result>& results) {
  std::vector<NdTensor> settled;
  for (const Result& result : results) settled.push_back(this->settled(result.tensor));
  std::map<TensorId, std::size_t> result_of;  // the first result that a pending layer makes
  for (std::size_t r = 0; r < settled.size(); ++r) result_of.try_emplace(settled[r].id, r);
  std::vector<TensorId> made;
  const auto lasting = [&](TensorId id) { return id < kPending ? id : made.at(id - kPending); };
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const auto result = result_of.find(kPending + i);
    const bool is_part = result == result_of.end();
    std::vector<TensorId> inputs;
    for (const TensorId id : pending_[i].inputs) inputs.push_back(lasting(id));
    const std::string output = is_part ? std::string() : results[result->second].name;
    const std::string name = is_part ? fmt::format("{}#{}", op, index) : layer_name(index, output);
    made.push_back(net_.add(name, pending_[i].op, inputs, output));
    if (!is_part) net_.last_layer().file_index = index;
    say_weights(pending_[i]);
  }
  for (NdTensor& tensor : settled) tensor.id = lasting(tensor.id);
  pending_.clear();
  return settled;
}

NdTensor NdGraph::finish(std::size_t index, const std::string& op, const Result& result) {
  return finish(index, op, std::vector<Result>{result}).front();
}

std::string NdGraph::layer_name(std::size_t index, const std::string& output) {
  std::string name = first_name(output);
  if (!names_.insert(name).second) name = fmt::format("{}#{}", name, index);
  names_.insert(name);
  return name;
}

void NdGraph::say_weights(const PendingLayer& layer) {
  if (!has_weights(layer.op)) return;
  net_.last_layer().coded_weight_bytes = layer.coded_weight_bytes;
  if (layer.constant.empty()) return;
  const auto [first, is_new] = weights_.try_emplace(layer.constant, net_.layers() - 1);
  if (!is_new) net_.share_weights(first->second);
}

void NdGraph::weights(std::optional<std::int64_t> coded_bytes, const std::string& constant) {
  const auto last = std::find_if(pending_.rbegin(), pending_.rend(),
                                 [](const PendingLayer& layer) { return has_weights(layer.op); });
  if (last == pending_.rend()) return;
  last->coded_weight_bytes = coded_bytes;
  last->constant = constant;
}

Shape NdGraph::shape(TensorId id) const {
  return id < kPending ? net_.shape(id) : pending_.at(id - kPending).output;
}

TensorId NdGraph::add(const Op& op, const std::vector<TensorId>& inputs) {
  std::vector<Shape> shapes;
  for (const TensorId id : inputs) shapes.push_back(shape(id));
  try {
    const Shape output = output_shape(op, shapes);
    check_side(output);
    pending_.push_back({op, inputs, output, {}, {}});
  } catch (const std::invalid_argument& error) {
    throw NotMapped(error.what());
  }
  return kPending + pending_.size() - 1;
}

TensorId NdGraph::viewed(TensorId id, const Shape& wanted) {
  return shape(id) == wanted ? id : add(Reshape{wanted}, {id});
}

NdTensor NdGraph::settled(NdTensor tensor) {
  tensor.id = viewed(tensor.id, feature_shape(tensor));
  return tensor;
}

NdTensor NdGraph::apply(const Op& op, const std::vector<std::pair<NdTensor, Shape>>& inputs,
                        const Dims& output) {
  std::vector<TensorId> ids;
  for (const auto& [tensor, shape] : inputs) {
    ids.push_back(viewed(reordered(tensor, file_order(tensor.dims.size())).id, shape));
  }
  const TensorId id = add(op, ids);
  if (shape(id).elements() != elements(output)) {
    throw NotMapped(
        fmt::format("makes {} of its inputs, not {}", to_string(shape(id)), dims_text(output)));
  }
  return {id, output, file_order(output.size())};
}

}  // namespace h4h::workloads
