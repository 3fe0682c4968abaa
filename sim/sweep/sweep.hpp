#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json/document.hpp"
#include "base/table/table.hpp"
#include "sim/uncertainty/uncertainty.hpp"

namespace h4h::sim {

// A point and, where it was asked for, its sensitivity and uncertainty.
struct SweptPoint : VariantPoint {
  std::vector<std::string> values;  // of the axes
  std::string network;
  std::optional<Uncertainty> uncertainty;
};

// Networks on variants of one platform: all combinations of the axes, in order.
struct SweepResult {
  std::string platform_name, platform_hash;  // of the file, before anything is varied
  std::string objective;
  std::vector<std::string> axes;      // keys that vary
  std::vector<std::string> networks;  // as they were named
  std::vector<SweptPoint> points;     // networks within variants
  // For a shell, "" for none: what made the results; and what simulates one network on one variant,
  // up to its --set and --network.
  std::string command{}, simulate{};
};

// A row for each point.
Table sweep_table(const SweepResult& result);
// Schema "h4h.sweep/1".
Document sweep_document(const SweepResult& result);
// One page that needs nothing else.
std::string format_sweep_page(const SweepResult& result);

}  // namespace h4h::sim
