#include "sim/mapping/settle.hpp"

#include <limits>
#include <utility>

#include "sim/mapping/grouped_relaxation.hpp"
#include "sim/mapping/knapsack_relaxation.hpp"

namespace h4h::sim {
namespace {

using BoundedLayer = std::vector<BoundedChoice>;

// The cheapest choice where all bounds are as high as the least cost that is known; else the one of
// the lowest bound.
template <typename Choices>
std::size_t lowest_bound(const Choices& choices) {
  std::size_t lowest = choices.size();
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < choices.size(); ++k) {
    if (choices[k].exact) {
      least = std::min(least, choices[k].cost);
    } else if (lowest == choices.size() || choices[k].cost < choices[lowest].cost) {
      lowest = k;
    }
  }
  return lowest < choices.size() && choices[lowest].cost <= least ? lowest : choices.size();
}

class Settling {
 public:
  Settling(std::vector<BoundedLayer> layers, std::int64_t capacity, const ExactCost& exact_cost)
      : layers_(std::move(layers)), capacity_(capacity), exact_cost_(exact_cost) {}

  std::vector<std::vector<Choice>> run() {
    for (std::size_t i = 0; i < layers_.size(); ++i) settle_cheapest(i);
    while (!cheapest_fit() && settle_relaxed()) {
    }
    return choices();
  }

 private:
  // Returns whether the cost was a bound before.
  bool settle(std::size_t layer, std::size_t pick) {
    BoundedChoice& choice = layers_[layer][pick];
    if (choice.exact) return false;
    choice.cost = exact_cost_(layer, pick);
    return choice.exact = true;
  }

  // Until no bound is as low as the least cost.
  void settle_cheapest(std::size_t layer) {
    for (std::size_t k = lowest_bound(layers_[layer]); k < layers_[layer].size();
         k = lowest_bound(layers_[layer])) {
      settle(layer, k);
    }
  }

  bool cheapest_fit() const {
    std::int64_t words = 0;
    for (const std::vector<Choice>& layer : choices()) {
      words += layer[knapsack::cheapest(layer)].words;
    }
    return words <= capacity_;
  }

  // What the relaxation takes, then what it cannot rule out. False where nothing was left.
  bool settle_relaxed() {
    const std::vector<std::vector<Choice>> now = choices();
    const knapsack::Layers open(now);
    knapsack::Relaxation relaxation(open, capacity_);
    const double best = relaxation.filled();
    bool some = false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      some |= settle(i, relaxation.at()[i]->pick);
      some |= settle(i, relaxation.least_reduced(open[i]).pick);
    }
    if (some) return true;
    const double over = best + relaxation.rounding() - relaxation.bound();
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const double most = relaxation.reduced(relaxation.least_reduced(open[i])) + over;
      for (std::size_t k = 0; k < layers_[i].size(); ++k) {
        if (relaxation.reduced(now[i][k]) <= most) some |= settle(i, k);
      }
    }
    return some;
  }

  std::vector<std::vector<Choice>> choices() const {
    std::vector<std::vector<Choice>> all;
    for (const BoundedLayer& layer : layers_) {
      std::vector<Choice>& costs = all.emplace_back();
      for (const BoundedChoice& choice : layer) costs.push_back({choice.cost, choice.words});
    }
    return all;
  }

  std::vector<BoundedLayer> layers_;
  std::int64_t capacity_;
  const ExactCost& exact_cost_;
};

class GroupedSettling {
  using Layers = std::vector<std::vector<GroupedChoice>>;

 public:
  GroupedSettling(std::vector<std::vector<BoundedGroupedChoice>> layers, const Words& capacity,
                  const ExactCost& exact_cost)
      : layers_(std::move(layers)), capacity_(capacity), exact_cost_(exact_cost) {}

  Layers run() {
    for (std::size_t i = 0; i < layers_.size(); ++i) settle_cheapest(i);
    while (!cheapest_fit() && settle_open()) {
    }
    return choices();
  }

 private:
  bool settle(std::size_t layer, std::size_t pick) {
    BoundedGroupedChoice& choice = layers_[layer][pick];
    if (choice.exact) return false;
    choice.cost = exact_cost_(layer, pick);
    return choice.exact = true;
  }

  void settle_cheapest(std::size_t layer) {
    for (std::size_t k = lowest_bound(layers_[layer]); k < layers_[layer].size();
         k = lowest_bound(layers_[layer])) {
      settle(layer, k);
    }
  }

  bool cheapest_fit() const {
    Words words;
    for (const auto& layer : choices()) {
      words += layer[grouped::least(layer, [](const GroupedChoice& c) { return c.cost; })].words;
    }
    return words.within(capacity_);
  }

  bool settle_all(const grouped::Picks& picks) {
    bool some = false;
    for (std::size_t i = 0; i < picks.size(); ++i) some |= settle(i, picks[i]);
    return some;
  }

  // First a choice that fits and whose costs are known, then what that one cannot rule out. False
  // where nothing was left.
  bool settle_open() {
    const Layers now = choices();
    const grouped::Fitting fitting(now, capacity_);
    const grouped::Relaxation& relaxation = fitting.relaxation();
    const grouped::Picks relaxed = fitting.relaxed_picks();
    if (settle_all(fitting.picks()) || settle_all(relaxed)) return true;
    const double rounding = grouped::kRounding * (fitting.cost() + relaxation.value(capacity_));
    const double over = fitting.cost() + rounding - relaxation.bound();
    bool some = false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const double most = relaxation.reduced(now[i][relaxed[i]]) + over;
      for (std::size_t k = 0; k < now[i].size(); ++k) {
        if (relaxation.reduced(now[i][k]) <= most) some |= settle(i, k);
      }
    }
    return some;
  }

  Layers choices() const {
    Layers all;
    for (const auto& layer : layers_) {
      std::vector<GroupedChoice>& costs = all.emplace_back();
      for (const BoundedGroupedChoice& choice : layer) costs.push_back({choice.cost, choice.words});
    }
    return all;
  }

  std::vector<std::vector<BoundedGroupedChoice>> layers_;
  const Words& capacity_;
  const ExactCost& exact_cost_;
};

}  // namespace

std::vector<std::vector<GroupedChoice>> settle(
    std::vector<std::vector<BoundedGroupedChoice>> layers, const Words& capacity,
    const ExactCost& exact_cost) {
  return GroupedSettling(std::move(layers), capacity, exact_cost).run();
}

std::vector<std::vector<Choice>> settle(std::vector<std::vector<BoundedChoice>> layers,
                                        std::int64_t capacity, const ExactCost& exact_cost) {
  return Settling(std::move(layers), capacity, exact_cost).run();
}

}  // namespace h4h::sim
