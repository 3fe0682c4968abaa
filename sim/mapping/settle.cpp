#include "sim/mapping/settle.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "sim/mapping/grouped_relaxation.hpp"
#include "sim/mapping/knapsack_relaxation.hpp"

namespace h4h::sim {
namespace {

// Layers of choices of which some costs are bounds until they are asked for. Known: a choice whose
// cost is what there is of it.
template <typename Bounded, typename Known>
class Open {
 public:
  using Layers = std::vector<std::vector<Known>>;

  Open(std::vector<std::vector<Bounded>> layers, const ExactCost& exact_cost)
      : layers_(std::move(layers)), exact_cost_(exact_cost) {}

  // Returns whether the cost was a bound before.
  bool settle(std::size_t layer, std::size_t pick) {
    Bounded& choice = layers_[layer][pick];
    if (choice.exact) return false;
    choice.cost = exact_cost_(layer, pick);
    return choice.exact = true;
  }

  // Of each layer, until no bound is as low as the least of what is known. Likewise. `value`: of a
  // choice whose cost is known.
  bool settle_least() {
    return settle_least([](const Known& choice) { return choice.cost; });
  }
  template <typename Value>
  bool settle_least(Value value) {
    bool some = false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      while (const auto lowest = lowest_bound(layers_[i], value)) some |= settle(i, *lowest);
    }
    return some;
  }

  // Of a relaxation of `now`: whatever it takes for no more than `most(layer)`. Likewise.
  template <typename Relaxation, typename Most>
  bool settle_below(const Layers& now, const Relaxation& relaxation, Most most) {
    bool some = false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const double most_of_layer = most(i);
      for (std::size_t k = 0; k < now[i].size(); ++k) {
        if (relaxation.reduced(now[i][k]) <= most_of_layer) some |= settle(i, k);
      }
    }
    return some;
  }

  Layers choices() const {
    Layers all;
    for (const auto& layer : layers_) {
      auto& costs = all.emplace_back();
      for (const Bounded& choice : layer) costs.push_back({choice.cost, choice.words});
    }
    return all;
  }

 private:
  // The lowest bound, where it is no more than the least cost that is known.
  template <typename Value>
  static std::optional<std::size_t> lowest_bound(const std::vector<Bounded>& choices, Value value) {
    std::optional<std::size_t> lowest;
    double least = std::numeric_limits<double>::infinity(), least_bound = least;
    for (std::size_t k = 0; k < choices.size(); ++k) {
      const double own = value(Known{choices[k].cost, choices[k].words});
      if (choices[k].exact) {
        least = std::min(least, own);
      } else if (own < least_bound) {
        lowest = k;
        least_bound = own;
      }
    }
    return least_bound <= least ? lowest : std::nullopt;
  }

  std::vector<std::vector<Bounded>> layers_;
  const ExactCost& exact_cost_;
};

// Of one device of macros.
class Settling {
  using Table = Open<BoundedChoice, Choice>;

 public:
  Settling(std::vector<std::vector<BoundedChoice>> layers, std::int64_t capacity,
           const ExactCost& exact_cost, double most)
      : open_(std::move(layers), exact_cost), capacity_(capacity), most_(most) {
    open_.settle_least();
  }

  std::optional<Table::Layers> run() {
    Table::Layers now = open_.choices();
    while (!cheapest_fit(now) && settle_relaxed(now)) now = open_.choices();
    return above_ ? std::nullopt : std::optional(std::move(now));
  }

 private:
  bool cheapest_fit(const Table::Layers& now) const {
    std::int64_t words = 0;
    for (const std::vector<Choice>& layer : now) words += layer[knapsack::cheapest(layer)].words;
    return words <= capacity_;
  }

  // What the relaxation takes, then what it cannot rule out. False where nothing was left.
  bool settle_relaxed(const Table::Layers& now) {
    const knapsack::Layers layers(now);
    knapsack::Relaxation relaxation(layers, capacity_);
    above_ = relaxation.bound() > most_;
    if (above_) return false;
    const double best = relaxation.filled();
    bool some = false;
    for (std::size_t i = 0; i < now.size(); ++i) {
      some |= open_.settle(i, relaxation.at()[i]->pick);
      some |= open_.settle(i, relaxation.least_reduced(layers[i]).pick);
    }
    if (some) return true;
    const double over = std::min(best, most_) + relaxation.rounding() - relaxation.bound();
    return open_.settle_below(now, relaxation, [&](std::size_t i) {
      return relaxation.reduced(relaxation.least_reduced(layers[i])) + over;
    });
  }

  Table open_;
  std::int64_t capacity_;
  double most_;
  bool above_ = false;  // what is found
};

// Of several devices of macros.
class GroupedSettling {
  using Table = Open<BoundedGroupedChoice, GroupedChoice>;

 public:
  GroupedSettling(std::vector<std::vector<BoundedGroupedChoice>> layers, const Words& capacity,
                  const ExactCost& exact_cost, double most)
      : open_(std::move(layers), exact_cost), capacity_(capacity), most_(most) {
    open_.settle_least();
  }

  std::optional<Table::Layers> run() {
    Table::Layers now = open_.choices();
    while (!cheapest_fit(now) && settle_open(now)) now = open_.choices();
    return above_ ? std::nullopt : std::optional(std::move(now));
  }

 private:
  bool cheapest_fit(const Table::Layers& now) const {
    Words words;
    for (const auto& layer : now) {
      words += layer[grouped::least(layer, [](const GroupedChoice& c) { return c.cost; })].words;
    }
    return words.within(capacity_);
  }

  bool settle_all(const grouped::Picks& picks) {
    bool some = false;
    for (std::size_t i = 0; i < picks.size(); ++i) some |= open_.settle(i, picks[i]);
    return some;
  }

  // First the least of every layer at the prices of words, then a choice that fits, then what that
  // one cannot rule out. False where nothing was left.
  bool settle_open(const Table::Layers& now) {
    const grouped::Relaxed relaxed(now, capacity_, prices_, cost_of_fit(now));
    const grouped::Relaxation& relaxation = relaxed.relaxation();
    prices_ = relaxation.prices();
    above_ = relaxation.bound() > most_;
    if (above_) return false;
    const auto reduced = [&](const GroupedChoice& c) { return relaxation.reduced(c); };
    if (open_.settle_least(reduced)) return true;
    fit_ = fit_.empty() ? relaxed.fit() : relaxed.fit(fit_);
    if (*cost_of_fit(now) <= most_ && settle_all(fit_)) return true;
    const double cost = std::min(*cost_of_fit(now), most_);
    const double rounding = grouped::kRounding * (cost + relaxation.value(capacity_));
    const grouped::Picks least = relaxed.picks();
    return open_.settle_below(now, relaxation, [&](std::size_t i) {
      return relaxation.reduced(now[i][least[i]]) + cost + rounding - relaxation.bound();
    });
  }

  std::optional<double> cost_of_fit(const Table::Layers& now) const {
    return fit_.empty() ? std::nullopt : std::optional(grouped::sum_of(now, fit_).cost);
  }

  Table open_;
  const Words& capacity_;
  double most_;
  bool above_ = false;  // what is found
  // Of the last relaxation, and the last choice that fits: the next differ little.
  std::vector<double> prices_;
  grouped::Picks fit_;
};

}  // namespace

std::optional<std::vector<std::vector<GroupedChoice>>> settle(
    std::vector<std::vector<BoundedGroupedChoice>> layers, const Words& capacity,
    const ExactCost& exact_cost, double most) {
  return GroupedSettling(std::move(layers), capacity, exact_cost, most).run();
}

std::optional<std::vector<std::vector<Choice>>> settle(
    std::vector<std::vector<BoundedChoice>> layers, std::int64_t capacity,
    const ExactCost& exact_cost, double most) {
  return Settling(std::move(layers), capacity, exact_cost, most).run();
}

}  // namespace h4h::sim
