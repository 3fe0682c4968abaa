#include "nas/data/auto_augment.hpp"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

namespace h4h::nas {
namespace {

using Op = ImageOperation;

Image noise() {
  Image image{32, 32, 3, {}};
  Random random(11);
  for (int i = 0; i < 32 * 32 * 3; ++i) {
    image.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  }
  return image;
}

TEST(AutoAugment, ThePolicyHasProbabilitiesAndMagnitudesOfItsRange) {
  std::set<Op> used;
  for (const SubPolicy& policy : kCifar10Policy) {
    for (const PolicyStep& step : policy) {
      EXPECT_GE(step.probability, 0);
      EXPECT_LE(step.probability, 1);
      EXPECT_GE(step.magnitude, 0);
      EXPECT_LE(step.magnitude, 9);
      used.insert(step.operation);
    }
  }
  EXPECT_EQ(used.size(), 13u) << "all of them but shear_x, as in the paper's table";
  EXPECT_EQ(used.count(Op::shear_x), 0u);
}

TEST(AutoAugment, ThePolicyIsThatOfThePaper) {
  const auto step = [](std::size_t policy, std::size_t at) {
    const PolicyStep& s = kCifar10Policy[policy][at];
    return std::make_tuple(s.operation, s.probability, s.magnitude);
  };
  EXPECT_EQ(step(0, 0), std::make_tuple(Op::invert, 0.1, 0));
  EXPECT_EQ(step(0, 1), std::make_tuple(Op::contrast, 0.2, 6));
  EXPECT_EQ(step(12, 0), std::make_tuple(Op::translate_y, 0.4, 3));
  EXPECT_EQ(step(24, 0), std::make_tuple(Op::translate_y, 0.7, 9));
  EXPECT_EQ(step(24, 1), std::make_tuple(Op::auto_contrast, 0.9, 0));
  double happening = 0;
  int magnitudes = 0;
  for (const SubPolicy& policy : kCifar10Policy) {
    for (const PolicyStep& s : policy) {
      happening += s.probability;
      magnitudes += s.magnitude;
    }
  }
  EXPECT_NEAR(happening, 26.5, 1e-9);
  EXPECT_EQ(magnitudes, 187);
}

TEST(AutoAugment, MagnitudeZeroChangesNothingButWhereTheOperationHasNone) {
  for (const Op op :
       {Op::shear_x, Op::shear_y, Op::translate_x, Op::translate_y, Op::rotate, Op::brightness,
        Op::color, Op::contrast, Op::sharpness, Op::posterize, Op::solarize}) {
    EXPECT_EQ(apply(noise(), op, 0, false, kBlack), noise());
    EXPECT_EQ(apply(noise(), op, 0, true, kBlack), noise());
  }
}

TEST(AutoAugment, MagnitudesAreNinthsOfTheRangesOfThePaper) {
  const Image image = noise();
  EXPECT_EQ(apply(image, Op::shear_x, 9, false, kBlack), shear_x(image, 0.3, kBlack));
  EXPECT_EQ(apply(image, Op::shear_y, 3, true, kBlack), shear_y(image, -0.1, kBlack));
  EXPECT_EQ(apply(image, Op::translate_x, 9, false, kBlack), translate_x(image, 14, kBlack));
  EXPECT_EQ(apply(image, Op::translate_y, 3, true, kBlack), translate_y(image, -4, kBlack));
  EXPECT_EQ(apply(image, Op::rotate, 9, true, kBlack), rotate(image, -30, kBlack));
  EXPECT_EQ(apply(image, Op::brightness, 9, true, kBlack), brightness(image, 0.1));
  EXPECT_EQ(apply(image, Op::color, 9, false, kBlack), color(image, 1.9));
  EXPECT_EQ(apply(image, Op::contrast, 5, false, kBlack), contrast(image, 1.5));
  EXPECT_EQ(apply(image, Op::sharpness, 1, false, kBlack), sharpness(image, 1.1));
  EXPECT_EQ(apply(image, Op::solarize, 9, false, kBlack), invert(image));
  EXPECT_EQ(apply(image, Op::solarize, 3, false, kBlack), solarize(image, 171));
}

TEST(AutoAugment, PosterizeKeepsEightBitsDownToFour) {
  const int bits[] = {8, 8, 7, 7, 6, 6, 5, 5, 4, 4};
  for (int m = 0; m <= 9; ++m) {
    EXPECT_EQ(apply(noise(), Op::posterize, m, false, kBlack), posterize(noise(), bits[m])) << m;
  }
}

TEST(AutoAugment, TheSameStreamMakesTheSameImage) {
  std::set<std::vector<std::uint8_t>> views;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random a(seed), b(seed);
    const Image view = auto_augment(noise(), kCifar10Policy, a);
    EXPECT_EQ(view, auto_augment(noise(), kCifar10Policy, b));
    views.insert(view.pixels);
  }
  EXPECT_GT(views.size(), 30u);
}

TEST(AutoAugment, DrawsASubPolicyThenOfEachStepWhetherItHappensAndItsSign) {
  std::set<std::uint64_t> policies;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random drawn(seed), random(seed);
    const std::uint64_t policy = drawn.below(25);
    policies.insert(policy);
    Image expected = noise();
    for (const PolicyStep& step : kCifar10Policy[policy]) {
      const bool happens = drawn.uniform() < step.probability, negative = drawn.below(2) == 1;
      if (!happens) continue;
      expected = apply(expected, step.operation, step.magnitude, negative, kBlack);
    }
    ASSERT_EQ(auto_augment(noise(), kCifar10Policy, random), expected) << seed;
    EXPECT_EQ(random.state(), drawn.state());
  }
  EXPECT_EQ(policies.size(), 25u);
}

}  // namespace
}  // namespace h4h::nas
