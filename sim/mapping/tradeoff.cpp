#include "sim/mapping/tradeoff.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/mapping/knapsack.hpp"

namespace h4h::sim {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kRounding = 1e-12;  // relative: closer sums are equal

Compromise sum_of(const Alternatives& layers, std::vector<std::size_t> picks) {
  Compromise c{std::move(picks), 0, 0, 0};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    c.first += layers[i][c.picks[i]].first;
    c.second += layers[i][c.picks[i]].second;
  }
  return c;
}

// The least of first x on_first + second x on_second.
Compromise least_sum(const Alternatives& layers, std::int64_t capacity, double on_first,
                     double on_second) {
  std::vector<std::vector<Choice>> weighted(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const TwoCosts& t : layers[i]) {
      weighted[i].push_back({on_first * t.first + on_second * t.second, t.words});
    }
  }
  return sum_of(layers, choose_within(weighted, capacity));
}

// A corner of the hull and the slope -d second / d first of a line that supports it.
struct Corner {
  Compromise at;
  double slope = 0;  // infinite at the least first, 0 at the least second
};

// The least of each cost, among equals the less of the other: less than the rounding of sums.
constexpr double kTie = 1e-13;

Corner least_first(const Alternatives& layers, std::int64_t capacity) {
  const Compromise rough = least_sum(layers, capacity, 1, 0);
  const double small = rough.second > 0 ? kTie * rough.first / rough.second : 0;
  return {least_sum(layers, capacity, 1, small), kInfinity};
}

Corner least_second(const Alternatives& layers, std::int64_t capacity) {
  const Compromise rough = least_sum(layers, capacity, 0, 1);
  const double small = rough.first > 0 ? kTie * rough.second / rough.first : 0;
  return {least_sum(layers, capacity, small, 1), 0};
}

double slope_between(const Compromise& left, const Compromise& right) {
  return (left.second - right.second) / (right.first - left.first);
}

// The corner of the hull between two others, nullopt where they share an edge.
std::optional<Corner> between(const Alternatives& layers, std::int64_t capacity,
                              const Compromise& left, const Compromise& right) {
  if (!(right.first > left.first) || !(left.second > right.second)) return std::nullopt;
  const double slope = slope_between(left, right);
  Compromise c = least_sum(layers, capacity, slope, 1);
  const double on_edge = slope * left.first + left.second;
  if (slope * c.first + c.second >= on_edge * (1 - kRounding)) return std::nullopt;
  return Corner{std::move(c), slope};
}

double product(const Compromise& c) { return c.first * c.second; }

// The product where the supporting lines of two corners meet: nothing between them has less, but
// for the corners themselves.
double least_between(const Corner& left, const Corner& right) {
  const double level = right.at.second + right.slope * right.at.first;
  double first = left.at.first;
  if (left.slope < kInfinity && left.slope > right.slope) {
    first = (left.at.second + left.slope * left.at.first - level) / (left.slope - right.slope);
  }
  return first * (level - right.slope * first);
}

class ProductSearch {
 public:
  ProductSearch(const Alternatives& layers, std::int64_t capacity)
      : layers_(layers), capacity_(capacity) {}

  Compromise run() {
    const Corner left = least_first(layers_, capacity_), right = least_second(layers_, capacity_);
    best_ = product(left.at) <= product(right.at) ? left.at : right.at;
    search(left, right);
    best_.bound = std::min(unexplored_, product(best_));
    return best_;
  }

 private:
  void search(const Corner& left, const Corner& right) {
    const double least = least_between(left, right);
    if (least >= product(best_)) return;
    constexpr int kMostCorners = 200;
    if (corners_ == kMostCorners) {
      unexplored_ = std::min(unexplored_, least);
      return;
    }
    const std::optional<Corner> middle = between(layers_, capacity_, left.at, right.at);
    if (!middle) return;
    ++corners_;
    if (product(middle->at) < product(best_)) best_ = middle->at;
    search(left, *middle);
    search(*middle, right);
  }

  const Alternatives& layers_;
  std::int64_t capacity_;
  Compromise best_;
  double unexplored_ = kInfinity;
  int corners_ = 0;
};

// Improves a choice one layer at a time, and two where one would not fit.
class LocalSearch {
 public:
  LocalSearch(const Alternatives& layers, std::int64_t capacity, double limit)
      : layers_(layers), capacity_(capacity), limit_(limit) {}

  Compromise improved(Compromise c) const {
    constexpr int kMostMoves = 1000;
    for (int i = 0; i < kMostMoves && (move_one(c) || move_two(c)); ++i)
      c = sum_of(layers_, c.picks);
    return sum_of(layers_, c.picks);
  }

 private:
  struct Change {
    std::size_t layer = 0, pick = 0;
    double first = 0, second = 0;
    std::int64_t words = 0;
  };

  std::vector<Change> changes(const Compromise& c) const {
    std::vector<Change> all;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const TwoCosts& now = layers_[i][c.picks[i]];
      for (std::size_t p = 0; p < layers_[i].size(); ++p) {
        const TwoCosts& t = layers_[i][p];
        if (p != c.picks[i]) {
          all.push_back({i, p, t.first - now.first, t.second - now.second, t.words - now.words});
        }
      }
    }
    return all;
  }

  std::int64_t words(const Compromise& c) const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < layers_.size(); ++i) sum += layers_[i][c.picks[i]].words;
    return sum;
  }

  bool move_one(Compromise& c) const {
    const Change* best = nullptr;
    const std::vector<Change> all = changes(c);
    const std::int64_t free = capacity_ - words(c);
    for (const Change& change : all) {
      if (change.words > free || c.second + change.second > limit_) continue;
      if (change.first < (best == nullptr ? -kRounding * c.first : best->first)) best = &change;
    }
    if (best == nullptr) return false;
    c.picks[best->layer] = best->pick;
    return true;
  }

  bool move_two(Compromise& c) const {
    const std::vector<Change> all = changes(c);
    const std::int64_t free = capacity_ - words(c);
    std::pair<const Change*, const Change*> best{nullptr, nullptr};
    double least = -kRounding * c.first;
    for (const Change& a : all) {
      if (a.first >= 0) continue;  // one of the two must gain
      for (const Change& b : all) {
        if (b.layer == a.layer || a.first + b.first >= least) continue;
        if (a.words + b.words > free || c.second + a.second + b.second > limit_) continue;
        best = {&a, &b};
        least = a.first + b.first;
      }
    }
    if (best.first == nullptr) return false;
    c.picks[best.first->layer] = best.first->pick;
    c.picks[best.second->layer] = best.second->pick;
    return true;
  }

  const Alternatives& layers_;
  std::int64_t capacity_;
  double limit_;
};

// Goes through all choices that the dual does not rule out, the most promising first, for as long
// as a number of them lasts. `slope` is what a unit of second is worth in first.
class Exhaustive {
 public:
  Exhaustive(const Alternatives& layers, std::int64_t capacity, double limit, double slope)
      : layers_(layers), capacity_(capacity), limit_(limit), slope_(slope), order_(layers.size()) {
    reduced_.assign(layers.size() + 1, 0);
    second_.assign(layers.size() + 1, 0);
    for (std::size_t i = layers.size(); i-- > 0;) {
      order_[i] = by_promise(layers[i]);
      reduced_[i] = reduced_[i + 1] + reduced(layers[i][order_[i].front()]);
      double least = kInfinity;
      for (const TwoCosts& t : layers[i]) least = std::min(least, t.second);
      second_[i] = second_[i + 1] + least;
    }
  }

  // Whether it came to the end: the best is exact then.
  bool improve(Compromise& best) {
    best_ = &best;
    picks_.assign(layers_.size(), 0);
    choose(0, {});
    return nodes_ < kMostNodes;
  }

 private:
  static constexpr int kMostNodes = 200'000;

  double reduced(const TwoCosts& t) const { return t.first + slope_ * t.second; }

  std::vector<std::size_t> by_promise(const std::vector<TwoCosts>& alternatives) const {
    std::vector<std::size_t> order(alternatives.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return reduced(alternatives[a]) < reduced(alternatives[b]);
    });
    return order;
  }

  void choose(std::size_t i, const TwoCosts& sum) {
    if (++nodes_ >= kMostNodes || sum.words > capacity_ || sum.second + second_[i] > limit_) return;
    const double least = reduced(sum) + reduced_[i] - slope_ * limit_;
    if (std::max(least, sum.first) >= best_->first * (1 - kRounding)) return;
    if (i == layers_.size()) {
      *best_ = sum_of(layers_, picks_);
      return;
    }
    for (const std::size_t pick : order_[i]) {
      const TwoCosts& t = layers_[i][pick];
      picks_[i] = pick;
      choose(i + 1, {sum.first + t.first, sum.second + t.second, sum.words + t.words});
    }
  }

  const Alternatives& layers_;
  std::int64_t capacity_;
  double limit_, slope_;
  std::vector<std::vector<std::size_t>> order_;
  std::vector<double> reduced_, second_;  // the least that the layers from here on add
  std::vector<std::size_t> picks_;
  Compromise* best_ = nullptr;
  int nodes_ = 0;
};

}  // namespace

Compromise least_product(const Alternatives& layers, std::int64_t capacity) {
  return ProductSearch(layers, capacity).run();
}

std::optional<Compromise> least_within(const Alternatives& layers, std::int64_t capacity,
                                       double limit) {
  Compromise over =
      limit < kInfinity ? least_first(layers, capacity).at : least_sum(layers, capacity, 1, 0);
  if (over.second <= limit) {
    over.bound = over.first;
    return over;
  }
  Compromise within = least_second(layers, capacity).at;
  if (within.second > limit) return std::nullopt;
  while (const std::optional<Corner> middle = between(layers, capacity, over, within)) {
    (middle->at.second <= limit ? within : over) = middle->at;
  }
  // Where the edge between the two crosses the limit: the Lagrangian dual.
  const double share = (over.second - limit) / (over.second - within.second);
  const double bound = over.first + share * (within.first - over.first);
  Compromise best = LocalSearch(layers, capacity, limit).improved(within);
  const double slope = (within.first - over.first) / (over.second - within.second);
  const bool exact = Exhaustive(layers, capacity, limit, slope).improve(best);
  best.bound = exact ? best.first : std::min(bound, best.first);
  return best;
}

}  // namespace h4h::sim
