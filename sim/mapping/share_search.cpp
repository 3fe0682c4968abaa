#include "sim/mapping/share_search.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "models/energy/energy.hpp"
#include "sim/mapping/layer_options.hpp"
#include "sim/mapping/weighted_sum.hpp"

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
          models::energy_of(counts, time, mapping.active.powered(), platform.coefficients).total()};
}

namespace {

// Layers with the same weights, in the order of their first ones; pinned layers by themselves.
std::vector<std::vector<std::size_t>> groups_of(const Network& network, const Pins& pins) {
  std::vector<std::vector<std::size_t>> groups;
  std::map<std::size_t, std::size_t> places;
  const std::vector<std::size_t> weights = weight_layers(network);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto [place, is_new] = places.insert({weights[i], groups.size()});
    if (is_new || pins.of(i) || pins.of(groups[place->second].front())) {
      place->second = groups.size();
      groups.emplace_back();
    }
    groups[place->second].push_back(i);
  }
  return groups;
}

}  // namespace

ShareSearch::ShareSearch(LayerCosts& costs, const platforms::Platform& platform,
                         const Network& network, const Goal& goal, const Pins& pins, Effort effort,
                         std::vector<Cascade> cascades, Spill spill)
    : costs_(costs),
      platform_(platform),
      goal_(goal),
      pins_(pins),
      effort_(effort),
      cascades_(std::move(cascades)),
      spill_(spill),
      layers_(layer_shapes(network)),
      parts_(layers_.size()),
      held_(network),
      groups_(groups_of(network, pins)),
      separable_(!models::copy_weights_ahead(costs.devices())),
      of_macros_(models::devices_of_macros(costs.devices())),
      words_(layers_.size()) {
  for (const StripeJob& step : unmapped_jobs(platform.hardware.sram, network, cascades_, spill_)) {
    add_part(step);
  }
}

void ShareSearch::add_part(const StripeJob& step) {
  std::vector<Part>& parts = parts_[step.stripe.layer];
  const auto same = std::find_if(parts.begin(), parts.end(), [&](const Part& part) {
    return part.job.layer == step.job.layer && part.job.context == step.job.context;
  });
  if (same == parts.end()) {
    parts.push_back({step.job});
  } else {
    ++same->times;
  }
}

std::vector<Split> ShareSearch::splits(std::size_t layer, const ActiveDevices& active) const {
  const PinnedChannels pinned = pins_.of(layer);
  if (!pinned) return layer_splits(costs_.devices(), layers_[layer], active, effort_);
  return {split_of(*pinned, active)};
}

std::vector<Split> ShareSearch::splits(const Group& group, const ActiveDevices& active) const {
  std::vector<Split> all = splits(group.front(), active);
  for (std::size_t i = 1; i < group.size(); ++i) {
    const std::vector<Split> own = splits(group[i], active);
    const auto missing = [&](const Split& split) {
      return std::find(own.begin(), own.end(), split) == own.end();
    };
    all.erase(std::remove_if(all.begin(), all.end(), missing), all.end());
  }
  return all;
}

std::optional<std::int64_t> ShareSearch::free_words(DeviceId id, std::int64_t macros) const {
  const models::Device& device = *costs_.devices()[id];
  std::int64_t free = capacity_words(device, macros);
  HeldWords held = held_;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const PinnedChannels pinned = pins_.of(i);
    if (!pinned || pinned->at(id) == 0) continue;
    if (macros == 0) return std::nullopt;
    free -= held.add(i, sim::words_of(device, layers_[i], {pinned->at(id), macros, 0}));
  }
  return free < 0 ? std::nullopt : std::optional(free);
}

std::optional<Words> ShareSearch::free_words(const ActiveDevices& active) const {
  std::vector<std::int64_t> words;
  for (const DeviceId id : of_macros_) {
    const std::optional<std::int64_t> free = free_words(id, active.of(id).macros);
    if (!free) return std::nullopt;
    words.push_back(*free);
  }
  return Words(words);
}

Words ShareSearch::words_of(std::size_t layer, const Split& split) {
  std::vector<std::int64_t> words;
  words.reserve(of_macros_.size());
  for (const DeviceId id : of_macros_) {
    const Share& share = split.shares.at(id);
    const auto [place, is_new] = words_[layer].try_emplace({id, share.channels, share.macros});
    if (is_new) place->second = sim::words_of(*costs_.devices()[id], layers_[layer], share);
    words.push_back(place->second);
  }
  return Words(words);
}

TwoCosts ShareSearch::bounds_of(const LayerJob& job, const ActiveDevices& active) {
  const JobResult* known = costs_.known_cost(job);
  return known != nullptr ? sim::costs_of(*known, active, platform_.coefficients)
                          : sim::costs_of(costs_.bound(job), active, platform_.coefficients);
}

TwoCosts ShareSearch::exact_costs_of(const LayerJob& job, const ActiveDevices& active) {
  return sim::costs_of(costs_.cost(job), active, platform_.coefficients);
}

// The sum over the layers of a group, and over the stripes of each.
template <typename CostsOfJob>
TwoCosts ShareSearch::costs_of(const Group& group, const Split& split, Ahead ahead,
                               CostsOfJob costs_of_job) {
  TwoCosts sum;
  const auto add = [&](Part& part) {
    part.job.split = split;
    TwoCosts costs = costs_of_job(part.job);
    if (ahead == Ahead::all_that_helps) {
      JobResult idle;
      idle.weights_idle = {INT64_MAX};
      LayerJob job = part.job;
      carry_over(costs_.devices(), &idle, job);
      const TwoCosts all = costs_of_job(job);
      costs = {std::min(costs.first, all.first), std::min(costs.second, all.second), 0,
               costs.exact && all.exact};
    }
    sum.first += static_cast<double>(part.times) * costs.first;
    sum.second += static_cast<double>(part.times) * costs.second;
    sum.exact = sum.exact && costs.exact;
  };
  for (const std::size_t layer : group) {
    for (Part& part : parts_[layer]) add(part);
  }
  const std::size_t first = group.front();
  if (!pins_.of(first)) sum.words = words_of(first, split);
  return sum;
}

void ShareSearch::add_choices(Numbers& numbers, Ahead ahead) {
  numbers.splits.assign(groups_.size(), {});
  numbers.costs.assign(groups_.size(), {});
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    numbers.splits[g] = splits(groups_[g], numbers.active);
    for (const Split& split : numbers.splits[g]) {
      numbers.costs[g].push_back(costs_of(groups_[g], split, ahead, [&](const LayerJob& job) {
        return bounds_of(job, numbers.active);
      }));
    }
  }
}

namespace {

constexpr double kUnlimited = std::numeric_limits<double>::infinity();
constexpr double kSumRounding = 1e-9;  // of sums over layers in place of sums over counts

Totals least_of_each(const Alternatives& layers) {
  Totals sum;
  for (const std::vector<TwoCosts>& choices : layers) {
    Totals least{kUnlimited, kUnlimited};
    for (const TwoCosts& costs : choices) {
      least.picoseconds = std::min(least.picoseconds, costs.first);
      least.joules = std::min(least.joules, costs.second);
    }
    sum.picoseconds += least.picoseconds;
    sum.joules += least.joules;
  }
  return sum;
}

}  // namespace

std::optional<ShareSearch::Numbers> ShareSearch::numbers(const ActiveDevices& active) {
  const std::optional<Words> free = free_words(active);
  if (!free) return std::nullopt;
  Numbers numbers{active, *free, {}, {}};
  add_choices(numbers, Ahead::nothing);
  if (separable_) {
    numbers.bound = minimised(goal_, least_of_each(numbers.costs));
  }
  return numbers;
}

bool ShareSearch::raise_bound(Numbers& numbers, double most) const {
  if (!separable_ || numbers.relaxed) return false;
  numbers.relaxed = true;
  double relaxed = 0;
  if (goal_.objective == Objective::edp) {
    ProductBound found = product_bound(numbers.costs, numbers.free, most * (1 + kSumRounding));
    relaxed = found.bound;
    numbers.lines = std::move(found.lines);
  } else {
    const bool energy = goal_.objective == Objective::energy;
    relaxed = sum_bound(numbers.costs, numbers.free, energy ? Weights{0, 1} : Weights{1, 0});
  }
  numbers.bound = std::max(numbers.bound, relaxed);
  return true;
}

bool ShareSearch::is_above(double bound, double most) { return bound > most * (1 + kSumRounding); }

void ShareSearch::begin() {
  const models::Devices& devices = costs_.devices();
  const std::vector<ActiveDevices> choices =
      active_choices(all_macros(devices), devices.size(), effort_);
  for (std::size_t i = 0; i < layers_.size(); ++i) begin(i, choices);
}

// What may be the best of all, as far as the bounds tell: most are within a few percent.
void ShareSearch::begin(std::size_t layer, const std::vector<ActiveDevices>& choices) {
  constexpr double kClose = 1.03;
  std::vector<std::pair<LayerJob, double>> jobs;  // and what is minimised, at the least
  double least = kUnlimited;
  for (const ActiveDevices& active : choices) {
    for (const Split& split : splits(layer, active)) {
      LayerJob job = parts_[layer].front().job;
      job.split = split;
      const TwoCosts costs = bounds_of(job, active);
      jobs.emplace_back(std::move(job), minimised(goal_, {costs.first, costs.second}));
      least = std::min(least, jobs.back().second);
    }
  }
  for (const auto& [job, bound] : jobs) {
    if (bound <= kClose * least) costs_.begin(job);
  }
}

Mapping ShareSearch::mapping_of(const Numbers& numbers,
                                const std::vector<std::size_t>& picks) const {
  Mapping mapping{pins_.any() ? "file" : "auto", {}, {}, cascades_, spill_};
  mapping.layers.resize(layers_.size());
  for (std::size_t g = 0; g < picks.size(); ++g) {
    for (const std::size_t layer : groups_[g]) mapping.layers[layer] = numbers.splits[g][picks[g]];
  }
  for (const DeviceId id : of_macros_) {
    const bool used = std::any_of(mapping.layers.begin(), mapping.layers.end(),
                                  [&](const Split& split) { return split.channels(id) > 0; });
    if (used || pins_.active.of(id).macros) mapping.active.set(id, numbers.active.of(id));
  }
  return mapping;
}

namespace {

TwoCosts swapped(const TwoCosts& t) { return {t.second, t.first, t.words, t.exact}; }

// What is minimised first, what is limited second.
Alternatives swapped(const Alternatives& layers) {
  Alternatives all(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const TwoCosts& t : layers[i]) all[i].push_back(swapped(t));
  }
  return all;
}

// `most`: of what is minimised, for what is worth looking for.
std::optional<Compromise> choose(const Goal& goal, const Alternatives& costs, const Words& capacity,
                                 const ExactCosts& exact, double most,
                                 const SupportLines& lines = {}) {
  if (goal.objective == Objective::edp) return least_product(costs, capacity, exact, most, lines);
  const bool energy = goal.objective == Objective::energy;
  Alternatives ordered = energy ? swapped(costs) : costs;
  const ExactCosts exact_ordered = [&](std::size_t i, std::size_t k) {
    return energy ? swapped(exact(i, k)) : exact(i, k);
  };
  if (!goal.limit) return least_of_first(std::move(ordered), capacity, exact_ordered, most);
  return least_within(std::move(ordered), capacity, limit_of(goal), exact_ordered);
}

// Of what the goal limits.
Compromise least_limited(const Goal& goal, const Alternatives& costs, const Words& capacity,
                         const ExactCosts& exact) {
  const Objective other =
      goal.objective == Objective::latency ? Objective::energy : Objective::latency;
  return *choose(other, costs, capacity, exact, kUnlimited);
}

}  // namespace

// The best choice, and where something is limited the choice with the least of that.
std::optional<double> ShareSearch::add_best(const Numbers& numbers, Ahead ahead, double most,
                                            Found& found) {
  const ExactCosts exact = [&](std::size_t g, std::size_t k) {
    return costs_of(groups_[g], numbers.splits[g][k], ahead,
                    [&](const LayerJob& job) { return exact_costs_of(job, numbers.active); });
  };
  const auto add = [&](const Compromise& chosen) {
    found.mappings.push_back(mapping_of(numbers, chosen.picks));
  };
  const auto chosen = choose(goal_, numbers.costs, numbers.free, exact, most, numbers.lines);
  if (chosen) add(*chosen);
  if (goal_.limit) add(least_limited(goal_, numbers.costs, numbers.free, exact));
  return chosen ? std::optional(chosen->bound) : std::nullopt;
}

ShareSearch::Found ShareSearch::search(Numbers numbers, double most) {
  const double worth = separable_ ? most * (1 + kSumRounding) : kUnlimited;
  Found found;
  found.bound = add_best(numbers, Ahead::nothing, worth, found);
  if (separable_) return found;
  add_choices(numbers, Ahead::all_that_helps);
  found.bound = add_best(numbers, Ahead::all_that_helps, kUnlimited, found);
  return found;
}

}  // namespace h4h::sim
