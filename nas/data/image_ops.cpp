#include "nas/data/image_ops.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace h4h::nas {
namespace {

using Table = std::array<std::uint8_t, 256>;
using Histogram = std::array<std::int64_t, 256>;

constexpr int kFractionBits = 16;
std::int64_t to_fixed(double value) { return std::llround(std::ldexp(value, kFractionBits)); }

std::uint8_t clip(std::int64_t value) {
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(value, 0, 255));
}

template <typename Function>
Table table_of(Function function) {
  Table table{};
  for (int value = 0; value < 256; ++value) {
    table[static_cast<std::size_t>(value)] = clip(function(value));
  }
  return table;
}

Image map_values(Image image, const Table& table) {
  for (std::uint8_t& value : image.pixels) value = table[value];
  return image;
}

// Each channel through a table that `make` makes of its histogram.
template <typename Make>
Image map_channels(Image image, Make make) {
  const auto channels = static_cast<std::size_t>(image.channels);
  for (std::size_t c = 0; c < channels; ++c) {
    Histogram histogram{};
    for (std::size_t i = c; i < image.pixels.size(); i += channels) ++histogram[image.pixels[i]];
    const Table table = make(histogram);
    for (std::size_t i = c; i < image.pixels.size(); i += channels) {
      image.pixels[i] = table[image.pixels[i]];
    }
  }
  return image;
}

Image filled(const Image& like, Color fill) {
  Image image{like.height, like.width, like.channels, {}};
  image.pixels.resize(like.pixels.size());
  const auto channels = static_cast<std::size_t>(like.channels);
  for (std::size_t i = 0; i < image.pixels.size(); i += channels) {
    std::copy_n(fill.begin(), channels, image.pixels.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return image;
}

// Where a pixel's centre (x, y) comes from: (xx x + xy y + x0, yx x + yy y + y0).
struct Affine {
  double xx = 1, xy = 0, x0 = 0;
  double yx = 0, yy = 1, y0 = 0;
};

// A coordinate in units of 2^-17: twice the fixed point, since centres lie at halves.
struct FixedRow {
  std::int64_t x = 0, y = 0, offset = 0;
  FixedRow(double of_x, double of_y, double of_1)
      : x(to_fixed(of_x)), y(to_fixed(of_y)), offset(2 * to_fixed(of_1)) {}
  std::int64_t floor_at(std::int64_t column, std::int64_t row) const {
    return (x * (2 * column + 1) + y * (2 * row + 1) + offset) >> (kFractionBits + 1);
  }
};

Image warp(const Image& image, const Affine& from, Color fill) {
  Image out = filled(image, fill);
  const FixedRow to_x(from.xx, from.xy, from.x0), to_y(from.yx, from.yy, from.y0);
  for (std::int64_t y = 0; y < image.height; ++y) {
    for (std::int64_t x = 0; x < image.width; ++x) {
      const std::int64_t source_x = to_x.floor_at(x, y), source_y = to_y.floor_at(x, y);
      if (source_x < 0 || source_x >= image.width || source_y < 0 || source_y >= image.height) {
        continue;
      }
      std::copy_n(image.pixels.data() + image.offset(source_y, source_x), image.channels,
                  out.pixels.data() + out.offset(y, x));
    }
  }
  return out;
}

// dull + factor * (image - dull), where `dull_at(i)` is the value beside pixels[i].
template <typename Dull>
Image blend(const Image& image, double factor, Dull dull_at) {
  const std::int64_t fixed = to_fixed(factor), half = std::int64_t{1} << (kFractionBits - 1);
  Image out = image;
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    const std::int64_t dull = dull_at(i);
    out.pixels[i] = clip(dull + (((image.pixels[i] - dull) * fixed + half) >> kFractionBits));
  }
  return out;
}

// ITU-R BT.601: 0.299, 0.587 and 0.114 of 2^16.
std::uint8_t luma(const std::uint8_t* pixel, std::int64_t channels) {
  if (channels == 1) return *pixel;
  return static_cast<std::uint8_t>(
      (19595 * pixel[0] + 38470 * pixel[1] + 7471 * pixel[2] + 0x8000) >> 16);
}

std::vector<std::uint8_t> greys(const Image& image) {
  std::vector<std::uint8_t> values(static_cast<std::size_t>(image.height * image.width));
  const std::uint8_t* pixel = image.pixels.data();
  for (std::uint8_t& value : values) {
    value = luma(pixel, image.channels);
    pixel += image.channels;
  }
  return values;
}

Image smooth(const Image& image) {
  constexpr int kCentre = 5, kSum = kCentre + 8;
  const std::int64_t row = image.width * image.channels, step = image.channels;
  Image out = image;
  for (std::int64_t y = 1; y + 1 < image.height; ++y) {
    for (std::int64_t i = y * row + step; i < (y + 1) * row - step; ++i) {
      const std::uint8_t* at = image.pixels.data() + i;
      const auto three = [step](const std::uint8_t* p) { return p[-step] + p[0] + p[step]; };
      const int sum = three(at - row) + three(at) + three(at + row) + (kCentre - 1) * at[0];
      out.pixels[static_cast<std::size_t>(i)] = clip((sum + kSum / 2) / kSum);
    }
  }
  return out;
}

Table identity_table() {
  return table_of([](int value) { return value; });
}

Table stretch_table(const Histogram& histogram) {
  const auto used = [](std::int64_t count) { return count > 0; };
  const auto low = std::find_if(histogram.begin(), histogram.end(), used) - histogram.begin();
  const auto high =
      255 - (std::find_if(histogram.rbegin(), histogram.rend(), used) - histogram.rbegin());
  const std::int64_t span = high - low;
  if (span <= 0) return identity_table();
  return table_of([=](int value) {
    return (std::clamp<std::int64_t>(value - low, 0, span) * 255 + span / 2) / span;
  });
}

Table equalize_table(const Histogram& histogram) {
  std::int64_t pixels = 0, brightest = 0;
  for (const std::int64_t count : histogram) {
    pixels += count;
    if (count > 0) brightest = count;
  }
  const std::int64_t step = (pixels - brightest) / 255;
  if (step == 0) return identity_table();
  std::int64_t below = step / 2;
  return table_of([&](int value) {
    const std::int64_t mapped = below / step;
    below += histogram[static_cast<std::size_t>(value)];
    return mapped;
  });
}

}  // namespace

Image shift(const Image& image, std::int64_t down, std::int64_t right, Color fill) {
  Image out = filled(image, fill);
  const std::int64_t width = image.width - std::min(std::abs(right), image.width);
  const std::int64_t from_x = std::max<std::int64_t>(-right, 0);
  for (std::int64_t y = 0; y < image.height && width > 0; ++y) {
    const std::int64_t source = y - down;
    if (source < 0 || source >= image.height) continue;
    std::copy_n(image.pixels.data() + image.offset(source, from_x), width * image.channels,
                out.pixels.data() + out.offset(y, from_x + right));
  }
  return out;
}

Image flip_horizontal(const Image& image) {
  Image out = image;
  for (std::int64_t y = 0; y < image.height; ++y) {
    for (std::int64_t x = 0; x < image.width; ++x) {
      std::copy_n(image.pixels.data() + image.offset(y, image.width - 1 - x), image.channels,
                  out.pixels.data() + out.offset(y, x));
    }
  }
  return out;
}

Image shear_x(const Image& image, double slope, Color fill) {
  Affine from;
  from.xy = slope;
  return warp(image, from, fill);
}

Image shear_y(const Image& image, double slope, Color fill) {
  Affine from;
  from.yx = slope;
  return warp(image, from, fill);
}

Image translate_x(const Image& image, std::int64_t right, Color fill) {
  return shift(image, 0, right, fill);
}

Image translate_y(const Image& image, std::int64_t down, Color fill) {
  return shift(image, down, 0, fill);
}

Image rotate(const Image& image, double degrees, Color fill) {
  constexpr double kPi = 3.14159265358979323846;
  const double cosine = std::cos(degrees * kPi / 180), sine = std::sin(degrees * kPi / 180);
  const double x = static_cast<double>(image.width) / 2, y = static_cast<double>(image.height) / 2;
  return warp(image,
              {cosine, -sine, x - cosine * x + sine * y, sine, cosine, y - sine * x - cosine * y},
              fill);
}

Image grey(const Image& image) { return {image.height, image.width, 1, greys(image)}; }

Image brightness(const Image& image, double factor) {
  return blend(image, factor, [](std::size_t) { return 0; });
}

Image color(const Image& image, double factor) {
  const std::vector<std::uint8_t> grey = greys(image);
  const auto channels = static_cast<std::size_t>(image.channels);
  return blend(image, factor, [&](std::size_t i) { return grey[i / channels]; });
}

Image contrast(const Image& image, double factor) {
  std::int64_t sum = 0;
  const std::vector<std::uint8_t> grey = greys(image);
  for (const std::uint8_t value : grey) sum += value;
  const auto count = static_cast<std::int64_t>(grey.size());
  const std::int64_t mean = (2 * sum + count) / (2 * count);
  return blend(image, factor, [=](std::size_t) { return mean; });
}

Image sharpness(const Image& image, double factor) {
  const Image dull = smooth(image);
  return blend(image, factor, [&](std::size_t i) { return dull.pixels[i]; });
}

Image invert(const Image& image) {
  return map_values(image, table_of([](int value) { return 255 - value; }));
}

Image posterize(const Image& image, int bits) {
  const int mask = 0xff << (8 - bits) & 0xff;
  return map_values(image, table_of([=](int value) { return value & mask; }));
}

Image solarize(const Image& image, int threshold) {
  return map_values(image,
                    table_of([=](int value) { return value < threshold ? value : 255 - value; }));
}

Image auto_contrast(const Image& image) { return map_channels(image, stretch_table); }
Image equalize(const Image& image) { return map_channels(image, equalize_table); }

}  // namespace h4h::nas
