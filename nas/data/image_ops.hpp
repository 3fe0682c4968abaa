#pragma once

#include <array>
#include <cstdint>

#include "nas/data/image.hpp"

namespace h4h::nas {

// The image operations of AutoAugment (Cubuk et al. 2019), on 8-bit images of 1 or 3 channels. All
// arithmetic is of integers, so that every machine makes the same bytes; what is not whole is
// rounded to the nearest, geometry takes the nearest pixel.

using Color = std::array<std::uint8_t, 3>;  // of an image of one channel the first
inline constexpr Color kBlack{0, 0, 0};

// Moves the image by whole pixels; `fill` is where nothing of it lies.
Image shift(const Image& image, std::int64_t down, std::int64_t right, Color fill);
Image flip_horizontal(const Image& image);

// Row y moves left by slope * (y + 1/2): the top edge stays. `shear_y` moves columns up likewise.
Image shear_x(const Image& image, double slope, Color fill);
Image shear_y(const Image& image, double slope, Color fill);
Image translate_x(const Image& image, std::int64_t right, Color fill);
Image translate_y(const Image& image, std::int64_t down, Color fill);
// Anticlockwise about the centre.
Image rotate(const Image& image, double degrees, Color fill);

// factor * image + (1 - factor) * something dull, clipped: black, grey (ITU-R BT.601), the mean
// grey, the image smoothed by 3x3 weights of 1 around 5 (the border stays). 1 changes nothing.
Image brightness(const Image& image, double factor);
Image color(const Image& image, double factor);
Image contrast(const Image& image, double factor);
Image sharpness(const Image& image, double factor);

// One channel: the grey of `color` above.
Image grey(const Image& image);
Image invert(const Image& image);
Image posterize(const Image& image, int bits);  // keeps the upper 0..8 bits
// Inverts values from `threshold` on: 256 changes nothing, 0 inverts.
Image solarize(const Image& image, int threshold);
// Each channel stretched to 0..255; a flat one stays.
Image auto_contrast(const Image& image);
// Each channel's values spread evenly: v becomes (pixels darker than v + step / 2) / step in whole
// numbers, where step = (pixels darker than the brightest value) / 255; where that is 0, it stays.
Image equalize(const Image& image);

}  // namespace h4h::nas
