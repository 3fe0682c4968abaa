#include "sim/mapping/shares.hpp"

namespace h4h::sim {

using workloads::LayerShape;
using workloads::Network;

std::vector<Power> power_choices(const platforms::Cim& cim) {
  std::vector<Power> choices{{0, 0}};
  for (std::int64_t macros = cim.macros; macros > 0; macros /= 2) {
    for (std::int64_t units = cim.compute_units; units > 0; units /= 2) {
      choices.push_back({macros, units});
    }
  }
  return choices;
}

std::vector<std::int64_t> cim_channel_choices(const platforms::Cim& cim, const LayerShape& layer) {
  std::vector<std::int64_t> choices{0};
  if (!models::cim_can_run(cim, layer)) return choices;
  const std::int64_t word_channels = models::cim_share_unit(cim, layer);
  const std::int64_t all = layer.output.channels;
  for (std::int64_t eighth = 1; eighth < 8; ++eighth) {
    const std::int64_t words = (eighth * all + 4 * word_channels) / (8 * word_channels);
    const std::int64_t channels = words * word_channels;
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
  if (cim_channels == 0) return {npu_channels, 0, 0, 0};
  return {npu_channels, cim_channels, macros, units};
}

std::int64_t words_of(const platforms::Cim& cim, const LayerShape& layer, std::int64_t channels,
                      std::int64_t macros) {
  return channels == 0 ? 0 : models::cim_words(cim, share_of(layer, channels), macros);
}

std::int64_t capacity_words(const platforms::Cim& cim, std::int64_t macros) {
  if (cim.capacity == platforms::Capacity::ignore) return INT64_MAX / 2;
  return macros * cim.words_per_macro();
}

bool fits_each_macro(const platforms::Cim& cim, const LayerShape& layer, std::int64_t channels,
                     std::int64_t macros) {
  if (channels == 0 || cim.capacity == platforms::Capacity::ignore) return true;
  return models::cim_words_per_macro(cim, share_of(layer, channels), macros) <=
         cim.words_per_macro();
}

}  // namespace h4h::sim
