#include "sim/mapping/shares.hpp"

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

}  // namespace

std::vector<ActiveCim> active_cim_choices(const platforms::Cim& cim, Effort effort) {
  std::vector<ActiveCim> choices{{0, 0}};
  for (std::int64_t macros = cim.macros; macros > 0; macros = fewer(macros, effort)) {
    for (std::int64_t units = cim.compute_units; units > 0; units = fewer(units, effort)) {
      choices.push_back({macros, units});
    }
  }
  return choices;
}

std::vector<std::int64_t> channel_choices(const models::Device& device, const LayerShape& layer,
                                          Effort effort) {
  std::vector<std::int64_t> choices{0};
  if (!device.can_run(layer)) return choices;
  const std::int64_t unit_channels = device.share_unit(layer);
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

Split split_of(const LayerShape& layer, std::int64_t cim_channels, std::int64_t macros,
               std::int64_t units) {
  const std::int64_t npu_channels = layer.output.channels - cim_channels;
  if (cim_channels == 0) return split_between(npu_channels, 0, 0, 0);
  return split_between(npu_channels, cim_channels, macros, units);
}

std::int64_t words_of(const platforms::Cim& cim, const LayerShape& layer, std::int64_t channels,
                      std::int64_t macros) {
  if (channels == 0) return 0;
  return macros * models::cim_words_per_macro(cim, share_of(layer, channels), macros);
}

std::int64_t capacity_words(const platforms::Cim& cim, std::int64_t macros) {
  if (cim.capacity == platforms::Capacity::ignore) return INT64_MAX / 2;
  return macros * cim.words_per_macro();
}

}  // namespace h4h::sim
