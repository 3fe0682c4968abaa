#include "sim/network/placement.hpp"

#include <numeric>
#include <optional>

#include "sim/network/spills.hpp"

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

// NHCWB16, but for what somebody outside reads or writes and for what a view looks at, which must
// keep its elements in order.
std::vector<Layout> tensor_layouts(const Network& network, const std::vector<TensorId>& stored_in) {
  std::vector<Layout> layouts(network.tensors.size(), Layout::nhcwb16);
  const auto keep_order = [&](TensorId id) { layouts.at(stored_in.at(id)) = Layout::nhwc; };
  for (const TensorId id : network.inputs) keep_order(id);
  for (const TensorId id : network.outputs) keep_order(id);
  for (const Layer& layer : network.layers) {
    if (workloads::is_view(layer.op)) keep_order(layer.output);
  }
  for (TensorId id = 0; id < layouts.size(); ++id) layouts[id] = layouts[stored_in[id]];
  return layouts;
}

// The layers over which each tensor's memory is taken, its bytes still unsaid; outputs stay to the
// end.
std::vector<Buffer> lives(const Network& network, const std::vector<TensorId>& stored_in) {
  std::vector<Buffer> life(network.tensors.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (!workloads::is_view(layer.op)) life.at(layer.output) = {0, i, i};
    for (const TensorId id : layer.inputs) life.at(stored_in.at(id)).last = i;
  }
  for (const TensorId id : network.outputs) {
    life.at(stored_in.at(id)).last = network.layers.size() - 1;
  }
  return life;
}

Placement place(const Network& network, std::optional<std::int64_t> sram_bytes) {
  const std::vector<TensorId> stored_in = storage(network);
  std::vector<Buffer> buffers = lives(network, stored_in);
  Placement placement;
  placement.layouts = tensor_layouts(network, stored_in);
  for (TensorId id = 0; id < stored_in.size(); ++id) {
    if (stored_in[id] != id) continue;  // a view has no memory of its own
    buffers[id].bytes = models::stored_bytes(network.tensors[id].shape, placement.layouts[id]);
  }
  const std::size_t layers = network.layers.size();
  std::vector<bool> gone(buffers.size(), false);
  if (sram_bytes) gone = spilled(buffers, layers, *sram_bytes);
  for (TensorId id = 0; id < stored_in.size(); ++id) {
    placement.levels.push_back(gone[stored_in[id]] ? MemoryLevel::external : MemoryLevel::sram);
    if (!gone[id]) continue;
    placement.spilled_tensor_bytes += buffers[id].bytes;
    buffers[id].bytes = 0;
  }
  const Peak peak = peak_of(buffers, layers);
  placement.peak_bytes = peak.bytes;
  if (peak.bytes > 0) placement.peak_layer = network.layers[peak.layer].name;
  return placement;
}

}  // namespace

Placement place_in_sram(const Network& network) { return place(network, std::nullopt); }

Placement place_with_spills(const Network& network, std::int64_t sram_bytes) {
  return place(network, sram_bytes);
}

std::int64_t peak_activation_bytes(const Network& network) {
  return place_in_sram(network).peak_bytes;
}

}  // namespace h4h::sim
