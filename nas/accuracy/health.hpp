#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/json/document.hpp"
#include "nas/space/space.hpp"

namespace h4h::nas {

// Whether a supernet tells its networks apart: larger ones must be more accurate than the smallest,
// or a search on it finds the smallest and calls it a front.

// Standard error of a fraction of `images` classified right: sqrt(p (1 - p) / n); 0 without images.
double standard_error(double accuracy, std::int64_t images);

// By how much of the same images the first network classifies more right than the second, and the
// standard error of that mean difference, image by image. Both of the same size.
struct PairedGain {
  double gain = 0, standard_error = 0;
  bool beats() const { return gain > 2 * standard_error; }  // 97.7 % sure, if normal
};
PairedGain paired_gain(const std::vector<bool>& first, const std::vector<bool>& second);

// Kendall's tau-b (Kendall 1945), which allows ties; 0 where one of both is constant.
double kendall_tau(const std::vector<double>& a, const std::vector<double>& b);

// `count` networks above the median of MACs, always the same ones of a space: of 2,000 networks
// that `sample` draws, those of the upper half in order of MACs are cut into `count` groups of
// equal size, and the middle one of each is taken. Fewer where fewer networks differ.
std::vector<Genotype> stratified_networks(const Space& space,
                                          const std::function<Genotype(Random&)>& sample,
                                          std::size_t count);

// The same of networks of all sizes, of others for each seed.
std::vector<Genotype> networks_of_all_sizes(const Space& space,
                                            const std::function<Genotype(Random&)>& sample,
                                            std::size_t count, std::uint64_t seed);

struct MeasuredNetwork {
  Genotype genotype;
  std::int64_t macs = 0;
  double accuracy = 0;
  PairedGain over_smallest;
};

struct Health {
  std::int64_t images = 0;  // held out
  MeasuredNetwork smallest, largest;
  std::vector<MeasuredNetwork> networks;  // stratified_networks

  std::size_t beat_smallest() const;
  double mean_accuracy() const;
  double tau() const;  // of accuracy and MACs
};

// Whether a supernet ranks networks as they rank when each is trained alone.
struct AloneNetwork {
  Genotype genotype;
  std::int64_t macs = 0;
  double in_supernet = 0, alone = 0;  // accuracies on the same images
};

struct AloneNetworks {
  std::int64_t images = 0;
  std::vector<AloneNetwork> networks;

  double tau() const;          // of both accuracies
  double tau_of_macs() const;  // of MACs and the accuracy alone: what size alone tells
};
// One sentence.
std::string to_text(const AloneNetworks& networks);
Document to_document(const Space& space, const AloneNetworks& networks);

// What others need to know of a health; the part of train.json that they read.
struct HealthSummary {
  std::int64_t networks = 0, beat_smallest = 0;
  double kendall_tau = 0;
  // At least half of the networks must beat the smallest.
  bool healthy() const { return 2 * beat_smallest >= networks; }
};
HealthSummary summary(const Health& health);
// One sentence.
std::string to_text(const HealthSummary& summary);

Document to_document(const Space& space, const Health& health);
Document to_document(const HealthSummary& summary);
// Of either. nullopt where the document is no health.
std::optional<HealthSummary> health_summary(const Document& document);

}  // namespace h4h::nas
