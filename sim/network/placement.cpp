#include "sim/network/placement.hpp"

#include <optional>

#include "sim/network/spills.hpp"
#include "sim/network/views.hpp"

namespace h4h::sim {
namespace {

using models::Layout;
using workloads::Layer;
using workloads::Network;
using workloads::TensorId;

// NHCWB16, but for what somebody outside reads or writes and for what views need in order.
std::vector<Layout> tensor_layouts(const Network& network, const Views& views) {
  const std::vector<TensorId>& stored_in = views.stored_in;
  std::vector<Layout> layouts(network.tensors.size(), Layout::nhcwb16);
  const auto keep_order = [&](TensorId id) { layouts.at(stored_in.at(id)) = Layout::nhwc; };
  for (const TensorId id : network.inputs) keep_order(id);
  for (const TensorId id : network.outputs) keep_order(id);
  for (TensorId id = 0; id < layouts.size(); ++id) {
    if (views.in_order[id]) keep_order(id);
  }
  for (TensorId id = 0; id < layouts.size(); ++id) layouts[id] = layouts[stored_in[id]];
  return layouts;
}

// The layers over which each tensor's memory is taken, its bytes still unsaid: from the first that
// writes into it; outputs stay to the end.
std::vector<Buffer> lives(const Network& network, const Views& views) {
  const std::vector<TensorId>& stored_in = views.stored_in;
  std::vector<Buffer> life(network.tensors.size());
  std::vector<bool> begun(network.tensors.size(), false);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const TensorId made = stored_in.at(layer.output);
    if (!views.layers[i] && !begun[made]) {
      life.at(made) = {0, i, i};
      begun[made] = true;
    }
    life.at(made).last = i;
    for (const TensorId id : layer.inputs) life.at(stored_in.at(id)).last = i;
  }
  for (const TensorId id : network.outputs) {
    life.at(stored_in.at(id)).last = network.layers.size() - 1;
  }
  return life;
}

Placement place(const Network& network, std::optional<std::int64_t> sram_bytes) {
  const Views views = views_of(network);
  const std::vector<TensorId>& stored_in = views.stored_in;
  std::vector<Buffer> buffers = lives(network, views);
  Placement placement;
  placement.layouts = tensor_layouts(network, views);
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
