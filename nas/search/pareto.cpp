#include "nas/search/pareto.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace h4h::nas {
namespace {

// Below any second or joule that is costed: keeps the logarithm of a cost of 0 finite.
constexpr double kLeastCost = 1e-30;

std::vector<std::size_t> indices(std::size_t n) {
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

// Adds to each its neighbours' distance along one axis.
template <typename Value>
void add_gaps(const std::vector<Worth>& front, Value value, std::vector<double>& distance) {
  std::vector<std::size_t> order = indices(front.size());
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return value(front[a]) < value(front[b]); });
  const double extent = value(front[order.back()]) - value(front[order.front()]);
  const double infinity = std::numeric_limits<double>::infinity();
  distance[order.front()] = distance[order.back()] = infinity;
  if (!(extent > 0)) return;
  for (std::size_t i = 1; i + 1 < order.size(); ++i) {
    distance[order[i]] += (value(front[order[i + 1]]) - value(front[order[i - 1]])) / extent;
  }
}

std::tuple<double, double, double> order_of(const Worth& w) {
  return {w.cost, -w.accuracy, w.area};
}

bool has_areas(const std::vector<Worth>& all) {
  return std::any_of(all.begin(), all.end(), [](const Worth& w) { return w.area > 0; });
}

}  // namespace

bool dominates(const Worth& a, const Worth& b) {
  if (a.violation > 0 || b.violation > 0) return a.violation < b.violation;
  return a.accuracy >= b.accuracy && a.cost <= b.cost && a.area <= b.area &&
         (a.accuracy > b.accuracy || a.cost < b.cost || a.area < b.area);
}

std::vector<std::size_t> ranks(const std::vector<Worth>& all) {
  std::vector<std::vector<std::size_t>> below(all.size());
  std::vector<std::size_t> above(all.size()), rank(all.size());
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (std::size_t b = 0; b < all.size(); ++b) {
      if (!dominates(all[a], all[b])) continue;
      below[a].push_back(b);
      ++above[b];
    }
  }
  std::vector<std::size_t> current;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (above[i] == 0) current.push_back(i);
  }
  for (std::size_t level = 0; !current.empty(); ++level) {
    std::vector<std::size_t> next;
    for (const std::size_t a : current) {
      rank[a] = level;
      for (const std::size_t b : below[a]) {
        if (--above[b] == 0) next.push_back(b);
      }
    }
    current = std::move(next);
  }
  return rank;
}

std::vector<double> crowding(const std::vector<Worth>& front) {
  std::vector<double> distance(front.size());
  if (front.empty()) return distance;
  add_gaps(
      front, [](const Worth& w) { return std::log(std::max(w.cost, kLeastCost)); }, distance);
  add_gaps(
      front, [](const Worth& w) { return w.accuracy; }, distance);
  if (has_areas(front)) {
    add_gaps(
        front, [](const Worth& w) { return w.area; }, distance);
  }
  return distance;
}

std::vector<std::size_t> front(const std::vector<Worth>& all) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!(all[i].violation > 0)) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return order_of(all[a]) < order_of(all[b]);
  });
  std::vector<std::size_t> kept;
  for (const std::size_t i : order) {
    // None of those before costs more.
    const bool beaten = std::any_of(kept.rbegin(), kept.rend(), [&](std::size_t k) {
      return all[k].accuracy >= all[i].accuracy && all[k].area <= all[i].area;
    });
    if (!beaten) kept.push_back(i);
  }
  return kept;
}

bool operator<(const Standing& a, const Standing& b) {
  return a.rank != b.rank ? a.rank < b.rank : a.crowding > b.crowding;
}

std::vector<Standing> standings(const std::vector<Worth>& all) {
  const std::vector<std::size_t> rank = ranks(all);
  std::vector<std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (members.size() <= rank[i]) members.resize(rank[i] + 1);
    members[rank[i]].push_back(i);
  }
  std::vector<Standing> standing(all.size());
  for (const std::vector<std::size_t>& level : members) {
    std::vector<Worth> worths;
    for (const std::size_t i : level) worths.push_back(all[i]);
    const std::vector<double> distances = crowding(worths);
    for (std::size_t i = 0; i < level.size(); ++i) {
      standing[level[i]] = {rank[level[i]], distances[i]};
    }
  }
  return standing;
}

std::vector<std::size_t> best(const std::vector<Worth>& all, std::size_t n) {
  const std::vector<Standing> standing = standings(all);
  std::vector<std::size_t> order = indices(all.size());
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return standing[a] < standing[b]; });
  order.resize(std::min(n, order.size()));
  return order;
}

double hypervolume(const std::vector<Worth>& all, double worst_accuracy, double worst_cost) {
  double area = 0, floor = worst_accuracy;
  for (const std::size_t i : front(all)) {
    if (all[i].cost >= worst_cost) break;
    if (all[i].accuracy <= floor) continue;
    area += (all[i].accuracy - floor) * (worst_cost - all[i].cost);
    floor = all[i].accuracy;
  }
  return area;
}

// Slices from the largest area down: within one, all with less area take part.
double hypervolume(const std::vector<Worth>& all, double worst_accuracy, double worst_cost,
                   double worst_area) {
  std::vector<Worth> members;
  for (const std::size_t i : front(all)) {
    if (all[i].area < worst_area) members.push_back(all[i]);
  }
  std::stable_sort(members.begin(), members.end(),
                   [](const Worth& a, const Worth& b) { return a.area < b.area; });
  double volume = 0, top = worst_area;
  while (!members.empty()) {
    const double area = members.back().area;
    volume += (top - area) * hypervolume(members, worst_accuracy, worst_cost);
    top = area;
    while (!members.empty() && members.back().area == area) members.pop_back();
  }
  return volume;
}

}  // namespace h4h::nas
