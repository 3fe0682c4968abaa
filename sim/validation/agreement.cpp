#include "sim/validation/agreement.hpp"

#include <algorithm>
#include <cmath>

#include "base/mean.hpp"

namespace h4h::sim {
namespace {

bool is_inside(const Compared& f) {
  return f.ours >= 0.9 * std::min(f.regor, f.legacy) && f.ours <= 1.1 * std::max(f.regor, f.legacy);
}

}  // namespace

Agreement agreement(const std::vector<Compared>& figures) {
  if (figures.empty()) return {};
  std::vector<double> logs, sizes;
  for (const Compared& f : figures) logs.push_back(std::log(f.ours / f.regor));
  for (const double value : logs) sizes.push_back(std::abs(value));
  std::sort(sizes.begin(), sizes.end());
  const auto inside = std::count_if(figures.begin(), figures.end(), is_inside);
  return {figures.size(), mean(logs), mean(sizes), sizes[sizes.size() * 9 / 10],
          static_cast<double>(inside) / static_cast<double>(figures.size())};
}

Agreement legacy_agreement(const std::vector<Compared>& figures) {
  std::vector<Compared> legacy = figures;
  for (Compared& f : legacy) f.ours = f.legacy;
  return agreement(legacy);
}

double outside(const Compared& f) {
  const double low = std::min(f.regor, f.legacy), high = std::max(f.regor, f.legacy);
  return std::max({0.0, 1 - f.ours / low, f.ours / high - 1});
}

double to_nearer(const Compared& f) {
  return std::min(std::abs(f.ours / f.regor - 1), std::abs(f.ours / f.legacy - 1));
}

double log_to_nearer(const Compared& f) {
  const double regor = std::log(f.ours / f.regor), legacy = std::log(f.ours / f.legacy);
  return std::abs(regor) <= std::abs(legacy) ? regor : legacy;
}

}  // namespace h4h::sim
