#pragma once

#include <optional>

#include "nas/accuracy/accuracy.hpp"
#include "nas/accuracy/accuracy_curves.hpp"
#include "nas/space/network_macs.hpp"

namespace h4h::nas {

// Networks of a space that were never trained: accuracy on ImageNet by published curves over MACs
// and the share of transformers (accuracy_curves.hpp), and a scatter that goes by the genotype and
// the draw.
class Surrogate : public Accuracy {
 public:
  // `space` must outlive it. Without `curve` it is curve_of(space). Throws SpaceError for a space
  // that the curve is not of.
  explicit Surrogate(const Space& space, const SurrogateValues& values = {},
                     std::optional<AccuracyCurve> curve = std::nullopt);

  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override;

  // The least and the greatest over the ends of what is not known, the worth of transformers among
  // it, with as much scatter either way.
  std::optional<AccuracyInterval> interval(const Genotype& candidate) override;

  AccuracyCurve curve() const { return curve_; }

 private:
  SizeOfNetwork size_of(const Genotype& canonical);

  const Space& space_;
  SurrogateValues values_;
  AccuracyCurve curve_;
  NetworkMacs macs_;
};

// Of a space without transformers CNN-only; with them tpi-freeze, the recipe that the paper
// proposes and searches under; of ResNets their own. Throws SpaceError unless the space classifies
// ImageNet (1000 classes) by MBConv or ResNet blocks.
AccuracyCurve curve_of(const Space& space);

// What it says, to tell it from other sources of accuracies; of one curve, or of all.
std::string surrogate_identity(std::optional<AccuracyCurve> curve = std::nullopt);

}  // namespace h4h::nas
