#include <fmt/format.h>

#include "base/mean.hpp"
#include "models/energy/energy.hpp"
#include "sim/uncertainty/uncertainty.hpp"
#include "tools/studies/chips.hpp"
#include "tools/studies/run_layer.hpp"
#include "tools/studies/study.hpp"
#include "tools/studies/table1.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::studies {
namespace {

using platforms::Override;

// An NPU in the place of the platform's. What comes with it is as in platforms/h4h-u65.yaml and
// h4h-u85.yaml; the link, the memories and the macros stay.
struct Generation {
  std::string name;
  std::vector<Override> changes;
};

Generation generation(const std::string& type, std::int64_t macs) {
  Generation made{fmt::format("{}-{}", type, macs),
                  {{"npu.type", platforms::Choice{type}}, {"npu.macs_per_cycle", macs}}};
  const auto set = [&](const char* key, platforms::Value value) {
    made.changes.push_back({key, std::move(value)});
  };
  if (type == "ethos-u65") set("npu.outstanding", std::int64_t{32});
  if (type == "ethos-u85") {
    set("npu.outstanding", std::int64_t{64});
    set("npu.softmax.cycles_per_element", std::int64_t{0});
    set("npu.dynamic_matmul.rule", platforms::Choice{"arm"});
    set("sram.burst", std::int64_t{64});
  }
  return made;
}

// The one that multiplies activations as Arm's compiler does on an Ethos-U55, whose other rows keep
// the platform's rule: an assumption that flatters it.
Generation as_arm_lowers(Generation npu) {
  npu.name += "-arm";
  npu.changes.push_back({"npu.dynamic_matmul.rule", platforms::Choice{"arm"}});
  npu.changes.push_back({"npu.softmax.cycles_per_element", std::int64_t{0}});
  return npu;
}

const std::vector<Generation>& generations() {
  static const std::vector<Generation> all{
      generation("ethos-u55", 256), as_arm_lowers(generation("ethos-u55", 256)),
      generation("ethos-u65", 512), generation("ethos-u85", 256), generation("ethos-u85", 1024)};
  return all;
}

constexpr Chip kSizes[] = {kAlone, kOneUnit, kFourMacros, kEightMacros};

workloads::Network network_of(const std::string& name) {
  if (const auto built = workloads::build_by_name(name)) return *built;
  return table1_network(name);
}

struct Costs {
  double latency_s = 0, energy_j = 0;
};

// Each from the mapping that is best for it.
Costs costs_of(const Setup& setup, const std::vector<Override>& changes,
               const workloads::Network& network) {
  const platforms::Platform platform = setup.platform(changes);
  sim::LayerCosts costs(platform.hardware, setup.results());
  const auto report = [&](sim::Objective objective) {
    return run_network(costs, platform, network, sim::Strategy::automatic, objective);
  };
  return {to_seconds(report(sim::Objective::latency).time),
          report(sim::Objective::energy).energy_j.total()};
}

double macro_area_mm2(const Setup& setup, const Chip& size) {
  const platforms::Platform platform = setup.platform(changes_of(size));
  return models::area(platforms::devices_of(platform.hardware), platform.coefficients).macros;
}

// A share that is saved, of the platform as it is and between the 5th and the 95th percentile of
// samples of its unknown values.
struct Saved {
  double value = 0, low = 0, high = 0;
};

Saved saved(const std::vector<Costs>& alone, const std::vector<Costs>& with,
            double Costs::*figure) {
  std::vector<double> shares;
  for (std::size_t i = 0; i < alone.size(); ++i) {
    shares.push_back(1 - with[i].*figure / (alone[i].*figure));
  }
  const double value = shares.front();
  if (shares.size() > 1) shares.erase(shares.begin());
  return {value, sim::percentile(shares, 0.05), sim::percentile(shares, 0.95)};
}

// The platform as it is, and samples of what its ranges leave open: the same for all chips.
std::vector<std::vector<Override>> variants_of(const Setup& setup, std::size_t samples) {
  constexpr std::uint64_t kSeed = 1;
  const sim::UncertaintyPlan plan =
      sim::plan_uncertainty(platforms::uncertain_parameters(setup.platform()), samples, kSeed);
  std::vector<std::vector<Override>> variants{{}};
  variants.insert(variants.end(),
                  plan.variants.begin() + static_cast<std::ptrdiff_t>(plan.first_sample()),
                  plan.variants.end());
  return variants;
}

class Bench {
 public:
  Bench(const Setup& setup, std::size_t samples)
      : setup_(setup), variants_(variants_of(setup, samples)) {}

  std::vector<Costs> costs(const Generation& npu, const Chip& size,
                           const workloads::Network& network) const {
    std::vector<Costs> all;
    for (std::vector<Override> changes : variants_) {
      changes.insert(changes.end(), npu.changes.begin(), npu.changes.end());
      for (Override& change : changes_of(size)) changes.push_back(std::move(change));
      all.push_back(costs_of(setup_, changes, network));
    }
    return all;
  }

 private:
  const Setup& setup_;
  std::vector<std::vector<Override>> variants_;
};

// "u85_1024" of "ethos-u85-1024".
std::string short_name(const Generation& npu) {
  std::string name = npu.name.substr(npu.name.find('u'));
  return measure_name(name);
}

// What sizes of the chip save beside one NPU, network by network, by macros.
struct Savings {
  std::map<std::int64_t, std::vector<double>> latency, energy;
};

Table empty_table() {
  Table table;
  table.add_columns(Column::Type::text, {"npu", "network"});
  table.add_columns(Column::Type::integer, {"macros"});
  table.add_columns(
      Column::Type::real,
      {"latency_s", "latency_saved", "latency_saved_low", "latency_saved_high", "energy_j",
       "energy_saved", "energy_saved_low", "energy_saved_high", "macro_area_mm2"});
  return table;
}

void add_network(const Setup& setup, const Bench& bench, const Generation& npu,
                 const std::string& name, Table& table, Savings& savings) {
  setup.tell(fmt::format("{}: {}", npu.name, name));
  const workloads::Network network = network_of(name);
  const std::vector<Costs> alone = bench.costs(npu, kAlone, network);
  for (const Chip& size : kSizes) {
    const auto all = size.macros == 0 ? alone : bench.costs(npu, size, network);
    const Saved latency = saved(alone, all, &Costs::latency_s);
    const Saved energy = saved(alone, all, &Costs::energy_j);
    table.add_row({npu.name, name, size.macros, all.front().latency_s, latency.value, latency.low,
                   latency.high, all.front().energy_j, energy.value, energy.low, energy.high,
                   macro_area_mm2(setup, size)});
    savings.latency[size.macros].push_back(latency.value);
    savings.energy[size.macros].push_back(energy.value);
  }
}

// A line of the chart, and the measures "latency_saved_by_8_macros_u85_1024".
void add_means(const Generation& npu, const std::string& figure,
               const std::map<std::int64_t, std::vector<double>>& savings, Chart& chart,
               Measures& measures) {
  Series& line = chart.series.emplace_back(Series{npu.name, {}});
  for (const auto& [macros, shares] : savings) {
    line.points.emplace_back(static_cast<double>(macros), mean(shares));
    if (macros == 0) continue;
    measures[fmt::format("{}_saved_by_{}_macros_{}", figure, macros, short_name(npu))] =
        mean(shares);
  }
}

}  // namespace

Result npu_generations_of(const Setup& setup, const std::vector<std::string>& networks,
                          std::size_t samples) {
  Result result;
  result.table = empty_table();
  const Bench bench(setup, samples);
  Chart latency{"Latency saved by macros, mean of the networks", {"macros"}, {"share saved"}, {}};
  Chart energy{"Energy saved by macros, mean of the networks", {"macros"}, {"share saved"}, {}};
  for (const Generation& npu : generations()) {
    Savings savings;
    for (const std::string& name : networks) {
      add_network(setup, bench, npu, name, result.table, savings);
    }
    add_means(npu, "latency", savings.latency, latency, result.measures);
    add_means(npu, "energy", savings.energy, energy, result.measures);
  }
  result.charts = {std::move(latency), std::move(energy)};
  return result;
}

Result npu_generations(const Setup& setup) {
  constexpr std::size_t kSamples = 32;
  return npu_generations_of(setup, {"mobilenet_v2", "min@192", "mid@224", "max@288", "vit_tiny"},
                            kSamples);
}

}  // namespace h4h::studies
