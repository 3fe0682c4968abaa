#include <fmt/format.h>

#include "tools/studies/chips.hpp"
#include "tools/studies/curve.hpp"
#include "tools/studies/searched.hpp"
#include "tools/studies/transformers.hpp"

namespace h4h::studies {
namespace {

constexpr std::int64_t kMacros[] = {0, 1, 4, 8};

Searched searched() {
  std::vector<SearchedChip> chips{{0, 1, "enforce"}};
  for (const std::string& capacity : kCapacities) {
    for (const std::int64_t macros : {1, 4, 8}) chips.push_back({macros, 1, capacity});
  }
  return {std::move(chips), sim::Objective::latency};
}

std::vector<nas::Genotype> at_random(const Setup& setup, const nas::Space& space) {
  nas::Random random(setup.search().seed);
  std::vector<nas::Genotype> networks;
  for (std::size_t i = 0; i < setup.search().evaluations; ++i) {
    networks.push_back(space.sample(random));
  }
  return networks;
}

// The mean latency at equal accuracy as a multiple of that with fewer macros, the greatest.
double largest_step(const std::vector<ChipFront>& fronts, const std::string& capacity) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < std::size(kMacros); ++i) {
    const auto curve = [&](std::int64_t macros) {
      return front_of(fronts, macros, 1, capacity).curve(sim::Objective::latency);
    };
    steps.push_back(1 - same_accuracy(curve(kMacros[i - 1]), curve(kMacros[i])).mean);
  }
  return greatest(steps);
}

Measures measures_of(const Setup& setup, const nas::Space& space,
                     const std::vector<ChipFront>& fronts) {
  Measures m;
  for (const std::string& capacity : kCapacities) {
    const auto curve = [&](std::int64_t macros) {
      return front_of(fronts, macros, 1, capacity).curve(sim::Objective::latency);
    };
    for (const std::int64_t macros : {1, 4, 8}) {
      const SameAccuracy same = same_accuracy(curve(0), curve(macros));
      const std::string by = fmt::format("by_{}_macros", macros);
      m["latency_saved_" + by + "_" + capacity] = same.mean;
      m["latency_saved_most_" + by + "_" + capacity] = same.most;
      m["latency_saved_most_at_" + by + "_" + capacity] = same.most_at;
      m["accuracies_compared_" + by + "_" + capacity] = static_cast<double>(same.saved.size());
      m["accuracy_compared_least_" + by + "_" + capacity] = same.least_accuracy();
      m["accuracy_compared_most_" + by + "_" + capacity] = same.greatest_accuracy();
    }
    const SameCost gained = same_cost(curve(0), curve(8));
    m["accuracy_gained_by_8_macros_" + capacity] = gained.mean;
    m["accuracy_gained_most_by_8_macros_" + capacity] = gained.most;
    m["latency_largest_step_" + capacity] = largest_step(fronts, capacity);
  }
  m.merge(transformer_measures(space, fronts));
  m["balanced_share"] = balanced_share(space, networks_on(fronts));
  m["balanced_share_at_random"] = balanced_share(space, at_random(setup, space));
  m["balanced_share_over_random"] = m["balanced_share"] - m["balanced_share_at_random"];
  return m;
}

void add_charts(Result& result, const std::vector<ChipFront>& fronts) {
  for (const std::string& capacity : kCapacities) {
    Chart accuracy{"Accuracy (surrogate) versus latency, capacity " + capacity,
                   {"latency, ms", true},
                   {"accuracy, % (surrogate)"},
                   {}};
    Chart saved{"Latency saved at equal accuracy, capacity " + capacity,
                {"accuracy, % (surrogate)"},
                {"% of the NPU alone"},
                {}};
    const FrontCurve alone = front_of(fronts, 0, 1, capacity).curve(sim::Objective::latency);
    for (const std::int64_t macros : kMacros) {
      const ChipFront& front = front_of(fronts, macros, 1, capacity);
      Series& line = accuracy.series.emplace_back(Series{front.chip.name(), {}});
      for (const FoundNetwork& n : front.networks) {
        line.points.emplace_back(1e3 * n.latency_s, n.accuracy);
      }
      if (macros == 0) continue;
      Series& savings = saved.series.emplace_back(Series{front.chip.name(), {}});
      for (const auto& [at, share] :
           same_accuracy(alone, front.curve(sim::Objective::latency)).saved) {
        savings.points.emplace_back(at, 100 * share);
      }
    }
    result.charts.push_back(std::move(accuracy));
    result.charts.push_back(std::move(saved));
  }
}

}  // namespace

Result fig7(const Setup& setup) {
  const Searched search = searched();
  Result result;
  result.networks = search.search(setup);
  const std::vector<ChipFront> fronts = search.fronts(setup, result.networks);
  result.table = fronts_table(search, fronts);
  add_charts(result, fronts);
  result.measures = measures_of(setup, search.space(), fronts);
  return result;
}

Measures fig7_again(const Setup& setup, const Result& base) {
  const Searched search = searched();
  return measures_of(setup, search.space(), search.fronts(setup, base.networks));
}

}  // namespace h4h::studies
