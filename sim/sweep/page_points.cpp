#include "sim/sweep/page_points.hpp"

#include <algorithm>
#include <cmath>

#include "sim/sweep/fronts.hpp"

namespace h4h::sim {
namespace {

// Multiples of the golden ratio, modulo 1, are spread evenly however far one counts.
bool is_selected(std::size_t i, double share) {
  constexpr double kGoldenRatio = 0.6180339887498949;
  const double multiple = static_cast<double>(i) * kGoldenRatio;
  return multiple - std::floor(multiple) < share;
}

std::vector<std::size_t> infeasible_of(const SweepResult& result) {
  std::vector<std::size_t> counts;
  for (const std::string& network : result.networks) {
    const auto count = std::count_if(
        result.points.begin(), result.points.end(),
        [&](const SweptPoint& p) { return p.network == network && p.infeasible.has_value(); });
    counts.push_back(static_cast<std::size_t>(count));
  }
  return counts;
}

}  // namespace

std::optional<ThinSweep> thin(const SweepResult& result) {
  const std::size_t all = result.points.size();
  if (all <= kMostOnPage) return std::nullopt;
  const std::size_t of_front = std::max(kLayersOfFront, kMostOnPage / 5 / result.networks.size());
  std::vector<bool> kept = notable_points(result, sweep_fronts(result), of_front);
  const auto notable = static_cast<std::size_t>(std::count(kept.begin(), kept.end(), true));
  const double share =
      static_cast<double>(kMostOnPage - std::min(notable, kMostOnPage)) / static_cast<double>(all);
  ThinSweep thin{{result.platform_name,
                  result.platform_hash,
                  result.objective,
                  result.axes,
                  result.networks,
                  {}},
                 {},
                 infeasible_of(result)};
  for (std::size_t i = 0; i < all; ++i) {
    if (!kept[i] && !is_selected(i, share)) continue;
    thin.rows.push_back(i);
    thin.result.points.push_back(result.points[i]);
  }
  return thin;
}

}  // namespace h4h::sim
