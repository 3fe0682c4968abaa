#include "sim/mapping/weighted_sum.hpp"

#include <limits>

#include "sim/mapping/grouped_relaxation.hpp"
#include "sim/mapping/knapsack.hpp"
#include "sim/mapping/knapsack_relaxation.hpp"
#include "sim/mapping/settle.hpp"

namespace h4h::sim {
namespace {

// `make`: of TwoCosts and their sum.
template <typename T, typename Make>
std::vector<std::vector<T>> weighted(const Alternatives& layers, const Weights& weights,
                                     Make make) {
  std::vector<std::vector<T>> all(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    all[i].reserve(layers[i].size());
    for (const TwoCosts& t : layers[i]) all[i].push_back(make(t, weights.sum(t.first, t.second)));
  }
  return all;
}

std::optional<Compromise> up_to(double most, const Weights& weights, Compromise c) {
  if (weights.sum(c.first, c.second) > most) return std::nullopt;
  return c;
}

}  // namespace

Compromise sum_of(const CostTable& layers, std::vector<std::size_t> picks) {
  Compromise c{std::move(picks), 0, 0, 0};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    c.first += layers[i][c.picks[i]].first;
    c.second += layers[i][c.picks[i]].second;
  }
  return c;
}

std::optional<Compromise> least_sum(CostTable& layers, const Words& capacity,
                                    const Weights& weights, double most) {
  const ExactCost exact = [&](std::size_t layer, std::size_t pick) {
    layers.settle(layer, pick);
    const TwoCosts& t = layers[layer][pick];
    return weights.sum(t.first, t.second);
  };
  if (capacity.groups() > 1) {
    const auto choices =
        weighted<BoundedGroupedChoice>(layers.layers(), weights, [](const TwoCosts& t, double sum) {
          return BoundedGroupedChoice{sum, t.words, t.exact};
        });
    const auto settled = settle(choices, capacity, exact, most);
    if (!settled) return std::nullopt;
    return up_to(most, weights, sum_of(layers, choose_within(*settled, capacity)));
  }
  const auto choices =
      weighted<BoundedChoice>(layers.layers(), weights, [](const TwoCosts& t, double sum) {
        return BoundedChoice{sum, t.words.of(0), t.exact};
      });
  const auto settled = settle(choices, capacity.of(0), exact, most);
  if (!settled) return std::nullopt;
  return up_to(most, weights, sum_of(layers, choose_within(*settled, capacity.of(0))));
}

Compromise least_sum(CostTable& layers, const Words& capacity, const Weights& weights) {
  return *least_sum(layers, capacity, weights, std::numeric_limits<double>::infinity());
}

double sum_bound(const Alternatives& layers, const Words& capacity, const Weights& weights) {
  if (capacity.groups() > 1) {
    const auto choices =
        weighted<GroupedChoice>(layers, weights, [](const TwoCosts& t, double sum) {
          return GroupedChoice{sum, t.words};
        });
    return grouped::Relaxed(choices, capacity).relaxation().bound();
  }
  const auto choices = weighted<Choice>(layers, weights, [](const TwoCosts& t, double sum) {
    return Choice{sum, t.words.of(0)};
  });
  return knapsack::Relaxation(knapsack::Layers(choices), capacity.of(0)).bound();
}

}  // namespace h4h::sim
