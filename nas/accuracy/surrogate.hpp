#pragma once

#include "nas/accuracy/accuracy.hpp"
#include "nas/space/network_macs.hpp"

namespace h4h::nas {

// What published accuracies leave open of the surrogate.
struct SurrogateValues {
  // How fast the gain of a doubling of MACs fades, per doubling; 0 is log-linear. With 0.035 the
  // curve gains between 203 and 709 M what the AlphaNet family (facebookresearch/AlphaNet) gains
  // between its ends, A0 and A6: 77.87 to 80.78 %. Its members between them bend more: 0.46.
  double saturation = 0.035;
  // Top-1 % of the largest network with every ViT block, H4H paper, table 2: 79.782 with frozen
  // CNN, 79.248 without, 79.914 by vanilla training.
  double largest_top1 = 79.782;
  // Networks of the same MACs differ by up to so many % either way. AlphaNet's members lie 0.06
  // (rms) off the best curve through them, and 0.13 off the best log-linear one.
  double scatter = 0.06;
  // Which of equally likely scatters: every value is another draw, in no order. Searches like the
  // networks that it favours; another draw does not.
  double draw = 0;
};

// A value of the surrogate that is not known better than its range.
struct SurrogateUnknown {
  const char* key;  // "surrogate.saturation"
  double SurrogateValues::*field;
  double low, high;
};
const std::vector<SurrogateUnknown>& surrogate_unknowns();

// No training stands behind it: accuracy on ImageNet as a saturating function of MACs through the
// end points of the H4H paper's table 2 (CNN-only 71.691 % and 78.802 %, and + 0.510 % by the
// second phase of training), what that leaves to the largest network by the share of ViT blocks
// (-0.05 % at the default: they are worth no more than their MACs), and a scatter that hangs on the
// genotype and the draw. It knows nothing of balance: MACs are worth the same wherever they are
// spent.
class Surrogate : public Accuracy {
 public:
  // `space` must outlive it. Throws SpaceError unless it classifies ImageNet (1000 classes) by
  // MBConv blocks.
  explicit Surrogate(const Space& space, const SurrogateValues& values = {});

  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override;

  // The least and the greatest over the ends of what is not known, with as much scatter either way.
  std::optional<AccuracyInterval> interval(const Genotype& candidate) override;

 private:
  double accuracy(const Genotype& canonical, const SurrogateValues& values);

  const Space& space_;
  SurrogateValues values_;
  NetworkMacs macs_;
};

// What it says, to tell it from other sources of accuracies.
std::string surrogate_identity();

}  // namespace h4h::nas
