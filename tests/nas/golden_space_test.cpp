#include <gtest/gtest.h>

#include <cmath>

#include "nas/space/load.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

Space shipped(const std::string& name) {
  return load_space((tests::source_dir() / "nas/spaces" / name).string());
}

std::int64_t macs_of(const Space& space, const Genotype& genotype) {
  return workloads::macs(space.network(genotype));
}
std::int64_t parameters_of(const Space& space, const Genotype& genotype) {
  return workloads::parameters(space.network(genotype));
}

TEST(Table1, HasTheSizeOfItsChoices) {
  EXPECT_NEAR(shipped("h4h-imagenet.yaml").log10_size(), 30.3, 0.05);
  EXPECT_NEAR(shipped("h4h-imagenet-cnn.yaml").log10_size(), 16.7, 0.05);
}

// The figures are those of an independent calculator of ours.
TEST(Table1, SmallestNetworkHasTheParametersAndMacsOfTheTable) {
  const Space space = shipped("h4h-imagenet.yaml");
  EXPECT_EQ(space.resolution(space.min()), 192);
  EXPECT_NEAR(static_cast<double>(parameters_of(space, space.min())), 5.67e6, 0.005e6);
  EXPECT_EQ(macs_of(space, space.min()), 146'301'952);
}

TEST(Table1, LargestNetworkHasTheParametersAndMacsOfTheTable) {
  const Space space = shipped("h4h-imagenet.yaml");
  EXPECT_EQ(space.resolution(space.max()), 288);
  EXPECT_EQ(parameters_of(space, space.max()), 17'961'282);
  EXPECT_EQ(macs_of(space, space.max()), 4'388'353'600);
}

TEST(Table1, WithoutTransformersItHasTheParametersAndMacsOfTheTable) {
  const Space hybrid = shipped("h4h-imagenet.yaml"), cnn = shipped("h4h-imagenet-cnn.yaml");
  EXPECT_EQ(parameters_of(cnn, cnn.max()), 14'029'928);
  EXPECT_EQ(macs_of(cnn, cnn.max()), 3'414'121'888);
  EXPECT_EQ(parameters_of(cnn, cnn.min()), parameters_of(hybrid, hybrid.min()));
  EXPECT_EQ(macs_of(cnn, cnn.min()), macs_of(hybrid, hybrid.min()));
}

// The smallest network is AlphaNet-A0, of which its authors say 203 million; and a projection
// around mb1, where theirs adds the input itself.
TEST(AlphaNet, SmallestNetworkHasTheMacsOfItsAuthors) {
  const Space space = shipped("alphanet.yaml");
  EXPECT_NEAR(space.log10_size(), 11.64, 0.01);
  EXPECT_EQ(macs_of(space, space.min()) - 96 * 96 * 16 * 16, 203'389'568);
}

TEST(OnceForAll, HasTheSizeOfItsChoicesAStage) {
  const Space space = shipped("ofa-mobilenetv3.yaml");
  EXPECT_NEAR(std::pow(10, space.log10_size()), 25 * std::pow(3 * 3 * 3, 5), 1);
}

}  // namespace
}  // namespace h4h::nas
