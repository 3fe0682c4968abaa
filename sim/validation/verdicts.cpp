#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/validation/validation.hpp"

namespace h4h::sim {
namespace {

// Layers and networks of fewer cycles take times that no estimator resolves. The bounds below are
// ours: a little above the model's own figures (docs/validation.md), so that a broken mechanism
// fails.
constexpr double kLayerCycles = 5'000, kNetworkCycles = 10'000;

Verdict at_most(const std::string& what, double value, double bound) {
  return {what, fmt::format("{:.4f}", value), fmt::format("<= {}", bound), value <= bound};
}
Verdict percent_at_most(const std::string& what, double value, double bound) {
  return {what, fmt::format("{:.1f} %", 100 * value), fmt::format("<= {:.0f} %", 100 * bound),
          value <= bound};
}
Verdict percent_at_least(const std::string& what, double value, double bound) {
  return {what, fmt::format("{:.1f} %", 100 * value), fmt::format(">= {:.0f} %", 100 * bound),
          value >= bound};
}

template <typename Value>
std::vector<Compared> figures(const std::vector<LayerCheck>& layers, Value value) {
  std::vector<Compared> all;
  for (const LayerCheck& layer : layers) all.push_back(value(layer));
  return all;
}

template <typename Is>
double share(const std::vector<LayerCheck>& layers, Is is) {
  return static_cast<double>(std::count_if(layers.begin(), layers.end(), is)) /
         static_cast<double>(layers.size());
}

void add_closed_form(const std::vector<LayerCheck>& layers, std::vector<Verdict>& all) {
  const auto given = figures(layers, [](const LayerCheck& l) { return l.closed; });
  const auto rule = figures(layers, [](const LayerCheck& l) { return l.closed_by_rule; });
  all.push_back(at_most("closed form, weight sizes given: mean |ln|", agreement(given).mean, 0.01));
  all.push_back(
      at_most("closed form, weight sizes by rule: mean |ln|", agreement(rule).mean, 0.03));
  all.push_back(percent_at_least(
      "same output block", share(layers, [](const LayerCheck& l) { return l.same_block; }), 0.98));
}

void add_simulator(const std::vector<LayerCheck>& layers, std::vector<Verdict>& all) {
  const Agreement every = agreement(simulated(layers));
  const Agreement large = agreement(simulated(layers, kLayerCycles));
  all.push_back(at_most("simulator, all layers: mean |ln|", every.mean, 0.058));
  all.push_back(at_most("simulator, layers >= 5,000 cycles: mean |ln|", large.mean, 0.06));
  all.push_back(at_most("simulator, all layers: |bias|", std::abs(every.bias), 0.04));
  all.push_back(percent_at_least("inside the interval, all layers", every.inside, 0.9));
  all.push_back(percent_at_least("inside the interval, layers >= 5,000 cycles", large.inside, 0.9));
}

void add_groups(const std::vector<LayerCheck>& layers, std::vector<Verdict>& all) {
  std::size_t over = 0, count = 0;
  double worst = 0;
  for (const Group& group : groups(layers)) {
    const double excess = group.ours.mean / std::max(group.legacy.mean, 0.07);
    over += excess > 1 ? 1 : 0;
    worst = std::max(worst, excess);
    ++count;
  }
  all.push_back(
      {"groups over max(legacy, 0.07)", fmt::format("{} of {}", over, count), "0", over == 0});
  all.push_back(at_most("worst group / max(legacy, 0.07)", worst, 1));
}

void add_event_model(const std::vector<LayerCheck>& layers, std::vector<Verdict>& all) {
  const double equal = share(
      layers, [](const LayerCheck& l) { return std::floor(l.closed.ours) == l.simulated.ours; });
  all.push_back(percent_at_most("layers equal to the closed form", equal, 0.2));
  double low = 1, high = 1;
  for (const LayerCheck& l : layers) {
    if (l.simulated.regor < kLayerCycles) continue;
    const double ratio = l.simulated.ours / l.closed.ours;
    low = std::min(low, ratio);
    high = std::max(high, ratio);
  }
  all.push_back({"simulator / closed form, layers >= 5,000 cycles",
                 fmt::format("{:.2f}..{:.2f}", low, high), "0.65..1.55",
                 low >= 0.65 && high <= 1.55});
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  return values[static_cast<std::size_t>(std::llround(q * last))];
}

void add_networks(const std::vector<NetworkCheck>& networks, std::vector<Verdict>& all) {
  std::vector<double> distances, nearer, bytes{0};
  for (const NetworkCheck& n : networks) {
    if (std::max(n.cycles.regor, n.cycles.legacy) < kNetworkCycles) continue;
    if (n.regor_weight_bytes > 0) {
      bytes.push_back(std::abs(n.weight_bytes / n.regor_weight_bytes - 1));
    }
    distances.push_back(outside(n.cycles));
    nearer.push_back(to_nearer(n.cycles));
  }
  if (distances.empty()) return;
  all.push_back(
      percent_at_most("networks, outside [min, max]: worst", quantile(distances, 1), 0.1));
  all.push_back(
      percent_at_most("networks, outside [min, max]: p90", quantile(distances, 0.9), 0.06));
  all.push_back(percent_at_most("networks, to the nearer: median", quantile(nearer, 0.5), 0.04));
  all.push_back(percent_at_most("networks, weight bytes: worst", quantile(bytes, 1), 0.05));
}

void add_runs(const std::vector<RunCheck>& runs, std::vector<Verdict>& all) {
  for (const RunCheck& r : runs) {
    const auto off = [](double ours, double theirs) { return std::abs(ours / theirs - 1); };
    const std::string name = "FVP, " + r.name;
    all.push_back(percent_at_most(name + ": cycles", off(r.cycles, r.reference.cycles), 0.07));
    all.push_back(
        percent_at_most(name + ": activation reads", off(r.reads, r.reference.read_beats), 0.1));
    all.push_back(
        percent_at_most(name + ": activation writes", off(r.writes, r.reference.write_beats), 0.2));
    all.push_back(
        percent_at_most(name + ": weight reads", off(r.weights, r.reference.weight_beats), 0.1));
  }
}

}  // namespace

std::vector<Verdict> verdicts(const Validation& validation) {
  std::vector<Verdict> all;
  add_closed_form(validation.layers, all);
  add_simulator(validation.layers, all);
  add_groups(validation.layers, all);
  add_event_model(validation.layers, all);
  add_networks(validation.networks, all);
  add_runs(validation.runs, all);
  return all;
}

}  // namespace h4h::sim
