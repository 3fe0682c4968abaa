#include "sim/mapping/mapper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "sim/mapping/share_search.hpp"
#include "sim/network/placement.hpp"

namespace h4h::sim {
namespace {

using workloads::LayerShape;
using workloads::Network;

Mapping map_npu(const Network& network) {
  Mapping mapping{"npu", 0, 0, {}};
  for (const LayerShape& layer : layer_shapes(network)) {
    mapping.layers.push_back(split_of(layer, 0, 0, 0));
  }
  return mapping;
}

Mapping map_cim(const models::Device& macros, const Network& network) {
  const auto& cim = std::get<platforms::Cim>(macros.description());
  Mapping mapping{"cim", 0, 0, {}};
  std::int64_t free_words = cim.macros == 0 ? 0 : capacity_words(cim, cim.macros);
  for (const LayerShape& layer : layer_shapes(network)) {
    std::int64_t channels = 0;
    if (cim.macros > 0 && macros.can_run(layer)) {
      const std::int64_t words = words_of(cim, layer, layer.output.channels, cim.macros);
      if (words <= free_words) {
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

// With what is pinned as all there is.
platforms::Cim pinned(platforms::Cim cim, const Pins& pins) {
  cim.macros = pins.macros_in_use.value_or(cim.macros);
  cim.compute_units = pins.units_in_use.value_or(cim.compute_units);
  return cim;
}

// What was found for all numbers of macros and units that are looked at.
ShareSearch::Found search_all(ShareSearch& search, const platforms::Cim& cim, const Pins& pins,
                              Effort effort) {
  ShareSearch::Found all;
  const auto add = [&](const ShareSearch::Found& found) {
    all.mappings.insert(all.mappings.end(), found.mappings.begin(), found.mappings.end());
    if (found.bound) all.bound = std::min(*found.bound, all.bound.value_or(*found.bound));
  };
  for (const ActiveCim& active : active_cim_choices(pinned(cim, pins), effort)) {
    const bool enough = active.macros == 0 || active.units >= pins.units_in_use.value_or(0);
    if (enough && active.macros >= pins.macros_in_use.value_or(0)) {
      add(search.search(active));
    }
  }
  return all;
}

struct Best {
  const Mapping* mapping = nullptr;  // that keeps the limit
  double cost = 0;
  double least_limited = std::numeric_limits<double>::infinity();  // of all
};

// Of equal costs the mapping that powers less, so the one found later.
Best best_of(LayerCosts& costs, const platforms::Platform& platform, const Network& network,
             const Goal& goal, const std::vector<Mapping>& mappings) {
  Best best;
  for (const Mapping& mapping : mappings) {
    const Totals totals = totals_of(costs, platform, network, mapping);
    best.least_limited = std::min(best.least_limited, limited(goal, totals));
    if (limited(goal, totals) > limit_of(goal)) continue;
    const double cost = minimised(goal, totals);
    const bool both_power =
        best.mapping != nullptr && mapping.macros_in_use > 0 && best.mapping->macros_in_use > 0;
    if (best.mapping == nullptr || cost < best.cost || (cost == best.cost && both_power)) {
      best.mapping = &mapping;
      best.cost = cost;
    }
  }
  return best;
}

// `exact`: every mapping was in reach of the search.
Infeasible no_mapping(const Goal& goal, double least, bool exact) {
  if (!goal.limit) return {"the pinned layers do not fit the macros in use"};
  const bool energy = goal.objective == Objective::latency;
  const char* const unit = energy ? "mJ" : "ms";
  return {fmt::format("no mapping {}takes {:.9g} {} or less; the least {}is {:.9g} {}",
                      exact ? "" : "that was found ", *goal.limit * 1e3, unit,
                      exact ? "" : "found ", least * (energy ? 1e3 : 1e-9), unit)};
}

MappingResult map_auto(LayerCosts& costs, const platforms::Platform& platform,
                       const Network& network, const Goal& goal, const Pins& pins, Effort effort) {
  const platforms::Cim& cim = platform.hardware.cim;
  ShareSearch search(costs, platform, network, goal, pins, effort);
  ShareSearch::Found found = search_all(search, cim, pins, effort);
  const bool separable = !models::copy_weights_ahead(costs.devices());
  if (!separable && !pins.any()) {
    for (Mapping mapping :
         {map_npu(network), map_cim(*costs.devices().at(platforms::kCim), network)}) {
      mapping.kind = "auto";
      found.mappings.push_back(std::move(mapping));
    }
  }
  const Best best = best_of(costs, platform, network, goal, found.mappings);
  const bool no_choice = cim.macros == 0;
  if (best.mapping == nullptr) {
    return no_mapping(goal, best.least_limited, separable || no_choice);
  }
  Mapping mapping = *best.mapping;
  mapping.limited = goal.limit.has_value();
  mapping.effort = effort;
  if (no_choice) {
    mapping.gap = 0;
  } else if (found.bound) {
    mapping.gap = std::max(0.0, 1 - *found.bound / best.cost);
  }
  return mapping;
}

std::optional<Infeasible> check_sram(const platforms::Sram& sram, const Network& network) {
  if (sram.overflow == platforms::Overflow::spill) return std::nullopt;
  const Placement all = place_in_sram(network);
  if (all.peak_bytes <= sram.size_bytes) return std::nullopt;
  return Infeasible{fmt::format(
      "activations do not fit: layer '{}' needs {} B alive at once, sram.size is {} B ({} B too "
      "many; sram.overflow=spill would move tensors to external memory)",
      all.peak_layer, all.peak_bytes, sram.size_bytes, all.peak_bytes - sram.size_bytes)};
}

}  // namespace

void begin_mapping(LayerCosts& costs, const platforms::Platform& platform, const Network& network) {
  if (check_sram(platform.hardware.sram, network)) return;
  ShareSearch(costs, platform, network, Objective::latency, {}, Effort::quick).begin();
}

MappingResult map_network(LayerCosts& costs, const platforms::Platform& platform,
                          const Network& network, Strategy strategy, const Goal& goal,
                          const Pins& pins, Effort effort) {
  if (std::optional<Infeasible> reason = check_sram(platform.hardware.sram, network))
    return *reason;
  switch (strategy) {
    case Strategy::npu:
      return map_npu(network);
    case Strategy::cim:
      return map_cim(*costs.devices().at(platforms::kCim), network);
    case Strategy::automatic:
      break;
  }
  return map_auto(costs, platform, network, goal, pins, effort);
}

}  // namespace h4h::sim
