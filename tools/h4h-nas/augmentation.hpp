#pragma once

#include <string>

#include "nas/data/augment.hpp"

namespace h4h::tools {

// Of --augmentation: one of nas::kAugmentations.
inline nas::Augmentation augmentation_of(const std::string& name) {
  if (name == "none") return nas::Augmentation::none;
  if (name == "crop_flip") return nas::Augmentation::crop_flip;
  if (name == "auto_augment") return nas::Augmentation::auto_augment;
  return name == "resized_crop" ? nas::Augmentation::resized_crop
                                : nas::Augmentation::resized_crop_auto_augment;
}

}  // namespace h4h::tools
