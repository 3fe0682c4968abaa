#include "tools/studies/trained/searches.hpp"

#include <algorithm>
#include <set>

#include "nas/cost/cost_table.hpp"
#include "nas/search/search.hpp"
#include "nas/space/network_macs.hpp"
#include "tools/studies/trained/arms.hpp"

namespace h4h::studies {
namespace {

nas::CostTable costs_on(const Setup& setup, const nas::Space& space, const SearchedChip& chip,
                        sim::Objective objective) {
  return nas::CostTable(space, setup.platform(chip.changes()), objective, setup.results());
}

// The front of one search.
std::vector<nas::Genotype> found_for(const Setup& setup, const nas::Space& space,
                                     const SearchedChip& chip, const nas::Problem& problem,
                                     nas::Accuracy& accuracy) {
  const TrainedSettings& sizes = trainings_of(setup).settings();
  nas::SearchSettings settings;
  settings.population = sizes.population;
  settings.evaluations = sizes.evaluations;
  settings.random = 0;
  nas::CostTable costs = costs_on(setup, space, chip, problem.objective);
  nas::Search search(space, problem, settings, costs, accuracy, nas::start(settings),
                     {space.min(), space.mid(), space.max()});
  while (search.step()) {
  }
  std::vector<nas::Genotype> networks;
  for (const nas::Candidate& member : front(problem, search.evaluated().all())) {
    networks.push_back(member.genotype);
  }
  return networks;
}

}  // namespace

std::vector<ChipFront> trained_fronts(const Setup& setup, const std::string& run,
                                      const nas::Space& space,
                                      const std::vector<SearchedChip>& chips,
                                      sim::Objective objective) {
  const nas::Problem problem{objective, {}, {}};
  const auto held_out = trainings_of(setup).accuracy(run, space, nas::ImagePart::held_out);
  const auto test = trainings_of(setup).accuracy(run, space, nas::ImagePart::test);
  std::set<nas::Genotype> found;
  for (const SearchedChip& chip : chips) {
    for (const nas::Genotype& g : found_for(setup, space, chip, problem, *held_out)) {
      found.insert(g);
    }
    setup.tell(run + ": searched for " + chip.name());
  }
  std::vector<ChipFront> fronts;
  for (const SearchedChip& chip : chips) {
    nas::CostTable costs = costs_on(setup, space, chip, objective);
    const auto candidates = nas::evaluate(problem, costs, *held_out, {found.begin(), found.end()});
    ChipFront& made = fronts.emplace_back(ChipFront{chip, {}});
    for (const nas::Candidate& member : front(problem, candidates)) {
      made.networks.push_back({member.genotype, 100 * test->evaluate({member.genotype}).front(),
                               member.cost.latency_s, member.cost.energy_j});
    }
  }
  return fronts;
}

void add_front_columns(Table& table) {
  table.add_columns(Column::Type::text, {"arm"});
  table.add_columns(Column::Type::integer, {"seed", "macros", "units"});
  table.add_columns(Column::Type::real, {"test_accuracy", "latency_s", "energy_j"});
  table.add_columns(Column::Type::integer, {"macs"});
  table.add_columns(Column::Type::real, {"vit_per_10_mbconv"});
  table.add_columns(Column::Type::text, {"genotype"});
}

void add_front_rows(Table& table, const TrainingSpec& run, const nas::Space& space,
                    const std::vector<ChipFront>& fronts) {
  nas::NetworkMacs macs(space);
  for (const ChipFront& front : fronts) {
    for (const FoundNetwork& n : front.networks) {
      table.add_row({run.arm, run.seed, front.chip.macros, front.chip.units, n.accuracy / 100,
                     n.latency_s, n.energy_j, macs.of(n.genotype),
                     nas::block_counts(space, n.genotype).vit_per_ten(), space.text(n.genotype)});
    }
  }
}

Chart front_chart(const std::string& run, const std::vector<ChipFront>& fronts,
                  sim::Objective objective) {
  const std::string cost(to_string(objective));
  const char* const unit = objective == sim::Objective::energy ? ", mJ" : ", ms";
  Chart chart{
      "Test accuracy versus " + cost + ", " + run, {cost + unit, true}, {"accuracy, %"}, {}};
  for (const ChipFront& front : fronts) {
    chart.series.push_back(cost_series(front.chip.name(), front.curve(objective)));
  }
  return chart;
}

nas::Space without_transformers(const nas::Space& space) {
  std::vector<nas::Gene> genes = space.genes();
  for (const nas::Stage& stage : space.stages()) {
    if (stage.kind != nas::StageKind::vit) continue;
    std::vector<double>& depths = genes.at(stage.depth).choices;
    if (depths.front() > 0) {
      throw nas::SpaceError("space " + space.name() + ": stage " + stage.name +
                            " has transformers in every network: it has no CNN-only networks");
    }
    depths = {0};
  }
  return {space.name(), space.input_channels(), space.classes(), std::move(genes), space.stages()};
}

nas::Genotype without_transformers(const nas::Space& space, nas::Genotype genotype) {
  for (const nas::Stage& stage : space.stages()) {
    if (stage.kind == nas::StageKind::vit) genotype.at(stage.depth) = 0;
  }
  return space.canonical(genotype);
}

}  // namespace h4h::studies
