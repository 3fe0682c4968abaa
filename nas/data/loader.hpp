#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <vector>

#include "nas/data/augment.hpp"
#include "nas/data/image_source.hpp"

namespace h4h::nas {

struct Batch {
  std::int64_t count = 0, height = 0, width = 0, channels = 0;
  std::vector<float> images;  // count x height x width x channels
  std::vector<std::int64_t> labels;
};

// These images of a source, of which `image_at` makes number 0, 1, ..., normalised; made on the
// source's threads. Throws what it throws for the lowest number.
Batch make_batch(const ImageSource& source, const Normalization& normalization,
                 const std::vector<std::int64_t>& images,
                 const std::function<Image(std::int64_t)>& image_at);

// Images from..to-1 of a source as evaluation sees them, normalised. Throws std::out_of_range.
Batch evaluation_batch(const ImageSource& source, const Normalization& normalization,
                       std::int64_t from, std::int64_t to);

// The order in which an epoch sees `count` images.
std::vector<std::int64_t> epoch_order(std::int64_t count, std::uint64_t seed, std::uint64_t epoch);

// Of every batch the part that a process trains on: the images are dealt in equal parts, in order.
struct BatchShare {
  std::int64_t number = 0, of = 1;  // number: 0..of-1
};

// Training batches, each a function of (seed, epoch, number) alone: a resumed
// run gets the bytes that an uninterrupted one would have got. An image's augmentation is drawn
// from (seed, epoch, the image's index), whatever the batch size and the number of threads.
class Loader {
 public:
  // `source` must outlive the loader; `batch_size` is that of all shares together. Throws
  // std::invalid_argument where the source does not fill a batch, or the batch has no equal parts.
  Loader(const ImageSource& source, Normalization normalization, Augmentation augmentation,
         std::int64_t batch_size, std::uint64_t seed, BatchShare share = {});

  // Whole batches of an epoch; an epoch leaves out what does not fill one, others each time.
  std::int64_t batches() const { return source_.size() / batch_size_; }

  // Number 0..batches()-1 of an epoch. Begins with the one behind it on a thread of its own; asked
  // for in order, batches are ready when they are wanted. Throws std::out_of_range.
  Batch batch(std::uint64_t epoch, std::int64_t number);

 private:
  using Order = std::shared_ptr<const std::vector<std::int64_t>>;
  struct Place {
    std::uint64_t epoch = 0;
    std::int64_t number = 0;
  };

  Order order_of(std::uint64_t epoch);
  Place behind(Place place) const;
  Batch make(Place place, const Order& order) const;

  const ImageSource& source_;
  Normalization normalization_;
  Augmentation augmentation_;
  std::int64_t batch_size_;
  BatchShare share_;
  std::uint64_t seed_, ordered_epoch_ = 0;
  Order order_;
  Place next_place_;
  std::future<Batch> next_;  // last: the thread ends before what it reads
};

}  // namespace h4h::nas
