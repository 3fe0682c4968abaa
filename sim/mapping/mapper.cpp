#include "sim/mapping/mapper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "sim/mapping/cascade_search.hpp"
#include "sim/mapping/share_search.hpp"
#include "sim/network/placement.hpp"

namespace h4h::sim {
namespace {

using workloads::LayerShape;
using workloads::Network;

Mapping map_npu(const models::Devices& devices, const Network& network) {
  Mapping mapping{"npu", {}, {}};
  for (const LayerShape& layer : layer_shapes(network)) {
    mapping.layers.push_back(on_npu(devices, layer));
  }
  return mapping;
}

// Macros in the order of the devices, and what they have left.
class FreeWords {
 public:
  explicit FreeWords(const models::Devices& devices)
      : devices_(devices), all_(all_macros(devices)) {
    for (const DeviceId id : models::devices_of_macros(devices)) {
      const std::int64_t macros = all_.of(id).macros;
      if (macros > 0) free_.emplace_back(id, capacity_words(*devices[id], macros));
    }
  }

  // The whole layer on the first device that can run it and has the capacity left, or its weights
  // already, as those of layer `weights_of`; nullopt where none has.
  std::optional<DeviceId> take(const LayerShape& layer, std::size_t weights_of) {
    for (auto& [id, free] : free_) {
      const models::Device& device = *devices_[id];
      if (!device.can_run(layer)) continue;
      if (held_.count({id, weights_of}) > 0) return id;
      const std::int64_t words =
          device.words_taken(share_of(layer, layer.output.channels), all_.of(id).macros);
      if (words > free) continue;
      free -= words;
      held_.insert({id, weights_of});
      return id;
    }
    return std::nullopt;
  }

 private:
  const models::Devices& devices_;
  ActiveDevices all_;
  std::vector<std::pair<DeviceId, std::int64_t>> free_;
  std::set<std::pair<DeviceId, std::size_t>> held_;  // weights of layers
};

Mapping map_cim(const models::Devices& devices, const Network& network) {
  Mapping mapping{"cim", {}, {}};
  const ActiveDevices all = all_macros(devices);
  FreeWords free(devices);
  const std::vector<std::size_t> weights = weight_layers(network);
  for (const LayerShape& layer : layer_shapes(network)) {
    const std::optional<DeviceId> id = free.take(layer, weights[mapping.layers.size()]);
    mapping.layers.push_back(on_npu(devices, layer));
    if (!id) continue;
    const auto [macros, units] = all.of(*id);
    auto& shares = mapping.layers.back().shares;
    std::swap(shares[*id], shares[platforms::kNpu]);
    shares[*id].macros = macros;
    shares[*id].units = units;
    mapping.active.set(*id, all.of(*id));
  }
  return mapping;
}

// With what is pinned as all there is.
ActiveDevices pinned(ActiveDevices all, const PinnedDevices& pins, std::size_t devices) {
  for (DeviceId id = 0; id < devices; ++id) {
    const auto [macros, units] = all.of(id);
    all.set(id, {pins.of(id).macros.value_or(macros), pins.of(id).units.value_or(units)});
  }
  return all;
}

// Not fewer than are pinned.
bool keeps(const ActiveDevices& active, const PinnedDevices& pins, std::size_t devices) {
  for (DeviceId id = 0; id < devices; ++id) {
    const auto [macros, units] = active.of(id);
    const bool enough = macros == 0 || units >= pins.of(id).units.value_or(0);
    if (!enough || macros < pins.of(id).macros.value_or(0)) return false;
  }
  return true;
}

// The best mapping of those found so far.
class Best {
 public:
  Best(LayerCosts& costs, const platforms::Platform& platform, const Network& network,
       const Goal& goal)
      : costs_(costs), platform_(platform), network_(network), goal_(goal) {}

  // Of equal costs the mapping that powers less, so the one found later; or the earlier one, where
  // the later has to cost less.
  void consider(const Mapping& mapping, bool has_to_cost_less = false) {
    const Totals totals = totals_of(costs_, platform_, network_, mapping);
    least_limited_ = std::min(least_limited_, limited(goal_, totals));
    if (limited(goal_, totals) > limit_of(goal_)) return;
    const double cost = minimised(goal_, totals);
    const bool both_power = !has_to_cost_less && mapping_ && mapping.active.macros() > 0 &&
                            mapping_->active.macros() > 0;
    if (mapping_ && cost >= cost_ && !(cost == cost_ && both_power)) return;
    mapping_ = mapping;
    cost_ = cost;
  }

  const std::optional<Mapping>& mapping() const { return mapping_; }  // that keeps the limit
  double cost() const { return cost_; }                    // infinite where there is none
  double least_limited() const { return least_limited_; }  // of all

 private:
  LayerCosts& costs_;
  const platforms::Platform& platform_;
  const Network& network_;
  const Goal& goal_;
  std::optional<Mapping> mapping_;
  double cost_ = std::numeric_limits<double>::infinity();
  double least_limited_ = std::numeric_limits<double>::infinity();
};

// Looks at all numbers of macros and units, but for those that their bounds rule out.
class NumbersSearch {
 public:
  NumbersSearch(ShareSearch& search, const Best& none) : search_(search), best_(none) {}

  void add(const ActiveDevices& active) {
    std::optional<ShareSearch::Numbers> numbers = search_.numbers(active);
    if (!numbers) return;
    queue_.emplace(numbers->bound, open_.size());
    open_.push_back(*std::move(numbers));
    found_.emplace_back();
  }

  // The least bound first, which is raised before the numbers are searched. Leaves none open.
  void run() {
    while (!queue_.empty()) {
      const auto [bound, i] = *queue_.begin();
      queue_.erase(queue_.begin());
      if (ShareSearch::is_above(bound, best_.cost())) {
        open_[i] = {};
      } else if (search_.raise_bound(open_[i], best_.cost())) {
        queue_.emplace(open_[i].bound, i);
      } else {
        found_[i] = search_.search(std::exchange(open_[i], {}), best_.cost());
        for (const Mapping& mapping : found_[i].mappings) best_.consider(mapping);
      }
    }
  }

  std::size_t open() const { return queue_.size(); }

  // In the order in which numbers were added. What no mapping is below, as ShareSearch::Found.
  std::optional<double> tell(Best& best) const {
    std::optional<double> bound;
    for (const ShareSearch::Found& found : found_) {
      for (const Mapping& mapping : found.mappings) best.consider(mapping);
      if (found.bound) bound = std::min(*found.bound, bound.value_or(*found.bound));
    }
    return bound;
  }

 private:
  ShareSearch& search_;
  Best best_;  // so far
  std::vector<ShareSearch::Numbers> open_;
  std::vector<ShareSearch::Found> found_;           // with each
  std::set<std::pair<double, std::size_t>> queue_;  // bounds, and of what
};

// `exact`: every mapping was in reach of the search.
Infeasible no_mapping(const Goal& goal, double least, bool exact) {
  if (!goal.limit) return {"the pinned layers do not fit the macros in use"};
  const bool energy = goal.objective == Objective::latency;
  const char* const unit = energy ? "mJ" : "ms";
  return {fmt::format("no mapping {}takes {:.9g} {} or less; the least {}is {:.9g} {}",
                      exact ? "" : "that was found ", *goal.limit * 1e3, unit,
                      exact ? "" : "found ", least * (energy ? 1e3 : 1e-9), unit),
          least};
}

MappingResult map_auto(LayerCosts& costs, const platforms::Platform& platform,
                       const Network& network, const Goal& goal, const Pins& pins, Effort effort,
                       const std::vector<Cascade>& cascades, Spill spill) {
  const models::Devices& devices = costs.devices();
  ShareSearch search(costs, platform, network, goal, pins, effort, cascades, spill);
  Best best(costs, platform, network, goal);
  NumbersSearch all(search, best);
  const ActiveDevices most = pinned(all_macros(devices), pins.active, devices.size());
  for (const ActiveDevices& active : active_choices(most, devices.size(), effort)) {
    if (!keeps(active, pins.active, devices.size())) continue;
    all.add(active);
    // What there is to choose from with all numbers at once may not fit in memory.
    constexpr std::size_t kMostOpen = 40;
    if (effort == Effort::full || all.open() == kMostOpen) all.run();
  }
  all.run();
  const std::optional<double> bound = all.tell(best);
  const bool separable = !models::copy_weights_ahead(devices);
  if (!separable && !pins.any()) {
    for (Mapping mapping : {map_npu(devices, network), map_cim(devices, network)}) {
      mapping.kind = "auto";
      mapping.cascades = cascades;
      mapping.spill = spill;
      best.consider(mapping);
    }
  }
  const bool no_choice =
      all_macros(devices).macros() == 0 && devices.size() == platforms::kFirstOfList;
  if (!best.mapping()) {
    return no_mapping(goal, best.least_limited(), separable || no_choice);
  }
  Mapping mapping = *best.mapping();
  mapping.limited = goal.limit.has_value();
  mapping.effort = effort;
  if (no_choice) {
    mapping.gap = 0;
  } else if (bound) {
    mapping.gap = std::max(0.0, 1 - *bound / best.cost());
  }
  return mapping;
}

std::optional<Infeasible> check_sram(const platforms::Sram& sram, const Network& network,
                                     const std::vector<Cascade>& cascades) {
  const std::int64_t states = state_bytes(network);
  if (states > sram.size_bytes) {
    return Infeasible{fmt::format(
        "states do not fit: the network keeps {} B from one inference to the next, sram.size is "
        "{} B",
        states, sram.size_bytes)};
  }
  if (sram.overflow == platforms::Overflow::spill) return std::nullopt;
  const Placement all = place_in_sram(network, cascades);
  if (all.peak_bytes <= sram.size_bytes) return std::nullopt;
  return Infeasible{fmt::format(
      "activations do not fit: {} needs {} B alive at once, sram.size is {} B ({} B too "
      "many; sram.overflow=spill would move tensors to external memory)",
      all.peak_at, all.peak_bytes, sram.size_bytes, all.peak_bytes - sram.size_bytes)};
}

// The best of what `map` makes of a network in several ways, each tried once.
template <typename Map>
class Attempts {
 public:
  Attempts(Best& best, Map map) : best_(best), map_(std::move(map)) {}

  void try_with(const std::vector<Cascade>& cascades, Spill by) {
    const std::pair way(cascades, by);
    if (std::find(tried_.begin(), tried_.end(), way) != tried_.end()) return;
    tried_.push_back(way);
    add(map_(cascades, by));
  }
  void add(const MappingResult& result) {
    if (const auto* const found = std::get_if<Mapping>(&result)) {
      best_.consider(*found, best_.mapping().has_value());
    } else {
      least_ = std::min(least_, std::get<Infeasible>(result).least.value_or(kNothing));
    }
  }
  // Of what the goal limits, where nothing keeps the limit.
  std::optional<double> least() const {
    return least_ < kNothing ? std::optional(least_) : std::nullopt;
  }

 private:
  static constexpr double kNothing = std::numeric_limits<double>::infinity();
  Best& best_;
  Map map_;
  std::vector<std::pair<std::vector<Cascade>, Spill>> tried_;
  double least_ = kNothing;
};

// `whole`, or what `map` makes of the cascades that are proposed, where that keeps the goal's limit
// and costs less. They are proposed under the shares of whole layers, and again under those of the
// best cascades. If something spills then, also by rows, which need more stripes and so are not
// always better. No gap: other cascades may be better.
template <typename Map>
MappingResult with_cascades(LayerCosts& costs, const platforms::Platform& platform,
                            const Network& network, const Goal& goal, MappingResult whole,
                            Map map) {
  Best best(costs, platform, network, goal);
  Attempts<Map> attempts(best, map);
  attempts.add(whole);
  const auto base = [&] {
    Mapping mapping = best.mapping() ? *best.mapping() : map_npu(costs.devices(), network);
    mapping.cascades.clear();
    return mapping;
  };
  const auto try_proposals = [&](Spill by) {
    for (const auto& cascades : propose_cascades(costs, platform, network, goal, base(), by)) {
      attempts.try_with(cascades, by);
    }
  };
  try_proposals(Spill::tensors);
  if (best.mapping() && !best.mapping()->cascades.empty()) try_proposals(Spill::tensors);
  const std::int64_t size = platform.hardware.sram.size_bytes;
  const std::vector<Cascade> chosen = best.mapping() ? best.mapping()->cascades : base().cascades;
  if (place_with_spills(network, size, chosen).spilled_tensor_bytes > 0) {
    attempts.try_with({}, Spill::rows);
    attempts.try_with(chosen, Spill::rows);
    try_proposals(Spill::rows);
  }
  if (!best.mapping()) {
    const std::optional<double> least = attempts.least();
    return least ? MappingResult(no_mapping(goal, *least, false)) : whole;
  }
  Mapping mapping = *best.mapping();
  mapping.gap.reset();
  return mapping;
}

}  // namespace

void begin_mapping(LayerCosts& costs, const platforms::Platform& platform, const Network& network,
                   const Goal& goal) {
  if (check_sram(platform.hardware.sram, network, {})) return;
  ShareSearch(costs, platform, network, goal, {}, Effort::quick).begin();
}

MappingResult map_network(LayerCosts& costs, const platforms::Platform& platform,
                          const Network& network, Strategy strategy, const Goal& goal,
                          const Pins& pins, Effort effort) {
  const platforms::Sram& sram = platform.hardware.sram;
  const auto map = [&](const std::vector<Cascade>& cascades, Spill spill) -> MappingResult {
    if (std::optional<Infeasible> reason = check_sram(sram, network, cascades)) return *reason;
    if (strategy == Strategy::automatic) {
      return map_auto(costs, platform, network, goal, pins, effort, cascades, spill);
    }
    const bool npu = strategy == Strategy::npu;
    Mapping mapping = npu ? map_npu(costs.devices(), network) : map_cim(costs.devices(), network);
    mapping.cascades = cascades;
    mapping.spill = spill;
    return mapping;
  };
  if (pins.cascades) {
    std::vector<Cascade> pinned = *pins.cascades;
    for (Cascade& cascade : pinned) cascade.halo = sram.halo;
    return map(pinned, pins.spill);
  }
  MappingResult whole = map({}, Spill::tensors);
  const bool fits = peak_activation_bytes(network) <= sram.size_bytes;
  if (fits || sram.schedule == platforms::Schedule::layer) return whole;
  return with_cascades(costs, platform, network, goal, std::move(whole), map);
}

}  // namespace h4h::sim
