#include "tools/studies/transformers.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "nas/space/load.hpp"
#include "tests/support/files.hpp"

namespace h4h::tests {
namespace {

nas::Space table1() {
  return nas::load_space((source_dir() / "nas/spaces/h4h-imagenet.yaml").string());
}

TEST(Transformers, NetworksCountOnceForEachFrontThatTheyStandOn) {
  const nas::Space space = table1();
  const studies::FoundNetwork without{space.min(), 72, 1, 1}, with{space.max(), 79, 2, 2};
  const studies::Measures m = studies::transformer_measures(
      space, {{{0, 1, "enforce"}, {without, with}}, {{8, 1, "enforce"}, {without, with, with}}});
  EXPECT_EQ(m.at("front_networks"), 5);
  EXPECT_EQ(m.at("front_networks_without_transformers"), 2);
  EXPECT_DOUBLE_EQ(m.at("front_share_without_transformers"), 0.4);
  EXPECT_EQ(studies::transformers_text(m), "2 of 5 networks hold no transformer (40.0 %)");
}

TEST(Transformers, ShareOfNoNetworkIsNoNumber) {
  const studies::Measures m = studies::transformer_measures(table1(), {});
  EXPECT_TRUE(std::isnan(m.at("front_share_without_transformers")));
}

TEST(Transformers, StudiesThatDoNotCountThemSayNothing) {
  EXPECT_EQ(studies::transformers_text({{"balanced_share", 1}}), "");
}

}  // namespace
}  // namespace h4h::tests
