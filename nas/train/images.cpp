#include "nas/train/images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "nas/data/evaluation_batches.hpp"

namespace h4h::nas {
namespace {

constexpr std::int64_t kMostBatchBytes = 16 << 20;

std::int64_t float_bytes(const ImageSource& source) {
  return source.image_size() * static_cast<std::int64_t>(sizeof(float));
}

// `of` makes what is wanted of a batch.
template <typename Value>
Batches<Value> batches_of(const std::shared_ptr<EvaluationBatches>& images, bool kept,
                          Value (*of)(Labelled)) {
  const auto make = [images, of](std::int64_t i) { return of(to_tensors(images->batch(i))); };
  if (!kept) return {images->count(), make};
  std::vector<Value> all;
  for (std::int64_t i = 0; i < images->count(); ++i) all.push_back(make(i));
  return all;
}

template <typename Value>
Batches<Value> batches_of(const ImageSource& source, const Normalization& normalization,
                          std::vector<std::int64_t> images, std::int64_t batch,
                          std::int64_t most_bytes, Value (*of)(Labelled)) {
  const bool kept = static_cast<std::int64_t>(images.size()) * float_bytes(source) <= most_bytes;
  return batches_of(std::make_shared<EvaluationBatches>(source, normalization, std::move(images),
                                                        batch, kept ? 0 : most_bytes),
                    kept, of);
}

// The order of the images, or a random one where they lie class by class: a first part of them, or
// a batch, shall not be of one class.
std::vector<std::int64_t> mixed_order(const ImageSource& source) {
  constexpr std::uint64_t kSeed = 0;
  std::vector<std::int64_t> all(static_cast<std::size_t>(source.size()));
  std::iota(all.begin(), all.end(), 0);
  const bool by_class = std::is_sorted(all.begin(), all.end(), [&](std::int64_t a, std::int64_t b) {
    return source.label(a) < source.label(b);
  });
  return by_class ? epoch_order(source.size(), kSeed, 0) : all;
}

}  // namespace

Split open_images(const Space& space, const std::string& data, OpenOptions options) {
  const auto largest = static_cast<std::int64_t>(space.genes().front().choices.back());
  options.side = largest;
  options.channels = space.input_channels();
  Split split = open_split(data, options);
  const ImageSource& images = *split.train;
  if (space.classes() != images.classes() || space.input_channels() != images.channels()) {
    throw DataError(fmt::format("space {} is for {} classes and {} channels, but {} has {} and {}",
                                space.name(), space.classes(), space.input_channels(), data,
                                images.classes(), images.channels()));
  }
  if (largest > images.height()) {
    options.warn(
        fmt::format("{}: its images have {} x {} pixels and are enlarged for networks of {}", data,
                    images.height(), images.width(), largest));
  }
  return split;
}

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

EvaluationImages evaluation_images(const ImageSource& train, const ImageSource& held_out,
                                   const EvaluationSizes& sizes) {
  constexpr std::uint64_t kSeed = 0;
  const Normalization normalization(train);
  const std::int64_t batch = std::min(sizes.calibration_batch, train.size());
  const std::int64_t batches = std::min(sizes.calibration_batches, train.size() / batch);
  std::vector<std::int64_t> drawn = epoch_order(train.size(), kSeed, 0);
  drawn.resize(static_cast<std::size_t>(batches * batch));
  const std::int64_t fitting =
      std::clamp<std::int64_t>(kMostBatchBytes / float_bytes(held_out), 1, sizes.batch);
  return {batches_of<torch::Tensor>(train, normalization, std::move(drawn), batch, sizes.most_bytes,
                                    [](Labelled made) { return made.images; }),
          batches_of<Labelled>(held_out, normalization, mixed_order(held_out), fitting,
                               sizes.most_bytes, [](Labelled made) { return made; })};
}

}  // namespace h4h::nas
