#include "sim/mapping/knapsack.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace h4h::sim {
namespace {

std::size_t cheapest(const std::vector<Choice>& choices) {
  const auto less = [](const Choice& a, const Choice& b) { return a.cost < b.cost; };
  return static_cast<std::size_t>(std::min_element(choices.begin(), choices.end(), less) -
                                  choices.begin());
}

// Every word count is a multiple of this: dynamic programming needs no finer steps.
std::int64_t granule(const std::vector<std::vector<Choice>>& layers) {
  std::int64_t g = 0;
  for (const auto& choices : layers) {
    for (const Choice& choice : choices) g = std::gcd(g, choice.words);
  }
  return std::max<std::int64_t>(1, g);
}

}  // namespace

std::vector<std::size_t> choose_within(const std::vector<std::vector<Choice>>& layers,
                                       std::int64_t capacity) {
  std::vector<std::size_t> picks;
  std::int64_t words = 0;
  for (const auto& choices : layers) {
    picks.push_back(cheapest(choices));
    words += choices[picks.back()].words;
  }
  if (words <= capacity) return picks;

  const std::int64_t unit = granule(layers);
  const auto slots = static_cast<std::size_t>(capacity / unit) + 1;
  constexpr double kImpossible = std::numeric_limits<double>::infinity();
  std::vector<double> best(slots, 0.0);  // least cost within a number of units
  std::vector<std::vector<std::uint8_t>> picked(layers.size(), std::vector<std::uint8_t>(slots, 0));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    std::vector<double> next(slots, kImpossible);
    for (std::size_t c = 0; c < layers[i].size(); ++c) {
      const auto need = static_cast<std::size_t>(layers[i][c].words / unit);
      for (std::size_t s = need; s < slots; ++s) {
        const double cost = best[s - need] + layers[i][c].cost;
        if (cost < next[s]) {
          next[s] = cost;
          picked[i][s] = static_cast<std::uint8_t>(c);
        }
      }
    }
    best = std::move(next);
  }
  std::size_t slot = slots - 1;
  for (std::size_t i = layers.size(); i-- > 0;) {
    picks[i] = picked[i][slot];
    slot -= static_cast<std::size_t>(layers[i][picks[i]].words / unit);
  }
  return picks;
}

}  // namespace h4h::sim
