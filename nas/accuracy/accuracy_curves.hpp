#pragma once

#include <array>
#include <string>
#include <vector>

namespace h4h::nas {

// What an accuracy on ImageNet is estimated by: the first four are the rows of the H4H paper's
// table 2, one for each way to train a supernet.
//
// The curve goes by the supernet, not by the network: the smallest network of table 1 holds no
// transformer, so it is the same network in all four rows, and yet the three hybrid supernets give
// it -0.345, +0.449 and +0.510 of what the CNN-only one gives. A network without transformers is
// therefore on a hybrid curve where it was searched for in a hybrid space, and on the CNN-only
// curve where the space has no transformers.
enum class AccuracyCurve { cnn_only, vanilla, tpi_unfreeze, tpi_freeze, resnet };

// "cnn-only", "vanilla", "tpi-unfreeze", "tpi-freeze" (the names of recipes of `h4h train`),
// "resnet".
std::string to_string(AccuracyCurve curve);

// A row of table 2: top-1 % of a supernet's smallest and largest network.
struct Table2Row {
  AccuracyCurve curve;
  double smallest, largest;
};
inline constexpr std::array<Table2Row, 4> kTable2{{{AccuracyCurve::cnn_only, 71.691, 78.802},
                                                   {AccuracyCurve::vanilla, 71.346, 79.914},
                                                   {AccuracyCurve::tpi_unfreeze, 72.140, 79.248},
                                                   {AccuracyCurve::tpi_freeze, 72.201, 79.782}}};

// What published accuracies leave open of the surrogate, each an assumption with a range
// (surrogate_unknowns).
struct SurrogateValues {
  // How fast the gain of a doubling of MACs fades, per doubling; 0 is log-linear. With 0.035 the
  // CNN-only curve gains between 203 and 709 M what the AlphaNet family (facebookresearch/AlphaNet)
  // gains between its ends, A0 and A6: 77.87 to 80.78 %. Its members between them bend more: 0.46.
  double saturation = 0.035;
  // What the largest network's share of transformers (16 ViT layers to 38 of MBConv) adds to a
  // network without any of the same MACs, under tpi-freeze, in % of top-1.
  //
  // 0.46: the second phase adds nothing to the largest networks without transformers. Then it is
  // table 2's 79.782 less the CNN-only curve, extended from 3414 to the 4388 M of that network.
  // -0.05: it adds to all of them the 0.510 that it adds to the smallest. 0.97: what NASViT's A5
  // (81.8 % at 750 M) exceeds AlphaNet by, extended from its A6 (80.78 % at 709 M); 0.25 at 208 M,
  // 0.55 at 309 M and 0.64 at 421 M. NASViT has other teachers and other transformers, so that its
  // lead is a bound rather than an estimate. Table 2's vanilla row, with its -0.345 for every
  // network without transformers, would give 0.80.
  double transformers_worth = 0.46;
  // What ResNets gain by a better recipe than that of their publication, in % of top-1. ResNet-34:
  // 73.314 by torchvision's, 76.428 by recipe A1 of "ResNet strikes back" (timm, resnet34.a1_in1k).
  // The paper does not say how its ResNets were trained.
  double resnet_recipe = 0;
  // Networks of the same MACs differ by up to so many % either way. AlphaNet's members lie 0.06
  // (rms) off the best curve through them, and 0.13 off the best log-linear one.
  double scatter = 0.06;
  // Which of equally likely scatters: every value is another draw, in no order. Searches like the
  // networks that it favours; another draw does not.
  double draw = 0;
};

// A value of the surrogate that is not known better than its range.
struct SurrogateParameter {
  const char* key;  // "surrogate.saturation"
  double SurrogateValues::*field;
  double low, high;
};
const std::vector<SurrogateParameter>& surrogate_parameters();

// All that an estimate goes by.
struct SizeOfNetwork {
  double macs = 0;
  double vit_per_ten = 0;  // ViT layers to ten of MBConv
};

// Top-1 %, without scatter.
//
// A row of table 2: a saturating function of MACs for networks without transformers, from the row's
// smallest network to 79.782 - transformers_worth at the MACs of the largest hybrid one (CNN-only:
// to 78.802 at those of its own largest); transformers add to it by their share, in proportion up
// to that of the largest network, what is left to the row's largest accuracy. So both numbers of
// the row come out whatever the unknowns are. Assumptions: recipes differ in the smallest network
// and in what transformers are worth, and agree on the largest network without transformers; MACs
// are worth the same wherever they are spent; balance between blocks is worth nothing.
//
// resnet: log-linear through ResNet-18 (69.758 % at 1.81 G) and ResNet-34 (73.314 % at 3.66 G),
// torchvision's IMAGENET1K_V1. Accuracies rise less and less with MACs, so that a straight line
// through two of them is too high beyond them: too favourable to ResNets.
double top1(AccuracyCurve curve, const SizeOfNetwork& size, const SurrogateValues& values);

// Every constant of the curves.
std::string curves_text();

}  // namespace h4h::nas
