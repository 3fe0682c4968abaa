#include "sim/network/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/network/views.hpp"

namespace h4h::sim {
namespace {

using models::Layout;
using workloads::Layer;
using workloads::Network;
using workloads::TensorId;
using workloads::Unsupported;

// What runs one after the other: a layer, or an operator that the host runs before it.
struct Step {
  std::size_t layer;
  const Unsupported* host = nullptr;
};

std::vector<Step> steps_of(const Network& network) {
  std::vector<const Unsupported*> host;
  for (const Unsupported& op : network.unsupported) {
    if (!op.reads.empty() || !op.makes.empty()) host.push_back(&op);
  }
  std::stable_sort(host.begin(), host.end(), [](const Unsupported* a, const Unsupported* b) {
    return a->before < b->before;
  });
  std::vector<Step> steps;
  auto next = host.begin();
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    while (next != host.end() && (*next)->before <= i) steps.push_back({i, *next++});
    steps.push_back({i});
  }
  while (next != host.end()) steps.push_back({network.layers.size() - 1, *next++});
  return steps;
}

std::string name_of(const Network& network, const Step& step) {
  if (step.host == nullptr) return fmt::format("layer '{}'", network.layers[step.layer].name);
  return fmt::format("operator {} ({}) of the host", step.host->index, step.host->op);
}

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
  for (const Unsupported& op : network.unsupported) {
    for (const TensorId id : op.reads) keep_order(id);
  }
  for (TensorId id = 0; id < layouts.size(); ++id) layouts[id] = layouts[stored_in[id]];
  return layouts;
}

// The first and last step of a cascade.
struct Together {
  std::size_t first, last;
};

// Per step: those that run in turns with it, itself among them.
std::vector<Together> together(const std::vector<Step>& steps,
                               const std::vector<Cascade>& cascades) {
  std::vector<Together> all;
  std::vector<std::size_t> places;  // of layers
  for (std::size_t s = 0; s < steps.size(); ++s) {
    all.push_back({s, s});
    if (steps[s].host == nullptr) places.push_back(s);
  }
  for (const Cascade& cascade : cascades) {
    const Together whole{places.at(cascade.first), places.at(cascade.last)};
    for (std::size_t s = whole.first; s <= whole.last; ++s) all[s] = whole;
  }
  return all;
}

// The steps over which each tensor's memory is taken, its bytes still unsaid: from the first that
// writes into it; outputs stay to the end.
std::vector<Buffer> lives(const Network& network, const std::vector<Step>& steps,
                          const Views& views) {
  const std::vector<TensorId>& stored_in = views.stored_in;
  std::vector<Buffer> life(network.tensors.size());
  std::vector<bool> begun(network.tensors.size(), false);
  const auto use = [&](TensorId id, std::size_t step) { life.at(stored_in.at(id)).last = step; };
  const auto make = [&](TensorId id, std::size_t step) {
    const TensorId made = stored_in.at(id);
    if (!begun[made]) life.at(made).first = step;
    begun[made] = true;
    use(id, step);
  };
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const Layer& layer = network.layers[steps[s].layer];
    const Unsupported* const host = steps[s].host;
    if (host != nullptr) {
      for (const TensorId id : host->makes) make(id, s);
    } else if (!views.layers[steps[s].layer]) {
      make(layer.output, s);
    } else {
      use(layer.output, s);
    }
    for (const TensorId id : host != nullptr ? host->reads : layer.inputs) use(id, s);
  }
  for (const TensorId id : network.outputs) life.at(stored_in.at(id)).last = steps.size() - 1;
  return life;
}

void add_alive(Placement& placement, const Network& network, const std::vector<Step>& steps,
               const std::vector<std::int64_t>& held) {
  placement.alive_bytes.resize(network.layers.size());
  for (std::size_t s = 0; s < steps.size(); ++s) {
    std::int64_t& alive = placement.alive_bytes[steps[s].layer];
    alive = std::max(alive, held[s]);
    if (held[s] <= placement.peak_bytes) continue;
    placement.peak_bytes = held[s];
    placement.peak_at = name_of(network, steps[s]);
  }
}

// Those that the layers of cascades hand on and that no stripe leaves to the next.
std::vector<bool> of_one_stripe(const Network& network, const std::vector<Cascade>& cascades) {
  std::vector<bool> all(network.tensors.size(), false);
  for (const Cascade& cascade : cascades) {
    if (cascade.halo == platforms::Halo::keep) continue;
    for (std::size_t i = cascade.first; i < cascade.last; ++i) all[network.layers[i].output] = true;
  }
  return all;
}

// What the layers of a cascade hand on is held as a few rows.
void shorten(std::vector<Buffer>& buffers, const Network& network, const Placement& placement,
             const Cascade& cascade) {
  const std::vector<std::int64_t> rows = rolling_rows(network, cascade);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const TensorId id = network.layers[cascade.first + i].output;
    workloads::Shape shape = network.tensors[id].shape;
    shape.height = rows[i];
    buffers[id].bytes = models::stored_bytes(shape, placement.layouts[id]);
    buffers[id].rolling = true;
  }
}

// Whether each tensor can lie in two memories, its first rows in one and the others in the other.
std::vector<bool> divisible_tensors(const Network& network, const Views& views) {
  std::vector<bool> all(network.tensors.size(), true);
  const auto keep_whole = [&](TensorId id) { all[id] = all[views.stored_in[id]] = false; };
  for (TensorId id = 0; id < all.size(); ++id) {
    if (views.stored_in[id] != id) keep_whole(id);
  }
  for (const TensorId id : network.inputs) keep_whole(id);
  for (const TensorId id : network.outputs) keep_whole(id);
  for (const Unsupported& op : network.unsupported) {
    for (const TensorId id : op.reads) keep_whole(id);
    for (const TensorId id : op.makes) keep_whole(id);
  }
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const bool view = views.layers[i] || workloads::is_view(layer.op);
    if (!view && workloads::works_by_rows(workloads::layer_shape(network, layer))) continue;
    keep_whole(layer.output);
    for (const TensorId id : layer.inputs) keep_whole(id);
  }
  return all;
}

void divide(std::vector<Buffer>& buffers, const Network& network, const Views& views) {
  const std::vector<bool> divisible = divisible_tensors(network, views);
  for (TensorId id = 0; id < divisible.size(); ++id) {
    if (divisible[id] && !buffers[id].rolling) {
      buffers[id].row_bytes = buffers[id].bytes / network.tensors[id].shape.height;
    }
  }
}

// What of each tensor stays in the SRAM; takes the rest from the buffers.
void spill(Placement& placement, std::vector<Buffer>& buffers, const Network& network,
           const std::vector<TensorId>& stored_in, const std::vector<std::int64_t>& gone) {
  for (TensorId id = 0; id < stored_in.size(); ++id) {
    const std::int64_t bytes = gone[stored_in[id]];
    placement.levels.push_back(bytes > 0 ? MemoryLevel::external : MemoryLevel::sram);
    const std::int64_t row = buffers[id].row_bytes, height = network.tensors[id].shape.height;
    placement.sram_rows.push_back(bytes == 0 ? height : row == 0 ? 0 : height - bytes / row);
    placement.spilled_tensor_bytes += gone[id];
    buffers[id].bytes -= gone[id];
  }
}

Placement place(const Network& network, std::optional<std::int64_t> sram_bytes,
                const std::vector<Cascade>& cascades, Spill by) {
  const Views views = views_of(network);
  const std::vector<TensorId>& stored_in = views.stored_in;
  const std::vector<Step> steps = steps_of(network);
  std::vector<Buffer> buffers = lives(network, steps, views);
  const std::vector<Together> turns = together(steps, cascades);
  const std::vector<bool> within_stripe = of_one_stripe(network, cascades);
  for (TensorId id = 0; id < buffers.size(); ++id) {
    if (within_stripe[id]) continue;
    buffers[id].first = turns[buffers[id].first].first;
    buffers[id].last = turns[buffers[id].last].last;
  }
  Placement placement;
  placement.layouts = tensor_layouts(network, views);
  for (TensorId id = 0; id < stored_in.size(); ++id) {
    if (stored_in[id] != id) continue;  // a view has no memory of its own
    buffers[id].bytes = models::stored_bytes(network.tensors[id].shape, placement.layouts[id]);
  }
  for (const Cascade& cascade : cascades) shorten(buffers, network, placement, cascade);
  const std::int64_t states = state_bytes(network);
  if (by == Spill::rows) divide(buffers, network, views);
  std::vector<std::int64_t> gone(buffers.size(), 0);
  if (sram_bytes) {
    gone = spilled_bytes(buffers, steps.size(), std::max<std::int64_t>(0, *sram_bytes - states));
  }
  spill(placement, buffers, network, stored_in, gone);
  buffers.push_back({states, 0, steps.size() - 1});
  add_alive(placement, network, steps, held(buffers, steps.size()));
  return placement;
}

}  // namespace

Placement place_in_sram(const Network& network, const std::vector<Cascade>& cascades) {
  return place(network, std::nullopt, cascades, Spill::tensors);
}

std::int64_t alive_in(const Placement& placement, const Cascade& cascade) {
  const auto alive = [&](std::size_t layer) {
    return placement.alive_bytes.begin() + static_cast<std::ptrdiff_t>(layer);
  };
  return *std::max_element(alive(cascade.first), alive(cascade.last) + 1);
}

Placement place_with_spills(const Network& network, std::int64_t sram_bytes,
                            const std::vector<Cascade>& cascades, Spill by) {
  return place(network, sram_bytes, cascades, by);
}

std::int64_t peak_activation_bytes(const Network& network) {
  return place_in_sram(network).peak_bytes;
}

std::int64_t state_bytes(const Network& network) {
  std::int64_t bytes = 0;
  for (const workloads::State& state : network.states) bytes += state.bytes;
  return bytes;
}

}  // namespace h4h::sim
