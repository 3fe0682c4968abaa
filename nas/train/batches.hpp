#pragma once

#include <torch/torch.h>

namespace h4h::nas {

// Images [n, channels, height, width] in channels-last order, labels [n] of classes.
struct Labelled {
  torch::Tensor images, labels;
};

// Training batches; the same step gives the same batch, whatever was asked for before.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  virtual Labelled batch(std::int64_t step) = 0;
};

}  // namespace h4h::nas
