#include "tools/studies/front_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/mean.hpp"
#include "tools/studies/curve.hpp"

namespace h4h::studies {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kSteps = 10;  // to a % of accuracy

using Point = std::pair<double, double>;

// Of a rising curve through `points`, read along `of`.
double between(const std::vector<Point>& points, double Point::*of, double Point::*wanted,
               double at) {
  const auto above = std::lower_bound(points.begin(), points.end(), at,
                                      [&](const Point& p, double value) { return p.*of < value; });
  if (above == points.begin() || above == points.end()) {
    return (above == points.end() ? points.back() : points.front()).*wanted;
  }
  const Point &low = *(above - 1), &high = *above;
  const double share = (at - low.*of) / (high.*of - low.*of);
  return low.*wanted + share * (high.*wanted - low.*wanted);
}

}  // namespace

FrontCurve::FrontCurve(std::vector<Point> networks) {
  std::sort(networks.begin(), networks.end(), [](const Point& a, const Point& b) {
    return a.second != b.second ? a.second < b.second : a.first > b.first;
  });
  for (const Point& network : networks) {
    if (points_.empty() || network.first > points_.back().first) points_.push_back(network);
  }
}

double FrontCurve::cost_at(double accuracy) const {
  return between(points_, &Point::first, &Point::second, accuracy);
}

double FrontCurve::accuracy_at(double cost) const {
  return between(points_, &Point::second, &Point::first, cost);
}

double SameAccuracy::least_accuracy() const { return saved.empty() ? kNone : saved.front().first; }

double SameAccuracy::greatest_accuracy() const {
  return saved.empty() ? kNone : saved.back().first;
}

SameAccuracy same_accuracy(const FrontCurve& before, const FrontCurve& after) {
  SameAccuracy same;
  if (!before.empty() && !after.empty()) {
    const double low = std::max(before.least_accuracy(), after.least_accuracy());
    const double high = std::min(before.greatest_accuracy(), after.greatest_accuracy());
    for (double step = std::ceil(low * kSteps); step / kSteps <= high; ++step) {
      const double accuracy = step / kSteps;
      same.saved.emplace_back(accuracy, 1 - after.cost_at(accuracy) / before.cost_at(accuracy));
    }
  }
  std::vector<double> saved;
  for (const Point& point : same.saved) saved.push_back(point.second);
  same.mean = saved.empty() ? kNone : mean(saved);
  same.most = saved.empty() ? kNone : greatest(saved);
  same.most_at = kNone;
  for (const Point& point : same.saved) {
    if (point.second == same.most) same.most_at = point.first;
  }
  return same;
}

SameCost same_cost(const FrontCurve& before, const FrontCurve& after) {
  if (before.empty() || after.empty()) return {kNone, kNone, kNone};
  const double low = std::max(before.points().front().second, after.points().front().second);
  const double high = std::min(before.points().back().second, after.points().back().second);
  std::vector<double> gained;
  for (const FrontCurve* front : {&before, &after}) {
    for (const Point& point : front->points()) {
      if (point.second < low || point.second > high) continue;
      gained.push_back(after.accuracy_at(point.second) - before.accuracy_at(point.second));
    }
  }
  if (gained.empty()) return {kNone, kNone, kNone};
  return {mean(gained), greatest(gained), least(gained)};
}

}  // namespace h4h::studies
