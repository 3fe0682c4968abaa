#pragma once

#include "nas/accuracy/accuracy.hpp"
#include "nas/space/reduction.hpp"

namespace h4h::tools {

// Accuracies by genotypes of a reduction of the space that `accuracy` is about.
class ReducedAccuracy : public nas::Accuracy {
 public:
  // Both must outlive it.
  ReducedAccuracy(const nas::Reduction& reduction, nas::Accuracy& accuracy)
      : reduction_(reduction), accuracy_(accuracy) {}

  std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override {
    std::vector<nas::Genotype> there;
    for (const nas::Genotype& g : candidates) there.push_back(reduction_.in_whole(g));
    return accuracy_.evaluate(there);
  }
  std::optional<double> standard_error(const nas::Genotype& genotype) override {
    return accuracy_.standard_error(reduction_.in_whole(genotype));
  }

 private:
  const nas::Reduction& reduction_;
  nas::Accuracy& accuracy_;
};

}  // namespace h4h::tools
