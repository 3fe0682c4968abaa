#pragma once

#include "nas/data/loader.hpp"
#include "nas/train/accuracy.hpp"
#include "nas/train/batches.hpp"

namespace h4h::nas {

Labelled to_tensors(Batch batch);

// Training batches of a loader, epoch after epoch; the same step gives the same batch, whatever was
// asked for before.
class LoaderBatches {
 public:
  explicit LoaderBatches(Loader& loader) : loader_(loader) {}  // must outlive it
  Labelled batch(std::int64_t step);

 private:
  Loader& loader_;
};

struct EvaluationSizes {
  std::int64_t calibration_batches = 16, calibration_batch = 128;
  std::int64_t batch = 250;  // of held-out images
};

// Training images as they are, drawn at random but always the same, for the batch norms; all of
// `held_out`.
EvaluationImages evaluation_images(const ImageSet& train, const ImageSet& held_out,
                                   const EvaluationSizes& sizes = {});

}  // namespace h4h::nas
