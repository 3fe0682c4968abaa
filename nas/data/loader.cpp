#include "nas/data/loader.hpp"

#include <fmt/format.h>

#include <numeric>
#include <stdexcept>
#include <utility>

#include "nas/random/shuffle.hpp"

namespace h4h::nas {
namespace {

Batch empty_batch(const ImageSet& set, std::int64_t count) {
  Batch batch{count, set.height, set.width, set.channels, {}, {}};
  batch.images.resize(static_cast<std::size_t>(count * set.image_size()));
  batch.labels.reserve(static_cast<std::size_t>(count));
  return batch;
}

}  // namespace

Batch evaluation_batch(const ImageSet& set, const Normalization& normalization, std::int64_t from,
                       std::int64_t to) {
  if (from < 0 || from > to || to > set.size()) {
    throw std::out_of_range(fmt::format("images {}..{} of {}", from, to, set.size()));
  }
  Batch batch = empty_batch(set, to - from);
  normalization.write(set.begin_of(from), batch.count * set.height * set.width,
                      batch.images.data());
  batch.labels.assign(set.labels.begin() + from, set.labels.begin() + to);
  return batch;
}

std::vector<std::int64_t> epoch_order(std::int64_t count, std::uint64_t seed, std::uint64_t epoch) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  Random random{seed, epoch};
  shuffle(order, random);
  return order;
}

Loader::Loader(const ImageSet& set, Normalization normalization, Augmentation augmentation,
               std::int64_t batch_size, std::uint64_t seed)
    : set_(set),
      normalization_(std::move(normalization)),
      augmentation_(augmentation),
      batch_size_(batch_size),
      seed_(seed) {
  if (batch_size < 1 || batch_size > set.size()) {
    throw std::invalid_argument(fmt::format("batch size {}; allowed are 1..{}, the training images",
                                            batch_size, set.size()));
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
    order_ =
        std::make_shared<const std::vector<std::int64_t>>(epoch_order(set_.size(), seed_, epoch));
    ordered_epoch_ = epoch;
  }
  return order_;
}

Loader::Place Loader::behind(Place place) const {
  if (place.number + 1 < batches()) return {place.epoch, place.number + 1};
  return {place.epoch + 1, 0};
}

Batch Loader::make(Place place, const Order& order) const {
  Batch batch = empty_batch(set_, batch_size_);
  for (std::int64_t i = 0; i < batch_size_; ++i) {
    const std::int64_t index = (*order)[static_cast<std::size_t>(place.number * batch_size_ + i)];
    Random random{seed_, place.epoch, static_cast<std::uint64_t>(index)};
    const Image view = training_view(set_.image(index), augmentation_, random);
    normalization_.write(view.pixels.data(), set_.height * set_.width,
                         batch.images.data() + i * set_.image_size());
    batch.labels.push_back(set_.labels[static_cast<std::size_t>(index)]);
  }
  return batch;
}

}  // namespace h4h::nas
