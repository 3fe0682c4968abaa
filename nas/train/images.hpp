#pragma once

#include "nas/data/loader.hpp"
#include "nas/data/open.hpp"
#include "nas/space/space.hpp"
#include "nas/train/accuracy.hpp"
#include "nas/train/batches.hpp"

namespace h4h::nas {

// The data set that networks of `space` are trained on: images of its channels and, of an image
// folder that does not say it, of its largest resolution. Warns (options.warn) where networks see
// images larger than the data set has them. Throws DataError, also where the number of classes or
// channels is another.
Split open_images(const Space& space, const std::string& data, OpenOptions options);

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
  std::int64_t batch = 250;  // of held-out images; fewer where these would exceed 16 MiB
  // For each of the two: batches are kept as they are if all of them fit, else as many images as
  // fit stay decoded, and the others are decoded each time.
  std::int64_t most_bytes = 160 << 20;
};

// Training images as evaluation sees them, drawn at random but always the same, for the batch
// norms; all of `held_out`, mixed where they lie class by class. Both sources must outlive it.
EvaluationImages evaluation_images(const ImageSource& train, const ImageSource& held_out,
                                   const EvaluationSizes& sizes = {});

}  // namespace h4h::nas
