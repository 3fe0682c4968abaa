#pragma once

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "nas/data/image.hpp"

namespace h4h::nas {

// A data set that is missing or wrong: "FILE: what is wrong".
class DataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// More images than any file of a known set holds are refused before they fill the memory.
inline constexpr std::int64_t kMaxImagesPerFile = 100'000;

// Labelled images of one size, in memory.
struct ImageSet {
  std::int64_t height = 0, width = 0, channels = 0, classes = 0;
  std::vector<std::uint8_t> pixels;  // image x height x width x channels
  std::vector<std::int32_t> labels;  // 0..classes-1

  std::int64_t size() const { return static_cast<std::int64_t>(labels.size()); }
  std::int64_t image_size() const { return height * width * channels; }
  const std::uint8_t* begin_of(std::int64_t index) const {
    return pixels.data() + index * image_size();
  }
  Image image(std::int64_t index) const {
    return {height, width, channels, {begin_of(index), begin_of(index) + image_size()}};
  }
};

}  // namespace h4h::nas
