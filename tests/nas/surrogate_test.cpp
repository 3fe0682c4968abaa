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

double top1(const Space& space, const Genotype& genotype, AccuracyCurve curve,
            const SurrogateValues& values) {
  return 100 * Surrogate(space, values, curve).evaluate({genotype}).front();
}

// Table 2's MACs: the largest CNN-only network and the largest hybrid one.
constexpr double kLargestCnn = 3'414'121'888, kLargest = 4'388'353'600;
constexpr double kLargestShare = 160.0 / 38;

// Every combination of the ends and the nominal value of saturation and worth.
std::vector<SurrogateValues> corners() {
  std::vector<SurrogateValues> all;
  for (const double saturation : {0.0, 0.035, 0.46}) {
    for (const double worth : {-0.05, 0.46, 0.97}) {
      all.push_back(without_scatter());
      all.back().saturation = saturation;
      all.back().transformers_worth = worth;
    }
  }
  return all;
}

// H4H paper, table 2, as it is printed.
TEST(Surrogate, GivesAllEightNumbersOfTable2) {
  const Space hybrid = shipped_space("h4h-imagenet"), cnn = shipped_space("h4h-imagenet-cnn");
  for (const SurrogateValues& values : corners()) {
    EXPECT_NEAR(top1(cnn, cnn.min(), AccuracyCurve::cnn_only, values), 71.691, 1e-9);
    EXPECT_NEAR(top1(cnn, cnn.max(), AccuracyCurve::cnn_only, values), 78.802, 1e-9);
    EXPECT_NEAR(top1(hybrid, hybrid.min(), AccuracyCurve::vanilla, values), 71.346, 1e-9);
    EXPECT_NEAR(top1(hybrid, hybrid.max(), AccuracyCurve::vanilla, values), 79.914, 1e-9);
    EXPECT_NEAR(top1(hybrid, hybrid.min(), AccuracyCurve::tpi_unfreeze, values), 72.140, 1e-9);
    EXPECT_NEAR(top1(hybrid, hybrid.max(), AccuracyCurve::tpi_unfreeze, values), 79.248, 1e-9);
    EXPECT_NEAR(top1(hybrid, hybrid.min(), AccuracyCurve::tpi_freeze, values), 72.201, 1e-9);
    EXPECT_NEAR(top1(hybrid, hybrid.max(), AccuracyCurve::tpi_freeze, values), 79.782, 1e-9);
  }
}

TEST(Surrogate, CurveGoesByTheSpaceThatIsSearched) {
  const Space hybrid = shipped_space("h4h-imagenet"), cnn = shipped_space("h4h-imagenet-cnn");
  EXPECT_EQ(Surrogate(cnn).curve(), AccuracyCurve::cnn_only);
  EXPECT_NEAR(top1(cnn, cnn.max()), 78.802, 1e-9);
  EXPECT_NEAR(top1(cnn, cnn.min()), 71.691, 1e-9);
  for (const char* const name : {"h4h-imagenet", "h4h-imagenet-vit", "h4h-imagenet-cnn-then-vit"}) {
    EXPECT_EQ(curve_of(shipped_space(name)), AccuracyCurve::tpi_freeze) << name;
  }
  EXPECT_EQ(curve_of(shipped_space("resnet")), AccuracyCurve::resnet);
  EXPECT_NEAR(top1(hybrid, hybrid.min()), 72.201, 1e-9);
}

// The networks are the same, layer by layer: the recipe makes the difference.
TEST(Surrogate, NetworkWithoutTransformersIsOnTheCurveOfItsSupernet) {
  const Space hybrid = shipped_space("h4h-imagenet"), cnn = shipped_space("h4h-imagenet-cnn");
  EXPECT_EQ(block_counts(hybrid, hybrid.min()).vit, 0);
  EXPECT_EQ(NetworkMacs(hybrid).of(hybrid.min()), NetworkMacs(cnn).of(cnn.min()));
  const double alone = top1(cnn, cnn.min());
  EXPECT_NEAR(top1(hybrid, hybrid.min()) - alone, 0.510, 1e-9);
  EXPECT_NEAR(top1(cnn, cnn.min(), AccuracyCurve::vanilla, without_scatter()) - alone, -0.345,
              1e-9);
}

TEST(Surrogate, TransformersAddTheirWorthInProportionToTheirShare) {
  for (const SurrogateValues& values : corners()) {
    const auto added = [&](AccuracyCurve curve, double vit_per_ten) {
      return nas::top1(curve, {1e9, vit_per_ten}, values) - nas::top1(curve, {1e9, 0}, values);
    };
    const double worth = values.transformers_worth;
    EXPECT_NEAR(added(AccuracyCurve::tpi_freeze, kLargestShare), worth, 1e-9);
    EXPECT_NEAR(added(AccuracyCurve::tpi_freeze, kLargestShare / 4), worth / 4, 1e-9);
    EXPECT_NEAR(added(AccuracyCurve::tpi_freeze, 2 * kLargestShare), worth, 1e-9) << "no more";
    EXPECT_NEAR(added(AccuracyCurve::vanilla, kLargestShare), worth + 79.914 - 79.782, 1e-9);
    EXPECT_NEAR(added(AccuracyCurve::tpi_unfreeze, kLargestShare), worth + 79.248 - 79.782, 1e-9);
    EXPECT_EQ(added(AccuracyCurve::cnn_only, kLargestShare), 0);
  }
}

const SurrogateParameter& unknown(const std::string& key) {
  for (const SurrogateParameter& u : surrogate_parameters()) {
    if (u.key == key) return u;
  }
  throw std::invalid_argument(key);
}

TEST(Surrogate, WorthOfTransformersIsWhatTable2LeavesToThem) {
  const double cnn = nas::top1(AccuracyCurve::cnn_only, {kLargest, 0}, {});
  EXPECT_NEAR(SurrogateValues().transformers_worth, 79.782 - cnn, 0.005);
  EXPECT_NEAR(unknown("surrogate.transformers_worth").low, 79.782 - (cnn + 0.510), 0.005);
  EXPECT_NEAR(0.80, 79.782 - (cnn - 0.345), 0.01) << "by vanilla training";
  EXPECT_GT(unknown("surrogate.transformers_worth").high, 0.80);
}

// The second phase leaves the CNN weights as they are: without transformers little may change.
TEST(Surrogate, LargestNetworkWithoutTransformersIsNearTheCnnOnlyOneOnEveryHybridCurve) {
  for (const Table2Row& row : kTable2) {
    EXPECT_NEAR(nas::top1(row.curve, {kLargestCnn, 0}, {}), 78.802, 0.05) << to_string(row.curve);
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
            "the accuracy surrogate covers ImageNet only, with 1000 classes; h4h-32 has 10");
  const Space plain(
      "plain", 3, 1000,
      {{"resolution", {192}}, {"a.width", {8}}, {"a.depth", {1}}, {"a.expansion", {1}}},
      {{"a", StageKind::conv, 1, 2, 3, 1}});
  EXPECT_EQ(tests::message_of<SpaceError>([&] { Surrogate{plain}; }),
            "the accuracy surrogate covers networks of MBConv or ResNet blocks only; plain has "
            "neither");
}

TEST(Surrogate, RefusesCurvesOfOtherSpaces) {
  const auto complaint = [](const std::string& name, AccuracyCurve curve) {
    const Space space = shipped_space(name);
    return tests::message_of<SpaceError>([&] { Surrogate(space, {}, curve); });
  };
  EXPECT_EQ(
      complaint("h4h-imagenet", AccuracyCurve::cnn_only),
      "the cnn-only curve applies to spaces without transformers; h4h-imagenet has transformers");
  EXPECT_EQ(complaint("resnet", AccuracyCurve::vanilla),
            "resnet: its accuracy curve is resnet, not vanilla");
  EXPECT_EQ(complaint("h4h-imagenet", AccuracyCurve::resnet),
            "h4h-imagenet: its accuracy curve is tpi-freeze, not resnet");
}

TEST(Surrogate, IntervalHoldsTheWorthOfTransformers) {
  const Space space = shipped_space("h4h-imagenet"), cnn = shipped_space("h4h-imagenet-cnn");
  const auto width = [](const Space& s, const Genotype& genotype, AccuracyCurve curve) {
    const AccuracyInterval interval = *Surrogate(s, {}, curve).interval(genotype);
    return 100 * (interval.high - interval.low);
  };
  Genotype largest_without = space.max();
  for (const Stage& stage : space.stages()) {
    if (stage.kind == StageKind::vit) largest_without[stage.depth] = 0;
  }
  EXPECT_GT(width(space, largest_without, AccuracyCurve::tpi_freeze), 0.9);
  EXPECT_NEAR(width(space, space.max(), AccuracyCurve::tpi_freeze), 0.26, 1e-9) << "is in table 2";
  EXPECT_NEAR(width(cnn, cnn.max(), AccuracyCurve::cnn_only), 0.26, 1e-9) << "is in table 2";
}

// torchvision, IMAGENET1K_V1; timm, resnet34.a1_in1k.
TEST(Surrogate, ResNetsGoThroughThosePublished) {
  SurrogateValues values;
  EXPECT_NEAR(nas::top1(AccuracyCurve::resnet, {1.81e9, 0}, values), 69.758, 1e-9);
  EXPECT_NEAR(nas::top1(AccuracyCurve::resnet, {3.66e9, 0}, values), 73.314, 1e-9);
  values.resnet_recipe = unknown("surrogate.resnet_recipe").high;
  EXPECT_NEAR(nas::top1(AccuracyCurve::resnet, {3.66e9, 0}, values), 76.428, 1e-9);
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
  const double gained = nas::top1(AccuracyCurve::cnn_only, {709e6, 0}, {}) -
                        nas::top1(AccuracyCurve::cnn_only, {203e6, 0}, {});
  EXPECT_NEAR(gained, 80.78 - 77.87, 0.005);
}

TEST(Surrogate, ItsRangesAreThoseOfAlphaNetBetweenItsEnds) {
  double best = 0;
  for (double s = 0; s < 1; s += 0.01) best = rms(s) < rms(best) ? s : best;
  EXPECT_NEAR(best, unknown("surrogate.saturation").high, 0.005);
  EXPECT_NEAR(rms(best), SurrogateValues().scatter, 0.005);
  EXPECT_NEAR(rms(0), unknown("surrogate.scatter").high, 0.01);
  for (const SurrogateParameter& u : surrogate_parameters()) {
    EXPECT_LE(u.low, SurrogateValues().*u.field);
    EXPECT_GT(u.high, SurrogateValues().*u.field);
  }
}

// Linear in log(MACs) between neighbours, and beyond the last one as between the last two.
double alphanet(double macs) {
  std::size_t next = 1;
  while (next + 1 < std::size(kAlphaNet) && kAlphaNet[next].macs < macs) ++next;
  const Published &a = kAlphaNet[next - 1], &b = kAlphaNet[next];
  return a.top1 + (b.top1 - a.top1) * std::log(macs / a.macs) / std::log(b.macs / a.macs);
}

// NASViT A0, A1, A2 and A5: MFLOPs and top-1 % (Gong et al., ICLR 2022).
TEST(Surrogate, WorthOfTransformersIsAtMostNasvitsLeadOverAlphaNet) {
  const Published nasvit[] = {{208, 78.2}, {309, 79.7}, {421, 80.5}, {750, 81.8}};
  const double leads[] = {0.25, 0.55, 0.64, 0.97};
  for (std::size_t i = 0; i < std::size(nasvit); ++i) {
    EXPECT_NEAR(nasvit[i].top1 - alphanet(nasvit[i].macs), leads[i], 0.005);
    EXPECT_LE(leads[i], unknown("surrogate.transformers_worth").high);
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
