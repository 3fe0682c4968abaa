#pragma once

#include <string>

#include "nas/data/augment.hpp"

namespace h4h::tools {

// Of --augmentation: one of nas::kAugmentations.
inline nas::Augmentation augmentation_of(const std::string& name) {
  if (name == "none") return nas::Augmentation::none;
  return name == "crop_flip" ? nas::Augmentation::crop_flip : nas::Augmentation::auto_augment;
}

}  // namespace h4h::tools
