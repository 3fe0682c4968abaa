#include "nas/data/image_ops.hpp"

#include <gtest/gtest.h>

#include "tests/nas/image_sets.hpp"

namespace h4h::nas {
namespace {

constexpr Color kFill{1, 2, 3};

Image flat(std::uint8_t value, std::int64_t channels = 3) {
  return {8, 8, channels,
          std::vector<std::uint8_t>(static_cast<std::size_t>(64 * channels), value)};
}

// 1 x n, one channel.
Image row(std::vector<std::uint8_t> values) {
  return {1, static_cast<std::int64_t>(values.size()), 1, std::move(values)};
}

std::vector<std::uint8_t> pixel(const Image& image, std::int64_t y, std::int64_t x) {
  const auto begin = image.pixels.begin() + static_cast<std::ptrdiff_t>(image.offset(y, x));
  return {begin, begin + image.channels};
}

const std::vector<std::uint8_t> kFilled{1, 2, 3};

TEST(ImageOps, NothingChangesAtTheMagnitudeThatMeansNothing) {
  for (const std::int64_t channels : {1, 3}) {
    const Image image = noise_image(9, 12, channels);
    EXPECT_EQ(shift(image, 0, 0, kFill), image);
    EXPECT_EQ(shear_x(image, 0, kFill), image);
    EXPECT_EQ(shear_y(image, 0, kFill), image);
    EXPECT_EQ(translate_x(image, 0, kFill), image);
    EXPECT_EQ(translate_y(image, 0, kFill), image);
    EXPECT_EQ(rotate(image, 0, kFill), image);
    EXPECT_EQ(brightness(image, 1), image);
    EXPECT_EQ(color(image, 1), image);
    EXPECT_EQ(contrast(image, 1), image);
    EXPECT_EQ(sharpness(image, 1), image);
    EXPECT_EQ(posterize(image, 8), image);
    EXPECT_EQ(solarize(image, 256), image);
  }
}

TEST(ImageOps, TranslationMovesWholePixelsAndFillsTheRest) {
  const Image image = noise_image(5, 6);
  const Image right = translate_x(image, 2, kFill), up = translate_y(image, -1, kFill);
  for (std::int64_t y = 0; y < 5; ++y) {
    for (std::int64_t x = 0; x < 6; ++x) {
      EXPECT_EQ(pixel(right, y, x), x < 2 ? kFilled : pixel(image, y, x - 2));
      EXPECT_EQ(pixel(up, y, x), y == 4 ? kFilled : pixel(image, y + 1, x));
    }
  }
}

TEST(ImageOps, TranslationBeyondTheImageLeavesTheFill) {
  const Image image = noise_image(5, 6);
  for (const std::int64_t by : {6, 7, -6, -100}) {
    const Image out = translate_x(image, by, kFill);
    EXPECT_EQ(out, translate_y(image, by, kFill)) << by;
    EXPECT_EQ(pixel(out, 0, 0), kFilled);
    EXPECT_EQ(pixel(out, 4, 5), kFilled);
  }
}

TEST(ImageOps, FlipReversesRowsAndUndoesItself) {
  const Image image = noise_image(4, 5);
  const Image flipped = flip_horizontal(image);
  EXPECT_EQ(pixel(flipped, 3, 0), pixel(image, 3, 4));
  EXPECT_NE(flipped, image);
  EXPECT_EQ(flip_horizontal(flipped), image);
}

TEST(ImageOps, ShearOfOneMovesEachRowOnePixelMore) {
  const Image image = noise_image(4, 8);
  const Image sheared = shear_x(image, 1, kFill);
  for (std::int64_t y = 0; y < 4; ++y) {  // y + 1/2 pixels on from a centre: a tie, and down is up
    for (std::int64_t x = 0; x < 8; ++x) {
      EXPECT_EQ(pixel(sheared, y, x), x + y + 1 < 8 ? pixel(image, y, x + y + 1) : kFilled);
    }
  }
}

TEST(ImageOps, ShearMovesARowByItsDistanceFromTheTop) {
  const Image image = noise_image(32, 32);
  const Image sheared = shear_x(image, 0.25, kFill);
  EXPECT_EQ(pixel(sheared, 0, 5), pixel(image, 0, 5));
  EXPECT_EQ(pixel(sheared, 9, 5), pixel(image, 9, 7));     // 9.5 / 4 = 2.4
  EXPECT_EQ(pixel(sheared, 31, 5), pixel(image, 31, 13));  // 31.5 / 4 = 7.9
}

TEST(ImageOps, ShearOfColumnsIsShearOfRowsTurned) {
  const auto transposed = [](const Image& image) {
    Image out{image.width, image.height, image.channels, image.pixels};
    for (std::int64_t y = 0; y < image.height; ++y) {
      for (std::int64_t x = 0; x < image.width; ++x) {
        const auto p = pixel(image, y, x);
        std::copy(p.begin(), p.end(),
                  out.pixels.begin() + static_cast<std::ptrdiff_t>(out.offset(x, y)));
      }
    }
    return out;
  };
  const Image image = noise_image(9, 14);
  EXPECT_EQ(shear_y(image, -0.3, kFill), transposed(shear_x(transposed(image), -0.3, kFill)));
}

TEST(ImageOps, HalfATurnReversesThePixels) {
  for (const std::int64_t width : {6, 7}) {
    const Image image = noise_image(5, width);
    const Image turned = rotate(image, 180, kFill);
    for (std::int64_t y = 0; y < 5; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        EXPECT_EQ(pixel(turned, y, x), pixel(image, 4 - y, width - 1 - x));
      }
    }
  }
}

TEST(ImageOps, AQuarterTurnIsAnticlockwise) {
  const Image image = noise_image(6, 6);
  const Image turned = rotate(image, 90, kFill);
  for (std::int64_t y = 0; y < 6; ++y) {
    for (std::int64_t x = 0; x < 6; ++x) {
      EXPECT_EQ(pixel(turned, y, x), pixel(image, x, 5 - y));
    }
  }
  EXPECT_EQ(rotate(rotate(turned, 90, kFill), 180, kFill), image);
}

TEST(ImageOps, ATiltedSquareLosesItsCorners) {
  const Image turned = rotate(noise_image(32, 32), 30, kFill);
  for (const std::int64_t y : {0, 31}) {
    for (const std::int64_t x : {0, 31}) EXPECT_EQ(pixel(turned, y, x), kFilled);
  }
  EXPECT_NE(pixel(turned, 16, 16), kFilled);
}

TEST(ImageOps, BrightnessMultipliesAndClips) {
  EXPECT_EQ(brightness(row({0, 10, 101, 200}), 0.5), row({0, 5, 51, 100}));
  EXPECT_EQ(brightness(row({0, 10, 101, 200}), 1.9), row({0, 19, 192, 255}));
  EXPECT_EQ(brightness(noise_image(8, 8), 0), flat(0));
}

TEST(ImageOps, ColorBlendsWithTheGreyOfThePixel) {
  const Image red{1, 1, 3, {255, 0, 0}};
  EXPECT_EQ(color(red, 0), (Image{1, 1, 3, {76, 76, 76}}));  // 0.299 * 255
  EXPECT_EQ(color(red, 2).pixels, (std::vector<std::uint8_t>{255, 0, 0}));
  EXPECT_EQ(color(red, 0.5).pixels, (std::vector<std::uint8_t>{166, 38, 38}));
  EXPECT_EQ(color(noise_image(4, 4, 1), 0.3), noise_image(4, 4, 1));
  EXPECT_EQ(color(flat(93), 1.9), flat(93));
}

TEST(ImageOps, ContrastBlendsWithTheMeanGrey) {
  EXPECT_EQ(contrast(row({0, 100, 200, 101}), 0), row({100, 100, 100, 100}));
  EXPECT_EQ(contrast(row({50, 150}), 0.5), row({75, 125}));
  EXPECT_EQ(contrast(row({50, 150}), 1.9), row({5, 195}));
  EXPECT_EQ(contrast(flat(42), 0.1), flat(42));
}

TEST(ImageOps, SharpnessBlendsWithTheSmoothedImage) {
  Image point{3, 3, 1, {0, 0, 0, 0, 130, 0, 0, 0, 0}};
  EXPECT_EQ(sharpness(point, 0).pixels[4], 50);  // 5/13
  EXPECT_EQ(sharpness(point, 1.5).pixels[4], 170);
  EXPECT_EQ(sharpness(flat(77), 1.9), flat(77));
  const Image image = noise_image(6, 6), smoothed = sharpness(image, 0);
  EXPECT_EQ(pixel(smoothed, 0, 3), pixel(image, 0, 3)) << "the border stays";
  EXPECT_NE(pixel(smoothed, 3, 3), pixel(image, 3, 3));
}

TEST(ImageOps, InvertTwiceIsTheImage) {
  const Image image = noise_image(6, 6);
  EXPECT_EQ(invert(row({0, 1, 255})), row({255, 254, 0}));
  EXPECT_EQ(invert(invert(image)), image);
}

TEST(ImageOps, PosterizeKeepsTheUpperBits) {
  EXPECT_EQ(posterize(row({0xff, 0x12, 0x7f}), 4), row({0xf0, 0x10, 0x70}));
  EXPECT_EQ(posterize(row({0xff, 0x12, 0x7f}), 1), row({0x80, 0, 0}));
  EXPECT_EQ(posterize(noise_image(8, 8), 0), flat(0));
  const Image once = posterize(noise_image(8, 8), 3);
  EXPECT_EQ(posterize(once, 3), once);
}

TEST(ImageOps, SolarizeInvertsFromTheThresholdOn) {
  EXPECT_EQ(solarize(row({0, 99, 100, 255}), 100), row({0, 99, 155, 0}));
  EXPECT_EQ(solarize(noise_image(6, 6), 0), invert(noise_image(6, 6)));
}

TEST(ImageOps, AutoContrastStretchesEachChannelAndLeavesFlatOnes) {
  EXPECT_EQ(auto_contrast(row({50, 100, 150})), row({0, 128, 255}));
  EXPECT_EQ(auto_contrast(row({0, 7, 255})), row({0, 7, 255}));
  EXPECT_EQ(auto_contrast(flat(42)), flat(42));
  const Image two{1, 2, 3, {9, 0, 40, 9, 255, 41}};
  EXPECT_EQ(auto_contrast(two).pixels, (std::vector<std::uint8_t>{9, 0, 0, 9, 255, 255}));
}

TEST(ImageOps, EqualizeOfAFlatImageIsTheImage) {
  for (const int value : {0, 42, 255}) {
    EXPECT_EQ(equalize(flat(static_cast<std::uint8_t>(value))),
              flat(static_cast<std::uint8_t>(value)));
  }
}

TEST(ImageOps, EqualizeOfEvenValuesIsTheImage) {
  Image ramp{16, 16, 1, {}};
  for (int value = 0; value < 256; ++value) ramp.pixels.push_back(static_cast<std::uint8_t>(value));
  EXPECT_EQ(equalize(ramp), ramp);
}

TEST(ImageOps, EqualizeSpreadsValuesByTheirRank) {
  Image image{32, 32, 1, std::vector<std::uint8_t>(1024, 10)};
  std::fill(image.pixels.begin() + 512, image.pixels.end(), std::uint8_t{11});
  // step = 512 / 255 = 2: 10 -> 1 / 2, 11 -> 513 / 2 clipped
  Image spread = image;
  std::fill(spread.pixels.begin(), spread.pixels.begin() + 512, std::uint8_t{0});
  std::fill(spread.pixels.begin() + 512, spread.pixels.end(), std::uint8_t{255});
  EXPECT_EQ(equalize(image), spread);
}

}  // namespace
}  // namespace h4h::nas
