#include "sim/mapping/tradeoff.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "sim/mapping/knapsack.hpp"
#include "sim/mapping/settle.hpp"

namespace h4h::sim {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kRounding = 1e-12;  // relative: closer sums are equal

// Alternatives of which some costs are bounds until they are asked for.
class Table {
 public:
  Table(Alternatives layers, const ExactCosts& exact) : layers_(std::move(layers)), exact_(exact) {}

  std::size_t size() const { return layers_.size(); }
  const std::vector<TwoCosts>& operator[](std::size_t layer) const { return layers_[layer]; }

  // Returns whether the costs were bounds before.
  bool settle(std::size_t layer, std::size_t pick) {
    if (layers_[layer][pick].exact) return false;
    layers_[layer][pick] = exact_(layer, pick);
    return true;
  }

 private:
  Alternatives layers_;
  const ExactCosts& exact_;
};

Compromise sum_of(const Table& layers, std::vector<std::size_t> picks) {
  Compromise c{std::move(picks), 0, 0, 0};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    c.first += layers[i][c.picks[i]].first;
    c.second += layers[i][c.picks[i]].second;
  }
  return c;
}

template <typename T, typename Make>
std::vector<std::vector<T>> each_of(const Table& layers, Make make) {
  std::vector<std::vector<T>> all(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const TwoCosts& t : layers[i]) all[i].push_back(make(t));
  }
  return all;
}

// The least of first x on_first + second x on_second.
Compromise least_sum(Table& layers, const Words& capacity, double on_first, double on_second) {
  const auto cost = [&](const TwoCosts& t) { return on_first * t.first + on_second * t.second; };
  const ExactCost exact = [&](std::size_t layer, std::size_t pick) {
    layers.settle(layer, pick);
    return cost(layers[layer][pick]);
  };
  if (capacity.groups() > 1) {
    const auto weighted = each_of<BoundedGroupedChoice>(layers, [&](const TwoCosts& t) {
      return BoundedGroupedChoice{cost(t), t.words, t.exact};
    });
    return sum_of(layers, choose_within(settle(weighted, capacity, exact), capacity));
  }
  const auto weighted = each_of<BoundedChoice>(layers, [&](const TwoCosts& t) {
    return BoundedChoice{cost(t), t.words.of(0), t.exact};
  });
  return sum_of(layers, choose_within(settle(weighted, capacity.of(0), exact), capacity.of(0)));
}

// A corner of the hull and the slope -d second / d first of a line that supports it.
struct Corner {
  Compromise at;
  double slope = 0;  // infinite at the least first, 0 at the least second
};

// The least of each cost, among equals the less of the other: less than the rounding of sums.
constexpr double kTie = 1e-13;

Corner least_first(Table& layers, const Words& capacity) {
  const Compromise rough = least_sum(layers, capacity, 1, 0);
  const double small = rough.second > 0 ? kTie * rough.first / rough.second : 0;
  return {least_sum(layers, capacity, 1, small), kInfinity};
}

Corner least_second(Table& layers, const Words& capacity) {
  const Compromise rough = least_sum(layers, capacity, 0, 1);
  const double small = rough.first > 0 ? kTie * rough.second / rough.first : 0;
  return {least_sum(layers, capacity, small, 1), 0};
}

double slope_between(const Compromise& left, const Compromise& right) {
  return (left.second - right.second) / (right.first - left.first);
}

// The corner of the hull between two others, nullopt where they share an edge.
std::optional<Corner> between(Table& layers, const Words& capacity, const Compromise& left,
                              const Compromise& right) {
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
  ProductSearch(Table& layers, const Words& capacity) : layers_(layers), capacity_(capacity) {}

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

  Table& layers_;
  Words capacity_;
  Compromise best_;
  double unexplored_ = kInfinity;
  int corners_ = 0;
};

// Layer by layer, every sum that may still lead to less than the best: within the limit, not ruled
// out by the dual, and without another that has no more of anything. `slope` is what a unit of
// second is worth in first.
class ParetoSearch {
 public:
  ParetoSearch(const Table& layers, const Words& capacity, double limit, double slope,
               std::size_t most_sums)
      : layers_(layers), capacity_(capacity), limit_(limit), slope_(slope), most_sums_(most_sums) {
    rest_.resize(layers.size() + 1);
    for (std::size_t i = layers.size(); i-- > 0;) {
      Least least{kInfinity, kInfinity, kInfinity};
      for (const TwoCosts& t : layers[i]) {
        least.first = std::min(least.first, t.first);
        least.second = std::min(least.second, t.second);
        least.reduced = std::min(least.reduced, reduced(t));
      }
      rest_[i] = {rest_[i + 1].first + least.first, rest_[i + 1].second + least.second,
                  rest_[i + 1].reduced + least.reduced};
    }
  }

  // Its bound: the best itself, or what the most promising sum that was given up may lead to.
  void improve(Compromise& best) {
    best_first_ = best.first;
    std::vector<Sum> sums{{}};
    for (std::size_t i = 0; i < layers_.size() && !sums.empty(); ++i) {
      sums = extended(sums, i);
      // Of several devices, looking for dominated sums takes a time that grows with their square.
      constexpr std::size_t kMostOfGroups = 2'000;
      const bool groups = capacity_.groups() > 1;
      if (groups) give_up_most(sums, 4 * kMostOfGroups);
      sums = undominated(std::move(sums));
      give_up_most(sums, groups ? std::min(most_sums_, kMostOfGroups) : most_sums_);
      for (Sum& sum : sums) {
        steps_.push_back({sum.step, sum.pick});
        sum.step = steps_.size() - 1;
      }
    }
    const auto least = std::min_element(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) {
      return a.at.first < b.at.first;
    });
    if (least != sums.end() && least->at.first < best.first) {
      best = sum_of(layers_, picks(least->step));
    }
    best.bound = std::min(best.first, given_up_);
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Least {
    double first = 0, second = 0, reduced = 0;
  };
  struct Sum {
    TwoCosts at;
    double bound = 0;          // nothing that it leads to has less of the first
    std::size_t step = kNone;  // of the layer before
    std::size_t pick = 0;      // of this one
  };
  struct Step {
    std::size_t before = kNone, pick = 0;
  };

  double reduced(const TwoCosts& t) const { return t.first + slope_ * t.second; }

  std::vector<Sum> extended(const std::vector<Sum>& sums, std::size_t layer) const {
    const Least& rest = rest_[layer + 1];
    std::vector<Sum> all;
    for (const Sum& sum : sums) {
      for (std::size_t pick = 0; pick < layers_[layer].size(); ++pick) {
        const TwoCosts& t = layers_[layer][pick];
        Sum next{{sum.at.first + t.first, sum.at.second + t.second, sum.at.words + t.words},
                 0,
                 sum.step,
                 pick};
        next.bound =
            std::max(next.at.first + rest.first, reduced(next.at) + rest.reduced - slope_ * limit_);
        const bool within =
            next.at.words.within(capacity_) && next.at.second + rest.second <= limit_;
        if (within && next.bound < best_first_ * (1 - kRounding)) all.push_back(next);
      }
    }
    return all;
  }

  // From the least second on, a sum is dominated where one before has no more of first and words.
  std::vector<Sum> undominated(std::vector<Sum> sums) const {
    std::sort(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) {
      return std::tie(a.at.second, a.at.first, a.at.words) <
             std::tie(b.at.second, b.at.first, b.at.words);
    });
    return capacity_.groups() > 1 ? undominated_of_groups(sums) : undominated_of_one(sums);
  }

  static std::vector<Sum> undominated_of_one(const std::vector<Sum>& sums) {
    std::map<double, std::int64_t> words;  // by first: more of it only where there are fewer words
    std::vector<Sum> some;
    for (const Sum& sum : sums) {
      const std::int64_t own = sum.at.words.of(0);
      auto after = words.upper_bound(sum.at.first * (1 + kRounding));
      if (after != words.begin() && std::prev(after)->second <= own) continue;
      while (after != words.end() && after->second >= own) after = words.erase(after);
      words[sum.at.first] = own;
      some.push_back(sum);
    }
    return some;
  }

  static std::vector<Sum> undominated_of_groups(const std::vector<Sum>& sums) {
    std::vector<Sum> some;
    for (const Sum& sum : sums) {
      const bool beaten = std::any_of(some.begin(), some.end(), [&](const Sum& other) {
        return other.at.first <= sum.at.first * (1 + kRounding) &&
               other.at.words.within(sum.at.words);
      });
      if (!beaten) some.push_back(sum);
    }
    return some;
  }

  void give_up_most(std::vector<Sum>& sums, std::size_t most) {
    if (sums.size() <= most) return;
    const auto end = sums.begin() + static_cast<std::ptrdiff_t>(most);
    std::nth_element(sums.begin(), end, sums.end(),
                     [](const Sum& a, const Sum& b) { return a.bound < b.bound; });
    given_up_ = std::min(given_up_, end->bound);
    sums.erase(end, sums.end());
  }

  std::vector<std::size_t> picks(std::size_t step) const {
    std::vector<std::size_t> all(layers_.size());
    for (std::size_t i = all.size(); i-- > 0; step = steps_[step].before) {
      all[i] = steps_[step].pick;
    }
    return all;
  }

  const Table& layers_;
  Words capacity_;
  double limit_, slope_;
  std::size_t most_sums_;
  std::vector<Least> rest_;  // what the layers from here on add at the least
  std::vector<Step> steps_;
  double best_first_ = 0, given_up_ = kInfinity;
};

// What all layers take of something at the least, and one of them.
struct LeastSum {
  double sum = 0;
  std::vector<double> of;

  double without(std::size_t layer) const { return sum - of[layer]; }
};

// Asks for the least of each layer. `value`: of TwoCosts.
template <typename Value>
LeastSum settled_least(Table& layers, Value value) {
  LeastSum least;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto less = [&](const TwoCosts& a, const TwoCosts& b) { return value(a) < value(b); };
    auto lowest = layers[i].begin();
    do {
      lowest = std::min_element(layers[i].begin(), layers[i].end(), less);
    } while (layers.settle(i, static_cast<std::size_t>(lowest - layers[i].begin())));
    least.of.push_back(value(*lowest));
    least.sum += least.of.back();
  }
  return least;
}

// Asks for all that ParetoSearch may take part of a sum: what it rules out for each layer, the
// least of all others given, is ruled out with any other bound that is as high.
void settle_sums(Table& layers, double limit, double slope, double best_first) {
  constexpr double kMargin = 1e-9;  // of sums in another order
  const auto reduced = [&](const TwoCosts& t) { return t.first + slope * t.second; };
  const LeastSum first = settled_least(layers, [](const TwoCosts& t) { return t.first; });
  const LeastSum second = settled_least(layers, [](const TwoCosts& t) { return t.second; });
  const LeastSum both = settled_least(layers, reduced);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (std::size_t k = 0; k < layers[i].size(); ++k) {
      const TwoCosts& t = layers[i][k];
      const double bound =
          std::max(first.without(i) + t.first, both.without(i) + reduced(t) - slope * limit);
      const bool within = second.without(i) + t.second <= limit * (1 + kMargin);
      if (within && bound < best_first * (1 + kMargin)) layers.settle(i, k);
    }
  }
}

}  // namespace

Compromise least_product(Alternatives layers, const Words& capacity, const ExactCosts& exact) {
  Table table(std::move(layers), exact);
  return ProductSearch(table, capacity).run();
}

std::optional<Compromise> least_within(Alternatives alternatives, const Words& capacity,
                                       double limit, const ExactCosts& exact,
                                       std::size_t most_sums) {
  Table layers(std::move(alternatives), exact);
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
  // Of the edge between the two, which crosses the limit: the Lagrangian dual.
  const double slope = (within.first - over.first) / (over.second - within.second);
  const double dual = over.first + slope * (over.second - limit);
  settle_sums(layers, limit, slope, within.first);
  ParetoSearch(layers, capacity, limit, slope, most_sums).improve(within);
  within.bound = std::min(within.first, std::max(within.bound, dual));
  return within;
}

}  // namespace h4h::sim
