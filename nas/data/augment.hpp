#pragma once

#include <cstdint>
#include <vector>

#include "nas/data/image_set.hpp"
#include "nas/random/random.hpp"

namespace h4h::nas {

// What training does to an image before it sees it: nothing; a crop of the image padded by 4 black
// pixels and a flip of every second (He et al. 2016, section 4.2); both, then AutoAugment.
enum class Augmentation { none, crop_flip, auto_augment };

Image training_view(const Image& image, Augmentation augmentation, Random& random);

// Pixels as numbers of mean 0 and deviation 1: (value / 255 - mean) / deviation of each channel.
class Normalization {
 public:
  // The set's own mean and (population) deviation, from exact sums. A flat channel has deviation 1.
  // Throws DataError for a set without images.
  explicit Normalization(const ImageSet& set);

  // Of each channel, of values 0..1.
  const std::vector<double>& mean() const { return mean_; }
  const std::vector<double>& deviation() const { return deviation_; }

  // Writes `count` whole pixels, channels fastest.
  void write(const std::uint8_t* pixels, std::int64_t count, float* to) const;

 private:
  std::vector<double> mean_, deviation_;
  std::vector<float> table_;  // channel x 256
};

}  // namespace h4h::nas
