#include "nas/train/images.hpp"

#include <algorithm>
#include <memory>

namespace h4h::nas {

Labelled to_tensors(Batch batch) {
  // The tensors keep the batch; channels-last is the order it has.
  const auto kept = std::make_shared<Batch>(std::move(batch));
  const auto keep = [kept](void*) {};
  const torch::Tensor images = torch::from_blob(
      kept->images.data(), {kept->count, kept->height, kept->width, kept->channels}, keep,
      torch::kFloat);
  const torch::Tensor labels =
      torch::from_blob(kept->labels.data(), {kept->count}, keep, torch::kLong);
  return {images.permute({0, 3, 1, 2}), labels};
}

Labelled LoaderBatches::batch(std::int64_t step) {
  const std::int64_t batches = loader_.batches();
  return to_tensors(loader_.batch(static_cast<std::uint64_t>(step / batches), step % batches));
}

EvaluationImages evaluation_images(const ImageSet& train, const ImageSet& held_out,
                                   const EvaluationSizes& sizes) {
  constexpr std::uint64_t kSeed = 0;
  const Normalization normalization(train);
  EvaluationImages images;
  const std::int64_t batch = std::min(sizes.calibration_batch, train.size());
  Loader loader(train, normalization, Augmentation::none, batch, kSeed);
  for (std::int64_t i = 0; i < std::min(sizes.calibration_batches, loader.batches()); ++i) {
    images.calibration.push_back(to_tensors(loader.batch(0, i)).images);
  }
  for (std::int64_t from = 0; from < held_out.size(); from += sizes.batch) {
    const std::int64_t to = std::min(from + sizes.batch, held_out.size());
    images.held_out.push_back(to_tensors(evaluation_batch(held_out, normalization, from, to)));
  }
  return images;
}

}  // namespace h4h::nas
