#pragma once

#include <stdexcept>
#include <string>

#include "nas/data/resample.hpp"

namespace h4h::nas {

// Why the bytes of a file are no image that can be used; without the file's name.
class BrokenImage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Larger ones count as broken: what decoding takes must not depend on who made the files.
inline constexpr std::int64_t kMostPixels = std::int64_t{64} << 20;

// A JPEG or PNG file, by its first bytes: the region that `framing` chooses of it, as red, green
// and blue of that size. Grey, CMYK and palettes become red, green and blue, 16 bits the upper 8,
// transparency is ignored, and so is the orientation that a camera notes. A JPEG file is decoded
// at 1/2, 1/4 or 1/8 of its size where the region still has at least as many pixels as the result.
// Throws BrokenImage, also where the file ends too early.
Image decoded(const std::string& bytes, const Framing& framing, Size size);

// The parts of it, by format.
Image decoded_jpeg(const std::string& bytes, const Framing& framing, Size size);
Image decoded_png(const std::string& bytes, const Framing& framing, Size size);

// Throws BrokenImage for more pixels than kMostPixels, or none.
void check_size(Size size);

}  // namespace h4h::nas
