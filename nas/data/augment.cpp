#include "nas/data/augment.hpp"

#include <array>
#include <cmath>

#include "nas/data/auto_augment.hpp"
#include "nas/data/image_ops.hpp"

namespace h4h::nas {
namespace {

constexpr std::int64_t kPadding = 4;

std::int64_t crop_offset(Random& random) {
  return kPadding - static_cast<std::int64_t>(random.below(2 * kPadding + 1));
}

Image crop_flip(const Image& image, Random& random) {
  const std::int64_t down = crop_offset(random), right = crop_offset(random);
  const Image cropped = shift(image, down, right, kBlack);
  return random.below(2) == 1 ? flip_horizontal(cropped) : cropped;
}

// The region is drawn from a stream of its own: what follows does not depend on how many numbers it
// takes, which the size of the image decides.
Image resized_crop(const ImageSource& source, std::int64_t index, Random& random) {
  const std::uint64_t seed = random.next();
  Image image = source.region(index, [seed](Size size) {
    Random own(seed);
    return random_region(size, own);
  });
  return random.below(2) == 1 ? flip_horizontal(image) : image;
}

struct Sums {
  std::uint64_t count = 0, sum = 0, squares = 0;
};

Sums sums_of(const ValueCounts& histogram) {
  Sums sums;
  for (std::uint64_t value = 0; value < histogram.size(); ++value) {
    sums.count += histogram[value];
    sums.sum += histogram[value] * value;
    sums.squares += histogram[value] * value * value;
  }
  return sums;
}

double mean_of(const Sums& sums) {
  return static_cast<double>(sums.sum) / (255.0 * static_cast<double>(sums.count));
}

double deviation_of(const Sums& sums) {
  __extension__ using Wide = unsigned __int128;
  const Wide scaled = Wide{sums.count} * sums.squares - Wide{sums.sum} * sums.sum;
  if (scaled == 0) return 1;
  return std::sqrt(static_cast<double>(scaled)) / (255.0 * static_cast<double>(sums.count));
}

}  // namespace

Image training_view(const ImageSource& source, std::int64_t index, Augmentation augmentation,
                    Random& random) {
  switch (augmentation) {
    case Augmentation::none:
      return source.image(index);
    case Augmentation::crop_flip:
      return crop_flip(source.image(index), random);
    case Augmentation::auto_augment:
      return auto_augment(crop_flip(source.image(index), random), kCifar10Policy, random);
    case Augmentation::resized_crop:
      return resized_crop(source, index, random);
    case Augmentation::resized_crop_auto_augment:
      return auto_augment(resized_crop(source, index, random), kImageNetPolicy, random);
  }
  return source.image(index);
}

Normalization::Normalization(const ImageSource& source) {
  if (source.size() == 0) throw DataError("a data set without images has no mean");
  for (const ValueCounts& histogram : source.histograms()) {
    const Sums sums = sums_of(histogram);
    mean_.push_back(mean_of(sums));
    deviation_.push_back(deviation_of(sums));
    for (int value = 0; value < 256; ++value) {
      table_.push_back(static_cast<float>((value / 255.0 - mean_.back()) / deviation_.back()));
    }
  }
}

void Normalization::write(const std::uint8_t* pixels, std::int64_t count, float* to) const {
  const std::size_t channels = mean_.size();
  for (std::int64_t i = 0; i < count; ++i) {
    for (std::size_t c = 0; c < channels; ++c) *to++ = table_[c * 256 + *pixels++];
  }
}

}  // namespace h4h::nas
