// Devices that a platform lists beside the NPU and the macros that every platform has.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "platforms/description/keys.hpp"
#include "platforms/description/layer_hardware.hpp"
#include "platforms/description/loader.hpp"
#include "platforms/description/overrides.hpp"
#include "tests/support/paths.hpp"

namespace h4h::platforms {
namespace {

// A file that lies beside the shipped ones.
Platform parsed(const std::string& text, const std::vector<std::string>& sets = {}) {
  return parse_platform("extends: h4h-7nm.yaml\n" + text,
                        tests::source_dir() / "platforms" / "p.yaml", sets);
}

std::string problem(const std::string& text) {
  try {
    parsed(text);
  } catch (const PlatformError& error) {
    const std::string message = error.what();
    return message.substr(message.find("p.yaml"));
  }
  return "";
}

const Cim& listed(const Platform& platform, std::size_t i) {
  return std::get<Cim>(platform.hardware.more.at(i).description);
}

TEST(ListedDevices, HaveKeysThatBeginWithTheirNames) {
  const Platform p = parsed("devices: {fast: {type: cim, like: cim, step: 2 ns, macros: 3}}\n");
  ASSERT_EQ(device_names(p.hardware), (std::vector<std::string>{"npu", "cim", "fast"}));
  EXPECT_EQ(listed(p, 0).step_ps, 2000);
  EXPECT_EQ(listed(p, 0).macros, 3);
  EXPECT_EQ(listed(p, 0).read_time_ps, p.hardware.cim.read_time_ps);
  const KeyList keys(p);
  ASSERT_EQ(p.settings.size(), keys.size());
  EXPECT_EQ(keys.size(), platforms::keys().size() + keys_of(DeviceType::cim).size());
  for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(p.settings[i].key, keys[i].path);
  for (const char* const key : {"fast.step", "fast.energy.mac", "fast.energy.read_bit",
                                "fast.area.unit", "fast.leakage.macro", "fast.measured"}) {
    EXPECT_NE(keys.find(key), nullptr) << key;
  }
}

TEST(ListedDevices, HaveCoefficientsOfTheirOwn) {
  const Platform p = parsed(
      "devices:\n  fast: {type: cim, like: cim, energy.mac: 7 pJ, leakage: {macro: 3 mW}, "
      "dynamic_operands.size: 2 KiB}\n");
  EXPECT_DOUBLE_EQ(p.coefficients.more.at(0).energy.cim_mac, 7e-12);
  EXPECT_DOUBLE_EQ(p.coefficients.more.at(0).leakage.macro, 3e-3);
  EXPECT_EQ(p.coefficients.more.at(0).leakage.cim_operand_bytes, 2048);
  EXPECT_DOUBLE_EQ(p.coefficients.energy.cim_mac, 1e-13);
}

TEST(ListedDevices, AreSetAtTheTopOfTheFileAndInTheListAlike) {
  const Platform list = parsed("devices: {fast: {type: cim, like: cim, step: 2 ns}}\n");
  EXPECT_EQ(parsed("fast.step: 2 ns\ndevices: {fast: {type: cim, like: cim}}\n"), list);
  EXPECT_EQ(parsed("devices: {fast: {type: cim, like: cim}}\n", {"fast.step=2 ns"}), list);
  EXPECT_EQ(
      with(parsed("devices: {fast: {type: cim, like: cim}}\n"), {parse_override("fast.step=2 ns")}),
      list);
  EXPECT_FALSE(parsed("devices: {fast: {type: cim, like: cim}}\n") == list);
  EXPECT_EQ(parsed("devices: {cim: {type: cim, step: 8 ns}, npu: {clock: 800 MHz}}\n"),
            parsed("cim.step: 8 ns\nnpu.clock: 800 MHz\n"));
}

TEST(ListedDevices, MayBeLikeADeviceBeforeThem) {
  const Platform p = parsed(
      "devices:\n  fast: {type: cim, like: cim, step: 2 ns}\n  faster: {type: cim, like: fast, "
      "macros: 1}\n",
      {"cim.products=18"});
  EXPECT_EQ(listed(p, 1).step_ps, 2000);
  EXPECT_EQ(listed(p, 1).products, 9) << "files, not options, say what it is like";
}

TEST(ListedDevices, ChangeHashesAndTextsOfPlatforms) {
  const Platform without = parsed("");
  const Platform with_one = parsed("devices: {fast: {type: cim, like: cim}}\n");
  const Platform other_name = parsed("devices: {fest: {type: cim, like: cim}}\n");
  EXPECT_NE(platform_hash(without), platform_hash(with_one));
  EXPECT_NE(platform_hash(other_name), platform_hash(with_one));
  EXPECT_EQ(canonical_text(without).find("devices"), std::string::npos);
  const std::string text = layer_text(with_one.hardware, {kNpu, kFirstOfList});
  EXPECT_EQ(text.rfind("devices=fast:cim\n", 0), 0u) << text;
  EXPECT_EQ(layer_text(hardware_of(text), {kNpu, kFirstOfList}), text);
}

struct Refused {
  const char* file;
  const char* message;
};

TEST(ListedDevices, AreRefusedWithWhatIsAllowed) {
  const Refused cases[] = {
      {"devices: [fast]\n", "p.yaml:2: devices must be a map: NAME: {type: ..., KEY: ...}"},
      {"devices: {fast: cim}\n", "p.yaml:2: devices: every entry is NAME: {type: ..., KEY: ...}"},
      {"devices: {fast: {step: 2 ns}}\n", "p.yaml:2: devices: fast needs a type; allowed: cim"},
      {"devices:\n  fast: {type: cmi}\n", "p.yaml:3: devices: fast: no such type; allowed: cim"},
      {"devices: {Fast: {type: cim}}\n", "p.yaml:2: devices: 'Fast' is no name; allowed: up to 32"},
      {"devices: {noc: {type: cim}}\n", "p.yaml:2: devices: 'noc' is the name of a group of keys"},
      {"devices: {fast: {type: cim, like: cim}, fast: {type: cim}}\n",
       "p.yaml:2: devices: fast is given twice in this file"},
      {"devices: {cim: {like: npu}}\n", "p.yaml:2: devices: like is for devices of the list"},
      {"devices: {npu: {type: cim}}\n", "p.yaml:2: devices: npu is not of this type"},
      {"devices: {fast: {type: cim, like: npu}}\n",
       "p.yaml:2: devices: fast: like takes a device before it of the same type; allowed: cim"},
      {"devices: {fast: {type: cim, like: fast}}\n",
       "p.yaml:2: devices: fast: like takes a device before it of the same type; allowed: cim"},
      {"devices: {fast: {type: cim, like: cim, stepp: 2 ns}}\n",
       "p.yaml:2: unknown key 'fast.stepp' (did you mean 'fast.step'?); allowed: fast.macros"},
      {"devices: {fast: {type: cim, like: cim, step: 2 kg}}\n", "p.yaml:2: fast.step: "},
      {"devices: {fast: {type: cim, like: cim, step: 2 ns}}\nfast.step: 3 ns\n",
       "p.yaml:3: fast.step is given twice in this file"},
      {"devices: {second: {type: ethos-u55, like: npu, weights.port: private}}\n",
       "p.yaml:2: second.weights.port: 'private' is not allowed; allowed: noc, as "
       "npu.weights.port"},
      {"devices: {fast: {type: cim, like: cim, macros: {value: 2, range: [1, 3]}}}\n",
       "p.yaml:2: fast.macros: a range is for uncertain parameters"},
  };
  for (const Refused& each : cases) {
    EXPECT_EQ(problem(each.file).rfind(each.message, 0), 0u) << problem(each.file);
  }
}

TEST(ListedDevices, MayBeNpusOfAnyMemberOfTheFamily) {
  const Platform p = parsed(
      "devices: {big: {type: ethos-u85, like: npu, macs_per_cycle: 1024, energy.mac: 1 pJ}}\n");
  const auto& big = std::get<Npu>(p.hardware.more.at(0).description);
  EXPECT_EQ(big.type, NpuType::ethos_u85);
  EXPECT_EQ(big.macs_per_cycle, 1024);
  EXPECT_EQ(p.hardware.npu.type, NpuType::ethos_u55);
  EXPECT_DOUBLE_EQ(p.coefficients.more.at(0).energy.npu_mac, 1e-12);
  EXPECT_EQ(problem("devices: {big: {type: ethos-u65, like: npu, macs_per_cycle: 128}}\n"),
            "p.yaml:2: big.macs_per_cycle: '128' is not allowed; allowed: 256, 512 with big.type "
            "ethos-u65");
  const std::string text = layer_text(p.hardware, {kNpu, kFirstOfList});
  EXPECT_EQ(layer_text(hardware_of(text), {kNpu, kFirstOfList}), text);
}

TEST(ListedDevices, NeedAllKeysThatNoOtherDeviceGivesThem) {
  EXPECT_NE(problem("devices: {fast: {type: cim, step: 2 ns}}\n").find("missing keys: fast.macros"),
            std::string::npos);
}

TEST(ListedDevices, AreNoMoreThanEightWithTheFirstTwo) {
  std::string text = "devices:\n";
  for (int i = 0; i < 6; ++i) text += fmt::format("  d{}: {{type: cim, like: cim}}\n", i);
  EXPECT_EQ(parsed(text).hardware.more.size(), 6u);
  EXPECT_EQ(problem(text + "  d6: {type: cim, like: cim}\n")
                .rfind("p.yaml:9: devices: 'd6' is one too many; allowed: 8 devices", 0),
            0u);
}

TEST(ListedDevices, WhoseNameNoPlatformHasAreNamedWhereAKeyIsSet) {
  for (const auto& set : {"fats.step=2 ns", "fast.stepp=2 ns"}) {
    try {
      parsed("devices: {fast: {type: cim, like: cim}}\n", {set});
      ADD_FAILURE() << set;
    } catch (const OverrideError& error) {
      EXPECT_NE(std::string(error.what()).find("did you mean 'fast.step'"), std::string::npos)
          << error.what();
    }
  }
}

}  // namespace
}  // namespace h4h::platforms
