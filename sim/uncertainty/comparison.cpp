#include "sim/uncertainty/comparison.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace h4h::sim {
namespace {

using platforms::UncertainParameter;

// A value that is moved, and where: one that both platforms leave open alike is moved on both.
struct Moved {
  UncertainParameter uncertain;
  bool on_first = false, on_second = false;
};

bool alike(const UncertainParameter& a, const UncertainParameter& b) {
  return std::tie(a.key, a.low, a.value, a.high, a.unit) ==
         std::tie(b.key, b.low, b.value, b.high, b.unit);
}

bool has(const std::vector<UncertainParameter>& all, const UncertainParameter& uncertain) {
  return std::any_of(all.begin(), all.end(),
                     [&](const UncertainParameter& u) { return alike(u, uncertain); });
}

// Those of the first platform, then what only the second has.
std::vector<Moved> moved_on(const std::vector<UncertainParameter>& first,
                            const std::vector<UncertainParameter>& second) {
  std::vector<Moved> all;
  for (const UncertainParameter& uncertain : first)
    all.push_back({uncertain, true, has(second, uncertain)});
  for (const UncertainParameter& uncertain : second) {
    if (!has(first, uncertain)) all.push_back({uncertain, false, true});
  }
  return all;
}

// The changes of a variant that are made on one of the platforms. `which`: by value moved.
void keep(std::vector<platforms::Override>& changes, const std::vector<bool>& which) {
  std::vector<platforms::Override> kept;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (which[i]) kept.push_back(std::move(changes[i]));
  }
  changes = std::move(kept);
}

UncertaintyPlan plan_of(const std::vector<Moved>& moved, bool Moved::*on, std::size_t samples,
                        std::uint64_t seed) {
  std::vector<UncertainParameter> uncertain_parameters;
  std::vector<bool> which;
  for (const Moved& m : moved) {
    uncertain_parameters.push_back(m.uncertain);
    which.push_back(m.*on);
  }
  UncertaintyPlan plan = plan_uncertainty(std::move(uncertain_parameters), samples, seed);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    for (const std::size_t end : {plan.low_end(i), plan.high_end(i)}) {
      if (!which[i]) plan.variants[end].clear();
    }
  }
  for (std::size_t s = plan.first_sample(); s < plan.variants.size(); ++s) {
    keep(plan.variants[s], which);
  }
  for (std::size_t i = 0; i < moved.size(); ++i) {
    if (moved[i].on_first && moved[i].on_second) continue;
    plan.uncertain_parameters[i].key += moved[i].on_first ? " (first)" : " (second)";
  }
  return plan;
}

Outcomes products(const Outcomes& a, const Outcomes& b) {
  Outcomes all;
  for (std::size_t i = 0; i < a.size(); ++i) {
    all.push_back(a[i] && b[i] ? std::optional(*a[i] * *b[i]) : std::nullopt);
  }
  return all;
}

Outcomes ratios(const Outcomes& first, const Outcomes& second) {
  Outcomes all;
  for (std::size_t i = 0; i < first.size(); ++i) {
    all.push_back(first[i] && second[i] ? std::optional(*second[i] / *first[i]) : std::nullopt);
  }
  return all;
}

template <typename Which>
double share(const std::vector<double>& values, Which which) {
  return static_cast<double>(std::count_if(values.begin(), values.end(), which)) /
         static_cast<double>(values.size());
}

FigureComparison compared(const std::string& name, const std::string& unit, const PairedPlan& plan,
                          const Outcomes& first, const Outcomes& second) {
  const Outcomes ratio = ratios(first, second);
  FigureComparison figure;
  figure.name = name;
  figure.unit = unit;
  figure.first = uncertain(plan.first, first);
  figure.second = uncertain(plan.second, second);
  figure.ratio = uncertain(plan.first, ratio);
  figure.sampled = sampled(plan.first, ratio);
  if (!figure.sampled.empty()) {
    figure.median = percentile(figure.sampled, 0.5);
    figure.first_less = share(figure.sampled, [](double r) { return r > 1; });
    figure.second_less = share(figure.sampled, [](double r) { return r < 1; });
  }
  for (std::size_t i = 0; i < plan.first.uncertain_parameters.size(); ++i) {
    figure.swings.push_back(swing(plan.first, ratio, i));
  }
  return figure;
}

}  // namespace

PairedPlan plan_pairs(const std::vector<UncertainParameter>& first,
                      const std::vector<UncertainParameter>& second, std::size_t samples,
                      std::uint64_t seed) {
  const std::vector<Moved> moved = moved_on(first, second);
  return {plan_of(moved, &Moved::on_first, samples, seed),
          plan_of(moved, &Moved::on_second, samples, seed)};
}

Comparison compare(const std::string& network, const PairedPlan& plan,
                   const std::vector<VariantPoint>& first,
                   const std::vector<VariantPoint>& second) {
  Comparison c;
  c.network = network;
  const Outcomes latency[] = {latencies_s(first), latencies_s(second)};
  const Outcomes energy[] = {energies_j(first), energies_j(second)};
  const Outcomes area[] = {areas_mm2(first), areas_mm2(second)};
  c.figures.push_back(compared("latency", "s", plan, latency[0], latency[1]));
  c.figures.push_back(compared("energy", "J", plan, energy[0], energy[1]));
  c.figures.push_back(compared("edp", "Js", plan, products(latency[0], energy[0]),
                               products(latency[1], energy[1])));
  if (area[0].front() && area[1].front()) {
    c.figures.push_back(compared("area", "mm2", plan, area[0], area[1]));
  }
  const Outcomes average[] = {averages_w(first), averages_w(second)};
  if (average[0].front() && average[1].front()) {
    c.figures.push_back(compared("average power", "W", plan, average[0], average[1]));
  }
  for (std::size_t i = plan.first.first_sample(); i < first.size(); ++i) {
    if (first[i].infeasible || second.at(i).infeasible) ++c.infeasible;
  }
  c.layers = layer_differences(first.front().layers, second.front().layers);
  return c;
}

}  // namespace h4h::sim
