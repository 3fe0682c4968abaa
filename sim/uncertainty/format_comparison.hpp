#pragma once

#include <string>

#include "base/json/document.hpp"
#include "base/table/table.hpp"
#include "sim/uncertainty/comparison.hpp"

namespace h4h::sim {

// Networks on two platforms.
struct ComparisonResult {
  std::string first, second;  // the platforms, as they are told apart
  std::string objective;      // of the mappings
  PairedPlan plan;
  std::vector<Comparison> networks;
  std::vector<KeyDifference> keys{};  // of the platforms
  std::string command{};              // that compared, for a shell; "" for none
};

// For people, at most 80 wide: ratios with their intervals, the share of the samples in which each
// platform is better, and the dominant parameter.
std::string format_comparison_table(const ComparisonResult& result);
// A row for each network and figure.
Table comparison_table(const ComparisonResult& result);
// Schema "h4h.compare/1".
Document comparison_document(const ComparisonResult& result);
// One page that needs nothing else.
std::string format_comparison_page(const ComparisonResult& result);

}  // namespace h4h::sim
