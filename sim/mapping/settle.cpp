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
      : layers_(std::move(layers)), exact_cost_(exact_cost) {
    for (std::size_t i = 0; i < layers_.size(); ++i) settle_cheapest(i);
  }

  // Returns whether the cost was a bound before.
  bool settle(std::size_t layer, std::size_t pick) {
    Bounded& choice = layers_[layer][pick];
    if (choice.exact) return false;
    choice.cost = exact_cost_(layer, pick);
    return choice.exact = true;
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
  // Until no bound is as low as the least cost.
  void settle_cheapest(std::size_t layer) {
    while (const auto lowest = lowest_bound(layers_[layer])) settle(layer, *lowest);
  }

  // The lowest bound, where it is no more than the least cost that is known.
  static std::optional<std::size_t> lowest_bound(const std::vector<Bounded>& choices) {
    std::optional<std::size_t> lowest;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < choices.size(); ++k) {
      if (choices[k].exact) {
        least = std::min(least, choices[k].cost);
      } else if (!lowest || choices[k].cost < choices[*lowest].cost) {
        lowest = k;
      }
    }
    return lowest && choices[*lowest].cost <= least ? lowest : std::nullopt;
  }

  std::vector<std::vector<Bounded>> layers_;
  const ExactCost& exact_cost_;
};

// Of one device of macros.
class Settling {
  using Table = Open<BoundedChoice, Choice>;

 public:
  Settling(std::vector<std::vector<BoundedChoice>> layers, std::int64_t capacity,
           const ExactCost& exact_cost)
      : open_(std::move(layers), exact_cost), capacity_(capacity) {}

  Table::Layers run() {
    Table::Layers now = open_.choices();
    while (!cheapest_fit(now) && settle_relaxed(now)) now = open_.choices();
    return now;
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
    const double best = relaxation.filled();
    bool some = false;
    for (std::size_t i = 0; i < now.size(); ++i) {
      some |= open_.settle(i, relaxation.at()[i]->pick);
      some |= open_.settle(i, relaxation.least_reduced(layers[i]).pick);
    }
    if (some) return true;
    const double over = best + relaxation.rounding() - relaxation.bound();
    return open_.settle_below(now, relaxation, [&](std::size_t i) {
      return relaxation.reduced(relaxation.least_reduced(layers[i])) + over;
    });
  }

  Table open_;
  std::int64_t capacity_;
};

// Of several devices of macros.
class GroupedSettling {
  using Table = Open<BoundedGroupedChoice, GroupedChoice>;

 public:
  GroupedSettling(std::vector<std::vector<BoundedGroupedChoice>> layers, const Words& capacity,
                  const ExactCost& exact_cost)
      : open_(std::move(layers), exact_cost), capacity_(capacity) {}

  Table::Layers run() {
    Table::Layers now = open_.choices();
    while (!cheapest_fit(now) && settle_open(now)) now = open_.choices();
    return now;
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

  // First a choice that fits and whose costs are known, then what that one cannot rule out. False
  // where nothing was left.
  bool settle_open(const Table::Layers& now) {
    const grouped::Fitting fitting(now, capacity_, prices_);
    const grouped::Relaxation& relaxation = fitting.relaxation();
    prices_ = relaxation.prices();
    const grouped::Picks relaxed = fitting.relaxed_picks();
    if (settle_all(fitting.picks()) || settle_all(relaxed)) return true;
    const double rounding = grouped::kRounding * (fitting.cost() + relaxation.value(capacity_));
    const double over = fitting.cost() + rounding - relaxation.bound();
    return open_.settle_below(now, relaxation, [&](std::size_t i) {
      return relaxation.reduced(now[i][relaxed[i]]) + over;
    });
  }

  Table open_;
  const Words& capacity_;
  std::vector<double> prices_;  // of the last relaxation: of the next they differ little
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
