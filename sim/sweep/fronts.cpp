#include "sim/sweep/fronts.hpp"

#include <algorithm>
#include <utility>

namespace h4h::sim {
namespace {

using Front = SweepFronts::Front;
using Figure = std::optional<double> (*)(const SweptPoint&);

constexpr Figure kLatency = [](const SweptPoint& p) { return std::optional(p.latency_s); };
constexpr Figure kEnergy = [](const SweptPoint& p) { return std::optional(p.energy_j); };
constexpr Figure kArea = [](const SweptPoint& p) { return p.area_mm2; };

// Points of a network that run and have the figure.
std::vector<std::size_t> points_of(const SweepResult& result, const std::string& network,
                                   Figure figure) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const SweptPoint& p = result.points[i];
    if (p.network == network && !p.infeasible && figure(p)) indices.push_back(i);
  }
  return indices;
}

Front front(const SweepResult& result, const std::string& network, Figure figure) {
  const auto measures = [&](std::size_t i) {
    return std::make_pair(result.points[i].latency_s, *figure(result.points[i]));
  };
  std::vector<std::size_t> indices = points_of(result, network, figure);
  std::stable_sort(indices.begin(), indices.end(),
                   [&](std::size_t a, std::size_t b) { return measures(a) < measures(b); });
  Front members;
  for (const std::size_t i : indices) {
    if (members.empty() || measures(i).second < measures(members.back()).second ||
        measures(i) == measures(members.back())) {
      members.push_back(i);
    }
  }
  return members;
}

constexpr std::size_t kFewPoints = 200;

// Evenly: where a key has no effect, equal points fill a front.
void mark_front(const Front& front, std::size_t most, std::vector<bool>& marked) {
  const std::size_t step = 1 + front.size() / most;
  for (std::size_t i = 0; i < front.size(); i += step) marked[front[i]] = true;
  if (!front.empty()) marked[front.back()] = true;
}

void mark_worst(const SweepResult& result, const std::string& network, Figure figure,
                std::vector<bool>& marked) {
  const std::vector<std::size_t> indices = points_of(result, network, figure);
  const auto worst =
      std::max_element(indices.begin(), indices.end(), [&](std::size_t a, std::size_t b) {
        return figure(result.points[a]) < figure(result.points[b]);
      });
  if (worst != indices.end()) marked[*worst] = true;
}

}  // namespace

SweepFronts sweep_fronts(const SweepResult& result) {
  SweepFronts fronts;
  for (const std::string& network : result.networks) {
    fronts.energy.push_back(front(result, network, kEnergy));
    fronts.area.push_back(front(result, network, kArea));
  }
  return fronts;
}

std::vector<bool> points_with_layers(const SweepResult& result, const SweepFronts& fronts) {
  if (result.points.size() <= kFewPoints) return std::vector<bool>(result.points.size(), true);
  return notable_points(result, fronts, kLayersOfFront);
}

std::vector<bool> notable_points(const SweepResult& result, const SweepFronts& fronts,
                                 std::size_t of_front) {
  std::vector<bool> marked(result.points.size());
  for (const Front& front : fronts.energy) mark_front(front, of_front, marked);
  for (const Front& front : fronts.area) mark_front(front, of_front, marked);
  for (const std::string& network : result.networks) {
    for (const Figure figure : {kLatency, kEnergy, kArea}) {
      mark_worst(result, network, figure, marked);
    }
  }
  return marked;
}

}  // namespace h4h::sim
