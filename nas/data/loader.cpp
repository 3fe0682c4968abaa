#include "nas/data/loader.hpp"

#include <fmt/format.h>

#include <numeric>
#include <stdexcept>
#include <utility>

#include "nas/data/parallel.hpp"
#include "nas/random/shuffle.hpp"

namespace h4h::nas {

Batch make_batch(const ImageSource& source, const Normalization& normalization,
                 const std::vector<std::int64_t>& images,
                 const std::function<Image(std::int64_t)>& image_at) {
  const auto count = static_cast<std::int64_t>(images.size());
  Batch batch{count, source.height(), source.width(), source.channels(), {}, {}};
  batch.images.resize(static_cast<std::size_t>(count * source.image_size()));
  for (const std::int64_t index : images) batch.labels.push_back(source.label(index));
  in_parallel(count, source.threads(), [&](std::int64_t i) {
    const Image image = image_at(i);
    normalization.write(image.pixels.data(), batch.height * batch.width,
                        batch.images.data() + i * source.image_size());
  });
  return batch;
}

Batch evaluation_batch(const ImageSource& source, const Normalization& normalization,
                       std::int64_t from, std::int64_t to) {
  if (from < 0 || from > to || to > source.size()) {
    throw std::out_of_range(fmt::format("images {}..{} of {}", from, to, source.size()));
  }
  std::vector<std::int64_t> images(static_cast<std::size_t>(to - from));
  std::iota(images.begin(), images.end(), from);
  return make_batch(source, normalization, images,
                    [&](std::int64_t i) { return source.image(from + i); });
}

std::vector<std::int64_t> epoch_order(std::int64_t count, std::uint64_t seed, std::uint64_t epoch) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  Random random{seed, epoch};
  shuffle(order, random);
  return order;
}

Loader::Loader(const ImageSource& source, Normalization normalization, Augmentation augmentation,
               std::int64_t batch_size, std::uint64_t seed, BatchShare share)
    : source_(source),
      normalization_(std::move(normalization)),
      augmentation_(augmentation),
      batch_size_(batch_size),
      share_(share),
      seed_(seed) {
  if (batch_size < 1 || batch_size > source.size()) {
    throw std::invalid_argument(fmt::format("batch size {}; allowed are 1..{}, the training images",
                                            batch_size, source.size()));
  }
  if (share.of < 1 || share.number < 0 || share.number >= share.of || batch_size % share.of != 0) {
    throw std::invalid_argument(fmt::format("part {} of {} equal parts of a batch of {}",
                                            share.number, share.of, batch_size));
  }
}

Batch Loader::batch(std::uint64_t epoch, std::int64_t number) {
  if (number < 0 || number >= batches()) {
    throw std::out_of_range(fmt::format("batch {} of {}", number, batches()));
  }
  const Place place{epoch, number};
  const bool ready = next_.valid() && next_place_.epoch == epoch && next_place_.number == number;
  Batch batch = ready ? next_.get() : make(place, order_of(epoch));
  next_place_ = behind(place);
  next_ = std::async(std::launch::async,
                     [this, next = next_place_, order = order_of(next_place_.epoch)] {
                       return make(next, order);
                     });
  return batch;
}

Loader::Order Loader::order_of(std::uint64_t epoch) {
  if (!order_ || ordered_epoch_ != epoch) {
    order_ = std::make_shared<const std::vector<std::int64_t>>(
        epoch_order(source_.size(), seed_, epoch));
    ordered_epoch_ = epoch;
  }
  return order_;
}

Loader::Place Loader::behind(Place place) const {
  if (place.number + 1 < batches()) return {place.epoch, place.number + 1};
  return {place.epoch + 1, 0};
}

Batch Loader::make(Place place, const Order& order) const {
  const std::int64_t size = batch_size_ / share_.of;
  const auto first = order->begin() + place.number * batch_size_ + share_.number * size;
  const std::vector<std::int64_t> images(first, first + size);
  return make_batch(source_, normalization_, images, [&](std::int64_t i) {
    const std::int64_t index = images[static_cast<std::size_t>(i)];
    Random random{seed_, place.epoch, static_cast<std::uint64_t>(index)};
    return training_view(source_, index, augmentation_, random);
  });
}

}  // namespace h4h::nas
