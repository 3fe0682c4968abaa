#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "sim/mapping/grouped_relaxation.hpp"

namespace h4h::sim {
namespace {

using grouped::Choices;
using grouped::kRounding;
using grouped::least;
using grouped::Picks;
using grouped::Relaxation;
using grouped::Relaxed;
using grouped::sum_of;

// Dynamic programming over the layers: states that no other beats and from which something as good
// as the best known may follow.
class Search {
 public:
  Search(const std::vector<Choices>& layers, const Words& capacity)
      : layers_(layers),
        capacity_(capacity),
        relaxed_(layers, capacity),
        relaxation_(relaxed_.relaxation()),
        best_(sum_of(layers, relaxed_.fit()).cost),
        rest_(layers.size() + 1) {
    const Picks relaxed_picks = relaxed_.picks();
    for (std::size_t i = layers.size(); i-- > 0;) {
      const Choices& choices = layers[i];
      const GroupedChoice& relaxed = choices[relaxed_picks[i]];
      rest_[i] = rest_[i + 1];
      rest_[i].least += choices[least(choices, [](const GroupedChoice& c) { return c.cost; })].cost;
      rest_[i].relaxed.cost += relaxed.cost;
      rest_[i].relaxed.words += relaxed.words;
    }
    rounding_ = kRounding * (best_ + relaxation_.value(capacity));
    const double over = best_ - relaxation_.bound() + 4 * rounding_;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      add_candidates(i, relaxation_.reduced(layers[i][relaxed_picks[i]]) + over);
    }
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
  struct Candidate {
    GroupedChoice choice;
    std::size_t pick = 0;
  };
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

  // Of a layer: whatever no other beats and may be a part of something as good as the best known.
  void add_candidates(std::size_t layer, double most) {
    const grouped::Undominated& undominated = relaxed_.undominated();
    std::vector<Candidate>& some = candidates_.emplace_back();
    for (std::size_t c = 0; c < undominated.layers[layer].size(); ++c) {
      const GroupedChoice& choice = undominated.layers[layer][c];
      if (relaxation_.reduced(choice) > most) continue;
      some.push_back({choice, undominated.places[layer][c]});
    }
  }

  std::vector<State> extended(const std::vector<State>& front, std::size_t layer) const {
    const Rest& rest = rest_[layer + 1];
    const double sold = relaxation_.value(capacity_) - relaxation_.reduced(rest.relaxed);
    std::vector<State> all;
    for (const State& s : front) {
      for (const auto& [choice, pick] : candidates_[layer]) {
        State next{{s.at.cost + choice.cost, s.at.words + choice.words}, pick, s.node};
        const double bound =
            std::max(next.at.cost + rest.least, relaxation_.reduced(next.at) - sold);
        if (bound <= best_ + rounding_ && next.at.words.within(capacity_)) all.push_back(next);
      }
    }
    return all;
  }

  // The cheapest first.
  std::vector<State> undominated(std::vector<State> all) const {
    std::sort(all.begin(), all.end(), [](const State& a, const State& b) {
      return std::tie(a.at.cost, a.at.words, a.node, a.pick) <
             std::tie(b.at.cost, b.at.words, b.node, b.pick);
    });
    return capacity_.groups() == 2 ? undominated_of_two(all) : undominated_of_more(all);
  }

  // The words of those before, the second fewer where the first are more.
  static std::vector<State> undominated_of_two(const std::vector<State>& all) {
    std::map<std::int64_t, std::int64_t> words;
    std::vector<State> some;
    for (const State& s : all) {
      const std::int64_t first = s.at.words.of(0), second = s.at.words.of(1);
      auto after = words.upper_bound(first);
      if (after != words.begin() && std::prev(after)->second <= second) continue;
      while (after != words.end() && after->second >= second) after = words.erase(after);
      words[first] = second;
      some.push_back(s);
    }
    return some;
  }

  static std::vector<State> undominated_of_more(const std::vector<State>& all) {
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
  std::vector<std::vector<Candidate>> candidates_;  // of each layer
  Relaxed relaxed_;
  const Relaxation& relaxation_;
  double best_;             // the least cost known
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
