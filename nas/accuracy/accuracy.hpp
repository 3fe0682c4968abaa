#pragma once

#include <vector>

#include "nas/space/space.hpp"

namespace h4h::nas {

// How accurate candidates are, as a fraction of images classified right.
class Accuracy {
 public:
  virtual ~Accuracy() = default;
  virtual std::vector<double> evaluate(const std::vector<Genotype>& candidates) = 0;
};

}  // namespace h4h::nas
