#include "platforms/description/overrides.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "platforms/description/keys.hpp"
#include "platforms/description/loader.hpp"
#include "platforms/description/uncertain_parameters.hpp"
#include "tests/support/files.hpp"

namespace h4h::platforms {
namespace {

using tests::message_of;
using tests::TemporaryFolder;

std::filesystem::path shipped_file(const std::string& name) {
  return tests::source_dir() / "platforms" / (name + ".yaml");
}

// Texts that a key takes: every word, both ends of a range and something between them.
struct Texts {
  const Key& key;

  std::vector<std::string> operator()(const IntegerField& field) const {
    std::vector<std::string> all;
    for (const std::int64_t value : field.only) all.push_back(with_unit(value));
    if (!all.empty()) return all;
    all = {with_unit(field.low), with_unit(field.high), with_unit(field.low + 1)};
    if (key.dimension == Dimension::latency) all.emplace_back("7 cycles");
    if (key.dimension == Dimension::bandwidth) all.emplace_back("6.1 B/cycle");
    return all;
  }
  std::vector<std::string> operator()(const RealField& field) const { return reals(field); }
  std::vector<std::string> operator()(const OptionalField& field) const {
    std::vector<std::string> all = reals(field);
    all.emplace_back("unknown");
    return all;
  }
  std::vector<std::string> operator()(const ChoiceField& field) const {
    return {field.names.begin(), field.names.end()};
  }
  std::vector<std::string> operator()(const TableField&) const {
    return {"none", (tests::source_dir() / "tests/data/measured.csv").string()};
  }

 private:
  template <typename Number>
  std::string with_unit(Number number) const {
    return fmt::format("{}{}", number, base_unit(key.dimension));
  }
  template <typename Field>
  std::vector<std::string> reals(const Field& field) const {
    return {with_unit(field.low), with_unit(field.high),
            with_unit(field.low + (field.high - field.low) / 3)};
  }
};

class Variant : public ::testing::TestWithParam<std::string> {};

TEST_P(Variant, IsWhatALoadWithTheSameSettingIsForEveryKey) {
  const Platform platform = load_platform(shipped_file(GetParam()));
  for (const Key& key : keys()) {
    for (const std::string& text : std::visit(Texts{key}, key.field)) {
      const std::string setting = std::string(key.path) + "=" + text;
      std::optional<Platform> loaded;
      const std::string refused = [&]() -> std::string {
        try {
          loaded = load_platform(shipped_file(GetParam()), {setting});
          return "";
        } catch (const PlatformError& error) {
          return error.what();
        }
      }();
      if (!loaded) {  // another clock may put what is in cycles out of bounds
        EXPECT_EQ(message_of<PlatformError>([&] { with(platform, {parse_override(setting)}); }),
                  refused);
        continue;
      }
      const Platform variant = with(platform, {parse_override(setting)});
      EXPECT_EQ(variant, *loaded) << setting;
      EXPECT_EQ(platform_hash(variant), platform_hash(*loaded)) << setting;
      EXPECT_EQ(uncertain_parameters(variant).size(), uncertain_parameters(*loaded).size());
      EXPECT_EQ(variant.settings.size(), keys().size());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, Variant,
                         ::testing::Values("h4h-7nm", "alif-ensemble-hp", "ethos-u55-high-end"),
                         [](const auto& name) {
                           std::string text = name.param;
                           std::replace(text.begin(), text.end(), '-', '_');
                           return text;
                         });

TEST(With, TypedValuesAreThoseOfTheirTexts) {
  const Platform base = load_platform(shipped_file("h4h-7nm"));
  const auto loaded = [](const std::string& setting) {
    return load_platform(shipped_file("h4h-7nm"), {setting});
  };
  EXPECT_EQ(with(base, {{"cim.macros", 4}}), loaded("cim.macros=4"));
  EXPECT_EQ(with(base, {{"cim.step", 16'000}}), loaded("cim.step=16 ns"));
  EXPECT_EQ(with(base, {{"energy.npu_mac", 0.3e-12}}), loaded("energy.npu_mac=0.3 pJ"));
  EXPECT_EQ(with(base, {{"noc.duplex", choice_of(Duplex::full)}}), loaded("noc.duplex=full"));
  EXPECT_EQ(with(base, {{"area.npu", Unknown{}}}), loaded("area.npu=unknown"));
  EXPECT_EQ(with(base, {{"sram.latency", PerClock{7}}}), loaded("sram.latency=7 cycles"));
  EXPECT_EQ(with(base, {{"cim.dynamic_operands.size", 0}}).coefficients.leakage.cim_operand_bytes,
            0);
}

TEST(With, TheLastOfTwoValuesCounts) {
  const Platform base = load_platform(shipped_file("h4h-7nm"));
  EXPECT_EQ(with(base, {{"cim.macros", 4}, {"cim.macros", 2}}).hardware.cim.macros, 2);
  EXPECT_EQ(with(base, {}), base);
  EXPECT_EQ(with(with(base, {{"cim.macros", 4}}), {{"cim.macros", 8}}),
            with(base, {{"cim.macros", 8}}));
}

TEST(With, WhatFollowsTheClockIsWorkedOutAgain) {
  const TemporaryFolder folder;
  folder.write("t.csv", "op,H,W,Cin,Cout,k,stride,cycles\npw1x1,8,8,16,32,1,1,1000\n");
  const auto file = folder.write("p.yaml", "extends: " + shipped_file("h4h-7nm").string() +
                                               "\nsram.latency: 32 cycles\nsram.bandwidth: 8 "
                                               "B/cycle\nnpu.measured: t.csv\n");
  const Platform slow = with(load_platform(file), {{"npu.clock", 250'000'000}});
  EXPECT_EQ(slow, load_platform(file, {"npu.clock=250 MHz"}));
  EXPECT_EQ(slow.hardware.sram.latency_ps, 128'000);
  EXPECT_EQ(slow.hardware.sram.bandwidth, 2'000'000'000);
  EXPECT_EQ(slow.hardware.npu.measured.layers.front().time_ps, 4'000'000);
}

// What a run has loaded stays what it was, whatever happens to the files meanwhile.
TEST(With, ReadsNoFileAgain) {
  TemporaryFolder folder;
  folder.write("t.csv", "op,H,W,Cin,Cout,k,stride,cycles\npw1x1,8,8,16,32,1,1,1000\n");
  std::filesystem::copy(shipped_file("h4h-7nm").parent_path(), folder.path() / "chips",
                        std::filesystem::copy_options::recursive);
  const auto file = folder.write("p.yaml", "extends: chips/h4h-7nm.yaml\nnpu.measured: t.csv\n");
  const Platform platform = load_platform(file);
  const Platform slow = load_platform(file, {"npu.clock=500 MHz", "cim.macros=2"});
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::filesystem::remove_all(entry);
  }
  EXPECT_EQ(with(platform, {{"npu.clock", 500'000'000}, {"cim.macros", 2}}), slow);
  for (const UncertainParameter& uncertain : uncertain_parameters(platform)) {
    EXPECT_NO_THROW(with(platform, {uncertain.at(0.3)})) << uncertain.key;
  }
}

TEST(With, AnOverriddenValueHasNoRange) {
  const Platform base = load_platform(shipped_file("h4h-7nm"));
  const auto has_range = [](const Platform& platform, const std::string& key) {
    const auto all = uncertain_parameters(platform);
    return std::any_of(all.begin(), all.end(), [&](const auto& u) { return u.key == key; });
  };
  ASSERT_TRUE(has_range(base, "cim.step"));
  EXPECT_FALSE(has_range(with(base, {{"cim.step", 8'000}}), "cim.step"));
}

TEST(With, RefusesWhatALoadRefuses) {
  const Platform base = load_platform(shipped_file("h4h-7nm"));
  const auto message = [&](const Override& change) {
    return message_of<OverrideError>([&] { with(base, {change}); });
  };
  EXPECT_EQ(message({"cim.macros", 2000}),
            "cim.macros=2000: cim.macros: '2000' is out of bounds; allowed: 0 .. 1024");
  EXPECT_EQ(message({"npu.macs_per_cycle", 100}),
            "npu.macs_per_cycle=100: npu.macs_per_cycle: '100' is not allowed; allowed: 32, 64, "
            "128, 256");
  EXPECT_NE(message({"noc.duplex", Choice{"triple"}}).find("allowed: half, full"),
            std::string::npos);
  EXPECT_NE(message({"cim.step", 0.5}).find("is not allowed"), std::string::npos);
  EXPECT_NE(message({"energy.npu_mac", -1.0}).find("is out of bounds"), std::string::npos);
  EXPECT_NE(
      message({"cim.makros", 1}).find("unknown key 'cim.makros' (did you mean 'cim.macros'?)"),
      std::string::npos);
  EXPECT_THROW(with(Platform{}, {{"cim.macros", 1}}), std::logic_error);
}

TEST(With, NamesTheFileOfAValueThatAnotherClockPutsOutOfBounds) {
  const TemporaryFolder folder;
  const auto file = folder.write(
      "p.yaml", "extends: " + shipped_file("h4h-7nm").string() + "\nsram.latency: 20 cycles\n");
  const Platform base = load_platform(file);
  const std::string message = message_of<PlatformError>([&] {
    with(base, {{"npu.clock", 1'000'000}});
  });
  EXPECT_NE(message.find("p.yaml:2: sram.latency: '20 cycles' is out of bounds"), std::string::npos)
      << message;
  const std::vector<Override> slow_chip{
      {"npu.clock", 1'000'000}, {"sram.latency", 1'000}, {"weights.latency", 1'000}};
  EXPECT_NO_THROW(with(base, slow_chip)) << "all at once are allowed";
}

TEST(ParseOverride, NamesTheOptionThatWasTyped) {
  EXPECT_EQ(message_of<OverrideError>([] { parse_override("cim.macros", "x", "--vary"); }),
            "--vary cim.macros=x: cim.macros: 'x' is not a number");
  EXPECT_EQ(message_of<OverrideError>([] { parse_override("cim.macros"); }),
            "--set cim.macros: must be KEY=VALUE");
  EXPECT_EQ(to_string(parse_override("cim.step=9 ns")), "cim.step=9 ns");
  EXPECT_EQ(to_string(Override{"cim.step", 9'000}), "cim.step=9000 ps");
}

}  // namespace
}  // namespace h4h::platforms
