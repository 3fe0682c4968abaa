#include "sim/mapping/share_search.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "models/energy/energy.hpp"
#include "sim/mapping/layer_options.hpp"
#include "sim/network/fold.hpp"

namespace h4h::sim {

using workloads::Network;

double minimised(const Goal& goal, const Totals& totals) {
  if (goal.objective == Objective::latency) return totals.picoseconds;
  return goal.objective == Objective::energy ? totals.joules : totals.picoseconds * totals.joules;
}

double limited(const Goal& goal, const Totals& totals) {
  return goal.objective == Objective::latency ? totals.joules : totals.picoseconds;
}

double limit_of(const Goal& goal) {
  if (!goal.limit) return std::numeric_limits<double>::infinity();
  constexpr double kRounding = 1e-12;
  const bool energy = goal.objective == Objective::latency;
  const double unit = energy ? 1 : static_cast<double>(models::kPicosecondsPerSecond);
  return *goal.limit * unit * (1 + kRounding);
}

Totals totals_of(LayerCosts& costs, const platforms::Platform& platform, const Network& network,
                 const Mapping& mapping) {
  models::Picoseconds time;
  models::Counts counts;
  for (const JobResult& r : simulate_layers(costs, network, mapping)) {
    time += r.time;
    counts += r.counts_for_energy();
  }
  return {static_cast<double>(time.count),
          models::energy_of(counts, time, mapping.macros_in_use, platform.coefficients).total()};
}

ShareSearch::ShareSearch(LayerCosts& costs, const platforms::Platform& platform,
                         const Network& network, const Goal& goal, const Pins& pins, Effort effort)
    : costs_(costs),
      platform_(platform),
      goal_(goal),
      pins_(pins),
      effort_(effort),
      layers_(layer_shapes(network)),
      contexts_(layer_contexts(platform.hardware.sram, network)) {}

std::vector<Split> ShareSearch::splits(std::size_t layer, const ActiveCim& active) const {
  const std::optional<std::int64_t> pinned = pins_.of(layer);
  if (!pinned) return layer_splits(costs_.devices(), layers_[layer], active, effort_);
  return {split_of(layers_[layer], *pinned, active.macros, active.units)};
}

std::int64_t ShareSearch::free_words(std::int64_t macros) const {
  const platforms::Cim& cim = platform_.hardware.cim;
  std::int64_t free = capacity_words(cim, macros);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::int64_t channels = pins_.of(i).value_or(0);
    if (channels == 0) continue;
    if (macros == 0) return -1;
    free -= words_of(cim, layers_[i], channels, macros);
  }
  return free;
}

TwoCosts ShareSearch::costs_of(const LayerJob& job, const ActiveCim& active, Ahead ahead) {
  const platforms::Coefficients& coefficients = platform_.coefficients;
  const TwoCosts nothing = sim::costs_of(costs_.cost(job), active, coefficients);
  if (ahead == Ahead::nothing) return nothing;
  JobResult idle;
  idle.weights_idle = {INT64_MAX};
  LayerJob after_idle = job;
  carry_over(costs_.devices(), &idle, after_idle);
  const TwoCosts all = sim::costs_of(costs_.cost(after_idle), active, coefficients);
  return {std::min(nothing.first, all.first), std::min(nothing.second, all.second), 0};
}

ShareSearch::Table ShareSearch::table(const ActiveCim& active, Ahead ahead) {
  const platforms::Cim& cim = platform_.hardware.cim;
  Table table{std::vector<std::vector<Split>>(layers_.size()), Alternatives(layers_.size())};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (const Split& split : splits(i, active)) {
      TwoCosts costs = costs_of({layers_[i], split, contexts_[i]}, active, ahead);
      costs.words = pins_.of(i)
                        ? 0
                        : words_of(cim, layers_[i], split.channels(platforms::kCim), active.macros);
      table.splits[i].push_back(split);
      table.costs[i].push_back(costs);
    }
  }
  return table;
}

void ShareSearch::begin() {
  for (const ActiveCim& active : active_cim_choices(platform_.hardware.cim, effort_)) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      for (const Split& split : splits(i, active)) costs_.begin({layers_[i], split, contexts_[i]});
    }
  }
}

Mapping ShareSearch::mapping_of(const Table& table, const std::vector<std::size_t>& picks,
                                const ActiveCim& active) const {
  Mapping mapping{pins_.any() ? "file" : "auto", 0, 0, {}};
  bool powered = pins_.macros_in_use.has_value();
  for (std::size_t i = 0; i < picks.size(); ++i) {
    mapping.layers.push_back(table.splits[i][picks[i]]);
    powered = powered || mapping.layers.back().channels(platforms::kCim) > 0;
  }
  if (powered) {
    mapping.macros_in_use = active.macros;
    mapping.units_in_use = active.units;
  }
  return mapping;
}

namespace {

// What is minimised first, what is limited second.
Alternatives ordered(const Goal& goal, Alternatives layers) {
  if (goal.objective != Objective::energy) return layers;
  for (auto& alternatives : layers) {
    for (TwoCosts& t : alternatives) std::swap(t.first, t.second);
  }
  return layers;
}

std::optional<Compromise> choose(const Goal& goal, const Alternatives& costs,
                                 std::int64_t capacity) {
  if (goal.objective == Objective::edp) return least_product(costs, capacity);
  return least_within(ordered(goal, costs), capacity, limit_of(goal));
}

// Of what the goal limits.
Compromise least_limited(const Goal& goal, const Alternatives& costs, std::int64_t capacity) {
  const Objective other =
      goal.objective == Objective::latency ? Objective::energy : Objective::latency;
  return *choose(other, costs, capacity);
}

}  // namespace

ShareSearch::Found ShareSearch::search(const ActiveCim& active) {
  Found found;
  const std::int64_t free = free_words(active.macros);
  if (free < 0) return found;
  const auto look = [&](Ahead ahead) {
    const Table choices = table(active, ahead);
    const auto add = [&](const Compromise& chosen) {
      found.mappings.push_back(mapping_of(choices, chosen.picks, active));
    };
    const auto chosen = choose(goal_, choices.costs, free);
    if (chosen) add(*chosen);
    if (goal_.limit) add(least_limited(goal_, choices.costs, free));
    return chosen ? std::optional(chosen->bound) : std::nullopt;
  };
  found.bound = look(Ahead::nothing);
  if (models::copy_weights_ahead(costs_.devices())) {
    found.bound = look(Ahead::all_that_helps);
  }
  return found;
}

}  // namespace h4h::sim
