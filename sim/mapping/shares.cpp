#include "sim/mapping/shares.hpp"

#include <numeric>

namespace h4h::sim {

using workloads::LayerShape;
using workloads::Network;

namespace {

std::int64_t fewer(std::int64_t count, Effort effort) {
  return effort == Effort::full ? count - 1 : count / 2;
}

// Units of split to give a device, of `all_channels`, in rising order; may repeat some.
std::vector<std::int64_t> unit_choices(std::int64_t all_channels, std::int64_t unit_channels,
                                       Effort effort) {
  std::vector<std::int64_t> units;
  if (effort == Effort::full) {
    for (std::int64_t n = 1; n * unit_channels < all_channels; ++n) units.push_back(n);
    return units;
  }
  for (std::int64_t eighth = 1; eighth < 8; ++eighth) {
    units.push_back((eighth * all_channels + 4 * unit_channels) / (8 * unit_channels));
  }
  return units;
}

// Nothing first.
std::vector<ActiveMacros> choices_of(const ActiveMacros& most, Effort effort) {
  std::vector<ActiveMacros> choices{{0, 0}};
  for (std::int64_t macros = most.macros; macros > 0; macros = fewer(macros, effort)) {
    for (std::int64_t units = most.units; units > 0; units = fewer(units, effort)) {
      choices.push_back({macros, units});
    }
  }
  return choices;
}

}  // namespace

ActiveDevices all_macros(const models::Devices& devices) {
  ActiveDevices all;
  for (const DeviceId id : models::devices_of_macros(devices)) {
    const models::MacroGroup group = *devices[id]->macro_group();
    all.set(id, {group.macros, group.units});
  }
  return all;
}

std::vector<ActiveDevices> active_choices(const ActiveDevices& most, std::size_t devices,
                                          Effort effort) {
  std::vector<ActiveDevices> all{{}};
  for (DeviceId id = 0; id < devices; ++id) {
    std::vector<ActiveDevices> longer;
    for (const ActiveDevices& before : all) {
      for (const ActiveMacros& active : choices_of(most.of(id), effort)) {
        longer.push_back(before);
        longer.back().set(id, active);
      }
    }
    all = std::move(longer);
  }
  return all;
}

std::vector<std::int64_t> channel_choices(const models::Device& device, const LayerShape& layer,
                                          Effort effort) {
  std::vector<std::int64_t> choices{0};
  if (!device.can_run(layer)) return choices;
  const std::int64_t unit_channels =
      std::lcm(device.share_unit(layer), workloads::split_unit(layer));
  const std::int64_t all = layer.output.channels;
  for (const std::int64_t units : unit_choices(all, unit_channels, effort)) {
    const std::int64_t channels = units * unit_channels;
    if (channels > choices.back() && channels < all) choices.push_back(channels);
  }
  choices.push_back(all);
  return choices;
}

std::vector<LayerShape> layer_shapes(const Network& network) {
  std::vector<LayerShape> shapes;
  for (const workloads::Layer& layer : network.layers) {
    shapes.push_back(workloads::layer_shape(network, layer));
  }
  return shapes;
}

std::vector<std::size_t> weight_layers(const Network& network) {
  std::vector<std::size_t> layers;
  for (const workloads::Layer& layer : network.layers) {
    layers.push_back(layer.weights_of.value_or(layers.size()));
  }
  return layers;
}

std::int64_t HeldWords::add(std::size_t layer, std::int64_t words) {
  std::int64_t& largest = largest_[weights_.at(layer)];
  const std::int64_t more = std::max<std::int64_t>(0, words - largest);
  largest += more;
  return more;
}

Split split_of(const std::vector<std::int64_t>& channels, const ActiveDevices& active) {
  Split split;
  for (DeviceId id = 0; id < channels.size(); ++id) {
    const auto [macros, units] = active.of(id);
    split.shares.push_back(channels[id] == 0 ? Share{} : Share{channels[id], macros, units});
  }
  return split;
}

Split on_npu(const models::Devices& devices, const LayerShape& layer) {
  Split split{std::vector<Share>(devices.size())};
  split.shares.at(platforms::kNpu).channels = layer.output.channels;
  return split;
}

std::int64_t words_of(const models::Device& device, const LayerShape& layer, const Share& share) {
  if (share.channels == 0) return 0;
  return device.words_taken(share_of(layer, share.channels), share.macros);
}

std::int64_t capacity_words(const models::Device& device, std::int64_t macros) {
  const std::optional<models::MacroGroup> group = device.macro_group();
  if (!group) return 0;
  return group->limited ? macros * group->words_per_macro : INT64_MAX / 2;
}

}  // namespace h4h::sim
