#pragma once

#include "nas/accuracy/accuracy.hpp"
#include "nas/space/search_space.hpp"

namespace h4h::nas {

// The accuracy of candidates that name a chip beside their network: that of the network.
class NetworkAccuracy : public Accuracy {
 public:
  // `networks` and the space of networks must outlive it.
  NetworkAccuracy(SearchSpace space, Accuracy& networks)
      : space_(std::move(space)), networks_(networks) {}

  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override {
    std::vector<Genotype> networks;
    for (const Genotype& candidate : candidates) networks.push_back(space_.network(candidate));
    return networks_.evaluate(networks);
  }
  std::optional<double> standard_error(const Genotype& candidate) override {
    return networks_.standard_error(space_.network(candidate));
  }
  std::optional<AccuracyInterval> interval(const Genotype& candidate) override {
    return networks_.interval(space_.network(candidate));
  }

 private:
  SearchSpace space_;
  Accuracy& networks_;
};

}  // namespace h4h::nas
