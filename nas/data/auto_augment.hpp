#pragma once

#include <array>

#include "nas/data/image_ops.hpp"
#include "nas/random/random.hpp"

namespace h4h::nas {

enum class ImageOperation {
  shear_x,
  shear_y,
  translate_x,
  translate_y,
  rotate,
  brightness,
  color,
  contrast,
  sharpness,
  posterize,
  solarize,
  auto_contrast,
  equalize,
  invert
};

// An operation, how often it happens, and its magnitude in steps of a ninth of the operation's
// range; the last three operations have none.
struct PolicyStep {
  ImageOperation operation = ImageOperation::invert;
  double probability = 0;
  int magnitude = 0;  // 0..9
};
using SubPolicy = std::array<PolicyStep, 2>;
using Policy = std::array<SubPolicy, 25>;

// The policies found on CIFAR-10 and on ImageNet: AutoAugment (Cubuk et al. 2019), the tables of
// its appendix.
extern const Policy kCifar10Policy;
extern const Policy kImageNetPolicy;

// The operation at that magnitude. Ranges: shear 0.3, translate 150/331 of the side (whole pixels),
// rotate 30 degrees, factors of 1 +- 0.9, posterize 8..4 bits, solarize from 256 down to 0.
// `negative` turns the sign of shear, translate, rotate and of what the factors add to 1.
Image apply(const Image& image, ImageOperation operation, int magnitude, bool negative, Color fill);

// One sub-policy, each as likely; each of its steps with its probability and either sign.
Image auto_augment(const Image& image, const Policy& policy, Random& random, Color fill = kBlack);

}  // namespace h4h::nas
