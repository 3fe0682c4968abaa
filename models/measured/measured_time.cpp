#include "models/measured/measured_time.hpp"

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

Point point_of(const ListedShape& s) {
  const auto height = static_cast<double>(s.height), width = static_cast<double>(s.width);
  const auto in = static_cast<double>(s.in_channels), out = static_cast<double>(s.out_channels);
  return {height * width, width / height, in, s.op == ListedOp::dw3x3 ? out / in : out};
}

using Times = std::map<Point, Picoseconds>;

Times family_of(const MeasuredTable& table, const ListedShape& layer) {
  Times times;
  for (const auto& [shape, time_ps] : table.layers) {
    if (shape.op == layer.op && shape.stride == layer.stride) times[point_of(shape)] = {time_ps};
  }
  return times;
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
bool is_full(const Box& box, const Times& times) {
  std::size_t corners = 0;
  for (const auto& measured : times) {
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

std::optional<Box> smallest_full_box(const Times& times, const Point& at) {
  const auto above_of = all_below;
  const auto below_of = [](const Point& a, const Point& b) { return all_below(b, a); };
  std::optional<Box> smallest;
  for (const Point& low : nearest(times.rbegin(), times.rend(), at, below_of)) {
    for (const Point& high : nearest(times.begin(), times.end(), at, above_of)) {
      const Box box{low, high};
      if (smallest && !is_smaller(box, *smallest)) continue;
      if (is_full(box, times)) smallest = box;
    }
  }
  return smallest;
}

Picoseconds interpolated(const Box& box, const Times& times, const Point& at) {
  double log_time = 0;
  Picoseconds least{INT64_MAX}, most;
  for (const auto& [corner, time] : times) {
    if (!box.holds(corner)) continue;
    log_time += box.weight(corner, at) * std::log(static_cast<double>(time.count));
    least = std::min(least, time);
    most = std::max(most, time);
  }
  return std::clamp(Picoseconds{std::llround(std::exp(log_time))}, least, most);
}

}  // namespace

std::optional<Picoseconds> measured_time(const MeasuredTable& table, const ListedShape& layer) {
  const Times times = family_of(table, layer);
  const Point at = point_of(layer);
  const auto same = times.find(at);
  if (same != times.end()) return same->second;
  const std::optional<Box> box = smallest_full_box(times, at);
  if (!box) return std::nullopt;
  return interpolated(*box, times, at);
}

}  // namespace h4h::models
