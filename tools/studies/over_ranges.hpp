#pragma once

#include "sim/uncertainty/uncertainty.hpp"
#include "tools/studies/rule.hpp"

namespace h4h::studies {

// Sensitivity and uncertainty of a claim: its measure over the ranges of uncertain parameters.
struct OverRanges {
  sim::Uncertain value;
  std::vector<sim::Swing> swings;  // by unknown
  std::vector<double> sampled;
  double holds = 0;  // share of the samples; one without the measure does not hold
  std::vector<std::string> broken_by;  // values that alone, at an end, make it hold no more
  std::vector<std::string> mended_by;  // where it does not hold: values that alone make it hold
  std::string told_apart_by;           // the value that tells samples that hold best from others
};

// nullopt where the platform as it is has no such measure.
std::optional<OverRanges> over_ranges(const Rule& accept, const sim::UncertaintyPlan& plan,
                                      const sim::Outcomes& measures);

}  // namespace h4h::studies
