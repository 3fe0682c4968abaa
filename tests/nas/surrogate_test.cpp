#include "nas/accuracy/surrogate.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/nas/search_support.hpp"

namespace h4h::nas::testing {
namespace {

SurrogateValues without_scatter() {
  SurrogateValues values;
  values.scatter = 0;
  return values;
}

double top1(const Space& space, const Genotype& genotype,
            const SurrogateValues& values = without_scatter()) {
  return 100 * Surrogate(space, values).evaluate({genotype}).front();
}

// H4H paper, table 2: the smallest network of the CNN-only supernet, + 0.510 by the second phase.
TEST(Surrogate, GoesThroughThePublishedEnds) {
  const Space hybrid = shipped_space("h4h-imagenet"), cnn = shipped_space("h4h-imagenet-cnn");
  for (const double saturation : {0.0, 0.035, 0.46}) {
    SurrogateValues values = without_scatter();
    values.saturation = saturation;
    EXPECT_NEAR(top1(hybrid, hybrid.min(), values), 72.201, 1e-9);
    EXPECT_NEAR(top1(hybrid, hybrid.max(), values), 79.782, 1e-9);
    EXPECT_NEAR(top1(cnn, cnn.max(), values), 78.802 + 0.510, 1e-9);
  }
}

TEST(Surrogate, RisesWithMacsAndStaysInsideItsInterval) {
  const Space space = shipped_space("h4h-imagenet");
  Surrogate surrogate(space);
  Random random(3);
  for (int i = 0; i < 50; ++i) {
    const Genotype genotype = space.sample(random);
    const double value = surrogate.evaluate({genotype}).front();
    const AccuracyInterval interval = *surrogate.interval(genotype);
    EXPECT_LT(interval.low, value);
    EXPECT_GT(interval.high, value);
    EXPECT_LT(interval.high - interval.low, 0.05);
    EXPECT_GE(interval.high - interval.low, 2 * 0.0013) << "scatter goes either way";
    Genotype larger = genotype;
    if (larger[0] + 1u == space.genes()[0].choices.size()) continue;
    ++larger[0];  // the resolution
    EXPECT_GT(top1(space, larger), top1(space, genotype));
  }
}

TEST(Surrogate, ScattersByGenotypeAndDrawAloneAndNoFurtherThanItSays) {
  const Space space = shipped_space("h4h-imagenet");
  Random random(4);
  for (int i = 0; i < 50; ++i) {
    const Genotype genotype = space.sample(random);
    const double scattered = top1(space, genotype, {});
    EXPECT_EQ(scattered, top1(space, genotype, {}));
    EXPECT_LE(std::abs(scattered - top1(space, genotype)), SurrogateValues().scatter + 1e-9);
    SurrogateValues other;
    other.draw = 0.25;
    EXPECT_NE(top1(space, genotype, other), scattered);
    EXPECT_LE(std::abs(top1(space, genotype, other) - top1(space, genotype)), other.scatter + 1e-9);
  }
}

TEST(Surrogate, RefusesSpacesThatItKnowsNothingOf) {
  const auto complaint = [](const std::string& name) {
    const Space space = shipped_space(name);
    return tests::message_of<SpaceError>([&] { Surrogate{space}; });
  };
  EXPECT_EQ(complaint("h4h-32"),
            "the accuracy surrogate is of ImageNet, with 1000 classes; h4h-32 has 10");
  EXPECT_EQ(complaint("resnet"),
            "the accuracy surrogate is of networks of MBConv; resnet has none");
}

TEST(BlockCounts, WithoutMbconvThereIsNoShare) {
  const Space space = shipped_space("resnet");
  EXPECT_EQ(block_counts(space, space.max()).vit_per_ten(), 0);
}

// AlphaNet A0..A6, MFLOPs and top-1 % (facebookresearch/AlphaNet, README).
struct Published {
  double macs, top1;
};
constexpr Published kAlphaNet[] = {{203, 77.87}, {279, 78.94}, {317, 79.20}, {357, 79.41},
                                   {444, 80.01}, {491, 80.29}, {596, 80.62}, {709, 80.78}};

double worth(double doublings, double saturation) {
  return saturation == 0 ? doublings : (1 - std::exp(-saturation * doublings)) / saturation;
}

// Of the best curve of this saturation through AlphaNet, by least squares: how far off it is.
double rms(double saturation) {
  double mx = 0, my = 0, xy = 0, xx = 0, rest = 0;
  const auto x = [&](const Published& p) { return worth(std::log2(p.macs / 203), saturation); };
  for (const Published& p : kAlphaNet) mx += x(p) / 8, my += p.top1 / 8;
  for (const Published& p : kAlphaNet) {
    xy += (x(p) - mx) * (p.top1 - my);
    xx += (x(p) - mx) * (x(p) - mx);
  }
  for (const Published& p : kAlphaNet) {
    rest += std::pow(p.top1 - my - xy / xx * (x(p) - mx), 2);
  }
  return std::sqrt(rest / 8);
}

TEST(Surrogate, SaturatesAsTheEndsOfAlphaNetDo) {
  const double first = std::log2(203e6 / 146'301'952), last = std::log2(709e6 / 146'301'952);
  const double whole = std::log2(3'414'121'888 / 146'301'952.0);
  const double s = SurrogateValues().saturation;
  const double gained = (78.802 - 71.691) * (worth(last, s) - worth(first, s)) / worth(whole, s);
  EXPECT_NEAR(gained, 80.78 - 77.87, 0.005);
}

TEST(Surrogate, ItsRangesAreThoseOfAlphaNetBetweenItsEnds) {
  double best = 0;
  for (double s = 0; s < 1; s += 0.01) best = rms(s) < rms(best) ? s : best;
  EXPECT_NEAR(best, surrogate_unknowns()[0].high, 0.005);
  EXPECT_NEAR(rms(best), SurrogateValues().scatter, 0.005);
  EXPECT_NEAR(rms(0), surrogate_unknowns()[2].high, 0.01);
  for (const SurrogateUnknown& u : surrogate_unknowns()) {
    EXPECT_LE(u.low, SurrogateValues().*u.field);
    EXPECT_GT(u.high, SurrogateValues().*u.field);
  }
}

TEST(NetworkMacs, AreThoseOfTheNetwork) {
  for (const std::string name : {"h4h-imagenet", "h4h-32", "toy", "resnet"}) {
    const Space space = shipped_space(name);
    NetworkMacs macs(space);
    Random random(5);
    for (int i = 0; i < 30; ++i) {
      const Genotype genotype = space.sample(random);
      EXPECT_EQ(macs.of(genotype), workloads::macs(space.network(genotype))) << name;
    }
  }
}

TEST(BlockCounts, CountLayersOfStages) {
  const Space space = shipped_space("h4h-imagenet");
  EXPECT_EQ(block_counts(space, space.min()).vit, 0);
  const BlockCounts most = block_counts(space, space.max());
  EXPECT_EQ(most.vit, 16);
  EXPECT_EQ(most.mbconv, 38);
  EXPECT_DOUBLE_EQ(most.vit_per_ten(), 160.0 / 38);
}

}  // namespace
}  // namespace h4h::nas::testing
