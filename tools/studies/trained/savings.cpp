#include <map>

#include "nas/space/load.hpp"
#include "tools/studies/chips.hpp"
#include "tools/studies/curve.hpp"
#include "tools/studies/trained/arms.hpp"
#include "tools/studies/trained/bootstrap.hpp"
#include "tools/studies/trained/searches.hpp"

// Figures 7 and 11 of the paper and the energy of its section 5 with trained supernets: what macros
// and compute units save at equal test accuracy, and gain at equal cost. One supernet is searched
// for every chip of a figure.

namespace h4h::studies {
namespace {

SearchedChip searched(const Chip& chip) { return {chip.macros, chip.units, "enforce"}; }

std::vector<SearchedChip> searched(const std::vector<Chip>& chips) {
  std::vector<SearchedChip> all;
  for (const Chip& chip : chips) all.push_back(searched(chip));
  return all;
}

// The fronts of one supernet.
class Fronts {
 public:
  Fronts(const std::vector<ChipFront>& fronts, sim::Objective objective)
      : fronts_(fronts), objective_(objective) {}

  FrontCurve curve(const Chip& chip) const {
    return front_of(fronts_, chip.macros, chip.units, "enforce").curve(objective_);
  }
  SameAccuracy saved(const Chip& before, const Chip& after) const {
    return same_accuracy(curve(before), curve(after));
  }
  SameCost gained(const Chip& before, const Chip& after) const {
    return same_cost(curve(before), curve(after));
  }

 private:
  const std::vector<ChipFront>& fronts_;
  sim::Objective objective_;
};

struct Figure {
  std::vector<Chip> chips;
  sim::Objective objective;
  Measures (*measures)(const Fronts&);  // of one supernet
};

Measures by_macros(const Fronts& fronts, const std::string& cost) {
  Measures m;
  const SameAccuracy eight = fronts.saved(kAlone, kEightMacros);
  m[cost + "_saved_by_1_macro"] = fronts.saved(kAlone, kOneUnit).mean;
  m[cost + "_saved_by_4_macros"] = fronts.saved(kAlone, kFourMacros).mean;
  m[cost + "_saved_by_8_macros"] = eight.mean;
  m[cost + "_saved_most_by_8_macros"] = eight.most;
  m[cost + "_saved_8_macros_to_4"] = fronts.saved(kFourMacros, kEightMacros).mean;
  const SameCost gained = fronts.gained(kAlone, kEightMacros);
  m["accuracy_gained_by_8_macros"] = gained.mean;
  m["accuracy_gained_most_by_8_macros"] = gained.most;
  return m;
}

Measures latency_by_macros(const Fronts& fronts) { return by_macros(fronts, "latency"); }
Measures energy_by_macros(const Fronts& fronts) { return by_macros(fronts, "energy"); }

Measures energy_by_units(const Fronts& fronts) {
  Measures m;
  const SameAccuracy four = fronts.saved(kAlone, kFourUnits);
  m["energy_saved_by_1_unit"] = fronts.saved(kAlone, kOneUnit).mean;
  m["energy_saved_by_2_units"] = fronts.saved(kAlone, kTwoUnits).mean;
  m["energy_saved_by_4_units"] = four.mean;
  m["energy_saved_most_by_4_units"] = four.most;
  m["energy_saved_4_units_to_1"] = fronts.saved(kOneUnit, kFourUnits).mean;
  m["energy_least_saved_by_more_units"] =
      least({fronts.saved(kOneUnit, kTwoUnits).mean, fronts.saved(kTwoUnits, kFourUnits).mean});
  return m;
}

Result run(const Setup& setup, const Figure& figure) {
  Trainings& trainings = trainings_of(setup);
  const std::vector<TrainingSpec> supernets = searched_supernets(trainings);
  const nas::Space space = nas::load_space(trainings.settings().space);
  Result result;
  add_front_columns(result.table);
  std::map<std::string, std::vector<double>> of_seeds;
  for (const TrainingSpec& supernet : supernets) {
    const auto fronts =
        trained_fronts(setup, supernet.run(), space, searched(figure.chips), figure.objective);
    add_front_rows(result.table, supernet, space, fronts);
    result.charts.push_back(front_chart(supernet.run(), fronts, figure.objective));
    for (const auto& [name, value] : figure.measures(Fronts(fronts, figure.objective))) {
      of_seeds[name].push_back(value);
    }
  }
  for (const auto& [name, values] : of_seeds) set_measure(result, name, bootstrap_known(values));
  return result;
}

}  // namespace

Result fig7_trained(const Setup& setup) {
  return run(
      setup,
      {{kAlone, kOneUnit, kFourMacros, kEightMacros}, sim::Objective::latency, latency_by_macros});
}

Result energy_trained(const Setup& setup) {
  return run(
      setup,
      {{kAlone, kOneUnit, kFourMacros, kEightMacros}, sim::Objective::energy, energy_by_macros});
}

Result fig11(const Setup& setup) {
  return run(setup,
             {{kAlone, kOneUnit, kTwoUnits, kFourUnits}, sim::Objective::energy, energy_by_units});
}

}  // namespace h4h::studies
