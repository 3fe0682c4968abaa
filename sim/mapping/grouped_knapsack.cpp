#include <algorithm>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>

#include "sim/mapping/knapsack.hpp"

namespace h4h::sim {
namespace {

constexpr double kRounding = 1e-12;  // relative: bounds must not cut off what is equally good

using Choices = std::vector<GroupedChoice>;
using Picks = std::vector<std::size_t>;

GroupedChoice sum_of(const std::vector<Choices>& layers, const Picks& picks) {
  GroupedChoice sum;
  for (std::size_t i = 0; i < picks.size(); ++i) {
    sum.cost += layers[i][picks[i]].cost;
    sum.words += layers[i][picks[i]].words;
  }
  return sum;
}

template <typename Cost>
std::size_t least(const Choices& choices, Cost cost) {
  const auto less = [&](const GroupedChoice& a, const GroupedChoice& b) {
    return cost(a) < cost(b);
  };
  return static_cast<std::size_t>(std::min_element(choices.begin(), choices.end(), less) -
                                  choices.begin());
}

// The Lagrangian relaxation: words may be bought at a price each, and what the capacity leaves is
// sold at it. No choice within the capacity costs less than its bound, whatever the prices.
class Relaxation {
 public:
  // Raises the prices of words that run short, lowers those of words that are left (subgradient
  // method), and keeps those with the highest bound. `cost`: of a choice that fits.
  Relaxation(const std::vector<Choices>& layers, const Words& capacity, double cost)
      : layers_(layers), capacity_(capacity), prices_(capacity.groups()) {
    constexpr int kSteps = 200, kPatience = 5;
    std::vector<double> best = prices_;
    double length = 1;
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
      }
      if (!move_prices(relaxed, length * (cost - bound))) break;
    }
    prices_ = best;
  }

  double bound() const { return bound_; }
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

 private:
  Picks least_reduced() const {
    Picks picks;
    for (const Choices& choices : layers_) picks.push_back(least_reduced(choices));
    return picks;
  }
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
  const Words& capacity_;
  std::vector<double> prices_;
  double bound_ = 0;
};

// A choice that fits: from the cheapest without words on, the change that gains the most, again and
// again.
class Greedy {
 public:
  Greedy(const std::vector<Choices>& layers, const Words& capacity)
      : layers_(layers), capacity_(capacity) {
    for (const Choices& choices : layers) {
      picks_.push_back(least(choices, [](const GroupedChoice& c) {
        return c.words.within(0) ? c.cost : std::numeric_limits<double>::infinity();
      }));
    }
    used_ = sum_of(layers, picks_).words;
    while (change_one()) {
    }
  }

  double cost() const { return sum_of(layers_, picks_).cost; }

 private:
  bool change_one() {
    double most = 0;
    std::pair<std::size_t, std::size_t> best;
    Words words;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const GroupedChoice& now = layers_[i][picks_[i]];
      for (std::size_t c = 0; c < layers_[i].size(); ++c) {
        if (now.cost - layers_[i][c].cost <= most) continue;
        Words then = used_ + layers_[i][c].words;
        then -= now.words;
        if (!then.within(capacity_)) continue;
        most = now.cost - layers_[i][c].cost;
        best = {i, c};
        words = then;
      }
    }
    if (most == 0) return false;
    picks_[best.first] = best.second;
    used_ = words;
    return true;
  }

  const std::vector<Choices>& layers_;
  const Words& capacity_;
  Picks picks_;
  Words used_;
};

// Dynamic programming over the layers: states that no other beats and from which something as good
// as the best known may follow.
class Search {
 public:
  Search(const std::vector<Choices>& layers, const Words& capacity)
      : layers_(layers),
        capacity_(capacity),
        best_(Greedy(layers, capacity).cost()),
        relaxation_(layers, capacity, best_),
        rest_(layers.size() + 1) {
    for (std::size_t i = layers.size(); i-- > 0;) {
      const Choices& choices = layers[i];
      const GroupedChoice& relaxed = choices[relaxation_.least_reduced(choices)];
      rest_[i] = rest_[i + 1];
      rest_[i].least += choices[least(choices, [](const GroupedChoice& c) { return c.cost; })].cost;
      rest_[i].relaxed.cost += relaxed.cost;
      rest_[i].relaxed.words += relaxed.words;
    }
    rounding_ = kRounding * (best_ + relaxation_.value(capacity));
  }

  Picks run() {
    std::vector<State> front{{}};
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      front = undominated(extended(front, i));
      for (State& s : front) {
        nodes_.push_back({s.node, s.pick});
        s.node = nodes_.size() - 1;
        look_ahead(s, rest_[i + 1]);
      }
    }
    Picks picks(layers_.size());
    std::size_t node = front.front().node;
    for (std::size_t i = picks.size(); i-- > 0; node = nodes_[node].before) {
      picks[i] = nodes_[node].pick;
    }
    return picks;
  }

 private:
  struct State {
    GroupedChoice at;
    std::size_t pick = 0;  // of the last layer
    std::size_t node = 0;  // how it came about
  };
  struct Node {
    std::size_t before = 0, pick = 0;
  };
  struct Rest {
    double least = 0;  // that layers add
    GroupedChoice relaxed;
  };

  std::vector<State> extended(const std::vector<State>& front, std::size_t layer) const {
    const Rest& rest = rest_[layer + 1];
    const double sold = relaxation_.value(capacity_) - relaxation_.reduced(rest.relaxed);
    std::vector<State> all;
    for (const State& s : front) {
      for (std::size_t c = 0; c < layers_[layer].size(); ++c) {
        const GroupedChoice& choice = layers_[layer][c];
        State next{{s.at.cost + choice.cost, s.at.words + choice.words}, c, s.node};
        const double bound =
            std::max(next.at.cost + rest.least, relaxation_.reduced(next.at) - sold);
        if (bound <= best_ + rounding_ && next.at.words.within(capacity_)) all.push_back(next);
      }
    }
    return all;
  }

  // The cheapest first.
  static std::vector<State> undominated(std::vector<State> all) {
    std::sort(all.begin(), all.end(), [](const State& a, const State& b) {
      return std::tie(a.at.cost, a.at.words, a.node, a.pick) <
             std::tie(b.at.cost, b.at.words, b.node, b.pick);
    });
    std::vector<State> some;
    for (const State& s : all) {
      const bool beaten = std::any_of(some.begin(), some.end(), [&](const State& other) {
        return other.at.words.within(s.at.words);
      });
      if (!beaten) some.push_back(s);
    }
    return some;
  }

  // The relaxed choice of what follows may be the best known.
  void look_ahead(const State& s, const Rest& rest) {
    const Words words = s.at.words + rest.relaxed.words;
    if (words.within(capacity_)) best_ = std::min(best_, s.at.cost + rest.relaxed.cost);
  }

  const std::vector<Choices>& layers_;
  const Words& capacity_;
  double best_;  // the least cost known
  Relaxation relaxation_;
  std::vector<Rest> rest_;  // of the layers from one on
  double rounding_ = 0;
  std::vector<Node> nodes_{1};
};

}  // namespace

std::vector<std::size_t> choose_within(const std::vector<std::vector<GroupedChoice>>& layers,
                                       const Words& capacity) {
  Picks picks;
  for (const Choices& choices : layers) {
    picks.push_back(least(choices, [](const GroupedChoice& c) { return c.cost; }));
  }
  if (sum_of(layers, picks).words.within(capacity)) return picks;
  return Search(layers, capacity).run();
}

}  // namespace h4h::sim
