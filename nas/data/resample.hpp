#pragma once

#include <functional>

#include "nas/data/image.hpp"
#include "nas/random/random.hpp"

namespace h4h::nas {

struct Size {
  std::int64_t height = 0, width = 0;
};

// A rectangle in pixels of an image, whose corner is (0, 0); borders may lie inside pixels.
struct Region {
  double top = 0, left = 0, height = 0, width = 0;
};

// Chooses a region of an image of some size. Pure: the same size gives the same region.
using Framing = std::function<Region(Size)>;

// The largest square in the middle, with sides of `share` (0..1] of that.
Region centre_square(Size image, double share);

// A random part of the image: an area of 8 to 100 % of it with a ratio of width to height of 3/4 to
// 4/3, ten tries, then the largest part in the middle with such a ratio (Szegedy et al. 2015, as
// RandomResizedCrop of torchvision does it).
Region random_region(Size image, Random& random);

// The region as an image of that size: linear between pixels where it is enlarged; where it is made
// smaller each pixel is a weighted mean of all that lie behind it (triangular weights). First along
// rows, then along columns, in integers of 2^-22.
Image resampled(const Image& image, const Region& region, Size size);

}  // namespace h4h::nas
