#include "sim/mapping/mapper.hpp"

#include <fmt/format.h>

#include <optional>

#include "models/pricing/pricing.hpp"
#include "sim/mapping/knapsack.hpp"
#include "sim/network/fold.hpp"

namespace h4h::sim {
namespace {

using workloads::LayerShape;
using workloads::Network;

std::vector<LayerShape> layer_shapes(const Network& network) {
  std::vector<LayerShape> shapes;
  for (const workloads::Layer& layer : network.layers) {
    shapes.push_back(workloads::layer_shape(network, layer));
  }
  return shapes;
}

// Jobs that give macros nothing are one job, however many macros the mapping powers.
Split split_of(const LayerShape& layer, std::int64_t cim_channels, std::int64_t macros,
               std::int64_t units) {
  const std::int64_t npu_channels = layer.output.channels - cim_channels;
  if (cim_channels == 0) return {npu_channels, 0, 0, 0};
  return {npu_channels, cim_channels, macros, units};
}

std::int64_t words_of(const platforms::Cim& cim, const LayerShape& layer, std::int64_t channels) {
  return channels == 0 ? 0 : models::cim_words(cim, share_of(layer, channels));
}

std::int64_t capacity_words(const platforms::Cim& cim, std::int64_t macros) {
  if (cim.capacity == platforms::Capacity::ignore) return INT64_MAX / 2;
  return macros * cim.words_per_macro();
}

// Whether no macro would have to hold more words of the layer than it has.
bool fits_each_macro(const platforms::Cim& cim, const LayerShape& layer, std::int64_t channels,
                     std::int64_t macros) {
  if (channels == 0 || cim.capacity == platforms::Capacity::ignore) return true;
  return models::cim_words_per_macro(cim, share_of(layer, channels), macros) <=
         cim.words_per_macro();
}

Mapping map_npu(const Network& network) {
  Mapping mapping{"npu", 0, 0, {}};
  for (const LayerShape& layer : layer_shapes(network)) {
    mapping.layers.push_back(split_of(layer, 0, 0, 0));
  }
  return mapping;
}

Mapping map_cim(const platforms::Cim& cim, const Network& network) {
  Mapping mapping{"cim", 0, 0, {}};
  std::int64_t free_words = cim.macros == 0 ? 0 : capacity_words(cim, cim.macros);
  for (const LayerShape& layer : layer_shapes(network)) {
    std::int64_t channels = 0;
    if (models::cim_can_run(cim, layer) && cim.macros > 0) {
      const std::int64_t words = words_of(cim, layer, layer.output.channels);
      if (words <= free_words && fits_each_macro(cim, layer, layer.output.channels, cim.macros)) {
        channels = layer.output.channels;
        free_words -= words;
        mapping.macros_in_use = cim.macros;
        mapping.units_in_use = cim.compute_units;
      }
    }
    mapping.layers.push_back(split_of(layer, channels, cim.macros, cim.compute_units));
  }
  return mapping;
}

// The automatic mapping for one number of macros and units in use.
class ShareSearch {
 public:
  ShareSearch(LayerCosts& costs, const platforms::Platform& platform, const Network& network,
              Objective objective)
      : costs_(costs),
        platform_(platform),
        layers_(layer_shapes(network)),
        contexts_(layer_contexts(platform.hardware.sram, network)),
        objective_(objective) {}

  struct Candidate {
    Mapping mapping;
    double cost = 0;
  };

  Candidate best(std::int64_t macros, std::int64_t units) {
    const platforms::Cim& cim = platform_.hardware.cim;
    std::vector<std::vector<Choice>> choices(layers_.size());
    std::vector<std::vector<Split>> splits(layers_.size());
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      for (const std::int64_t channels : channel_choices(layers_[i], macros)) {
        if (!fits_each_macro(cim, layers_[i], channels, macros)) continue;
        splits[i].push_back(split_of(layers_[i], channels, macros, units));
        const double cost = cost_of({layers_[i], splits[i].back(), contexts_[i]}, macros);
        choices[i].push_back({cost, words_of(cim, layers_[i], channels)});
      }
    }
    const std::vector<std::size_t> picks = choose_within(choices, capacity_words(cim, macros));
    Candidate candidate{{"auto", 0, 0, {}}, 0};
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      candidate.mapping.layers.push_back(splits[i][picks[i]]);
      candidate.cost += choices[i][picks[i]].cost;
      if (splits[i][picks[i]].cim_channels > 0) {
        candidate.mapping.macros_in_use = macros;
        candidate.mapping.units_in_use = units;
      }
    }
    return candidate;
  }

 private:
  std::vector<std::int64_t> channel_choices(const LayerShape& layer, std::int64_t macros) const {
    if (macros == 0) return {0};
    return cim_channel_choices(platform_.hardware.cim, layer);
  }

  double cost_of(const LayerJob& job, std::int64_t macros) {
    const JobResult& result = costs_.cost(job);
    if (objective_ == Objective::latency) return static_cast<double>(result.time.count);
    return models::price(result.counts, result.time, macros, platform_.coefficients).total();
  }

  LayerCosts& costs_;
  const platforms::Platform& platform_;
  std::vector<LayerShape> layers_;
  std::vector<LayerContext> contexts_;
  Objective objective_;
};

// What a mapping costs with all that layers hand on to later ones.
double chain_cost(LayerCosts& costs, const platforms::Platform& platform, const Network& network,
                  const Mapping& mapping, Objective objective) {
  double sum = 0;
  for (const JobResult& result : simulate_layers(costs, network, mapping)) {
    sum += objective == Objective::latency
               ? static_cast<double>(result.time.count)
               : models::price(result.counts, result.time, mapping.macros_in_use,
                               platform.coefficients)
                     .total();
  }
  return sum;
}

// Of equal costs the mapping that powers less, so the one found later.
bool is_better(const ShareSearch::Candidate& a, const ShareSearch::Candidate& b) {
  const bool both_power = a.mapping.macros_in_use > 0 && b.mapping.macros_in_use > 0;
  return a.cost < b.cost || (a.cost == b.cost && both_power);
}

Mapping map_auto(LayerCosts& costs, const platforms::Platform& platform, const Network& network,
                 Objective objective) {
  const platforms::Cim& cim = platform.hardware.cim;
  ShareSearch search(costs, platform, network, objective);
  std::vector<ShareSearch::Candidate> candidates{search.best(0, 0)};
  for (std::int64_t macros = cim.macros; macros > 0; macros /= 2) {
    for (std::int64_t units = cim.compute_units; units > 0; units /= 2) {
      candidates.push_back(search.best(macros, units));
    }
  }
  if (models::npu_memories(platform.hardware).private_weights) {
    // Shares were chosen as if no layer's weights came ahead during the one before.
    Mapping all_macros = map_cim(cim, network);
    all_macros.kind = "auto";
    candidates.push_back({std::move(all_macros), 0});
    for (ShareSearch::Candidate& c : candidates) {
      c.cost = chain_cost(costs, platform, network, c.mapping, objective);
    }
  }
  const ShareSearch::Candidate* best = &candidates.front();
  for (const ShareSearch::Candidate& c : candidates) {
    if (is_better(c, *best)) best = &c;
  }
  return best->mapping;
}

std::optional<Infeasible> check_sram(const platforms::Sram& sram, const Network& network) {
  if (sram.overflow == platforms::Overflow::spill) return std::nullopt;
  const Placement all = place_in_sram(network);
  if (all.peak_bytes <= sram.size_bytes) return std::nullopt;
  return Infeasible{fmt::format(
      "activations do not fit: layer '{}' needs {} B alive at once, sram.size is {} B ({} B too "
      "many; sram.overflow=spill would move tensors to the backing store)",
      all.peak_layer, all.peak_bytes, sram.size_bytes, all.peak_bytes - sram.size_bytes)};
}

}  // namespace

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

MappingResult map_network(LayerCosts& costs, const platforms::Platform& platform,
                          const Network& network, Strategy strategy, Objective objective) {
  if (std::optional<Infeasible> reason = check_sram(platform.hardware.sram, network))
    return *reason;
  switch (strategy) {
    case Strategy::npu:
      return map_npu(network);
    case Strategy::cim:
      return map_cim(platform.hardware.cim, network);
    case Strategy::automatic:
      break;
  }
  return map_auto(costs, platform, network, objective);
}

}  // namespace h4h::sim
