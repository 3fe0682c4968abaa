#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/mapping/knapsack.hpp"

// The relaxation of choose_within for several devices of macros, and a choice that fits.
namespace h4h::sim::grouped {

constexpr double kRounding = 1e-12;  // relative: bounds must not cut off what is equally good

using Choices = std::vector<GroupedChoice>;
using Picks = std::vector<std::size_t>;

inline GroupedChoice sum_of(const std::vector<Choices>& layers, const Picks& picks) {
  GroupedChoice sum;
  for (std::size_t i = 0; i < picks.size(); ++i) {
    sum.cost += layers[i][picks[i]].cost;
    sum.words += layers[i][picks[i]].words;
  }
  return sum;
}

// The first of those with the least cost.
template <typename Cost>
std::size_t least(const Choices& choices, Cost cost) {
  std::size_t best = 0;
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < choices.size(); ++c) {
    const double own = cost(choices[c]);
    if (own >= lowest) continue;
    best = c;
    lowest = own;
  }
  return best;
}

// The choices of each layer that no other beats, and which they are.
struct Undominated {
  std::vector<Choices> layers;
  std::vector<Picks> places;

  explicit Undominated(const std::vector<Choices>& all) {
    for (const Choices& choices : all) add(choices);
  }

  Picks picks(const Picks& of_undominated) const {
    Picks picks;
    for (std::size_t i = 0; i < places.size(); ++i) picks.push_back(places[i][of_undominated[i]]);
    return picks;
  }

 private:
  void add(const Choices& choices) {
    Picks order(choices.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      if (choices[a].cost != choices[b].cost) return choices[a].cost < choices[b].cost;
      return std::tie(choices[a].words, a) < std::tie(choices[b].words, b);
    });
    Choices& some = layers.emplace_back();
    Picks& at = places.emplace_back();
    some.reserve(choices.size());
    at.reserve(choices.size());
    for (const std::size_t c : order) {
      const bool beaten = std::any_of(some.begin(), some.end(), [&](const GroupedChoice& other) {
        return other.words.within(choices[c].words);
      });
      if (beaten) continue;
      some.push_back(choices[c]);
      at.push_back(c);
    }
  }
};

// The Lagrangian relaxation: words may be bought at a price each, and what the capacity leaves is
// sold at it. No choice within the capacity costs less than its bound, whatever the prices.
class Relaxation {
 public:
  // Raises the prices of words that run short, lowers those of words that are left (subgradient
  // method), and keeps those with the highest bound. `cost`: of a choice that fits. `start`: prices
  // to begin with, of each device; none: of nothing.
  Relaxation(const std::vector<Choices>& layers, const Words& capacity, double cost,
             const std::vector<double>& start = {})
      : layers_(layers), capacity_(capacity), prices_(start) {
    prices_.resize(capacity.groups());
    constexpr int kSteps = 200, kPatience = 5;
    constexpr double kClose = 1e-9;     // of the bound to the cost, relative
    constexpr double kShortest = 1e-3;  // of steps
    std::vector<double> best = prices_;
    double length = start.empty() ? 1 : 1.0 / 16;
    for (int step = 0, since = 0; step < kSteps; ++step, ++since) {
      const GroupedChoice relaxed = sum_of(layers_, least_reduced());
      const double bound = bound_of(relaxed);
      if (step == 0 || bound > bound_) {
        bound_ = bound;
        best = prices_;
        since = 0;
      } else if (since >= kPatience) {
        length /= 2;
        since = 0;
        if (length < kShortest) break;
      }
      if (cost - bound <= kClose * cost || !move_prices(relaxed, length * (cost - bound))) break;
    }
    prices_ = best;
  }

  double bound() const { return bound_; }
  const std::vector<double>& prices() const { return prices_; }
  double reduced(const GroupedChoice& choice) const { return choice.cost + value(choice.words); }
  double value(const Words& words) const {
    double sum = 0;
    for (std::size_t g = 0; g < prices_.size(); ++g) {
      sum += prices_[g] * static_cast<double>(words.of(g));
    }
    return sum;
  }
  std::size_t least_reduced(const Choices& choices) const {
    return least(choices, [&](const GroupedChoice& c) { return reduced(c); });
  }
  Picks least_reduced() const {
    Picks picks;
    for (const Choices& choices : layers_) picks.push_back(least_reduced(choices));
    return picks;
  }

 private:
  double bound_of(const GroupedChoice& relaxed) const {
    return reduced(relaxed) - value(capacity_);
  }

  // False where there is nothing to move.
  bool move_prices(const GroupedChoice& relaxed, double gap) {
    std::vector<double> excess;
    double squares = 0;
    for (std::size_t g = 0; g < prices_.size(); ++g) {
      excess.push_back(static_cast<double>(relaxed.words.of(g) - capacity_.of(g)));
      if (prices_[g] == 0 && excess[g] < 0) excess[g] = 0;
      squares += excess[g] * excess[g];
    }
    if (squares == 0 || gap <= 0) return false;
    for (std::size_t g = 0; g < prices_.size(); ++g) {
      prices_[g] = std::max(0.0, prices_[g] + gap / squares * excess[g]);
    }
    return true;
  }

  const std::vector<Choices>& layers_;
  Words capacity_;
  std::vector<double> prices_;
  double bound_ = 0;
};

// Picks that are changed one at a time, of layers as Undominated has them.
class Picking {
 public:
  Picking(const std::vector<Choices>& layers, const Words& capacity, Picks picks)
      : layers_(&layers), capacity_(capacity), picks_(std::move(picks)) {
    used_ = sum_of(layers, picks_).words;
  }

  double cost() const { return sum_of(*layers_, picks_).cost; }
  const Picks& picks() const { return picks_; }
  bool fits() const { return used_.within(capacity_); }

  // Of picks that do not fit: again and again the change that costs the least for each word that is
  // too many less. False where none makes them fewer.
  bool make_fit() {
    while (!fits()) {
      const double excess = excess_of(used_);
      Change best;
      double least = std::numeric_limits<double>::infinity();
      each_change([&](const Change& change, double cost, const Words& words) {
        const double fewer = excess - excess_of(words);
        if (fewer <= 0 || cost / fewer >= least) return;
        least = cost / fewer;
        best = change;
      });
      if (least == std::numeric_limits<double>::infinity()) return false;
      take(best);
    }
    return true;
  }

  // Of picks that fit: again and again the change to others that fit that gains the most. Of a
  // layer that is its first choice that fits: they are in the order of their costs.
  void improve() {
    while (true) {
      Change best;
      double most = 0;
      for (std::size_t i = 0; i < layers_->size(); ++i) {
        const Choices& choices = (*layers_)[i];
        const double now = choices[picks_[i]].cost;
        Words others = used_;
        others -= choices[picks_[i]].words;
        for (std::size_t c = 0; c < picks_[i] && now - choices[c].cost > most; ++c) {
          if (!(others + choices[c].words).within(capacity_)) continue;
          most = now - choices[c].cost;
          best = {i, c};
        }
      }
      if (most == 0) return;
      take(best);
    }
  }

 private:
  struct Change {
    std::size_t layer = 0, pick = 0;
  };

  // `visit`: a change, what it adds to the cost, and the words that are used then.
  template <typename Visit>
  void each_change(Visit visit) const {
    for (std::size_t i = 0; i < layers_->size(); ++i) {
      const GroupedChoice& now = (*layers_)[i][picks_[i]];
      for (std::size_t c = 0; c < (*layers_)[i].size(); ++c) {
        if (c == picks_[i]) continue;
        Words words = used_ + (*layers_)[i][c].words;
        words -= now.words;
        visit(Change{i, c}, (*layers_)[i][c].cost - now.cost, words);
      }
    }
  }

  // Words too many, each device's as a part of what it holds.
  double excess_of(const Words& words) const {
    double sum = 0;
    for (std::size_t g = 0; g < std::max(words.groups(), capacity_.groups()); ++g) {
      const std::int64_t more = words.of(g) - capacity_.of(g);
      const double whole = static_cast<double>(std::max<std::int64_t>(1, capacity_.of(g)));
      if (more > 0) sum += static_cast<double>(more) / whole;
    }
    return sum;
  }

  void take(const Change& change) {
    used_ += (*layers_)[change.layer][change.pick].words;
    used_ -= (*layers_)[change.layer][picks_[change.layer]].words;
    picks_[change.layer] = change.pick;
  }

  const std::vector<Choices>* layers_;
  Words capacity_;
  Picks picks_;
  Words used_;
};

// From the cheapest choices without words on.
inline Picking greedy(const std::vector<Choices>& layers, const Words& capacity) {
  Picks picks;
  for (const Choices& choices : layers) {
    picks.push_back(least(choices, [](const GroupedChoice& c) {
      return c.words.within(0) ? c.cost : std::numeric_limits<double>::infinity();
    }));
  }
  Picking picking(layers, capacity, std::move(picks));
  picking.improve();
  return picking;
}

// The relaxation of all choices, and a choice that fits.
class Relaxed {
 public:
  // `start`: prices to begin with, and of a choice that fits the cost.
  Relaxed(const std::vector<Choices>& layers, const Words& capacity)
      : Relaxed(layers, capacity, {}, std::nullopt) {}
  Relaxed(const std::vector<Choices>& layers, const Words& capacity,
          const std::vector<double>& start, std::optional<double> cost)
      : layers_(layers),
        capacity_(capacity),
        undominated_(layers),
        relaxation_(undominated_.layers, capacity,
                    cost ? *cost : greedy(undominated_.layers, capacity).cost(), start) {}
  Relaxed(const Relaxed&) = delete;
  Relaxed& operator=(const Relaxed&) = delete;

  const Undominated& undominated() const { return undominated_; }
  const Relaxation& relaxation() const { return relaxation_; }
  Picks picks() const { return undominated_.picks(relaxation_.least_reduced()); }

  // The better of the greedy choice, or of what `known` is improved to, and of the relaxation's,
  // changed until it fits: mostly within a few thousandths of the bound.
  Picks fit() const { return fit_or(greedy(undominated_.layers, capacity_)); }
  Picks fit(const Picks& known) const {
    Picking improved(undominated_.layers, capacity_, known_among_undominated(known));
    improved.improve();
    return fit_or(std::move(improved));
  }

 private:
  // As cheap or cheaper ones with as few words.
  Picks known_among_undominated(const Picks& known) const {
    Picks picks;
    for (std::size_t i = 0; i < known.size(); ++i) {
      const Words& words = layers_[i][known[i]].words;
      picks.push_back(least(undominated_.layers[i], [&](const GroupedChoice& c) {
        return c.words.within(words) ? c.cost : std::numeric_limits<double>::infinity();
      }));
    }
    return picks;
  }

  Picks fit_or(Picking best) const {
    Picking relaxed(undominated_.layers, capacity_, relaxation_.least_reduced());
    if (relaxed.make_fit()) {
      relaxed.improve();
      if (relaxed.cost() < best.cost()) best = relaxed;
    }
    return undominated_.picks(best.picks());
  }

  const std::vector<Choices>& layers_;
  Words capacity_;
  Undominated undominated_;
  Relaxation relaxation_;
};

}  // namespace h4h::sim::grouped
