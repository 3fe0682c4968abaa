#include "sim/mapping/knapsack.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/mapping/knapsack_relaxation.hpp"

namespace h4h::sim {
namespace {

using knapsack::before;
using knapsack::cheapest;
using knapsack::Item;
using knapsack::Layer;
using knapsack::Layers;
using knapsack::Relaxation;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A choice for some of the layers.
struct State {
  std::int64_t words = 0;
  double cost = 0;
  std::uint32_t pick = 0;  // of the last layer
  std::uint32_t node = 0;  // how it came about
};

// What layers add, at the least each.
struct Rest {
  std::int64_t words = 0;
  double cost = 0, reduced = 0;
  Item relaxed;  // with the least reduced
};

// Dynamic programming over the layers that the bound leaves open. A front holds the states that no
// other beats and from which something as good as the best known may follow.
class Search {
 public:
  Search(Layers& layers, std::int64_t capacity)
      : layers_(layers),
        capacity_(capacity),
        relaxation_(layers, capacity),
        best_(relaxation_.filled()) {
    open_layers();
    rest_.resize(order_.size() + 1);
    for (std::size_t k = order_.size(); k-- > 0;) rest_[k] = rest_with(k, rest_[k + 1]);
  }

  std::vector<std::size_t> run() {
    for (std::size_t k = 0; k < order_.size(); ++k) extend(k);
    std::uint32_t node = front_.back().node;
    for (std::size_t k = order_.size(); k-- > 0; node = nodes_[node].before) {
      picks_[order_[k]] = nodes_[node].pick;
    }
    return std::move(picks_);
  }

 private:
  struct Node {
    std::uint32_t before = 0, pick = 0;
  };

  double limit() const { return best_ + relaxation_.rounding(); }

  // The widest layers first: while little is decided the bound is sharp, and narrow layers add few
  // states.
  void open_layers() {
    std::vector<std::int64_t> width;
    State& start = front_.front();
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      width.push_back(layers_[i].cheapest().words);
      reduce(i);
      const Item& only = *layers_[i].first;
      picks_.push_back(only.pick);
      if (layers_[i].last - layers_[i].first > 1) {
        order_.push_back(i);
      } else {
        start.words += only.words;
        start.cost += only.cost;
      }
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return width[a] > width[b]; });
  }

  void reduce(std::size_t i) {
    const double least = relaxation_.reduced(relaxation_.least_reduced(layers_[i]));
    const double most = least + (limit() - relaxation_.bound());
    layers_.remove_items(i, [&](const Item& t) { return relaxation_.reduced(t) > most; });
  }

  Rest rest_with(std::size_t k, Rest rest) const {
    const Layer& layer = layers_[order_[k]];
    const Item& relaxed = relaxation_.least_reduced(layer);
    rest.words += layer.first->words;
    rest.cost += layer.cheapest().cost;
    rest.reduced += relaxation_.reduced(relaxed);
    rest.relaxed.words += relaxed.words;
    rest.relaxed.cost += relaxed.cost;
    return rest;
  }

  void extend(std::size_t k) {
    const Rest& rest = rest_[k + 1];
    next_.clear();
    for (const Item& item : layers_[order_[k]]) {
      shift(item, rest);
      merge();
    }
    front_.swap(next_);
    for (State& s : front_) {
      nodes_.push_back({s.node, s.pick});
      s.node = static_cast<std::uint32_t>(nodes_.size() - 1);
    }
    look_ahead(rest.relaxed);
  }

  // What the item makes of the front, as far as the rest of the layers can still make it good.
  void shift(const Item& item, const Rest& rest) {
    const std::int64_t most_words = capacity_ - rest.words;
    const double most_cost = limit() - rest.cost;
    const double most_reduced =
        limit() + relaxation_.price() * static_cast<double>(capacity_) - rest.reduced;
    shifted_.clear();
    for (const State& s : front_) {
      const State t{s.words + item.words, s.cost + item.cost, item.pick, s.node};
      if (t.words > most_words) return;
      if (t.cost <= most_cost && relaxation_.reduced(t) <= most_reduced) shifted_.push_back(t);
    }
  }

  // Puts the shifted among the next, without those that another beats.
  void merge() {
    merged_.clear();
    double least = kInfinity;
    auto a = next_.cbegin(), b = shifted_.cbegin();
    while (a != next_.cend() || b != shifted_.cend()) {
      const bool first = b == shifted_.cend() || (a != next_.cend() && before(*a, *b));
      const State& s = first ? *a++ : *b++;
      if (s.cost >= least) continue;
      least = s.cost;
      merged_.push_back(s);
    }
    next_.swap(merged_);
  }

  // The best choice that ends in the relaxed one may be the best known.
  void look_ahead(const Item& relaxed) {
    const auto over = [&](const State& s) { return s.words + relaxed.words > capacity_; };
    const auto fits = std::find_if_not(front_.rbegin(), front_.rend(), over);
    if (fits != front_.rend()) best_ = std::min(best_, fits->cost + relaxed.cost);
  }

  Layers& layers_;
  std::int64_t capacity_;
  Relaxation relaxation_;
  double best_;  // the least cost known
  std::vector<std::size_t> picks_, order_;
  std::vector<Rest> rest_;                                 // of the layers from one of the order on
  std::vector<State> front_{1}, next_, shifted_, merged_;  // words rise, costs fall
  std::vector<Node> nodes_{1};
};

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
  Layers open(layers);
  return Search(open, capacity).run();
}

}  // namespace h4h::sim
