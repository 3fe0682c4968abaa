#pragma once

#include <string>

#include "sim/uncertainty/comparison.hpp"

namespace h4h::sim {

// Networks on two platforms.
struct ComparisonResult {
  std::string first, second;  // the platforms, as they are told apart
  std::string objective;      // of the mappings
  PairedPlan plan;
  std::vector<Comparison> networks;
};

// For people: how the figures compare, in what share of the samples, and what decides it.
std::string format_comparison_table(const ComparisonResult& result);
// A row for each network and figure.
std::string format_comparison_csv(const ComparisonResult& result);
// Schema "h4h.compare/1".
std::string format_comparison_json(const ComparisonResult& result);
// One page that needs nothing else.
std::string format_comparison_page(const ComparisonResult& result);

}  // namespace h4h::sim
