#include "sim/network/placement.hpp"

#include <algorithm>
#include <numeric>

namespace h4h::sim {
namespace {

using models::Layout;
using workloads::Layer;
using workloads::Network;
using workloads::TensorId;

// The tensor in whose memory each tensor lies: itself, or for a view the one it looks at.
std::vector<TensorId> storage(const Network& network) {
  std::vector<TensorId> of(network.tensors.size());
  std::iota(of.begin(), of.end(), TensorId{0});
  for (const Layer& layer : network.layers) {
    if (workloads::is_view(layer.op)) of.at(layer.output) = of.at(layer.inputs.front());
  }
  return of;
}

// Bricks, but for what somebody outside reads or writes and for what a view looks at, which must
// keep its elements in order.
std::vector<Layout> tensor_layouts(const Network& network, const std::vector<TensorId>& stored_in) {
  std::vector<Layout> layouts(network.tensors.size(), Layout::bricks);
  const auto keep_order = [&](TensorId id) { layouts.at(stored_in.at(id)) = Layout::nhwc; };
  for (const TensorId id : network.inputs) keep_order(id);
  for (const TensorId id : network.outputs) keep_order(id);
  for (const Layer& layer : network.layers) {
    if (workloads::is_view(layer.op)) keep_order(layer.output);
  }
  for (TensorId id = 0; id < layouts.size(); ++id) layouts[id] = layouts[stored_in[id]];
  return layouts;
}

// First and last layer at which each tensor's memory is taken; outputs stay to the end.
struct Life {
  std::size_t first = 0, last = 0;
};

std::vector<Life> lives(const Network& network, const std::vector<TensorId>& stored_in) {
  std::vector<Life> life(network.tensors.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (!workloads::is_view(layer.op)) life.at(layer.output) = {i, i};
    for (const TensorId id : layer.inputs) life.at(stored_in.at(id)).last = i;
  }
  for (const TensorId id : network.outputs) {
    life.at(stored_in.at(id)).last = network.layers.size() - 1;
  }
  return life;
}

class Placer {
 public:
  explicit Placer(const Network& network)
      : network_(network), stored_in_(storage(network)), life_(lives(network, stored_in_)) {
    placement_.layouts = tensor_layouts(network, stored_in_);
    placement_.homes.assign(network.tensors.size(), Home::sram);
    find_peak();
  }

  // Moves one tensor out of the fullest layer; false where none is left there.
  bool spill_one() {
    TensorId largest = network_.tensors.size();
    for (TensorId id = 0; id < network_.tensors.size(); ++id) {
      if (!in_sram_at(id, peak_at_)) continue;
      if (largest == network_.tensors.size() || bytes(id) > bytes(largest)) largest = id;
    }
    if (largest == network_.tensors.size()) return false;
    placement_.homes[largest] = Home::backing;
    placement_.spilled_tensor_bytes += bytes(largest);
    find_peak();
    return true;
  }

  Placement finish() {
    for (TensorId id = 0; id < stored_in_.size(); ++id) {
      placement_.homes[id] = placement_.homes[stored_in_[id]];
    }
    return placement_;
  }

  std::int64_t peak() const { return placement_.peak_bytes; }

 private:
  std::int64_t bytes(TensorId id) const {
    return models::stored_bytes(network_.tensors[id].shape, placement_.layouts[id]);
  }

  bool in_sram_at(TensorId id, std::size_t layer) const {
    return stored_in_[id] == id && placement_.homes[id] == Home::sram && life_[id].first <= layer &&
           layer <= life_[id].last;
  }

  void find_peak() {
    placement_.peak_bytes = 0;
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      std::int64_t sum = 0;
      for (TensorId id = 0; id < network_.tensors.size(); ++id) {
        if (in_sram_at(id, i)) sum += bytes(id);
      }
      if (sum <= placement_.peak_bytes) continue;
      placement_.peak_bytes = sum;
      placement_.peak_layer = network_.layers[i].name;
      peak_at_ = i;
    }
  }

  const Network& network_;
  std::vector<TensorId> stored_in_;
  std::vector<Life> life_;
  std::size_t peak_at_ = 0;
  Placement placement_;
};

}  // namespace

Placement place_in_sram(const Network& network) { return Placer(network).finish(); }

Placement place_with_spills(const Network& network, std::int64_t sram_bytes) {
  Placer placer(network);
  while (placer.peak() > sram_bytes && placer.spill_one()) {
  }
  return placer.finish();
}

}  // namespace h4h::sim
