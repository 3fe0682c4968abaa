#include "nas/data/holdout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nas/random/shuffle.hpp"

namespace h4h::nas {
namespace {

constexpr std::int64_t kHoldout = 5'000;
// Apart from the streams of epochs, which are small numbers.
constexpr std::uint64_t kHoldoutStream = 0x686f6c646f757400;

std::vector<std::vector<std::int64_t>> indices_by_class(const ImageSet& set) {
  std::vector<std::vector<std::int64_t>> indices(static_cast<std::size_t>(set.classes));
  for (std::int64_t i = 0; i < set.size(); ++i) {
    indices[set.labels[static_cast<std::size_t>(i)]].push_back(i);
  }
  return indices;
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
  for (std::vector<std::int64_t>& indices : indices_by_class(train)) {
    if (indices.size() <= count) {
      throw DataError(fmt::format("class {} has {} training images; {} of each class are held out",
                                  label, indices.size(), count));
    }
    Random random{seed, kHoldoutStream, label++};
    shuffle(indices, random);
    for (std::size_t i = 0; i < count; ++i) out[static_cast<std::size_t>(indices[i])] = true;
  }
  return out;
}

}  // namespace

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
