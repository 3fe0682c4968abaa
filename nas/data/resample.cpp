#include "nas/data/resample.hpp"

#include <algorithm>
#include <cmath>

namespace h4h::nas {
namespace {

constexpr int kBits = 22;  // a weight of at most 1 times a value of 8 bits fits 31

// Which pixels of a line make one pixel of the result.
struct Taps {
  std::int64_t first = 0;
  std::vector<std::int32_t> weights;
};

std::vector<std::int32_t> in_fixed_point(const std::vector<double>& weights) {
  double sum = 0;
  for (const double weight : weights) sum += weight;
  std::vector<std::int32_t> fixed;
  for (const double weight : weights) {
    fixed.push_back(static_cast<std::int32_t>(std::lround(std::ldexp(weight / sum, kBits))));
  }
  return fixed;
}

// Of a line of `length` pixels the part from `begin`, `extent` long, as `count` pixels, from pixels
// of that part alone.
std::vector<Taps> taps_of(std::int64_t length, double begin, double extent, std::int64_t count) {
  const auto whole = [&](double place) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(place), 0, length);
  };
  const std::int64_t low = std::min(whole(std::floor(begin)), length - 1);
  const std::int64_t high = std::max(whole(std::ceil(begin + extent)), low + 1);
  const double scale = extent / static_cast<double>(count), reach = std::max(scale, 1.0);
  std::vector<Taps> all;
  for (std::int64_t i = 0; i < count; ++i) {
    const double centre = begin + (static_cast<double>(i) + 0.5) * scale;
    const std::int64_t first = std::clamp(whole(std::floor(centre - reach + 0.5)), low, high - 1);
    const std::int64_t end = std::clamp(whole(std::floor(centre + reach + 0.5)), first + 1, high);
    std::vector<double> weights;
    for (std::int64_t x = first; x < end; ++x) {
      const double distance = std::abs(static_cast<double>(x) + 0.5 - centre) / reach;
      weights.push_back(std::max(1 - distance, 0.0));
    }
    all.push_back({first, in_fixed_point(weights)});
  }
  return all;
}

std::uint8_t rounded(std::int32_t sum) {
  constexpr std::int32_t kHalf = 1 << (kBits - 1);
  return static_cast<std::uint8_t>(std::clamp((sum + kHalf) >> kBits, 0, 255));
}

template <std::int64_t kChannels>
void resample_row(const std::uint8_t* row, const std::vector<Taps>& taps, std::uint8_t* to) {
  for (const Taps& tap : taps) {
    std::int32_t sums[kChannels] = {};
    const std::uint8_t* from = row + tap.first * kChannels;
    for (const std::int32_t weight : tap.weights) {
      for (std::int64_t c = 0; c < kChannels; ++c) sums[c] += weight * *from++;
    }
    for (const std::int32_t sum : sums) *to++ = rounded(sum);
  }
}

// Rows first..end-1 of the image, each `taps.size()` pixels wide.
Image along_rows(const Image& image, std::int64_t first, std::int64_t end,
                 const std::vector<Taps>& taps) {
  Image out{end - first, static_cast<std::int64_t>(taps.size()), image.channels, {}};
  out.pixels.resize(static_cast<std::size_t>(out.height * out.width * out.channels));
  for (std::int64_t y = first; y < end; ++y) {
    const std::uint8_t* row = image.pixels.data() + image.offset(y, 0);
    std::uint8_t* to = out.pixels.data() + out.offset(y - first, 0);
    image.channels == 3 ? resample_row<3>(row, taps, to) : resample_row<1>(row, taps, to);
  }
  return out;
}

// `first`: the row that is row 0 of the image.
Image along_columns(const Image& image, std::int64_t first, const std::vector<Taps>& taps) {
  Image out{static_cast<std::int64_t>(taps.size()), image.width, image.channels, {}};
  const auto row = static_cast<std::size_t>(image.width * image.channels);
  out.pixels.resize(taps.size() * row);
  std::vector<std::int32_t> sums(row);
  std::uint8_t* to = out.pixels.data();
  for (const Taps& tap : taps) {
    std::fill(sums.begin(), sums.end(), 0);
    const std::uint8_t* from = image.pixels.data() + image.offset(tap.first - first, 0);
    for (const std::int32_t weight : tap.weights) {
      for (std::size_t i = 0; i < row; ++i) sums[i] += weight * from[i];
      from += row;
    }
    to = std::transform(sums.begin(), sums.end(), to, rounded);
  }
  return out;
}

Region middle(Size image, double height, double width) {
  return {(static_cast<double>(image.height) - height) / 2,
          (static_cast<double>(image.width) - width) / 2, height, width};
}

Region largest_in_the_middle(Size image, double least_ratio, double most_ratio) {
  const auto height = static_cast<double>(image.height), width = static_cast<double>(image.width);
  if (width < height * least_ratio) return middle(image, std::round(width / least_ratio), width);
  if (width > height * most_ratio) return middle(image, height, std::round(height * most_ratio));
  return middle(image, height, width);
}

}  // namespace

Region centre_square(Size image, double share) {
  const double side = static_cast<double>(std::min(image.height, image.width)) * share;
  return middle(image, side, side);
}

Region random_region(Size image, Random& random) {
  constexpr double kLeastArea = 0.08, kLeastRatio = 3.0 / 4, kMostRatio = 4.0 / 3;
  constexpr int kTries = 10;
  const double area = static_cast<double>(image.height) * static_cast<double>(image.width);
  for (int i = 0; i < kTries; ++i) {
    const double part = area * (kLeastArea + (1 - kLeastArea) * random.uniform());
    const double ratio = kLeastRatio * std::pow(kMostRatio / kLeastRatio, random.uniform());
    const auto width = static_cast<std::int64_t>(std::llround(std::sqrt(part * ratio)));
    const auto height = static_cast<std::int64_t>(std::llround(std::sqrt(part / ratio)));
    if (width < 1 || height < 1 || width > image.width || height > image.height) continue;
    const std::uint64_t top = random.below(static_cast<std::uint64_t>(image.height - height + 1));
    const std::uint64_t left = random.below(static_cast<std::uint64_t>(image.width - width + 1));
    return {static_cast<double>(top), static_cast<double>(left), static_cast<double>(height),
            static_cast<double>(width)};
  }
  return largest_in_the_middle(image, kLeastRatio, kMostRatio);
}

Image resampled(const Image& image, const Region& region, Size size) {
  const std::vector<Taps> columns = taps_of(image.width, region.left, region.width, size.width);
  const std::vector<Taps> rows = taps_of(image.height, region.top, region.height, size.height);
  const std::int64_t first = rows.front().first;
  const auto end = rows.back().first + static_cast<std::int64_t>(rows.back().weights.size());
  return along_columns(along_rows(image, first, end, columns), first, rows);
}

}  // namespace h4h::nas
