#include "sim/explain/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "platforms/description/keys.hpp"

namespace h4h::sim {
namespace {

double moved(const LayerDifference& layer) { return layer.second_s - layer.first_s; }

double all_moved(const std::vector<LayerDifference>& layers) {
  double sum = 0;
  for (const LayerDifference& layer : layers) sum += moved(layer);
  return sum;
}

}  // namespace

std::vector<KeyDifference> differing_keys(const platforms::Platform& first,
                                          const platforms::Platform& second) {
  std::vector<KeyDifference> all;
  for (std::size_t i = 0; i < platforms::keys().size(); ++i) {
    const platforms::Key& key = platforms::keys()[i];
    const std::string in_first = platforms::value_text(first, key),
                      in_second = platforms::value_text(second, key);
    if (in_first == in_second) continue;
    // The same cycles of two clocks are different times: then say which.
    const std::string &a = first.settings[i].value, &b = second.settings[i].value;
    all.push_back({std::string(key.path), a == b ? fmt::format("{} ({})", a, in_first) : a,
                   a == b ? fmt::format("{} ({})", b, in_second) : b});
  }
  return all;
}

std::vector<LayerDifference> layer_differences(const Report& first, const Report& second) {
  std::vector<LayerDifference> all;
  if (first.layers.size() != second.layers.size()) {
    throw std::invalid_argument("reports of two networks");
  }
  for (std::size_t i = 0; i < first.layers.size(); ++i) {
    const LayerReport &a = first.layers[i], &b = second.layers[i];
    if (a.name != b.name) throw std::invalid_argument("reports of two networks");
    all.push_back({a.name, to_seconds(a.result.time), to_seconds(b.result.time), a.energy_j.total(),
                   b.energy_j.total(), a.bound, b.bound});
  }
  return all;
}

std::vector<LayerDifference> layer_differences(const std::vector<VariantLayer>& first,
                                               const std::vector<VariantLayer>& second) {
  std::vector<LayerDifference> all;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const VariantLayer &a = first[i], &b = second.at(i);
    all.push_back({a.name, a.latency_s, b.latency_s, a.energy_j, b.energy_j, a.bound, b.bound});
  }
  return all;
}

std::vector<LayerDifference> by_effect(std::vector<LayerDifference> layers) {
  const bool slower = all_moved(layers) > 0;
  std::stable_sort(layers.begin(), layers.end(),
                   [&](const LayerDifference& a, const LayerDifference& b) {
                     return slower ? moved(a) > moved(b) : moved(a) < moved(b);
                   });
  return layers;
}

std::size_t layers_behind(const std::vector<LayerDifference>& layers, double share) {
  const double wanted = share * all_moved(layers);
  double sum = 0;
  std::size_t count = 0;
  for (const LayerDifference& layer : by_effect(layers)) {
    if (wanted >= 0 ? sum >= wanted : sum <= wanted) break;
    sum += moved(layer);
    ++count;
  }
  return count;
}

}  // namespace h4h::sim
