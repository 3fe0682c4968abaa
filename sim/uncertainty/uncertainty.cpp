#include "sim/uncertainty/uncertainty.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/uncertainty/sampling.hpp"

namespace h4h::sim {
namespace {

std::string moved_by(const UncertaintyPlan& plan, const Outcomes& outcomes, double value) {
  std::string key;
  double most = 0;
  for (std::size_t i = 0; i < plan.uncertain_parameters.size(); ++i) {
    const double moved = width(swing(plan, outcomes, i), value);
    if (moved > most) {
      most = moved;
      key = plan.uncertain_parameters[i].key;
    }
  }
  return key;
}

template <typename Figure>
Outcomes outcomes(const std::vector<VariantPoint>& points, Figure figure) {
  Outcomes all;
  for (const VariantPoint& p : points) {
    all.push_back(p.infeasible ? std::nullopt : std::optional<double>(figure(p)));
  }
  return all;
}

}  // namespace

UncertaintyPlan plan_uncertainty(std::vector<platforms::UncertainParameter> uncertain_parameters,
                                 std::size_t samples, std::uint64_t seed) {
  UncertaintyPlan plan{std::move(uncertain_parameters), samples, seed, {}, {{}}};
  plan.shares = latin_hypercube(samples, plan.uncertain_parameters.size(), seed);
  for (const platforms::UncertainParameter& uncertain : plan.uncertain_parameters) {
    for (const double end : {0.0, 1.0}) plan.variants.push_back({uncertain.at(end)});
  }
  for (const auto& point : plan.shares) {
    std::vector<platforms::Override>& changes = plan.variants.emplace_back();
    for (std::size_t i = 0; i < point.size(); ++i) {
      changes.push_back(plan.uncertain_parameters[i].at(point[i]));
    }
  }
  return plan;
}

Uncertain uncertain(const UncertaintyPlan& plan, const Outcomes& outcomes) {
  if (outcomes.size() != plan.variants.size() || !outcomes.front()) {
    throw std::invalid_argument("outcomes are not those of the plan, or the first has no figure");
  }
  Uncertain u;
  u.value = u.low = u.high = u.p5 = u.p95 = *outcomes.front();
  for (const std::optional<double>& outcome : outcomes) {
    u.low = std::min(u.low, outcome.value_or(u.value));
    u.high = std::max(u.high, outcome.value_or(u.value));
  }
  const std::vector<double> samples = sampled(plan, outcomes);
  if (!samples.empty()) {
    u.p5 = percentile(samples, 0.05);
    u.p95 = percentile(samples, 0.95);
  }
  u.moved_by = moved_by(plan, outcomes, u.value);
  return u;
}

Swing swing(const UncertaintyPlan& plan, const Outcomes& outcomes, std::size_t uncertain) {
  return {outcomes.at(plan.low_end(uncertain)), outcomes.at(plan.high_end(uncertain))};
}

double width(const Swing& swing, double value) {
  const double low = swing.low.value_or(value), high = swing.high.value_or(value);
  return std::max({low, high, value}) - std::min({low, high, value});
}

double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

std::vector<double> sampled(const UncertaintyPlan& plan, const Outcomes& outcomes) {
  std::vector<double> values;
  for (std::size_t i = plan.first_sample(); i < outcomes.size(); ++i) {
    if (outcomes[i]) values.push_back(*outcomes[i]);
  }
  return values;
}

Outcomes latencies_s(const std::vector<VariantPoint>& points) {
  return outcomes(points, [](const VariantPoint& p) { return p.latency_s; });
}

Outcomes energies_j(const std::vector<VariantPoint>& points) {
  return outcomes(points, [](const VariantPoint& p) { return p.energy_j; });
}

Outcomes areas_mm2(const std::vector<VariantPoint>& points) {
  return outcomes(points, [](const VariantPoint& p) { return p.area_mm2; });
}

Outcomes averages_w(const std::vector<VariantPoint>& points) {
  return outcomes(points, [](const VariantPoint& p) { return p.average_w; });
}

Uncertainty summarise(const UncertaintyPlan& plan, const std::vector<VariantPoint>& points) {
  const Outcomes latency = latencies_s(points), energy = energies_j(points),
                 area = areas_mm2(points), power = averages_w(points);
  Uncertainty u;
  u.samples = plan.samples;
  u.seed = plan.seed;
  u.latency_s = uncertain(plan, latency);
  u.energy_j = uncertain(plan, energy);
  if (area.front()) u.area_mm2 = uncertain(plan, area);
  if (power.front()) u.average_w = uncertain(plan, power);
  for (std::size_t i = 0; i < plan.uncertain_parameters.size(); ++i) {
    u.values.push_back({plan.uncertain_parameters[i], swing(plan, latency, i),
                        swing(plan, energy, i), swing(plan, area, i), swing(plan, power, i)});
  }
  u.sampled_latency_s = sampled(plan, latency);
  u.sampled_energy_j = sampled(plan, energy);
  u.sampled_area_mm2 = sampled(plan, area);
  u.sampled_average_w = sampled(plan, power);
  for (std::size_t i = plan.first_sample(); i < points.size(); ++i) {
    if (points[i].infeasible)
      ++u.infeasible;
    else if (points[i].mapping != points.front().mapping)
      ++u.other_mappings;
  }
  return u;
}

}  // namespace h4h::sim
