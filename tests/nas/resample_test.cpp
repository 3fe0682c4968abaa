#include "nas/data/resample.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "nas/data/image_ops.hpp"
#include "tests/nas/image_files.hpp"
#include "tests/nas/image_sets.hpp"

namespace h4h::nas {
namespace {

Image line(const std::vector<std::uint8_t>& values) {
  return {1, static_cast<std::int64_t>(values.size()), 1, values};
}

TEST(Resample, AnImageOfTheSameSizeStaysTheSame) {
  for (const std::int64_t channels : {1, 3}) {
    const Image image = noise_image(13, 17, channels);
    EXPECT_EQ(resampled(image, {0, 0, 13, 17}, {13, 17}), image);
  }
}

TEST(Resample, AWholeRegionOfItsOwnSizeIsCutOut) {
  const Image image = noise_image(13, 17);
  const Image part = resampled(image, {3, 5, 4, 6}, {4, 6});
  for (std::int64_t y = 0; y < 4; ++y) {
    for (std::int64_t x = 0; x < 18; ++x) {
      ASSERT_EQ(part.pixels[part.offset(y, 0) + static_cast<std::size_t>(x)],
                image.pixels[image.offset(y + 3, 5) + static_cast<std::size_t>(x)]);
    }
  }
}

TEST(Resample, OneColourStaysOneColour) {
  for (const Size size : {Size{1, 1}, Size{3, 50}, Size{40, 7}}) {
    EXPECT_EQ(resampled(tests::flat(23, 19, {0, 77, 255}), {1.3, 2.6, 20.1, 11.7}, size),
              tests::flat(size.height, size.width, {0, 77, 255}));
  }
}

TEST(Resample, HalvingFollowsItsTriangle) {
  // Weights 1/8, 3/8, 3/8, 1/8 of the four pixels around; at the ends 3/7, 3/7, 1/7.
  EXPECT_EQ(resampled(line({0, 0, 80, 160, 240, 240}), {0, 0, 1, 6}, {1, 3}).pixels,
            (std::vector<std::uint8_t>{11, 120, 229}));
}

TEST(Resample, EnlargingIsLinearBetweenPixels) {
  // Centres at 1/4, 3/4, 5/4 and 7/4 between centres at 1/2 and 3/2.
  EXPECT_EQ(resampled(line({0, 100}), {0, 0, 1, 2}, {1, 4}).pixels,
            (std::vector<std::uint8_t>{0, 25, 75, 100}));
}

TEST(Resample, NothingOutsideTheRegionCounts) {
  Image image = tests::flat(10, 10, {50, 50, 50});
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    const std::size_t y = i / 30, x = i / 3 % 10;
    if (y < 2 || y >= 8 || x < 2 || x >= 8) image.pixels[i] = 250;
  }
  EXPECT_EQ(resampled(image, {2, 2, 6, 6}, {3, 3}), tests::flat(3, 3, {50, 50, 50}));
}

TEST(Resample, TheMirrorImageGivesTheMirrorImage) {
  const Image image = noise_image(31, 45);
  EXPECT_EQ(resampled(flip_horizontal(image), {0, 0, 31, 45}, {14, 20}),
            flip_horizontal(resampled(image, {0, 0, 31, 45}, {14, 20})));
}

TEST(CentreSquare, IsInTheMiddle) {
  const Region all = centre_square({30, 50}, 1);
  EXPECT_EQ(all.top, 0);
  EXPECT_EQ(all.left, 10);
  EXPECT_EQ(all.height, 30);
  EXPECT_EQ(all.width, 30);
  const Region half = centre_square({50, 30}, 0.5);
  EXPECT_EQ(half.top, 17.5);
  EXPECT_EQ(half.left, 7.5);
  EXPECT_EQ(half.width, 15);
}

TEST(RandomRegion, LiesInTheImageWithItsAreaAndRatio) {
  Random random(3);
  double least = 1, most = 0;
  for (int i = 0; i < 5'000; ++i) {
    const Region region = random_region({300, 400}, random);
    EXPECT_GE(region.top, 0);
    EXPECT_GE(region.left, 0);
    EXPECT_LE(region.top + region.height, 300);
    EXPECT_LE(region.left + region.width, 400);
    EXPECT_NEAR(region.width / region.height, 1, 0.35);
    EXPECT_GE(region.width / region.height, 0.74);
    const double area = region.height * region.width / 120'000;
    least = std::min(least, area);
    most = std::max(most, area);
  }
  EXPECT_NEAR(least, 0.08, 0.005);
  EXPECT_GT(most, 0.9);
}

TEST(RandomRegion, OfAStripeIsTheLargestPartInTheMiddle) {
  Random random(3);
  const Region wide = random_region({3, 300}, random);
  EXPECT_EQ(wide.height, 3);
  EXPECT_EQ(wide.width, 4);
  EXPECT_EQ(wide.left, 148);
  const Region high = random_region({300, 3}, random);
  EXPECT_EQ(high.height, 4);
  EXPECT_EQ(high.width, 3);
}

}  // namespace
}  // namespace h4h::nas
