#include "sim/uncertainty/comparison.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace h4h::sim {
namespace {

using platforms::Unknown;

// Those of `own`, then what only the other has.
std::vector<Unknown> joined(const std::vector<Unknown>& own, const std::vector<Unknown>& other) {
  std::vector<Unknown> all = own;
  for (const Unknown& unknown : other) {
    const auto same = [&](const Unknown& u) { return u.key == unknown.key; };
    if (std::none_of(own.begin(), own.end(), same)) all.push_back(unknown);
  }
  return all;
}

// A platform on which a value is no unknown keeps it as it is.
void leave_others_alone(UncertaintyPlan& plan, const std::vector<Unknown>& own) {
  std::set<std::string> keys;
  for (const Unknown& unknown : own) keys.insert(unknown.key);
  for (std::vector<std::string>& settings : plan.variants) {
    const auto foreign = [&](const std::string& setting) {
      return keys.count(setting.substr(0, setting.find('='))) == 0;
    };
    settings.erase(std::remove_if(settings.begin(), settings.end(), foreign), settings.end());
  }
}

// In the order of `keys`, with the ranges of a platform where it has them.
std::vector<Unknown> in_order(const std::vector<Unknown>& keys, const std::vector<Unknown>& own) {
  std::vector<Unknown> all = keys;
  for (Unknown& unknown : all) {
    const auto found = std::find_if(own.begin(), own.end(),
                                    [&](const Unknown& u) { return u.key == unknown.key; });
    if (found != own.end()) unknown = *found;
  }
  return all;
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
  for (std::size_t i = 0; i < plan.first.unknowns.size(); ++i) {
    figure.swings.push_back(swing(plan.first, ratio, i));
  }
  return figure;
}

}  // namespace

PairedPlan plan_pairs(const std::vector<Unknown>& first, const std::vector<Unknown>& second,
                      std::size_t samples, std::uint64_t seed) {
  const std::vector<Unknown> keys = joined(first, second);
  PairedPlan plan{plan_uncertainty(in_order(keys, first), samples, seed),
                  plan_uncertainty(in_order(keys, second), samples, seed)};
  leave_others_alone(plan.first, first);
  leave_others_alone(plan.second, second);
  return plan;
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
  for (std::size_t i = plan.first.first_sample(); i < first.size(); ++i) {
    if (first[i].infeasible || second.at(i).infeasible) ++c.infeasible;
  }
  return c;
}

}  // namespace h4h::sim
