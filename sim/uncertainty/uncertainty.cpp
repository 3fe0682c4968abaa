#include "sim/uncertainty/uncertainty.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/uncertainty/sampling.hpp"

namespace h4h::sim {
namespace {

using Figure = std::optional<double> (*)(const SweepPoint&);

std::optional<double> latency(const SweepPoint& p) {
  return p.infeasible ? std::nullopt : std::optional(p.latency_s);
}
std::optional<double> energy(const SweepPoint& p) {
  return p.infeasible ? std::nullopt : std::optional(p.energy_j);
}
std::optional<double> area(const SweepPoint& p) { return p.infeasible ? std::nullopt : p.area_mm2; }

// Between two neighbours in proportion, as most of the field does.
double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

class Summary {
 public:
  Summary(const UncertaintyPlan& plan, const std::vector<SweepPoint>& points)
      : plan_(plan), points_(points) {
    if (points.size() != plan.variants.size() || points.front().infeasible) {
      throw std::invalid_argument("points are not those of the plan, or the first does not run");
    }
  }

  Swing swing(std::size_t unknown, Figure figure) const {
    return {figure(points_[1 + 2 * unknown]), figure(points_[2 + 2 * unknown])};
  }

  std::vector<double> sampled(Figure figure) const {
    std::vector<double> values;
    for (std::size_t i = first_sample(); i < points_.size(); ++i) {
      if (const auto value = figure(points_[i])) values.push_back(*value);
    }
    return values;
  }

  Uncertain uncertain(Figure figure) const {
    Uncertain u;
    u.value = u.low = u.high = *figure(points_.front());
    for (const SweepPoint& point : points_) {
      const double value = figure(point).value_or(u.value);
      u.low = std::min(u.low, value);
      u.high = std::max(u.high, value);
    }
    u.p5 = u.p95 = u.value;
    const std::vector<double> samples = sampled(figure);
    if (!samples.empty()) {
      u.p5 = percentile(samples, 0.05);
      u.p95 = percentile(samples, 0.95);
    }
    u.moved_by = moved_by(figure, u.value);
    return u;
  }

  template <typename Holds>
  std::size_t count_samples(Holds holds) const {
    return static_cast<std::size_t>(std::count_if(
        points_.begin() + static_cast<std::ptrdiff_t>(first_sample()), points_.end(), holds));
  }

 private:
  std::size_t first_sample() const { return 1 + 2 * plan_.unknowns.size(); }

  std::string moved_by(Figure figure, double value) const {
    std::string key;
    double most = 0;
    for (std::size_t i = 0; i < plan_.unknowns.size(); ++i) {
      const Swing s = swing(i, figure);
      const double low = s.low.value_or(value), high = s.high.value_or(value);
      const double width = std::max({low, high, value}) - std::min({low, high, value});
      if (width > most) {
        most = width;
        key = plan_.unknowns[i].key;
      }
    }
    return key;
  }

  const UncertaintyPlan& plan_;
  const std::vector<SweepPoint>& points_;
};

}  // namespace

UncertaintyPlan plan_uncertainty(std::vector<platforms::Unknown> unknowns, std::size_t samples,
                                 std::uint64_t seed) {
  UncertaintyPlan plan{std::move(unknowns), samples, seed, {{}}};
  for (const platforms::Unknown& unknown : plan.unknowns) {
    for (const double end : {0.0, 1.0}) plan.variants.push_back({unknown.setting(end)});
  }
  for (const auto& point : latin_hypercube(samples, plan.unknowns.size(), seed)) {
    std::vector<std::string>& settings = plan.variants.emplace_back();
    for (std::size_t i = 0; i < point.size(); ++i) {
      settings.push_back(plan.unknowns[i].setting(point[i]));
    }
  }
  return plan;
}

Uncertainty summarise(const UncertaintyPlan& plan, const std::vector<SweepPoint>& points) {
  const Summary summary(plan, points);
  Uncertainty u;
  u.samples = plan.samples;
  u.seed = plan.seed;
  u.latency_s = summary.uncertain(latency);
  u.energy_j = summary.uncertain(energy);
  if (points.front().area_mm2) u.area_mm2 = summary.uncertain(area);
  for (std::size_t i = 0; i < plan.unknowns.size(); ++i) {
    u.values.push_back({plan.unknowns[i], summary.swing(i, latency), summary.swing(i, energy),
                        summary.swing(i, area)});
  }
  u.sampled_latency_s = summary.sampled(latency);
  u.sampled_energy_j = summary.sampled(energy);
  u.infeasible =
      summary.count_samples([](const SweepPoint& p) { return p.infeasible.has_value(); });
  u.other_mappings = summary.count_samples(
      [&](const SweepPoint& p) { return !p.infeasible && p.mapping != points.front().mapping; });
  return u;
}

}  // namespace h4h::sim
