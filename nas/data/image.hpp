#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace h4h::nas {

// An 8-bit image of 1 or 3 channels (grey; red, green, blue).
struct Image {
  std::int64_t height = 0, width = 0, channels = 0;
  std::vector<std::uint8_t> pixels;  // height x width x channels, channels fastest

  std::size_t offset(std::int64_t y, std::int64_t x) const {
    return static_cast<std::size_t>((y * width + x) * channels);
  }
};

inline bool operator==(const Image& a, const Image& b) {
  return a.height == b.height && a.width == b.width && a.channels == b.channels &&
         a.pixels == b.pixels;
}
inline bool operator!=(const Image& a, const Image& b) { return !(a == b); }

}  // namespace h4h::nas
