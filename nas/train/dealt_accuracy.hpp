#pragma once

#include <functional>
#include <map>

#include "nas/accuracy/accuracy.hpp"
#include "nas/train/ranks.hpp"

namespace h4h::nas {

// Accuracies that all ranks measure together, a share of the candidates each. Rank 0 asks while it
// is in with_measuring_ranks(); the others are in measure_for_first() meanwhile.
class DealtAccuracy : public Accuracy {
 public:
  // Both must outlive it. `number`: the place of `measured` among the accuracies of
  // measure_for_first(), whose values are the same on all ranks.
  DealtAccuracy(const Ranks& ranks, std::size_t number, Accuracy& measured)
      : ranks_(ranks), number_(number), measured_(measured) {}

  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override;
  // Of what `evaluate` has measured.
  std::optional<double> standard_error(const Genotype& genotype) override;

 private:
  const Ranks& ranks_;
  std::size_t number_;
  Accuracy& measured_;
  std::map<Genotype, std::optional<double>> errors_;
};

// What rank 0 does: returns what `work` returns, then releases the others; they end with an error
// where it throws.
std::string with_measuring_ranks(const Ranks& ranks, const std::function<std::string()>& work);

// What every other rank does. Throws FirstRankFailed where rank 0's work has thrown.
void measure_for_first(const Ranks& ranks, const std::vector<Accuracy*>& accuracies);

}  // namespace h4h::nas
