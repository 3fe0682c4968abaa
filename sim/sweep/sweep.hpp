#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/uncertainty/uncertainty.hpp"

namespace h4h::sim {

// A point, and where it was asked for, what its figures hang on.
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
};

std::string format_sweep_csv(const SweepResult& result);
std::string format_sweep_json(const SweepResult& result);
// One page that needs nothing else.
std::string format_sweep_page(const SweepResult& result);

}  // namespace h4h::sim
