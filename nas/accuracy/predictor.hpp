#pragma once

#include <optional>
#include <vector>

#include "nas/accuracy/ridge.hpp"
#include "nas/space/network_macs.hpp"

namespace h4h::nas {

// Predicts accuracies of networks from those of others of their space: a ridge regression on the
// choices of their genes, those of stages without layers left out, and on the logarithm of their
// MACs and its square.
class AccuracyPredictor {
 public:
  struct Example {
    Genotype genotype;
    double accuracy = 0;
    std::optional<double> screened{};  // a cheap estimate of it, see Preselection
  };

  // `space` must outlive it.
  explicit AccuracyPredictor(const Space& space) : space_(space), macs_(space) {}

  // Before, it predicts nothing. Examples that were screened also train the prediction from that.
  void fit(const std::vector<Example>& examples);

  // nullopt where too few examples are known: fewer than 16.
  std::optional<double> predict(const Genotype& canonical);
  std::optional<double> predict(const Genotype& canonical, double screened);

 private:
  std::vector<double> features(const Genotype& canonical);

  const Space& space_;
  NetworkMacs macs_;
  std::optional<Ridge> by_genes_, by_screen_;
};

}  // namespace h4h::nas
