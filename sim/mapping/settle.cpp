#include "sim/mapping/settle.hpp"

#include <limits>
#include <utility>

#include "sim/mapping/knapsack_relaxation.hpp"

namespace h4h::sim {
namespace {

using BoundedLayer = std::vector<BoundedChoice>;

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
    const BoundedLayer& choices = layers_[layer];
    while (true) {
      std::size_t lowest = choices.size();
      double least = std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < choices.size(); ++k) {
        if (choices[k].exact) {
          least = std::min(least, choices[k].cost);
        } else if (lowest == choices.size() || choices[k].cost < choices[lowest].cost) {
          lowest = k;
        }
      }
      if (lowest == choices.size() || choices[lowest].cost > least) return;
      settle(layer, lowest);
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

}  // namespace

std::vector<std::vector<Choice>> settle(std::vector<std::vector<BoundedChoice>> layers,
                                        std::int64_t capacity, const ExactCost& exact_cost) {
  return Settling(std::move(layers), capacity, exact_cost).run();
}

}  // namespace h4h::sim
