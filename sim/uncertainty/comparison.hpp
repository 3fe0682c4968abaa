#pragma once

#include "sim/explain/difference.hpp"
#include "sim/uncertainty/uncertainty.hpp"

namespace h4h::sim {

// Plans for two platforms whose variants belong together in pairs. A value that both leave open
// with the same range around the same value, as for a part that both have, is moved on both at
// once; any other on its platform alone, named "cim.step (first)" for one.
struct PairedPlan {
  UncertaintyPlan first, second;  // of the same values, in the same order
};
PairedPlan plan_pairs(const std::vector<platforms::UncertainParameter>& first,
                      const std::vector<platforms::UncertainParameter>& second, std::size_t samples,
                      std::uint64_t seed);

// A figure on two platforms, less of which is better.
struct FigureComparison {
  std::string name, unit;
  Uncertain first, second;
  Uncertain ratio;  // second / first, in pairs; no unit
  // Of the samples that run on both; 0 where none does.
  double median = 0;            // ratio
  double first_less = 0;        // share of them
  double second_less = 0;       // the same; a draw is neither's
  std::vector<Swing> swings;    // of the ratio, by unknown
  std::vector<double> sampled;  // ratios
};

// A network on two platforms.
struct Comparison {
  std::string network;
  std::vector<FigureComparison>
      figures;                 // latency, energy, their product; area, average power: where known
  std::size_t infeasible = 0;  // samples that do not run on both
  std::vector<LayerDifference> layers{};  // of the platforms as they are, in file order
};

// `first` and `second`: points of the plans' variants, in order. The network must run on both
// platforms as they are (else std::invalid_argument).
Comparison compare(const std::string& network, const PairedPlan& plan,
                   const std::vector<VariantPoint>& first, const std::vector<VariantPoint>& second);

}  // namespace h4h::sim
