#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/pricing/pricing.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// What a layer of a network takes in one variant.
struct SweptLayer {
  std::string name, op;
  double latency_s = 0, energy_j = 0, npu_share = 0;
  Bound bound = Bound::none;
};

// A network on one variant of the platform. The figures mean nothing where it does not run.
struct SweepPoint {
  std::vector<std::string> values;  // of the axes
  std::string network;
  std::optional<std::string> infeasible;  // why it does not run
  double latency_s = 0, energy_j = 0;
  std::optional<double> area_mm2;  // where every part gives one
  models::Energy energy_parts_j;
  double cim_share = 0;  // of the MACs
  std::int64_t macs = 0, cycles = 0, noc_bytes = 0, spilled_bytes = 0;
  std::int64_t macros_in_use = 0, units_in_use = 0;
  std::string mapping;  // equal texts are equal mappings
  std::vector<SweptLayer> layers;
};

// Networks on variants of one platform: all combinations of the axes, in order.
struct SweepResult {
  std::string platform_name, platform_hash;  // of the file, before anything is varied
  std::string objective;
  std::vector<std::string> axes;      // keys that vary
  std::vector<std::string> networks;  // as they were named
  std::vector<SweepPoint> points;     // networks within variants
};

std::string format_sweep_csv(const SweepResult& result);
std::string format_sweep_json(const SweepResult& result);
// One page that needs nothing else.
std::string format_sweep_page(const SweepResult& result);

}  // namespace h4h::sim
