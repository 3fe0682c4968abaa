#include "tools/studies/searched.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/program_files.hpp"
#include "nas/accuracy/surrogate.hpp"
#include "nas/cost/cost_table.hpp"
#include "nas/search/search.hpp"
#include "nas/space/load.hpp"
#include "tools/studies/chips.hpp"

namespace h4h::studies {
namespace {

nas::Problem problem_of(sim::Objective objective) { return {objective, {}, {}}; }

// Evenly by their place on the front, with both ends.
std::vector<nas::Genotype> thinned(const std::vector<nas::Candidate>& front, std::size_t most) {
  std::vector<nas::Genotype> some;
  const std::size_t count = std::min(most, front.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = count == 1 ? 0 : i * (front.size() - 1) / (count - 1);
    some.push_back(front[at].genotype);
  }
  return some;
}

}  // namespace

std::vector<platforms::Override> SearchedChip::changes() const {
  return changes_of(Chip{macros, units}, capacity);
}

std::string SearchedChip::name() const {
  if (macros == 0) return "the NPU alone";
  return fmt::format("{} {} of {} {}", macros, macros == 1 ? "macro" : "macros", units,
                     units == 1 ? "unit" : "units");
}

FrontCurve ChipFront::curve(sim::Objective objective) const {
  std::vector<std::pair<double, double>> points;
  for (const FoundNetwork& n : networks) {
    points.emplace_back(n.accuracy, objective == sim::Objective::energy ? n.energy_j : n.latency_s);
  }
  return FrontCurve(std::move(points));
}

Searched::Searched(std::vector<SearchedChip> chips, sim::Objective objective,
                   const std::string& space, std::size_t of_front)
    : chips_(std::move(chips)),
      objective_(objective),
      of_front_(of_front),
      space_(nas::load_space((shipped_file("spaces") / (space + ".yaml")).string())) {}

std::vector<nas::Genotype> Searched::search(const Setup& setup) const {
  std::vector<nas::Genotype> found;
  std::set<nas::Genotype> known;
  for (const SearchedChip& chip : chips_) {
    nas::CostTable costs(space_, setup.platform(chip.changes()), objective_, setup.results());
    nas::Surrogate accuracy(space_, setup.surrogate());
    const nas::SearchSettings& settings = setup.search();
    nas::Search search(space_, problem_of(objective_), settings, costs, accuracy,
                       nas::start(settings), {space_.min(), space_.mid(), space_.max()});
    while (search.evaluated().size() < settings.evaluations && search.step()) {
    }
    for (const nas::Genotype& genotype :
         thinned(front(problem_of(objective_), search.evaluated().all()), of_front_)) {
      if (known.insert(genotype).second) found.push_back(genotype);
    }
    setup.tell("searched for " + chip.name() + ", capacity " + chip.capacity);
  }
  return found;
}

std::vector<ChipFront> Searched::fronts(const Setup& setup,
                                        const std::vector<nas::Genotype>& networks) const {
  std::vector<std::unique_ptr<nas::CostTable>> tables;
  for (const SearchedChip& chip : chips_) {
    tables.push_back(std::make_unique<nas::CostTable>(space_, setup.platform(chip.changes()),
                                                      objective_, setup.results()));
    tables.back()->begin(networks);
  }
  const std::vector<double> accuracies =
      nas::Surrogate(space_, setup.surrogate()).evaluate(networks);
  std::vector<ChipFront> fronts;
  for (std::size_t c = 0; c < chips_.size(); ++c) {
    const std::vector<nas::Cost> costs = tables[c]->evaluate(networks);
    std::vector<nas::Candidate> candidates;
    for (std::size_t i = 0; i < networks.size(); ++i) {
      if (!costs[i].infeasible) candidates.push_back({networks[i], costs[i], accuracies[i]});
    }
    ChipFront& chip = fronts.emplace_back(ChipFront{chips_[c], {}});
    for (const nas::Candidate& member : front(problem_of(objective_), candidates)) {
      chip.networks.push_back(
          {member.genotype, 100 * *member.accuracy, member.cost.latency_s, member.cost.energy_j});
    }
  }
  return fronts;
}

Table fronts_table(const Searched& searched, const std::vector<ChipFront>& fronts) {
  Table table({text_column("capacity")});
  table.add_columns(Column::Type::integer, {"macros", "units"});
  table.add_columns(Column::Type::real, {"accuracy", "accuracy_low", "accuracy_high"});
  table.add_column(text_column("accuracy_by"));
  table.add_columns(Column::Type::real, {"latency_s", "energy_j"});
  table.add_column(integer_column("macs"));
  table.add_column(real_column("vit_per_10_mbconv"));
  table.add_column(text_column("genotype"));
  nas::Surrogate surrogate(searched.space());
  nas::NetworkMacs macs(searched.space());
  for (const ChipFront& front : fronts) {
    for (const FoundNetwork& n : front.networks) {
      const nas::AccuracyInterval interval = *surrogate.interval(n.genotype);
      table.add_row({front.chip.capacity, front.chip.macros, front.chip.units, n.accuracy / 100,
                     interval.low, interval.high, "surrogate", n.latency_s, n.energy_j,
                     macs.of(n.genotype),
                     nas::block_counts(searched.space(), n.genotype).vit_per_ten(),
                     searched.space().text(n.genotype)});
    }
  }
  return table;
}

std::vector<nas::Genotype> networks_on(const std::vector<ChipFront>& fronts) {
  std::vector<nas::Genotype> networks;
  for (const ChipFront& front : fronts) {
    for (const FoundNetwork& n : front.networks) networks.push_back(n.genotype);
  }
  return networks;
}

Series cost_series(const std::string& name, const FrontCurve& front) {
  Series line{name, {}};
  for (const auto& [accuracy, cost] : front.points()) {
    line.points.emplace_back(1e3 * cost, accuracy);
  }
  return line;
}

const ChipFront& front_of(const std::vector<ChipFront>& fronts, std::int64_t macros,
                          std::int64_t units, const std::string& capacity) {
  const auto found = std::find_if(fronts.begin(), fronts.end(), [&](const ChipFront& front) {
    return front.chip.macros == macros && front.chip.units == units &&
           (macros == 0 || front.chip.capacity == capacity);
  });
  if (found == fronts.end()) throw std::logic_error("no such chip was searched for");
  return *found;
}

}  // namespace h4h::studies
