#pragma once

#include <optional>
#include <vector>

#include "nas/space/space.hpp"

namespace h4h::nas {

// Accuracies are fractions, 0 .. 1, of images classified right; errors of them too.
struct AccuracyInterval {
  double low = 0, high = 0;
};

struct MeasuredAccuracy {
  double accuracy = 0;
  std::optional<double> standard_error;
};

// How accurate candidates are. `evaluate` answers in the order of the candidates, in any form
// (Space::canonical).
class Accuracy {
 public:
  virtual ~Accuracy() = default;
  virtual std::vector<double> evaluate(const std::vector<Genotype>& candidates) = 0;
  // Of a measured accuracy that `evaluate` has given, where it is known.
  virtual std::optional<double> standard_error(const Genotype&) { return std::nullopt; }
  // Where it is no measurement: what it may as well be.
  virtual std::optional<AccuracyInterval> interval(const Genotype&) { return std::nullopt; }
};

}  // namespace h4h::nas
