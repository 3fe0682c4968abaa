#include "sim/mapping/tradeoff.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "sim/mapping/weighted_sum.hpp"

namespace h4h::sim {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kRounding = 1e-12;  // relative: closer sums are equal

// The least of each cost, among equals the less of the other: less than the rounding of sums.
constexpr double kTie = 1e-13;

Compromise least_first(CostTable& layers, const Words& capacity) {
  const Compromise rough = least_sum(layers, capacity, {1, 0});
  const double small = rough.second > 0 ? kTie * rough.first / rough.second : 0;
  return least_sum(layers, capacity, {1, small});
}

Compromise least_second(CostTable& layers, const Words& capacity) {
  const Compromise rough = least_sum(layers, capacity, {0, 1});
  const double small = rough.first > 0 ? kTie * rough.second / rough.first : 0;
  return least_sum(layers, capacity, {small, 1});
}

// The corner of the hull between two others, nullopt where they share an edge.
std::optional<Compromise> between(CostTable& layers, const Words& capacity, const Compromise& left,
                                  const Compromise& right) {
  if (!(right.first > left.first) || !(left.second > right.second)) return std::nullopt;
  const double slope = (left.second - right.second) / (right.first - left.first);
  Compromise c = least_sum(layers, capacity, {slope, 1});
  const double on_edge = slope * left.first + left.second;
  if (slope * c.first + c.second >= on_edge * (1 - kRounding)) return std::nullopt;
  return c;
}

// Layer by layer, every sum that may still lead to less than the best: within the limit, not ruled
// out by the dual, and without another that has no more of anything. `slope` is what a unit of
// second is worth in first.
class ParetoSearch {
 public:
  ParetoSearch(const CostTable& layers, const Words& capacity, double limit, double slope,
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

  const CostTable& layers_;
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
LeastSum settled_least(CostTable& layers, Value value) {
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
void settle_sums(CostTable& layers, double limit, double slope, double best_first) {
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

std::optional<Compromise> least_of_first(Alternatives layers, const Words& capacity,
                                         const ExactCosts& exact, double most) {
  CostTable table(std::move(layers), exact);
  std::optional<Compromise> least = least_sum(table, capacity, {1, 0}, most);
  if (least) least->bound = least->first;
  return least;
}

std::optional<Compromise> least_within(Alternatives alternatives, const Words& capacity,
                                       double limit, const ExactCosts& exact,
                                       std::size_t most_sums) {
  CostTable layers(std::move(alternatives), exact);
  Compromise over = least_first(layers, capacity);
  if (over.second <= limit) {
    over.bound = over.first;
    return over;
  }
  Compromise within = least_second(layers, capacity);
  if (within.second > limit) return std::nullopt;
  while (const std::optional<Compromise> middle = between(layers, capacity, over, within)) {
    (middle->second <= limit ? within : over) = *middle;
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
