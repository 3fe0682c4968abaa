#include "sim/mapping/knapsack.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace h4h::sim {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kRounding = 1e-12;  // relative: bounds must not cut off what is equally good

std::size_t cheapest(const std::vector<Choice>& choices) {
  const auto less = [](const Choice& a, const Choice& b) { return a.cost < b.cost; };
  return static_cast<std::size_t>(std::min_element(choices.begin(), choices.end(), less) -
                                  choices.begin());
}

struct Item {
  std::int64_t words = 0;
  double cost = 0;
  std::uint32_t pick = 0;  // its index among the choices of the layer
};

template <typename T>
bool before(const T& a, const T& b) {
  return std::tie(a.words, a.cost, a.pick) < std::tie(b.words, b.cost, b.pick);
}

// The items of a layer that no other beats: words rise, costs fall.
struct Layer {
  Item* first = nullptr;
  Item* last = nullptr;

  Item* begin() const { return first; }
  Item* end() const { return last; }
  const Item& cheapest() const { return *(last - 1); }
};

Layer undominated(const std::vector<Choice>& choices, Item* first) {
  Item* last = first;
  for (const Choice& c : choices) {
    *last = {c.words, c.cost, static_cast<std::uint32_t>(last - first)};
    ++last;
  }
  std::sort(first, last, before<Item>);
  Item* kept = first;
  for (const Item* item = first + 1; item < last; ++item) {
    if (item->cost < kept->cost) *++kept = *item;
  }
  return {first, kept + 1};
}

class Layers {
 public:
  explicit Layers(const std::vector<std::vector<Choice>>& layers) {
    std::size_t choices = 0;
    for (const auto& layer : layers) choices += layer.size();
    items_.resize(choices);
    Item* next = items_.data();
    for (const auto& layer : layers) {
      layers_.push_back(undominated(layer, next));
      next += layer.size();
    }
  }
  Layers(const Layers&) = delete;
  Layers& operator=(const Layers&) = delete;

  std::size_t size() const { return layers_.size(); }
  const Layer& operator[](std::size_t i) const { return layers_[i]; }
  std::vector<Layer>::const_iterator begin() const { return layers_.begin(); }
  std::vector<Layer>::const_iterator end() const { return layers_.end(); }

  template <typename Test>
  void remove_items(std::size_t i, const Test& test) {
    layers_[i].last = std::remove_if(layers_[i].first, layers_[i].last, test);
  }

 private:
  std::vector<Item> items_;
  std::vector<Layer> layers_;
};

// An edge of the lower hull of a layer's items.
struct Step {
  double gain = 0;  // per word
  std::size_t layer = 0;
  const Item* from = nullptr;
  const Item* to = nullptr;

  std::int64_t words() const { return to->words - from->words; }
};

Step step_between(std::size_t layer, const Item* from, const Item* to) {
  return {(from->cost - to->cost) / static_cast<double>(to->words - from->words), layer, from, to};
}

bool steeper(const Step& a, const Step& b) {
  return a.gain != b.gain ? a.gain > b.gain : a.to < b.to;
}

std::vector<Step> steps_of(const Layers& layers) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::size_t start = steps.size();
    for (const Item* item = layers[i].first + 1; item < layers[i].last; ++item) {
      Step step = step_between(i, item - 1, item);
      while (steps.size() > start && steps.back().gain <= step.gain) {
        step = step_between(i, steps.back().from, item);
        steps.pop_back();
      }
      steps.push_back(step);
    }
  }
  return steps;
}

// The choice if items could be mixed, rounded down: steps as long as they fit, the steepest first.
// The first that does not fit gives words their price, and the price the Lagrangian bound.
class Relaxation {
 public:
  Relaxation(const Layers& layers, std::int64_t capacity) : layers_(layers), free_(capacity) {
    for (const Layer& layer : layers) {
      at_.push_back(layer.first);
      free_ -= layer.first->words;
    }
    take_steps();
    for (const Layer& layer : layers) reduced_ += reduced(least_reduced(layer));
    bound_ = reduced_ - price_ * static_cast<double>(capacity);
  }

  double bound() const { return bound_; }
  double price() const { return price_; }
  double rounding() const { return kRounding * reduced_; }  // no sum of costs or prices is larger

  template <typename T>
  double reduced(const T& t) const {
    return t.cost + price_ * static_cast<double>(t.words);
  }

  const Item& least_reduced(const Layer& layer) const {
    const auto less = [&](const Item& a, const Item& b) { return reduced(a) < reduced(b); };
    return *std::min_element(layer.begin(), layer.end(), less);
  }

  // A choice that fits: what is free goes to the layer that gains the most, again and again.
  double filled() {
    while (fill_one()) {
    }
    return std::accumulate(at_.begin(), at_.end(), 0.0,
                           [](double sum, const Item* item) { return sum + item->cost; });
  }

 private:
  // Halves what may hold the step that does not fit: cheaper than to sort all.
  void take_steps() {
    std::vector<Step> steps = steps_of(layers_);
    auto first = steps.begin(), last = steps.end();
    while (first != last) {
      const auto middle = first + (last - first) / 2;
      std::nth_element(first, middle, last, steeper);
      if (take(first, middle + 1)) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    if (first != steps.end()) price_ = first->gain;
  }

  // All or none.
  bool take(std::vector<Step>::const_iterator first, std::vector<Step>::const_iterator last) {
    std::int64_t words = 0;
    for (auto step = first; step != last; ++step) words += step->words();
    if (words > free_) return false;
    for (; first != last; ++first) at_[first->layer] = std::max(at_[first->layer], first->to);
    free_ -= words;
    return true;
  }

  bool fill_one() {
    double most = 0;
    std::pair<std::size_t, const Item*> best{0, nullptr};
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const Item* item = at_[i];
      while (item + 1 < layers_[i].last && item[1].words - at_[i]->words <= free_) ++item;
      if (at_[i]->cost - item->cost <= most) continue;
      most = at_[i]->cost - item->cost;
      best = {i, item};
    }
    if (best.second == nullptr) return false;
    free_ -= best.second->words - at_[best.first]->words;
    at_[best.first] = best.second;
    return true;
  }

  const Layers& layers_;
  std::int64_t free_;
  std::vector<const Item*> at_;
  double price_ = 0, reduced_ = 0, bound_ = 0;
};

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
