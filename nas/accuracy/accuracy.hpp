#pragma once

#include <optional>
#include <vector>

#include "nas/space/space.hpp"

namespace h4h::nas {

struct AccuracyInterval {
  double low = 0, high = 0;
};

// How accurate candidates are, as a fraction of images classified right.
class Accuracy {
 public:
  virtual ~Accuracy() = default;
  virtual std::vector<double> evaluate(const std::vector<Genotype>& candidates) = 0;
  // Where it is no measurement: what it may as well be.
  virtual std::optional<AccuracyInterval> interval(const Genotype&) { return std::nullopt; }
};

}  // namespace h4h::nas
