#pragma once

#include <torch/types.h>

namespace h4h::nas {

// Images [n, channels, height, width] in channels-last order, labels [n] of classes.
struct Labelled {
  torch::Tensor images, labels;
};

}  // namespace h4h::nas
