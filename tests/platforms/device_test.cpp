#include "platforms/description/device.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "platforms/description/keys.hpp"
#include "platforms/description/loader.hpp"
#include "tests/support/files.hpp"

namespace h4h::platforms {
namespace {

bool has(const std::vector<const Key*>& keys, std::string_view path) {
  return std::any_of(keys.begin(), keys.end(), [&](const Key* key) { return key->path == path; });
}

TEST(Devices, APlatformHasItsNpuAndItsMacrosInThisOrder) {
  const Platform platform = load_platform(tests::source_dir() / "platforms" / "h4h-7nm.yaml", {});
  const std::vector<DeviceDescription> devices = devices_of(platform.hardware);
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(type_of(devices[kNpu]), DeviceType::npu);
  EXPECT_EQ(type_of(devices[kCim]), DeviceType::cim);
  EXPECT_EQ(std::get<Npu>(devices[kNpu]).clock_hz, platform.hardware.npu.clock_hz);
  EXPECT_EQ(std::get<Cim>(devices[kCim]).macros, platform.hardware.cim.macros);
}

TEST(Devices, EveryKeyThatNamesADeviceBelongsToItsType) {
  for (const Key& key : keys()) {
    const bool npu = key.path.find("npu") != std::string_view::npos;
    const bool cim = key.path.find("cim") != std::string_view::npos || key.path == "leakage.macro";
    EXPECT_EQ(key.device == kNpu, npu) << key.path;
    EXPECT_EQ(key.device == kCim, cim) << key.path;
  }
}

TEST(Devices, KeysOfATypeIncludeItsEnergyAndAreaAndNotThoseOfTheChip) {
  EXPECT_TRUE(has(keys_of(DeviceType::npu), "npu.clock"));
  EXPECT_TRUE(has(keys_of(DeviceType::npu), "energy.npu_mac"));
  EXPECT_TRUE(has(keys_of(DeviceType::cim), "area.cim_unit"));
  EXPECT_TRUE(has(keys_of(DeviceType::cim), "leakage.macro"));
  for (const DeviceType type : {DeviceType::npu, DeviceType::cim}) {
    EXPECT_FALSE(has(keys_of(type), "noc.bandwidth"));
    EXPECT_FALSE(has(keys_of(type), "leakage.system"));
  }
}

}  // namespace
}  // namespace h4h::platforms
