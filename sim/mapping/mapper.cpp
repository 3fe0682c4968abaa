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

Mapping map_cim(const platforms::Cim& cim, const Network& network) {
  Mapping mapping{"cim", 0, 0, {}};
  std::int64_t free_words = cim.macros == 0 ? 0 : capacity_words(cim, cim.macros);
  for (const LayerShape& layer : layer_shapes(network)) {
    std::int64_t channels = 0;
    if (models::cim_can_run(cim, layer) && cim.macros > 0) {
      const std::int64_t words = words_of(cim, layer, layer.output.channels, cim.macros);
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

using Candidates = std::vector<ShareSearch::Candidate>;

// Of equal costs the mapping that powers less, so the one found later.
bool is_better(const ShareSearch::Candidate& a, const ShareSearch::Candidate& b) {
  const bool both_power = a.mapping.macros_in_use > 0 && b.mapping.macros_in_use > 0;
  return a.cost < b.cost || (a.cost == b.cost && both_power);
}

// With all macros and units in use, a half, a quarter, ... of either, and none.
Candidates candidates(ShareSearch& search, const platforms::Cim& cim, const Pins& pins) {
  Candidates all;
  const auto add = [&](std::optional<ShareSearch::Candidate> candidate) {
    if (candidate) all.push_back(std::move(*candidate));
  };
  if (pins.macros_in_use.value_or(0) == 0 || pins.units_in_use.value_or(0) == 0) {
    add(search.best(0, 0));
  }
  const std::int64_t least_macros = pins.macros_in_use.value_or(1);
  const std::int64_t least_units = pins.units_in_use.value_or(1);
  for (std::int64_t macros = pins.macros_in_use.value_or(cim.macros);
       macros > 0 && macros >= least_macros; macros /= 2) {
    for (std::int64_t units = pins.units_in_use.value_or(cim.compute_units);
         units > 0 && units >= least_units; units /= 2) {
      add(search.best(macros, units));
    }
  }
  return all;
}

// Where weights come ahead during the layer before, a mapping costs what its chain of layers does.
// Shares were chosen as if nothing did: single devices stand beside them.
Candidates chained(LayerCosts& costs, const platforms::Platform& platform, const Network& network,
                   const Goal& goal, const Pins& pins, Candidates all) {
  if (!pins.any()) {
    for (Mapping mapping : {map_npu(network), map_cim(platform.hardware.cim, network)}) {
      mapping.kind = "auto";
      all.push_back({std::move(mapping), 0, 0});
    }
  }
  Candidates kept;
  for (ShareSearch::Candidate& c : all) {
    const Totals totals = totals_of(costs, platform, network, c.mapping);
    c.cost = minimised(goal, totals);
    if (keeps(goal, totals)) kept.push_back(std::move(c));
  }
  return kept;
}

Infeasible no_mapping(const Goal& goal, double least) {
  if (!goal.limit) return {"what is pinned does not fit the macros in use"};
  const bool energy = goal.objective == Objective::latency;
  return {energy ? fmt::format("no mapping takes {:g} mJ or less; the least is {:g} mJ",
                               *goal.limit * 1e3, least * 1e3)
                 : fmt::format("no mapping takes {:g} ms or less; the least is {:g} ms",
                               *goal.limit * 1e3, least * 1e-9)};
}

MappingResult map_auto(LayerCosts& costs, const platforms::Platform& platform,
                       const Network& network, const Goal& goal, const Pins& pins) {
  ShareSearch search(costs, platform, network, goal, pins);
  Candidates all = candidates(search, platform.hardware.cim, pins);
  double bound = std::numeric_limits<double>::infinity();
  for (const ShareSearch::Candidate& c : all) bound = std::min(bound, c.bound);
  const bool chain = models::npu_memories(platform.hardware).private_weights;
  if (chain) all = chained(costs, platform, network, goal, pins, std::move(all));
  if (all.empty()) return no_mapping(goal, search.least_limited());
  const ShareSearch::Candidate* best = &all.front();
  for (const ShareSearch::Candidate& c : all) {
    if (is_better(c, *best)) best = &c;
  }
  Mapping mapping = best->mapping;
  // Without macros there is nothing to choose.
  const bool alone = platform.hardware.cim.macros == 0;
  mapping.gap = alone ? 0 : std::max(0.0, 1 - bound / best->cost);
  return mapping;
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

MappingResult map_network(LayerCosts& costs, const platforms::Platform& platform,
                          const Network& network, Strategy strategy, const Goal& goal,
                          const Pins& pins) {
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
  return map_auto(costs, platform, network, goal, pins);
}

}  // namespace h4h::sim
