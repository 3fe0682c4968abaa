#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <list>

#include "base/mean.hpp"
#include "sim/network/fold.hpp"
#include "sim/variants/variant_point.hpp"
#include "tools/studies/chips.hpp"
#include "tools/studies/curve.hpp"
#include "tools/studies/efficiency.hpp"
#include "tools/studies/noc_use.hpp"
#include "tools/studies/run_layer.hpp"
#include "tools/studies/table1.hpp"

namespace h4h::studies {
namespace {

constexpr sim::Objective kObjectives[] = {sim::Objective::energy, sim::Objective::latency};

constexpr std::array kUnits{kAlone, kOneUnit, kTwoUnits, kFourUnits};
constexpr std::array kMacros{kAlone, kOneUnit, kFourMacros, kEightMacros};
constexpr std::array kChips{kAlone, kOneUnit, kTwoUnits, kFourUnits, kFourMacros, kEightMacros};

struct Run {
  std::string network, capacity, objective;
  Chip chip{};
  double latency_s = 0, energy_j = 0, cim_share = 0, tops_per_watt = 0;
  std::string mapping;  // equal texts are equal mappings
};

platforms::Platform platform_of(const Setup& setup, const Chip& chip, const std::string& capacity) {
  return setup.platform(changes_of(chip, capacity));
}

class Runs {
 public:
  Runs(const Setup& setup, std::vector<std::string> networks) : networks_(std::move(networks)) {
    std::vector<workloads::Network> all;
    for (const std::string& name : networks_) all.push_back(table1_network(name));
    std::list<Variant> variants;
    for (const Chip& chip : kChips) {
      for (const std::string& capacity : kCapacities) variants.emplace_back(setup, chip, capacity);
    }
    for (Variant& variant : variants) variant.begin(all);
    for (std::size_t n = 0; n < all.size(); ++n) {
      for (Variant& variant : variants) add(variant, networks_[n], all[n]);
    }
  }

  const std::vector<std::string>& networks() const { return networks_; }
  const std::vector<Run>& all() const { return runs_; }

  const Run& at(const std::string& network, const std::string& capacity,
                const std::string& objective, const Chip& chip) const {
    return *std::find_if(runs_.begin(), runs_.end(), [&](const Run& run) {
      return run.network == network && run.capacity == capacity && run.objective == objective &&
             run.chip.macros == chip.macros && run.chip.units == chip.units;
    });
  }

 private:
  struct Variant {
    Variant(const Setup& setup, const Chip& which, std::string how)
        : chip(which),
          capacity(std::move(how)),
          platform(platform_of(setup, chip, capacity)),
          costs(platform.hardware, setup.results()) {}

    // Lets workers, where there are some, simulate what all networks will ask for.
    void begin(const std::vector<workloads::Network>& networks) {
      if (!costs.results().has_workers()) return;
      for (const workloads::Network& network : networks) {
        sim::begin_mapping(costs, platform, network);
      }
    }

    Chip chip;
    std::string capacity;
    platforms::Platform platform;
    sim::LayerCosts costs;
  };

  void add(Variant& variant, const std::string& name, const workloads::Network& network) {
    for (const sim::Objective objective : kObjectives) {
      const sim::Report report = run_network(variant.costs, variant.platform, network,
                                             sim::Strategy::automatic, objective);
      Run run;
      run.network = name;
      run.capacity = variant.capacity;
      run.objective = to_string(objective);
      run.chip = variant.chip;
      run.latency_s = to_seconds(report.time);
      run.energy_j = report.energy_j.total();
      run.cim_share = report.cim_share();
      run.tops_per_watt = system_tops_per_watt(report);
      run.mapping = sim::splits_text(report);
      runs_.push_back(std::move(run));
    }
  }

  std::vector<std::string> networks_;
  std::vector<Run> runs_;
};

Table table_of(const Runs& runs) {
  Table table;
  table.add_columns(Column::Type::text, {"network", "capacity", "objective"});
  table.add_columns(Column::Type::integer, {"macros", "units"});
  table.add_columns(Column::Type::real, {"latency_s", "energy_j", "latency_to_npu", "energy_to_npu",
                                         "macs_on_macros", "system_tops_per_watt"});
  for (const Run& r : runs.all()) {
    const Run& alone = runs.at(r.network, r.capacity, r.objective, kAlone);
    table.add_row({r.network, r.capacity, r.objective, r.chip.macros, r.chip.units, r.latency_s,
                   r.energy_j, r.latency_s / alone.latency_s, r.energy_j / alone.energy_j,
                   r.cim_share, r.tops_per_watt});
  }
  return table;
}

using Value = double Run::*;

// What each network costs on `chips`, as a share of what it costs on the NPU alone.
template <typename Chips>
Chart chart_of(const Runs& runs, const Chips& chips, std::int64_t Chip::*x, const Axis& axis,
               const std::string& capacity, const std::string& objective, Value value,
               const std::string& title) {
  Chart chart{title, axis, {"relative to the NPU alone"}, {}};
  for (const std::string& network : runs.networks()) {
    Series series{network, {}};
    const double alone = runs.at(network, capacity, objective, kAlone).*value;
    for (const Chip& chip : chips) {
      series.points.emplace_back(chip.macros == 0 ? 0 : chip.*x,
                                 runs.at(network, capacity, objective, chip).*value / alone);
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

void add_charts(Result& result, const Runs& runs) {
  const Axis units{"compute units in one macro; 0: the NPU alone"}, macros{"macros of one unit"};
  for (const std::string& capacity : kCapacities) {
    const std::string tail = ", capacity " + capacity;
    result.charts.push_back(chart_of(runs, kUnits, &Chip::units, units, capacity, "energy",
                                     &Run::energy_j, "Energy" + tail));
    result.charts.push_back(chart_of(runs, kUnits, &Chip::units, units, capacity, "energy",
                                     &Run::latency_s, "Latency of the same mappings" + tail));
    result.charts.push_back(chart_of(runs, kMacros, &Chip::macros, macros, capacity, "latency",
                                     &Run::latency_s, "Latency, mapped for latency" + tail));
    result.charts.push_back(chart_of(runs, kMacros, &Chip::macros, macros, capacity, "energy",
                                     &Run::energy_j, "Energy versus macros" + tail));
  }
}

// A claim is about energy under the energy objective, and about latency under latency.
class Measured {
 public:
  Measured(const Runs& runs, std::string capacity) : runs_(runs), capacity_(std::move(capacity)) {}

  double energy(const std::string& network, const Chip& chip) const {
    return runs_.at(network, capacity_, "energy", chip).energy_j;
  }
  double latency(const std::string& network, const Chip& chip) const {
    return runs_.at(network, capacity_, "latency", chip).latency_s;
  }

  // Share of the energy of `before` that `after` saves, network by network.
  std::vector<double> saved(const Chip& before, const Chip& after) const {
    std::vector<double> saved;
    for (const std::string& network : runs_.networks()) {
      saved.push_back(1 - energy(network, after) / energy(network, before));
    }
    return saved;
  }

  double ordered_share() const {
    double ordered = 0;
    for (const std::string& n : runs_.networks()) {
      const double four = energy(n, kFourUnits), two = energy(n, kTwoUnits);
      if (four < two && two < energy(n, kOneUnit)) ++ordered;
    }
    return ordered / static_cast<double>(runs_.networks().size());
  }

  // The greatest latency as a multiple of that with fewer macros.
  double latency_largest_step() const {
    std::vector<double> steps;
    for (const std::string& n : runs_.networks()) {
      for (std::size_t i = 1; i < kMacros.size(); ++i) {
        steps.push_back(latency(n, kMacros.at(i)) / latency(n, kMacros.at(i - 1)));
      }
    }
    return greatest(steps);
  }

  double latency_8_macros_to_npu() const {
    std::vector<double> ratios;
    for (const std::string& n : runs_.networks()) {
      ratios.push_back(latency(n, kEightMacros) / latency(n, kAlone));
    }
    return greatest(ratios);
  }

 private:
  const Runs& runs_;
  std::string capacity_;
};

void measure(Result& result, const Runs& runs, const std::string& capacity) {
  const Measured measured(runs, capacity);
  auto& m = result.measures;
  const std::vector<double> four = measured.saved(kAlone, kFourUnits);
  m["energy_saved_by_4_units_" + capacity] = mean(four);
  m["energy_saved_by_4_units_most_" + capacity] = greatest(four);
  m["energy_saved_by_1_unit_" + capacity] = mean(measured.saved(kAlone, kOneUnit));
  m["energy_saved_4_units_to_1_" + capacity] = mean(measured.saved(kOneUnit, kFourUnits));
  m["energy_saved_by_8_macros_" + capacity] = mean(measured.saved(kAlone, kEightMacros));
  m["units_ordered_share_" + capacity] = measured.ordered_share();
  std::vector<double> changes = measured.saved(kFourMacros, kEightMacros);
  for (double& change : changes) change = std::abs(change);
  m["energy_change_4_to_8_macros_" + capacity] = greatest(changes);
  m["latency_largest_step_" + capacity] = measured.latency_largest_step();
  m["latency_8_macros_to_npu_" + capacity] = measured.latency_8_macros_to_npu();
}

// A network that both sides work on, in one kernel.
double noc_share_held_by_both(const Setup& setup, const std::string& name) {
  const platforms::Platform platform = platform_of(setup, kEightMacros, "enforce");
  const workloads::Network& network = table1_network(name);
  sim::LayerCosts costs(platform.hardware, setup.results());
  const auto mapping =
      std::get<sim::Mapping>(sim::map_network(costs, platform, network, sim::Strategy::automatic));
  models::Timeline timeline;
  sim::run_network(platform.hardware, network, mapping, timeline);
  return share_held_by_both(timeline);
}

// Average of the networks on one macro of four units.
double network_tops_per_watt(const Runs& runs) {
  std::vector<double> networks;
  for (const std::string& n : runs.networks()) {
    networks.push_back(runs.at(n, "enforce", "energy", kFourUnits).tops_per_watt);
  }
  return mean(networks);
}

double busy_macro_tops_per_watt(const Setup& setup) {
  return macro_tops_per_watt(run_on_macros(
      setup.results(), platform_of(setup, kFourUnits, "enforce"), layer_that_fills_macros()));
}

}  // namespace

Result fig11_hardware_of(const Setup& setup, const std::vector<std::string>& networks) {
  const Runs runs(setup, networks);
  Result result;
  result.table = table_of(runs);
  add_charts(result, runs);
  for (const std::string& capacity : kCapacities) measure(result, runs, capacity);
  result.measures["noc_share_held_by_both"] = noc_share_held_by_both(setup, networks.front());
  const double network = network_tops_per_watt(runs);
  result.measures["network_to_macro_efficiency"] = network / busy_macro_tops_per_watt(setup);
  result.measures["network_to_published_efficiency"] = network / kPublishedMacroTopsPerWatt;
  for (const Run& run : runs.all()) result.mappings.push_back(run.mapping);
  result.measures[kOtherMappings] = 0;
  return result;
}

Result fig11_hardware(const Setup& setup) {
  return fig11_hardware_of(setup, {"min@192", "min@224", "mid@224", "max@288"});
}

Measures fig11_hardware_again(const Setup& setup, const Result& base) {
  Result result = fig11_hardware(setup);
  double others = 0;
  for (std::size_t i = 0; i < base.mappings.size(); ++i) {
    if (result.mappings.at(i) != base.mappings[i]) ++others;
  }
  result.measures[kOtherMappings] = others / static_cast<double>(base.mappings.size());
  return std::move(result.measures);
}

}  // namespace h4h::studies
