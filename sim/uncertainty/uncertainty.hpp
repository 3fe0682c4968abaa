#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platforms/description/unknowns.hpp"
#include "sim/sweep/sweep.hpp"

namespace h4h::sim {

// Variants of a platform over the ranges of its unknown values, as --set takes them: first the
// platform as it is; then each value alone at the low and at the high end of its range; then
// samples of all together.
struct UncertaintyPlan {
  std::vector<platforms::Unknown> unknowns;
  std::size_t samples = 0;
  std::uint64_t seed = 0;
  std::vector<std::vector<std::string>> variants;
};
UncertaintyPlan plan_uncertainty(std::vector<platforms::Unknown> unknowns, std::size_t samples,
                                 std::uint64_t seed);

// A figure: as the platform has it; the least and the greatest of all variants, and what moves it
// most by itself; of the samples alone the 5th and the 95th percentile.
struct Uncertain {
  double value = 0, low = 0, high = 0;
  double p5 = 0, p95 = 0;
  std::string moved_by;  // "" where nothing moves it
};

// A figure where one value alone lies at either end; nullopt where the network does not run there.
struct Swing {
  std::optional<double> low, high;
};

struct UncertainValue {
  platforms::Unknown unknown;
  Swing latency_s, energy_j, area_mm2;
};

// What a network's figures hang on.
struct Uncertainty {
  std::size_t samples = 0;
  std::uint64_t seed = 0;
  Uncertain latency_s, energy_j;
  std::optional<Uncertain> area_mm2;
  std::vector<UncertainValue> values;                       // in the order of the platform
  std::vector<double> sampled_latency_s, sampled_energy_j;  // of samples that run, in order
  std::size_t other_mappings = 0;  // samples that another mapping is best for
  std::size_t infeasible = 0;      // samples that do not run
};

// `points`: of the plan's variants, in order. The first one must run.
Uncertainty summarise(const UncertaintyPlan& plan, const std::vector<SweepPoint>& points);

}  // namespace h4h::sim
