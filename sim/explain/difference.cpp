#include "sim/explain/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
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

namespace {

// Of a key that a platform may not have, since it lists other devices.
struct Held {
  std::string resolved;  // "" where it has none
  std::string as_written = "-";
};

std::map<std::string, Held> held_by(const platforms::Platform& platform,
                                    const platforms::KeyList& keys) {
  std::map<std::string, Held> all;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    all[keys[i].path] = {platforms::value_text(platform, keys[i]), platform.settings[i].value};
  }
  return all;
}

std::vector<std::string> all_keys(const platforms::KeyList& first,
                                  const platforms::KeyList& second) {
  std::vector<std::string> all;
  for (const platforms::Key& key : first) all.push_back(key.path);
  for (const platforms::Key& key : second) {
    if (first.find(key.path) == nullptr) all.push_back(key.path);
  }
  return all;
}

}  // namespace

std::vector<KeyDifference> differing_keys(const platforms::Platform& first,
                                          const platforms::Platform& second) {
  const platforms::KeyList keys_of_first(first), keys_of_second(second);
  auto of_first = held_by(first, keys_of_first), of_second = held_by(second, keys_of_second);
  std::vector<KeyDifference> all;
  for (const std::string& key : all_keys(keys_of_first, keys_of_second)) {
    const Held &a = of_first[key], &b = of_second[key];
    if (a.resolved == b.resolved) continue;
    // The same cycles of two clocks are different times: then say which.
    const bool alike = a.as_written == b.as_written;
    all.push_back({key, alike ? fmt::format("{} ({})", a.as_written, a.resolved) : a.as_written,
                   alike ? fmt::format("{} ({})", b.as_written, b.resolved) : b.as_written});
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
