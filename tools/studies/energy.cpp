#include <fmt/format.h>

#include "tools/studies/chips.hpp"
#include "tools/studies/curve.hpp"
#include "tools/studies/searched.hpp"
#include "tools/studies/transformers.hpp"

namespace h4h::studies {
namespace {

constexpr Chip kChips[] = {kOneUnit, kTwoUnits, kFourUnits, kFourMacros, kEightMacros};

Searched searched() {
  std::vector<SearchedChip> chips{{0, 1, "enforce"}};
  for (const std::string& capacity : kCapacities) {
    for (const Chip& size : kChips) chips.push_back({size.macros, size.units, capacity});
  }
  return {std::move(chips), sim::Objective::energy};
}

class Fronts {
 public:
  Fronts(const std::vector<ChipFront>& fronts, std::string capacity)
      : fronts_(fronts), capacity_(std::move(capacity)) {}

  const ChipFront& front(const Chip& size) const {
    return front_of(fronts_, size.macros, size.units, capacity_);
  }
  FrontCurve curve(const Chip& size) const { return front(size).curve(sim::Objective::energy); }
  SameAccuracy saved(const Chip& before, const Chip& after) const {
    return same_accuracy(curve(before), curve(after));
  }

 private:
  const std::vector<ChipFront>& fronts_;
  std::string capacity_;
};

std::string name_of(const Chip& chip) {
  return chip.macros > 1 ? fmt::format("{}_macros", chip.macros)
                         : fmt::format("{}_unit{}", chip.units, chip.units > 1 ? "s" : "");
}

void measure(Measures& m, const SameAccuracy& same, const std::string& tail) {
  m["energy_saved_" + tail] = same.mean;
  m["energy_saved_most_" + tail] = same.most;
  m["energy_saved_most_at_" + tail] = same.most_at;
  m["accuracies_compared_" + tail] = static_cast<double>(same.saved.size());
  m["accuracy_compared_least_" + tail] = same.least_accuracy();
  m["accuracy_compared_most_" + tail] = same.greatest_accuracy();
}

Measures measures_of(const nas::Space& space, const std::vector<ChipFront>& all) {
  Measures m = transformer_measures(space, all);
  for (const std::string& capacity : kCapacities) {
    const Fronts fronts(all, capacity);
    for (const Chip& chip : kChips) {
      measure(m, fronts.saved(kAlone, chip), "by_" + name_of(chip) + "_" + capacity);
    }
    measure(m, fronts.saved(kOneUnit, kFourUnits), "4_units_to_1_" + capacity);
    measure(m, fronts.saved(kFourMacros, kEightMacros), "8_macros_to_4_" + capacity);
    m["accuracy_gained_most_by_8_macros_" + capacity] =
        same_cost(fronts.curve(kAlone), fronts.curve(kEightMacros)).most;
    m["energy_least_saved_by_more_units_" + capacity] =
        least({fronts.saved(kOneUnit, kTwoUnits).mean, fronts.saved(kTwoUnits, kFourUnits).mean});
  }
  return m;
}

Chart chart_of(const Fronts& fronts, const std::string& title, const std::vector<Chip>& sizes) {
  Chart chart{title, {"energy, mJ", true}, {"accuracy, % (surrogate)"}, {}};
  for (const Chip& size : sizes) {
    Series& line = chart.series.emplace_back(Series{fronts.front(size).chip.name(), {}});
    for (const FoundNetwork& n : fronts.front(size).networks) {
      line.points.emplace_back(1e3 * n.energy_j, n.accuracy);
    }
  }
  return chart;
}

}  // namespace

Result energy(const Setup& setup) {
  const Searched search = searched();
  Result result;
  result.networks = search.search(setup);
  const std::vector<ChipFront> all = search.fronts(setup, result.networks);
  result.table = fronts_table(search, all);
  for (const std::string& capacity : kCapacities) {
    const Fronts fronts(all, capacity);
    result.charts.push_back(chart_of(fronts,
                                     "Accuracy versus energy by macros, capacity " + capacity,
                                     {kAlone, kOneUnit, kFourMacros, kEightMacros}));
    result.charts.push_back(
        chart_of(fronts, "Accuracy versus energy by units of one macro, capacity " + capacity,
                 {kAlone, kOneUnit, kTwoUnits, kFourUnits}));
  }
  result.measures = measures_of(search.space(), all);
  return result;
}

Measures energy_again(const Setup& setup, const Result& base) {
  const Searched search = searched();
  return measures_of(search.space(), search.fronts(setup, base.networks));
}

}  // namespace h4h::studies
