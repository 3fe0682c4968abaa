#include "models/measured/measured_cost.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

namespace h4h::models {
namespace {

using platforms::MeasuredTable;
using workloads::ListedOp;
using workloads::ListedShape;

// Pixels and aspect instead of height and width, and a multiplier instead of outputs: maps are
// mostly square and depthwise layers keep their channels, so no table has the corners of a box in
// the columns' own axes.
constexpr std::size_t kAxes = 4;
using Point = std::array<double, kAxes>;

// The channels of the output are some times those of the input.
bool scales_with_input(ListedOp op) {
  return op == ListedOp::dw3x3 || op == ListedOp::dw || op == ListedOp::softmax;
}

Point point_of(const ListedShape& s) {
  const auto height = static_cast<double>(s.height), width = static_cast<double>(s.width);
  const auto in = static_cast<double>(s.in_channels), out = static_cast<double>(s.out_channels);
  return {height * width, width / height, in, scales_with_input(s.op) ? out / in : out};
}

// Of one operator, kernel and stride.
using Family = std::map<Point, MeasuredCost>;

Family family_of(const MeasuredTable& table, const ListedShape& layer) {
  Family family;
  for (const auto& [shape, time_ps, energy_fj] : table.layers) {
    if (!workloads::same_kind(shape, layer)) continue;
    family[point_of(shape)] = {{time_ps}, energy_fj};
  }
  return family;
}

bool all_below(const Point& a, const Point& b) {
  return std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) { return x <= y; });
}

struct Box {
  Point low, high;

  bool holds(const Point& p) const { return all_below(low, p) && all_below(p, high); }

  bool is_corner(const Point& p) const {
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      if (p[axis] != low[axis] && p[axis] != high[axis]) return false;
    }
    return true;
  }

  std::size_t corners() const {
    std::size_t count = 1;
    for (std::size_t axis = 0; axis < kAxes; ++axis) count *= low[axis] < high[axis] ? 2 : 1;
    return count;
  }

  double log_volume() const {
    double sum = 0;
    for (std::size_t axis = 0; axis < kAxes; ++axis) sum += std::log(high[axis] / low[axis]);
    return sum;
  }

  // Of the box's corner, in an interpolation at `at`.
  double weight(const Point& corner, const Point& at) const {
    double product = 1;
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      if (low[axis] == high[axis]) continue;
      const double up = std::log(at[axis] / low[axis]) / std::log(high[axis] / low[axis]);
      product *= corner[axis] == high[axis] ? up : 1 - up;
    }
    return product;
  }
};

// Every corner measured, and nothing else inside.
bool is_full(const Box& box, const Family& family) {
  std::size_t corners = 0;
  for (const auto& measured : family) {
    if (!box.holds(measured.first)) continue;
    if (!box.is_corner(measured.first)) return false;
    ++corners;
  }
  return corners == box.corners();
}

bool is_smaller(const Box& a, const Box& b) {
  if (a.corners() != b.corners()) return a.corners() < b.corners();
  return a.log_volume() < b.log_volume();
}

// Measured points on one side of `at` with no other one between. Points come in lexicographic
// order, nearer ones first, so that what is kept is never taken back.
template <typename Iterator, typename Nearer>
std::vector<Point> nearest(Iterator begin, Iterator end, const Point& at, Nearer is_nearer) {
  std::vector<Point> kept;
  for (Iterator it = begin; it != end; ++it) {
    const Point& point = it->first;
    const bool hidden =
        std::any_of(kept.begin(), kept.end(), [&](const Point& k) { return is_nearer(k, point); });
    if (is_nearer(at, point) && !hidden) kept.push_back(point);
  }
  return kept;
}

std::optional<Box> smallest_full_box(const Family& family, const Point& at) {
  const auto above_of = all_below;
  const auto below_of = [](const Point& a, const Point& b) { return all_below(b, a); };
  std::optional<Box> smallest;
  for (const Point& low : nearest(family.rbegin(), family.rend(), at, below_of)) {
    for (const Point& high : nearest(family.begin(), family.end(), at, above_of)) {
      const Box box{low, high};
      if (smallest && !is_smaller(box, *smallest)) continue;
      if (is_full(box, family)) smallest = box;
    }
  }
  return smallest;
}

// Along the logarithms of axes and values, within the values of the corners.
template <typename Value>  // a count of a corner's cost
std::int64_t interpolated(const Box& box, const Family& family, const Point& at, Value value) {
  double logarithm = 0;
  std::int64_t least = INT64_MAX, most = 0;
  for (const auto& [corner, cost] : family) {
    if (!box.holds(corner)) continue;
    const std::int64_t given = value(cost);
    logarithm += box.weight(corner, at) * std::log(static_cast<double>(given));
    least = std::min(least, given);
    most = std::max(most, given);
  }
  return std::clamp<std::int64_t>(std::llround(std::exp(logarithm)), least, most);
}

bool all_have_energy(const Box& box, const Family& family) {
  return std::all_of(family.begin(), family.end(), [&](const auto& measured) {
    return !box.holds(measured.first) || measured.second.energy_fj;
  });
}

}  // namespace

std::optional<MeasuredCost> measured_cost(const MeasuredTable& table, const ListedShape& layer) {
  const Family family = family_of(table, layer);
  const Point at = point_of(layer);
  const auto same = family.find(at);
  if (same != family.end()) return same->second;
  const std::optional<Box> box = smallest_full_box(family, at);
  if (!box) return std::nullopt;
  MeasuredCost cost;
  cost.time.count =
      interpolated(*box, family, at, [](const MeasuredCost& c) { return c.time.count; });
  if (all_have_energy(*box, family)) {
    cost.energy_fj =
        interpolated(*box, family, at, [](const MeasuredCost& c) { return *c.energy_fj; });
  }
  return cost;
}

}  // namespace h4h::models
