#include "nas/data/evaluation_batches.hpp"

#include <algorithm>
#include <utility>

namespace h4h::nas {

EvaluationBatches::EvaluationBatches(const ImageSource& source, Normalization normalization,
                                     std::vector<std::int64_t> images, std::int64_t batch_size,
                                     std::int64_t most_bytes)
    : source_(source),
      normalization_(std::move(normalization)),
      images_(std::move(images)),
      batch_size_(batch_size),
      kept_(std::min(images_.size(), static_cast<std::size_t>(most_bytes / source.image_size()))) {}

std::int64_t EvaluationBatches::count() const {
  return (static_cast<std::int64_t>(images_.size()) + batch_size_ - 1) / batch_size_;
}

Batch EvaluationBatches::batch(std::int64_t number) {
  Batch batch = next_number_ == number ? next_.get() : make_alone(number);
  next_number_ = (number + 1) % count();
  next_ = std::async(std::launch::async, [this, next = next_number_] { return make(next); });
  return batch;
}

// What was begun and is not wanted writes to the same images.
Batch EvaluationBatches::make_alone(std::int64_t number) {
  if (next_.valid()) next_.wait();
  return make(number);
}

Batch EvaluationBatches::make(std::int64_t number) {
  const std::int64_t from = number * batch_size_;
  const auto size = static_cast<std::int64_t>(images_.size());
  const std::vector<std::int64_t> images(images_.begin() + from,
                                         images_.begin() + std::min(from + batch_size_, size));
  return make_batch(source_, normalization_, images,
                    [&](std::int64_t i) { return image(from + i); });
}

Image EvaluationBatches::image(std::int64_t at) {
  const auto i = static_cast<std::size_t>(at);
  if (i >= kept_.size()) return source_.image(images_[i]);
  if (kept_[i].pixels.empty()) kept_[i] = source_.image(images_[i]);
  return kept_[i];
}

}  // namespace h4h::nas
