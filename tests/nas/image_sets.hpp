#pragma once

#include <zlib.h>

#include <filesystem>
#include <string>

#include "nas/data/image_set.hpp"
#include "nas/random/random.hpp"

namespace h4h::nas {

inline Image noise_image(std::int64_t height, std::int64_t width, std::int64_t channels = 3) {
  Image image{height, width, channels, {}};
  Random random(7);
  for (std::int64_t i = 0; i < height * width * channels; ++i) {
    image.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  }
  return image;
}

// Random images with labels 0, 1, ..., classes - 1, 0, ...
inline ImageSet noise_set(std::int64_t count, std::int64_t side = 32, std::int64_t classes = 10) {
  ImageSet set{side, side, 3, classes, {}, {}};
  Random random{99};
  for (std::int64_t i = 0; i < count; ++i) {
    set.labels.push_back(static_cast<std::int32_t>(i % classes));
    for (std::int64_t b = 0; b < set.image_size(); ++b) {
      set.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
    }
  }
  return set;
}

inline std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(value >> shift & 0xff));
  }
  return bytes;
}

inline void write_gzip(const std::filesystem::path& path, const std::string& bytes) {
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
}

}  // namespace h4h::nas
