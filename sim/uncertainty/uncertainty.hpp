#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platforms/description/uncertain_parameters.hpp"
#include "sim/variants/variant_point.hpp"

namespace h4h::sim {

// Variants of a platform over the ranges of its unknown values, as platforms::with() takes them:
// first the platform as it is; then each value alone at the low and at the high end of its range;
// then samples of all together.
struct UncertaintyPlan {
  std::vector<platforms::UncertainParameter> uncertain_parameters;
  std::size_t samples = 0;
  std::uint64_t seed = 0;
  std::vector<std::vector<double>> shares;  // [sample][unknown] of the way over its range
  std::vector<std::vector<platforms::Override>> variants;

  std::size_t low_end(std::size_t uncertain) const { return 1 + 2 * uncertain; }
  std::size_t high_end(std::size_t uncertain) const { return 2 + 2 * uncertain; }
  std::size_t first_sample() const { return 1 + 2 * uncertain_parameters.size(); }
};
UncertaintyPlan plan_uncertainty(std::vector<platforms::UncertainParameter> uncertain_parameters,
                                 std::size_t samples, std::uint64_t seed);

// A figure in every variant of a plan, in order; nullopt where there is none.
using Outcomes = std::vector<std::optional<double>>;

// A figure: as the platform has it; the least and the greatest of all variants, and what moves it
// most by itself; of the samples alone the 5th and the 95th percentile.
struct Uncertain {
  double value = 0, low = 0, high = 0;
  double p5 = 0, p95 = 0;
  std::string moved_by;  // "" where nothing moves it
};
// Throws std::invalid_argument where the platform as it is has none, or there is not one outcome
// for each variant.
Uncertain uncertain(const UncertaintyPlan& plan, const Outcomes& outcomes);

// A figure where one value alone lies at either end; nullopt where the network does not run there.
struct Swing {
  std::optional<double> low, high;
};
// How far it goes from `value`, that of the platform as it is; an end that does not run counts
// nothing.
double width(const Swing& swing, double value);
Swing swing(const UncertaintyPlan& plan, const Outcomes& outcomes, std::size_t uncertain);

// Of any values, at least one, at a share of 0 .. 1; linear between two neighbours (type 7 of
// Hyndman and Fan 1996, NumPy's default).
double percentile(std::vector<double> values, double share);

// Of the samples that have one, in order.
std::vector<double> sampled(const UncertaintyPlan& plan, const Outcomes& outcomes);

struct UncertainValue {
  platforms::UncertainParameter uncertain;
  Swing latency_s, energy_j, area_mm2, average_w;
};

// Sensitivity and uncertainty of a network's figures.
struct Uncertainty {
  std::size_t samples = 0;
  std::uint64_t seed = 0;
  Uncertain latency_s, energy_j;
  std::optional<Uncertain> area_mm2, average_w;
  std::vector<UncertainValue> values;  // in the order of the platform
  // Of samples that run, in order.
  std::vector<double> sampled_latency_s, sampled_energy_j, sampled_area_mm2, sampled_average_w;
  std::size_t other_mappings = 0;  // samples that another mapping is best for
  std::size_t infeasible = 0;      // samples that do not run
};

// Of points that run; an area where every part has one, an average power where it was asked for.
Outcomes latencies_s(const std::vector<VariantPoint>& points);
Outcomes energies_j(const std::vector<VariantPoint>& points);
Outcomes areas_mm2(const std::vector<VariantPoint>& points);
Outcomes averages_w(const std::vector<VariantPoint>& points);

// `points`: of the plan's variants, in order. The first one must run (else std::invalid_argument).
Uncertainty summarise(const UncertaintyPlan& plan, const std::vector<VariantPoint>& points);

}  // namespace h4h::sim
