#include <fmt/format.h>

#include "base/mean.hpp"
#include "tools/studies/chips.hpp"
#include "tools/studies/curve.hpp"
#include "tools/studies/run_layer.hpp"
#include "tools/studies/table1.hpp"

namespace h4h::studies {
namespace {

// A choice of the platform, made the other way.
struct Ablation {
  std::string name, what;
  std::vector<platforms::Override> changes;
};

const std::vector<Ablation>& ablations() {
  using namespace platforms;
  static const std::vector<Ablation> all{
      {"as_it_is", "the platform as it is", {}},
      {"held_words", "words held for a tile", {{"cim.word_hold", choice_of(WordHold::tile)}}},
      {"full_duplex", "full-duplex NoC", {{"noc.duplex", choice_of(Duplex::full)}}},
      {"exclusive_by_layer",
       "NoC held for a whole layer",
       {{"noc.exclusivity", choice_of(Exclusivity::layer)}}},
      {"never_exclusive",
       "NoC never held alone",
       {{"noc.exclusivity", choice_of(Exclusivity::none)}}},
      {"attention_arm",
       "attention as Arm lowers it",
       {{"npu.dynamic_matmul.rule", choice_of(MatmulRule::arm)}}},
      {"attention_dense",
       "attention at 25 % of the array",
       {{"npu.dynamic_matmul.rule", choice_of(MatmulRule::dense)}}},
  };
  return all;
}

struct Cell {
  double energy_j = 0, latency_s = 0;
};

// Networks of one ablation under one capacity, mapped for energy.
class Bench {
 public:
  Bench(const Setup& setup, const Ablation& ablation, std::string capacity)
      : setup_(setup), ablation_(ablation), capacity_(std::move(capacity)) {}

  Cell cell(const std::string& network, const Chip& chip) const {
    std::vector<platforms::Override> changes = ablation_.changes;
    for (platforms::Override& size : changes_of(chip, capacity_)) changes.push_back(size);
    const platforms::Platform platform = setup_.platform(changes);
    sim::LayerCosts costs(platform.hardware, setup_.results());
    const sim::Report report = run_network(costs, platform, table1_network(network),
                                           sim::Strategy::automatic, sim::Objective::energy);
    return {report.energy_j.total(), to_seconds(report.time)};
  }

 private:
  const Setup& setup_;
  const Ablation& ablation_;
  std::string capacity_;
};

// Shares of the energy of the NPU alone, network by network, and then their mean.
class Shares {
 public:
  void add(std::size_t chip, double share) { shares_.at(chip).push_back(share); }
  double of(std::size_t chip) const { return mean(shares_.at(chip)); }

 private:
  std::array<std::vector<double>, 5> shares_;
};

constexpr std::array kChips{kAlone, kOneUnit, kTwoUnits, kFourUnits, kEightMacros};
constexpr std::size_t kAt1 = 1, kAt2 = 2, kAt4 = 3, kAt8Macros = 4;

Shares run(const Setup& setup, const std::vector<std::string>& networks, const Ablation& ablation,
           const std::string& capacity, Table& table) {
  const Bench bench(setup, ablation, capacity);
  Shares shares;
  for (const std::string& network : networks) {
    const Cell alone = bench.cell(network, kAlone);
    for (std::size_t c = 0; c < kChips.size(); ++c) {
      const Cell cell = c == 0 ? alone : bench.cell(network, kChips.at(c));
      shares.add(c, cell.energy_j / alone.energy_j);
      table.add_row({ablation.name, capacity, network, kChips.at(c).macros, kChips.at(c).units,
                     cell.latency_s, cell.energy_j, 1 - cell.energy_j / alone.energy_j});
    }
  }
  return shares;
}

void measure(Measures& m, const Shares& shares, const std::string& tail) {
  m["saved_by_1_unit_" + tail] = 1 - shares.of(kAt1);
  m["saved_by_2_units_" + tail] = 1 - shares.of(kAt2);
  m["saved_by_4_units_" + tail] = 1 - shares.of(kAt4);
  m["saved_by_8_macros_" + tail] = 1 - shares.of(kAt8Macros);
}

}  // namespace

Result energy_hardware_of(const Setup& setup, const std::vector<std::string>& networks) {
  Result result;
  result.table.add_columns(Column::Type::text, {"ablation", "capacity", "network"});
  result.table.add_columns(Column::Type::integer, {"macros", "units"});
  result.table.add_columns(Column::Type::real, {"latency_s", "energy_j", "energy_saved"});
  for (const std::string& capacity : kCapacities) {
    Chart chart{"Energy versus units, mean of three networks, capacity " + capacity,
                {"compute units in one macro; 0: the NPU alone"},
                {"relative to the NPU alone"},
                {}};
    for (const Ablation& ablation : ablations()) {
      const Shares shares = run(setup, networks, ablation, capacity, result.table);
      measure(result.measures, shares, ablation.name + "_" + capacity);
      chart.series.push_back(
          {ablation.what,
           {{0, 1}, {1, shares.of(kAt1)}, {2, shares.of(kAt2)}, {4, shares.of(kAt4)}}});
    }
    result.charts.push_back(std::move(chart));
  }
  return result;
}

Result energy_hardware(const Setup& setup) {
  return energy_hardware_of(setup, {"min@192", "mid@224", "max@288"});
}

}  // namespace h4h::studies
