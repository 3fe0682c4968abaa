#include "nas/data/holdout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "nas/random/shuffle.hpp"

namespace h4h::nas {
namespace {

constexpr std::int64_t kHoldout = 5'000;
// Apart from the streams of epochs, which are small numbers.
constexpr std::uint64_t kHoldoutStream = 0x686f6c646f757400;

std::vector<std::vector<std::int64_t>> indices_by_class(const std::vector<std::int32_t>& labels,
                                                        std::int64_t classes) {
  std::vector<std::vector<std::int64_t>> indices(static_cast<std::size_t>(classes));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    indices[static_cast<std::size_t>(labels[i])].push_back(static_cast<std::int64_t>(i));
  }
  return indices;
}

// Marks the first `count` of the shuffled indices.
void mark(std::vector<std::int64_t>& indices, std::size_t count, Random random,
          std::vector<bool>& out) {
  shuffle(indices, random);
  for (std::size_t i = 0; i < count; ++i) out[static_cast<std::size_t>(indices[i])] = true;
}

std::size_t count_per_class(const ImageSet& train) {
  const std::int64_t count = std::min(kHoldout, train.size() / 10) / train.classes;
  if (count > 0) return static_cast<std::size_t>(count);
  throw DataError(fmt::format(
      "{} training images are too few: a tenth is held out, at least one of each of {} classes",
      train.size(), train.classes));
}

std::vector<bool> chosen(const ImageSet& train, std::uint64_t seed) {
  const std::size_t count = count_per_class(train);
  std::vector<bool> out(train.labels.size());
  std::uint64_t label = 0;
  for (std::vector<std::int64_t>& indices : indices_by_class(train.labels, train.classes)) {
    if (indices.size() <= count) {
      throw DataError(fmt::format("class {} has {} training images; {} of each class are held out",
                                  label, indices.size(), count));
    }
    mark(indices, count, Random{seed, kHoldoutStream, label++}, out);
  }
  return out;
}

std::int64_t of_one_class(std::int64_t size, std::int64_t quota) {
  return size < 2 ? 0 : std::min(quota, std::max<std::int64_t>(1, size / 5));
}

// Of a set as if it were one class.
std::vector<bool> held_out_of_one(std::int64_t size, std::int64_t count, std::uint64_t seed,
                                  std::uint64_t part) {
  const std::int64_t held = of_one_class(size, std::max<std::int64_t>(1, count));
  if (held == 0) throw DataError("one image: none can be held out");
  std::vector<std::int64_t> indices(static_cast<std::size_t>(size));
  std::iota(indices.begin(), indices.end(), 0);
  std::vector<bool> out(indices.size());
  mark(indices, static_cast<std::size_t>(held), Random{seed, kHoldoutStream + part, 0}, out);
  return out;
}

}  // namespace

std::vector<bool> held_out(const std::vector<std::int32_t>& labels, std::int64_t classes,
                           std::optional<std::int64_t> count, std::uint64_t seed,
                           std::uint64_t part) {
  const auto size = static_cast<std::int64_t>(labels.size());
  const std::int64_t wanted = count.value_or(std::min(kHoldout, size / 10));
  const std::int64_t quota = std::max<std::int64_t>(1, wanted / classes);
  std::vector<bool> out(labels.size());
  std::int64_t held = 0;
  std::uint64_t label = 0;
  for (std::vector<std::int64_t>& indices : indices_by_class(labels, classes)) {
    const std::int64_t own = of_one_class(static_cast<std::int64_t>(indices.size()), quota);
    mark(indices, static_cast<std::size_t>(own), Random{seed, kHoldoutStream + part, label++}, out);
    held += own;
  }
  if (held == 0) return held_out_of_one(size, wanted, seed, part);
  if (count && held < quota * classes) {
    throw DataError(fmt::format(
        "{} images are to be held out, {} of each of {} classes, but a fifth of each class is {}",
        *count, quota, classes, held));
  }
  return out;
}

ImageSet hold_out(ImageSet& train, std::uint64_t seed) {
  const std::vector<bool> out = chosen(train, seed);
  ImageSet holdout{train.height, train.width, train.channels, train.classes, {}, {}};
  std::size_t kept = 0;
  const auto bytes = static_cast<std::size_t>(train.image_size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint8_t* image = train.begin_of(static_cast<std::int64_t>(i));
    if (out[i]) {
      holdout.pixels.insert(holdout.pixels.end(), image, image + bytes);
      holdout.labels.push_back(train.labels[i]);
    } else {  // in place: a second copy of the training set would be 170 MB
      std::copy(image, image + bytes, train.pixels.data() + kept * bytes);
      train.labels[kept++] = train.labels[i];
    }
  }
  train.pixels.resize(kept * bytes);
  train.labels.resize(kept);
  return holdout;
}

}  // namespace h4h::nas
