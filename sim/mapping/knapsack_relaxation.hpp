#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/mapping/knapsack.hpp"

// The relaxation of choose_within, which also tells on which choices its result depends.
namespace h4h::sim::knapsack {

constexpr double kRounding = 1e-12;  // relative: bounds must not cut off what is equally good

// The first of those with the least cost.
inline std::size_t cheapest(const std::vector<Choice>& choices) {
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

inline Layer undominated(const std::vector<Choice>& choices, Item* first) {
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

inline Step step_between(std::size_t layer, const Item* from, const Item* to) {
  return {(from->cost - to->cost) / static_cast<double>(to->words - from->words), layer, from, to};
}

inline bool steeper(const Step& a, const Step& b) {
  return a.gain != b.gain ? a.gain > b.gain : a.to < b.to;
}

inline std::vector<Step> steps_of(const Layers& layers) {
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

  // By layer: the choice so far.
  const std::vector<const Item*>& at() const { return at_; }

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

}  // namespace h4h::sim::knapsack
