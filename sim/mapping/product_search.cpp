#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "sim/mapping/tradeoff.hpp"
#include "sim/mapping/weighted_sum.hpp"

namespace h4h::sim {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kRounding = 1e-12;  // relative: closer sums are equal

struct Point {
  double first = 0, second = 0;

  double product() const { return first * second; }
  bool is_inside() const { return first > 0 && second > 0; }
};

struct Line : SupportLine {
  std::optional<Point> reached{};  // by a choice, where the level is not only a bound

  bool is_above(const Point& p) const {
    return weights.sum(p.first, p.second) < level * (1 - kRounding);
  }
};

Point crossing(const Line& a, const Line& b) {
  const Weights &u = a.weights, &v = b.weights;
  const double area = u.on_first * v.on_second - v.on_first * u.on_second;
  return {(a.level * v.on_second - b.level * u.on_second) / area,
          (u.on_first * b.level - v.on_first * a.level) / area};
}

// Lines that support from below all that can be reached, the steepest first. What they leave room
// for has its least product at a corner, where a line crosses the next: along a line a product is
// concave.
class Hull {
 public:
  Hull(const Line& steepest, const Line& flattest) : lines_{steepest, flattest} {}
  explicit Hull(const SupportLines& lines) {
    for (const SupportLine& line : lines) lines_.push_back({line});
  }

  std::size_t lines() const { return lines_.size(); }
  // Between it and the next.
  const Line& line(std::size_t corner) const { return lines_[corner]; }
  SupportLines support_lines() const { return {lines_.begin(), lines_.end()}; }
  Point point(std::size_t corner) const { return crossing(lines_[corner], lines_[corner + 1]); }

  std::size_t least_corner() const {
    std::size_t least = 0;
    for (std::size_t c = 1; c + 1 < lines_.size(); ++c) {
      if (point(c).product() < point(least).product()) least = c;
    }
    return least;
  }

  // Cuts off a corner, and others that are below the line.
  void cut(std::size_t corner, const Line& line) {
    auto at = lines_.insert(lines_.begin() + offset(corner + 1), line);
    while (at - lines_.begin() > 1 && line.is_above(crossing(at[-2], at[-1]))) {
      at = lines_.erase(at - 1);
    }
    while (lines_.end() - at > 2 && line.is_above(crossing(at[1], at[2]))) lines_.erase(at + 1);
  }

 private:
  static std::ptrdiff_t offset(std::size_t n) { return static_cast<std::ptrdiff_t>(n); }

  std::vector<Line> lines_;
};

// The weights under which a product is about as a sum.
Weights as_product(const Point& p) { return {p.second, p.first}; }

Line relaxed_line(const Alternatives& layers, const Words& capacity, const Weights& weights) {
  return {{weights, sum_bound(layers, capacity, weights)}};
}

// Lines of relaxations, until they raise the least product no more or it is above `most`.
double refine(Hull& hull, const Alternatives& layers, const Words& capacity, double most) {
  constexpr std::size_t kMostLines = 3;  // more cost more than what they rule out
  constexpr double kGain = 1e-6;         // relative
  while (true) {
    const std::size_t corner = hull.least_corner();
    const Point least = hull.point(corner);
    if (!least.is_inside() || least.product() > most || hull.lines() == kMostLines) {
      return least.product();
    }
    const Line next = relaxed_line(layers, capacity, as_product(least));
    if (next.level <= 2 * least.product() * (1 + kGain)) return least.product();
    hull.cut(corner, next);
  }
}

double product(const Compromise& c) { return c.first * c.second; }

// Cuts off the least corner with a least sum, again and again, until it has no less than the best.
class ProductSearch {
 public:
  ProductSearch(CostTable& layers, const Words& capacity, double most, const SupportLines& lines)
      : layers_(layers), capacity_(capacity), most_(most), hull_(initial_hull(lines)) {}

  std::optional<Compromise> run() {
    constexpr int kMostSums = 200;
    for (int sums = 0; sums < kMostSums && cut_least(); ++sums) {
    }
    const bool given_up = unexplored_ < worth();
    if (!best_ && given_up) least_along(as_product(hull_.point(hull_.least_corner())));
    if (!given_up && (!best_ || product(*best_) > most_)) return std::nullopt;
    if (product(*best_) <= most_) take_canonical();
    best_->bound = std::min(product(*best_), unexplored_);
    return std::move(best_);
  }

 private:
  // Of equal products, one that does not depend on the sums that led to it, and so not on which
  // costs were known before: the best is the least of its own tangent's sum. The weight is rounded,
  // since equal products may differ in their last bits.
  void take_canonical() {
    if (product(*best_) == 0) return;
    const Weights weights{1, static_cast<double>(static_cast<float>(best_->first / best_->second))};
    constexpr double kAbove = 1e-9;
    const double most = weights.sum(best_->first, best_->second) * (1 + kAbove);
    std::optional<Compromise> c = least_sum(layers_, capacity_, weights, most);
    if (c && product(*c) <= product(*best_) * (1 + kRounding)) best_ = std::move(c);
  }

  Hull initial_hull(const SupportLines& lines) {
    const bool known = !lines.empty() && lines.front().level > 0 && lines.back().level > 0;
    Hull hull = known ? Hull(lines) : Hull(end({1, 0}), end({0, 1}));
    if (!known) refine(hull, layers_.layers(), capacity_, most_);
    return hull;
  }

  // A line that nothing lies below; of a sum itself where the relaxation is no more than 0.
  Line end(const Weights& weights) {
    const Line line = relaxed_line(layers_.layers(), capacity_, weights);
    return line.level > 0 ? line : least_along(weights);
  }

  double worth() const { return best_ ? std::min(product(*best_), most_) : most_; }

  // Where everything along the line is above `most`, a line at that.
  Line least_along(const Weights& weights, double most = kInfinity) {
    std::optional<Compromise> c = least_sum(layers_, capacity_, weights, most);
    if (!c) return {{weights, most}};
    const Line line{{weights, weights.sum(c->first, c->second)}, Point{c->first, c->second}};
    if (!best_ || product(*c) < product(*best_)) best_ = std::move(c);
    return line;
  }

  // Between two points that are reached, along the edge from one to the other: either there is
  // something below it, or one of the two is the least between them. Else as the product is at the
  // corner, but only for what is worth looking for: up to the tangent of that product, and by so
  // much above it that crossings with the next such lines are above it too.
  Line line_at(std::size_t corner, const Point& least) {
    const std::optional<Point>& left = hull_.line(corner).reached;
    const std::optional<Point>& right = hull_.line(corner + 1).reached;
    if (left && right && right->first > left->first && left->second > right->second) {
      return least_along({left->second - right->second, right->first - left->first});
    }
    if (!least.is_inside()) return least_along(as_product(least));
    constexpr double kAbove = 1e-4;
    const double most = 2 * std::sqrt(least.product() * worth()) * (1 + kAbove);
    return least_along(as_product(least), most);
  }

  // False where nothing is left that is better.
  bool cut_least() {
    const std::size_t corner = hull_.least_corner();
    const Point least = hull_.point(corner);
    unexplored_ = kInfinity;
    if (least.is_inside() && least.product() >= worth() * (1 - kRounding)) return false;
    if (best_ && !least.is_inside()) {
      unexplored_ = 0;
      return false;
    }
    const Line next = line_at(corner, least);
    if (!next.is_above(least)) return false;
    hull_.cut(corner, next);
    unexplored_ = least.product();
    return true;
  }

  CostTable& layers_;
  const Words& capacity_;
  double most_;  // that is worth looking for
  std::optional<Compromise> best_;
  double unexplored_ = kInfinity;  // no product beside those that are reached is less
  Hull hull_;
};

}  // namespace

ProductBound product_bound(const Alternatives& layers, const Words& capacity, double most) {
  Hull hull(relaxed_line(layers, capacity, {1, 0}), relaxed_line(layers, capacity, {0, 1}));
  const double bound = refine(hull, layers, capacity, most);
  return {bound, hull.support_lines()};
}

std::optional<Compromise> least_product(Alternatives layers, const Words& capacity,
                                        const ExactCosts& exact, double most,
                                        const SupportLines& lines) {
  CostTable table(std::move(layers), exact);
  return ProductSearch(table, capacity, most, lines).run();
}

}  // namespace h4h::sim
