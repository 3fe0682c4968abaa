#include "tools/studies/over_ranges.hpp"

#include <algorithm>
#include <cmath>

namespace h4h::studies {
namespace {

// Keys of unknowns that at one of their ends make it hold, or not: it does not where the study has
// no measure.
std::vector<std::string> turned_by(const Rule& accept, const sim::UncertaintyPlan& plan,
                                   const std::vector<sim::Swing>& swings, bool holds) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < swings.size(); ++i) {
    const auto turns = [&](const std::optional<double>& end) {
      return (end && accept.allows(*end)) == holds;
    };
    if (turns(swings[i].low) || turns(swings[i].high))
      keys.push_back(plan.uncertain_parameters[i].key);
  }
  return keys;
}

bool moves(const sim::Swing& swing, double value) {
  return swing.low != std::optional(value) || swing.high != std::optional(value);
}

// How far apart the samples that hold lie from those that do not, on the average, over the range of
// an unknown; in standard deviations of that distance were it chance.
double distance(const Rule& accept, const sim::UncertaintyPlan& plan, const sim::Outcomes& measures,
                std::size_t uncertain) {
  double sum[2] = {0, 0}, count[2] = {0, 0};
  for (std::size_t s = 0; s < plan.samples; ++s) {
    const auto& measure = measures[plan.first_sample() + s];
    const std::size_t side = measure && accept.allows(*measure) ? 1 : 0;
    sum[side] += plan.shares[s][uncertain];
    count[side] += 1;
  }
  if (count[0] == 0 || count[1] == 0) return 0;
  const double by_chance = std::sqrt((1 / count[0] + 1 / count[1]) / 12);
  return std::abs(sum[0] / count[0] - sum[1] / count[1]) / by_chance;
}

// Of the unknowns that move the measure at all; "" where none does so by more than chance may.
std::string tells_apart(const Rule& accept, const sim::UncertaintyPlan& plan,
                        const sim::Outcomes& measures, const std::vector<sim::Swing>& swings) {
  constexpr double kMoreThanChance = 3.1;  // of thirty or so, one in twenty times
  std::string key;
  double most = kMoreThanChance;
  for (std::size_t i = 0; i < plan.uncertain_parameters.size(); ++i) {
    if (!moves(swings[i], *measures.front())) continue;
    const double apart = distance(accept, plan, measures, i);
    if (apart > most) {
      most = apart;
      key = plan.uncertain_parameters[i].key;
    }
  }
  return key;
}

}  // namespace

std::optional<OverRanges> over_ranges(const Rule& accept, const sim::UncertaintyPlan& plan,
                                      const sim::Outcomes& measures) {
  if (!measures.front()) return std::nullopt;
  OverRanges over;
  over.value = sim::uncertain(plan, measures);
  for (std::size_t i = 0; i < plan.uncertain_parameters.size(); ++i) {
    over.swings.push_back(sim::swing(plan, measures, i));
  }
  over.sampled = sim::sampled(plan, measures);
  const auto allowed = [&](double value) { return accept.allows(value); };
  const auto holding = std::count_if(over.sampled.begin(), over.sampled.end(), allowed);
  over.holds =
      static_cast<double>(holding) / static_cast<double>(std::max<std::size_t>(1, plan.samples));
  const bool holds = accept.allows(*measures.front());
  (holds ? over.broken_by : over.mended_by) = turned_by(accept, plan, over.swings, !holds);
  if (over.holds < 1) over.told_apart_by = tells_apart(accept, plan, measures, over.swings);
  return over;
}

}  // namespace h4h::studies
