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

struct Sums {
  std::uint64_t count = 0, sum = 0, squares = 0;
};

Sums sums_of_channel(const ImageSet& set, std::size_t channel) {
  std::array<std::uint64_t, 256> histogram{};
  const auto step = static_cast<std::size_t>(set.channels);
  for (std::size_t i = channel; i < set.pixels.size(); i += step) ++histogram[set.pixels[i]];
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

Image training_view(const Image& image, Augmentation augmentation, Random& random) {
  switch (augmentation) {
    case Augmentation::none:
      return image;
    case Augmentation::crop_flip:
      return crop_flip(image, random);
    case Augmentation::auto_augment:
      return auto_augment(crop_flip(image, random), random);
  }
  return image;
}

Normalization::Normalization(const ImageSet& set) {
  if (set.size() == 0) throw DataError("a data set without images has no mean");
  for (std::size_t c = 0; c < static_cast<std::size_t>(set.channels); ++c) {
    const Sums sums = sums_of_channel(set, c);
    mean_.push_back(mean_of(sums));
    deviation_.push_back(deviation_of(sums));
    for (int value = 0; value < 256; ++value) {
      table_.push_back(static_cast<float>((value / 255.0 - mean_[c]) / deviation_[c]));
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
