#include "sim/network/views.hpp"

#include <algorithm>
#include <numeric>
#include <variant>

#include "models/memory/layout.hpp"

namespace h4h::sim {
namespace {

using workloads::Axis;
using workloads::Concat;
using workloads::Layer;
using workloads::Network;
using workloads::Shape;
using workloads::Slice;
using workloads::TensorId;

bool is_aligned(std::int64_t channel) { return channel % models::kNhcwb16Channels == 0; }

class Finder {
 public:
  explicit Finder(const Network& network)
      : network_(network),
        readers_(network.tensors.size()),
        maker_(network.tensors.size(), nullptr),
        read_outside_(network.tensors.size(), false) {
    for (const Layer& layer : network.layers) {
      for (const TensorId id : layer.inputs) readers_[id].push_back(&layer);
      maker_[layer.output] = &layer;
    }
    for (const TensorId id : network.outputs) read_outside_[id] = true;
    for (const workloads::Unsupported& op : network.unsupported) {
      for (const TensorId id : op.reads) read_outside_[id] = true;
    }
    views_.layers.resize(network.layers.size(), false);
    views_.stored_in.resize(network.tensors.size());
    std::iota(views_.stored_in.begin(), views_.stored_in.end(), TensorId{0});
    views_.in_order.resize(network.tensors.size(), false);
  }

  Views find() && {
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      const Layer& layer = network_.layers[i];
      views_.layers[i] = workloads::is_view(layer.op) || slices(layer) || joins(layer);
      if (views_.layers[i]) add(layer);
    }
    for (TensorId id = 0; id < views_.stored_in.size(); ++id) resolve(id);
    return std::move(views_);
  }

 private:
  bool slices(const Layer& layer) const {
    const auto* slice = std::get_if<Slice>(&layer.op);
    if (slice == nullptr || slice->stride != Shape{1, 1, 1} || read_outside_[layer.output]) {
      return false;
    }
    const auto& readers = readers_[layer.output];
    return std::none_of(readers.begin(), readers.end(),
                        [](const Layer* reader) { return workloads::is_view(reader->op); });
  }

  bool joins(const Layer& layer) const {
    return std::holds_alternative<Concat>(layer.op) &&
           std::all_of(layer.inputs.begin(), layer.inputs.end(),
                       [&](TensorId id) { return is_written_at_an_offset(id); });
  }

  bool is_written_at_an_offset(TensorId id) const {
    const bool made_here = maker_[id] != nullptr && views_.stored_in[id] == id;
    return made_here && readers_[id].size() == 1 && !read_outside_[id];
  }

  void add(const Layer& layer) {
    if (const auto* concat = std::get_if<Concat>(&layer.op)) {
      std::int64_t channel = 0;
      for (const TensorId id : layer.inputs) {
        views_.stored_in[id] = layer.output;
        if (!is_aligned(channel)) views_.in_order[layer.output] = true;
        if (concat->axis == Axis::channels) channel += network_.tensors[id].shape.channels;
      }
      return;
    }
    const TensorId input = layer.inputs.front();
    views_.stored_in[layer.output] = input;
    const auto* slice = std::get_if<Slice>(&layer.op);
    if (slice == nullptr || !is_aligned(slice->begin.channels)) views_.in_order[input] = true;
  }

  // The end of the chain; what one tensor there must be, all of it must be.
  void resolve(TensorId id) {
    TensorId end = id;
    while (views_.stored_in[end] != end) end = views_.stored_in[end];
    if (views_.in_order[id]) views_.in_order[end] = true;
    views_.stored_in[id] = end;
  }

  const Network& network_;
  std::vector<std::vector<const Layer*>> readers_;
  std::vector<const Layer*> maker_;
  std::vector<bool> read_outside_;
  Views views_;
};

}  // namespace

Views views_of(const Network& network) { return Finder(network).find(); }

}  // namespace h4h::sim
