#pragma once

#include <cstdint>
#include <vector>

#include "nas/data/image_source.hpp"
#include "nas/random/random.hpp"

namespace h4h::nas {

// What training does to an image before it sees it: nothing; a crop of the image padded by 4 black
// pixels and a flip of every second (He et al. 2016, section 4.2); both, then AutoAugment's policy
// for CIFAR-10; a random region and a flip (Szegedy et al. 2015); both, then AutoAugment's policy
// for ImageNet.
enum class Augmentation { none, crop_flip, auto_augment, resized_crop, resized_crop_auto_augment };

Image training_view(const ImageSource& source, std::int64_t index, Augmentation augmentation,
                    Random& random);

// Pixels as numbers of mean 0 and deviation 1: (value / 255 - mean) / deviation of each channel.
class Normalization {
 public:
  // The mean and (population) deviation of the source's histograms, from exact sums. A flat channel
  // has deviation 1. Throws DataError for a source without images.
  explicit Normalization(const ImageSource& source);

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
