// Texts and hashes of platforms: of their values, whatever files say them.
#include <gtest/gtest.h>

#include "platforms/description/loader.hpp"
#include "tests/support/paths.hpp"

namespace h4h::platforms {
namespace {

std::filesystem::path path_of(const std::string& name) {
  return tests::source_dir() / "platforms" / name;
}

TEST(Platform, HashFollowsValuesAndNotTheirSpelling) {
  const auto base = load_platform(path_of("h4h-7nm.yaml"));
  const auto same = load_platform(path_of("h4h-7nm.yaml"), {"cim.step=0.009 us"});
  const auto other = load_platform(path_of("h4h-7nm.yaml"), {"cim.step=10 ns"});
  EXPECT_EQ(platform_hash(base), platform_hash(same));
  EXPECT_NE(platform_hash(base), platform_hash(other));
  EXPECT_EQ(base.hardware.sram.halo, Halo::keep);
  EXPECT_EQ(canonical_text(base).find("sram.halo"), std::string::npos);
  EXPECT_THROW(load_platform(path_of("h4h-7nm.yaml"), {"sram.halo=again"}), OverrideError);
}

TEST(Platform, PricesDoNotChangeTheHardware) {
  const auto base = load_platform(path_of("h4h-7nm.yaml"));
  const auto dearer = load_platform(path_of("h4h-7nm.yaml"), {"energy.npu_mac=0.3 pJ"});
  EXPECT_EQ(canonical_text(base.hardware), canonical_text(dearer.hardware));
  EXPECT_NE(canonical_text(base), canonical_text(dearer));
}

TEST(Platform, AKeyThatCameLaterLeavesTheHashOfFilesWithoutItAsItWas) {
  const auto base = load_platform(path_of("h4h-7nm.yaml"));
  EXPECT_EQ(base.hardware.sram.schedule, Schedule::layer);
  EXPECT_EQ(canonical_text(base).find("sram.schedule"), std::string::npos);
  EXPECT_NE(canonical_text(base).find("area.sram="), std::string::npos) << "not set, and as before";
  const auto same = load_platform(path_of("h4h-7nm.yaml"), {"sram.schedule=layer"});
  EXPECT_EQ(platform_hash(base), platform_hash(same));
  const auto other = load_platform(path_of("h4h-7nm.yaml"), {"sram.schedule=cascade"});
  EXPECT_NE(platform_hash(base), platform_hash(other));
}

}  // namespace
}  // namespace h4h::platforms
