#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nas/space/space.hpp"

namespace h4h::nas {

struct Cost {
  double latency_s = 0;
  double energy_j = 0;
  std::optional<double> area_mm2;          // of the chip; where every part gives one
  std::optional<std::string> infeasible;   // why it does not run; the figures mean nothing then
  std::optional<double> macro_area_mm2{};  // of the chip's macros; where a search varies the chip
};

// What candidates cost on a chip, in their order: exactly what `h4h simulate` says of their
// networks. Throws sim::JobFailed.
class FitnessOracle {
 public:
  virtual ~FitnessOracle() = default;
  virtual std::vector<Cost> evaluate(const std::vector<Genotype>& candidates) = 0;
};

}  // namespace h4h::nas
