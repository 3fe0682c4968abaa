#include <fmt/format.h>

#include <limits>

#include "tools/studies/curve.hpp"
#include "tools/studies/searched.hpp"
#include "tools/studies/transformers.hpp"

// Section 6.1 of the paper: hybrid, IRB and ResNet networks, searched for the same chips. The IRB
// space is Table 1 without its transformers, so every space has the accuracy curve of its own
// supernet (nas/accuracy/accuracy_curves.hpp).

namespace h4h::studies {
namespace {

constexpr const char kHybrid[] = "h4h-imagenet", kIrb[] = "h4h-imagenet-cnn", kResNet[] = "resnet";
constexpr const char* kSpaces[] = {kHybrid, kIrb, kResNet};

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

const SearchedChip kNpu{0, 1, "enforce"}, kMacros{8, 1, "enforce"};

// The least gain over a front is no better than the front is dense: between networks further apart
// a straight line lies below the front.
constexpr std::size_t kOfFront = 64;

Searched searched(const std::string& space) {
  return {{kNpu, kMacros}, sim::Objective::latency, space, kOfFront};
}

std::string tail_of(const SearchedChip& chip) {
  return chip.macros == 0 ? "_on_npu" : fmt::format("_on_{}_macros", chip.macros);
}

using FrontsBySpace = std::map<std::string, std::vector<ChipFront>>;

FrontCurve curve(const FrontsBySpace& fronts, const std::string& space, const SearchedChip& chip) {
  return front_of(fronts.at(space), chip.macros, chip.units, chip.capacity)
      .curve(sim::Objective::latency);
}

void measure(Measures& m, const SameCost& gained, const std::string& name) {
  m[name + "_mean"] = gained.mean;
  m[name + "_least"] = gained.least;
  m[name + "_most"] = gained.most;
}

Measures measures_of(const FrontsBySpace& fronts) {
  Measures m = transformer_measures(searched(kHybrid).space(), fronts.at(kHybrid));
  std::vector<double> resnets;
  for (const SearchedChip& chip : {kNpu, kMacros}) {
    const FrontCurve hybrid = curve(fronts, kHybrid, chip), irb = curve(fronts, kIrb, chip),
                     resnet = curve(fronts, kResNet, chip);
    const std::string tail = tail_of(chip);
    measure(m, same_cost(irb, hybrid), "hybrid_over_irb" + tail);
    measure(m, same_cost(resnet, irb), "irb_over_resnet" + tail);
    resnets.push_back(resnet.empty() ? kNone : resnet.greatest_accuracy());
  }
  m["resnet_greatest_accuracy"] = greatest(resnets);
  return m;
}

FrontsBySpace fronts_of(const Setup& setup,
                        const std::map<std::string, std::vector<nas::Genotype>>& networks) {
  FrontsBySpace fronts;
  for (const char* const space : kSpaces) {
    fronts[space] = searched(space).fronts(setup, networks.at(space));
  }
  return fronts;
}

// One table of all spaces, whose first column says which.
void add_rows(Table& table, const std::string& space, Table fronts) {
  fronts.add_constant(text_column("space"), space, 0);
  if (table.columns().empty()) table = Table(fronts.columns());
  for (const std::vector<Cell>& row : fronts.rows()) table.add_row(row);
}

Chart chart_of(const FrontsBySpace& fronts, const SearchedChip& chip) {
  Chart chart{"Accuracy (surrogate) versus latency, " + chip.name(),
              {"latency, ms", true},
              {"accuracy, % (surrogate)"},
              {}};
  for (const char* const space : kSpaces) {
    chart.series.push_back(cost_series(space, curve(fronts, space, chip)));
  }
  return chart;
}

}  // namespace

Result fig8(const Setup& setup) {
  Result result;
  for (const char* const space : kSpaces) {
    setup.tell(std::string("space ") + space);
    result.networks_by_space[space] = searched(space).search(setup);
  }
  const FrontsBySpace fronts = fronts_of(setup, result.networks_by_space);
  for (const char* const space : kSpaces) {
    add_rows(result.table, space, fronts_table(searched(space), fronts.at(space)));
  }
  for (const SearchedChip& chip : {kNpu, kMacros}) result.charts.push_back(chart_of(fronts, chip));
  result.measures = measures_of(fronts);
  return result;
}

Measures fig8_again(const Setup& setup, const Result& base) {
  return measures_of(fronts_of(setup, base.networks_by_space));
}

}  // namespace h4h::studies
