#include "sim/mapping/share_search.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "models/pricing/pricing.hpp"
#include "sim/network/fold.hpp"

namespace h4h::sim {

using workloads::LayerShape;
using workloads::Network;

std::optional<double> limit_of(const Goal& goal) {
  if (!goal.limit || goal.objective == Objective::latency) return goal.limit;
  return *goal.limit * static_cast<double>(models::kPicosecondsPerSecond);
}

double minimised(const Goal& goal, const Totals& totals) {
  if (goal.objective == Objective::latency) return totals.picoseconds;
  return goal.objective == Objective::energy ? totals.joules : totals.picoseconds * totals.joules;
}

bool keeps(const Goal& goal, const Totals& totals) {
  if (!goal.limit) return true;
  return (goal.objective == Objective::latency ? totals.joules : totals.picoseconds) <=
         *limit_of(goal);
}

Totals totals_of(LayerCosts& costs, const platforms::Platform& platform, const Network& network,
                 const Mapping& mapping) {
  Totals totals;
  for (const JobResult& r : simulate_layers(costs, network, mapping)) {
    totals.picoseconds += static_cast<double>(r.time.count);
    totals.joules +=
        models::price(r.counts, r.time, mapping.macros_in_use, platform.coefficients).total();
  }
  return totals;
}

ShareSearch::ShareSearch(LayerCosts& costs, const platforms::Platform& platform,
                         const Network& network, const Goal& goal, const Pins& pins)
    : costs_(costs),
      platform_(platform),
      goal_(goal),
      pins_(pins),
      layers_(layer_shapes(network)),
      contexts_(layer_contexts(platform.hardware.sram, network)),
      least_limited_(std::numeric_limits<double>::infinity()) {}

std::vector<std::int64_t> ShareSearch::channel_choices(std::size_t layer,
                                                       std::int64_t macros) const {
  if (const std::optional<std::int64_t> pinned = pins_.of(layer)) return {*pinned};
  if (macros == 0) return {0};
  return cim_channel_choices(platform_.hardware.cim, layers_[layer]);
}

std::int64_t ShareSearch::free_words(std::int64_t macros) const {
  const platforms::Cim& cim = platform_.hardware.cim;
  std::int64_t free = capacity_words(cim, macros);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::int64_t channels = pins_.of(i).value_or(0);
    if (channels == 0) continue;
    if (macros == 0 || !fits_each_macro(cim, layers_[i], channels, macros)) return -1;
    free -= words_of(cim, layers_[i], channels, macros);
  }
  return free;
}

JobResult ShareSearch::cost_of(LayerJob job, Ahead ahead) {
  const JobResult alone = costs_.cost(job);
  if (ahead == Ahead::nothing) return alone;
  JobResult idle;
  idle.weights_idle = {INT64_MAX};
  carry_over(platform_.hardware, &idle, job);
  const JobResult& all = costs_.cost(job);
  return all.time < alone.time ? all : alone;
}

ShareSearch::Table ShareSearch::table(std::int64_t macros, std::int64_t units, Ahead ahead) {
  const platforms::Cim& cim = platform_.hardware.cim;
  Table table{std::vector<std::vector<Split>>(layers_.size()), Alternatives(layers_.size())};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (const std::int64_t on_macros : channel_choices(i, macros)) {
      if (!fits_each_macro(cim, layers_[i], on_macros, macros)) continue;
      const Split split = split_of(layers_[i], on_macros, macros, units);
      const JobResult r = cost_of({layers_[i], split, contexts_[i]}, ahead);
      table.splits[i].push_back(split);
      table.costs[i].push_back(
          {static_cast<double>(r.time.count),
           models::price(r.counts, r.time, macros, platform_.coefficients).total(),
           pins_.of(i) ? 0 : words_of(cim, layers_[i], on_macros, macros)});
    }
  }
  return table;
}

namespace {

// What is minimised first, what is limited second.
Alternatives swapped(Alternatives layers) {
  for (auto& alternatives : layers) {
    for (TwoCosts& t : alternatives) std::swap(t.first, t.second);
  }
  return layers;
}

}  // namespace

std::optional<Compromise> ShareSearch::choose(const Alternatives& costs, std::int64_t capacity) {
  if (goal_.objective == Objective::edp) return least_product(costs, capacity);
  const Alternatives ordered = goal_.objective == Objective::energy ? swapped(costs) : costs;
  constexpr double kNone = std::numeric_limits<double>::infinity();
  if (goal_.limit) {
    const auto least = least_within(swapped(ordered), capacity, kNone);
    least_limited_ = std::min(least_limited_, least->first);
  }
  return least_within(ordered, capacity, limit_of(goal_).value_or(kNone));
}

std::optional<ShareSearch::Candidate> ShareSearch::best(std::int64_t macros, std::int64_t units) {
  const std::int64_t free = free_words(macros);
  if (free < 0) return std::nullopt;
  const Table choices = table(macros, units, Ahead::nothing);
  const auto chosen = choose(choices.costs, free);
  if (!chosen) return std::nullopt;
  const bool product = goal_.objective == Objective::edp;
  Candidate candidate{{pins_.any() ? "file" : "auto", 0, 0, {}},
                      product ? chosen->first * chosen->second : chosen->first,
                      chosen->bound};
  if (models::npu_memories(platform_.hardware).private_weights) {
    const auto hoped = choose(table(macros, units, Ahead::better).costs, free);
    if (hoped) candidate.bound = std::min(candidate.bound, hoped->bound);
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    candidate.mapping.layers.push_back(choices.splits[i][chosen->picks[i]]);
    if (candidate.mapping.layers.back().cim_channels > 0) {
      candidate.mapping.macros_in_use = macros;
      candidate.mapping.units_in_use = units;
    }
  }
  return candidate;
}

}  // namespace h4h::sim
