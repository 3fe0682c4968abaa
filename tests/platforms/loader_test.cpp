#include "platforms/description/loader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "platforms/description/keys.hpp"
#include "tests/support/files.hpp"

namespace h4h::platforms {
namespace {

using tests::message_of;
using tests::TemporaryFolder;

std::filesystem::path shipped(const std::string& name) {
  return tests::source_dir() / "platforms" / name;
}

std::vector<std::filesystem::path> all_shipped() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(shipped(""))) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  return files;
}

// A file that extends h4h-7nm with `text` from line 2 on.
std::string error_of(const std::string& text) {
  const TemporaryFolder folder;
  const auto file =
      folder.write("p.yaml", "extends: " + shipped("h4h-7nm.yaml").string() + "\n" + text);
  return message_of<PlatformError>([&] { load_platform(file); });
}

TEST(Loader, ReadsTheChipOfThePaper) {
  const Platform p = load_platform(shipped("h4h-7nm.yaml"));
  EXPECT_EQ(p.name, "h4h-7nm");
  EXPECT_EQ(p.hardware.npu.macs_per_cycle, 256);
  EXPECT_EQ(p.hardware.npu.clock_hz, 1'000'000'000);
  EXPECT_EQ(p.hardware.cim.macros, 8);
  EXPECT_EQ(p.hardware.cim.word_bits(), 1152);
  EXPECT_EQ(p.hardware.cim.words_per_macro(), 9102);
  EXPECT_EQ(p.hardware.noc.bandwidth, 8'000'000'000);
  EXPECT_EQ(p.hardware.sram.latency_ps, 32'000);
  EXPECT_DOUBLE_EQ(p.coefficients.energy.npu_mac, 0.2e-12);
  EXPECT_FALSE(p.coefficients.area.npu);
}

TEST(Loader, EveryShippedValueHasASource) {
  ASSERT_GE(all_shipped().size(), 9u);
  for (const auto& file : all_shipped()) {
    const Platform p = load_platform(file);
    EXPECT_EQ(p.settings.size(), KeyList(p).size());
    for (const Setting& s : p.settings) EXPECT_FALSE(s.source.empty()) << file << " " << s.key;
  }
}

TEST(Loader, AssumptionsOfShippedFilesHaveARangeOrAreChoices) {
  for (const auto& file : all_shipped()) {
    for (const Setting& s : load_platform(file).settings) {
      const bool architects_choice =
          s.key.rfind("npu.", 0) == 0 || s.key == "noc.duplex" || s.key.rfind("weights.", 0) == 0;
      EXPECT_TRUE(!is_assumption(s) || architects_choice || s.range_low) << file << " " << s.key;
    }
  }
}

TEST(Loader, NothingThatAnArchitectChoosesHasARange) {
  const std::set<std::string> choices{"npu.macs_per_cycle", "npu.weights.port", "cim.macros",
                                      "cim.compute_units",  "sram.size",        "noc.duplex"};
  for (const auto& file : all_shipped()) {
    for (const Setting& s : load_platform(file).settings) {
      EXPECT_FALSE(s.range_low && choices.count(s.key) > 0) << file << " " << s.key;
    }
  }
}

TEST(Loader, ShippedFilesAreNamedLikeTheirPlatforms) {
  for (const auto& file : all_shipped()) EXPECT_EQ(load_platform(file).name, file.stem().string());
}

TEST(Loader, ReadsTheSystemsOfArm) {
  const Hardware high = load_platform(shipped("ethos-u55-high-end.yaml")).hardware;
  EXPECT_EQ(high.npu.macs_per_cycle, 128);
  EXPECT_EQ(high.npu.weights_port, WeightsPort::private_port);
  EXPECT_EQ(high.sram.bandwidth, 4'000'000'000);
  EXPECT_EQ(high.weights.bandwidth, 500'000'000);
  EXPECT_EQ(high.weights.latency_ps, 128'000);
  EXPECT_EQ(high.cim.macros, 0);
  const Hardware deep = load_platform(shipped("ethos-u55-deep.yaml")).hardware;
  EXPECT_EQ(deep.npu.clock_hz, 200'000'000);
  EXPECT_EQ(deep.sram.bandwidth, 1'600'000'000);
  EXPECT_EQ(deep.sram.latency_ps, 160'000);
  EXPECT_EQ(deep.weights.bandwidth, 100'000'000);
  EXPECT_EQ(deep.weights.latency_ps, 320'000);
}

TEST(Loader, ReadsAnEnsembleWithWeightsInMram) {
  const Hardware alif = load_platform(shipped("alif-ensemble-hp.yaml")).hardware;
  EXPECT_EQ(alif.npu.clock_hz, 400'000'000);
  EXPECT_EQ(alif.sram.bandwidth, 2'438'400'000);
  EXPECT_EQ(alif.sram.latency_ps, 72'500);
  EXPECT_EQ(alif.weights.bandwidth, 387'200'000);
  EXPECT_EQ(alif.weights.latency_ps, 150'000);
  EXPECT_EQ(alif.npu.weights_port, WeightsPort::private_port);
}

TEST(Loader, VariantsOfThePapersChipDifferInNothingElse) {
  const auto differing = [](const std::string& variant) {
    const Platform a = load_platform(shipped("h4h-7nm.yaml"));
    const Platform b = load_platform(shipped("h4h-7nm-" + variant + ".yaml"));
    std::set<std::string> found;
    for (const Key& key : keys()) {
      if (value_text(a, key) != value_text(b, key)) found.emplace(key.path);
    }
    return found;
  };
  using Names = std::set<std::string>;
  EXPECT_EQ(differing("4cu"), (Names{"cim.macros", "cim.compute_units"}));
  EXPECT_EQ(differing("full-duplex"), Names{"noc.duplex"});
  EXPECT_EQ(differing("flash-weights"),
            (Names{"weights.bandwidth", "weights.latency", "weights.burst", "energy.weight_byte"}));
  EXPECT_EQ(differing("500mhz"),
            (Names{"npu.clock", "cim.step", "noc.bandwidth", "noc.warm_up", "sram.bandwidth",
                   "sram.latency", "weights.bandwidth", "weights.latency"}));
}

TEST(Loader, NamesFileLineAndAllowedValuesOfEveryMistakeAtOnce) {
  const std::string message = error_of(
      "npu: {clok: 3}\n"
      "cim.step: 9 GB\n"
      "noc:\n"
      "  duplex: quad\n"
      "  bandwidth: 8\n"
      "npu.macs_per_cycle: 100\n");
  EXPECT_NE(message.find("p.yaml:2: unknown key 'npu.clok' (did you mean 'npu.clock'?); allowed: "
                         "npu.type, npu.macs_per_cycle"),
            std::string::npos)
      << message;
  EXPECT_NE(message.find("p.yaml:3: cim.step: '9 GB' is not a time: wrong unit"), std::string::npos)
      << message;
  EXPECT_NE(message.find("p.yaml:5: noc.duplex: 'quad' is not allowed; allowed: half, full"),
            std::string::npos)
      << message;
  EXPECT_NE(message.find("p.yaml:6: noc.bandwidth: '8' has no unit; allowed: B/s"),
            std::string::npos)
      << message;
  EXPECT_NE(
      message.find("p.yaml:7: npu.macs_per_cycle: '100' is not allowed; allowed: 32, 64, 128, 256"),
      std::string::npos)
      << message;
}

TEST(Loader, KeysOfPrecisionsSayWhichAreFixed) {
  for (const char* key : {"cim.adc_bits", "cim.activation_bits", "npu.weight_bits", "npu.precision",
                          "cim.input.bitwidth", "cim.dac_bits"}) {
    const std::string message = error_of(std::string(key) + ": 5\n");
    EXPECT_NE(message.find(std::string("p.yaml:2: unknown key '") + key), std::string::npos)
        << message;
    EXPECT_NE(message.find("(activations are 8 b on every device, and weights on an NPU"),
              std::string::npos)
        << message;
  }
  EXPECT_EQ(error_of("npu.clok: 3\n").find("8 b on every device"), std::string::npos);
  EXPECT_NE(error_of("cim.weight_bits: 3\n").find("allowed: 1, 2, 4, 8"), std::string::npos);
}

TEST(Loader, SizesOfTheNpuAreThoseOfItsType) {
  EXPECT_NE(error_of("npu: {type: ethos-u85, macs_per_cycle: 96}\n")
                .find("p.yaml:2: npu.macs_per_cycle: '96' is not allowed; allowed: 128, 256, 512, "
                      "1024, 2048"),
            std::string::npos);
  EXPECT_NE(error_of("npu.macs_per_cycle: 512\n")
                .find("p.yaml:2: npu.macs_per_cycle: '512' is not allowed; allowed: 32, 64, 128, "
                      "256 with npu.type ethos-u55"),
            std::string::npos);
  EXPECT_NE(error_of("npu: {macs_per_cycle: 128, type: ethos-u65}\n")
                .find("p.yaml:2: npu.macs_per_cycle: '128' is not allowed; allowed: 256, 512 with "
                      "npu.type ethos-u65"),
            std::string::npos);
  EXPECT_NE(error_of("npu.type: ethos-u75\n")
                .find("p.yaml:2: npu.type: 'ethos-u75' is not allowed; allowed: ethos-u55, "
                      "ethos-u65, ethos-u85"),
            std::string::npos);
  const std::vector<std::string> u85{"npu.type=ethos-u85", "npu.macs_per_cycle=2048"};
  EXPECT_EQ(load_platform(shipped("h4h-7nm.yaml"), u85).hardware.npu.macs_per_cycle, 2048);
}

// Platforms from before these keys keep their text, and with it their hash and cached results.
TEST(Loader, LaterKeysAreInTheTextOfNoPlatformThatLeavesThemOut) {
  const std::string text = canonical_text(load_platform(shipped("h4h-7nm.yaml")));
  for (const char* key : {"npu.type", "npu.traversal", ".outstanding=0", "cim.weight_bits"}) {
    EXPECT_EQ(text.find(key), std::string::npos) << key;
  }
  const Platform u55 = load_platform(shipped("h4h-7nm.yaml"), {"npu.type=ethos-u55"});
  EXPECT_EQ(canonical_text(u55), text);
  const Platform u65 = load_platform(shipped("h4h-7nm.yaml"), {"npu.type=ethos-u65"});
  EXPECT_NE(platform_hash(u65), platform_hash(u55));
}

TEST(Loader, RefusesValuesOutOfBoundsZeroNegativeAndNan) {
  EXPECT_NE(error_of("cim.compute_units: 0\n").find("allowed: 1 .. 64"), std::string::npos);
  EXPECT_NE(error_of("noc.bandwidth: 0 GB/s\n").find("out of bounds"), std::string::npos);
  EXPECT_NE(error_of("noc.bandwidth: -1 GB/s\n").find("must not be negative"), std::string::npos);
  EXPECT_NE(error_of("energy.npu_mac: .nan\n").find("not a number"), std::string::npos);
}

TEST(Loader, AWrongClockDoesNotHideOrBreakWhatIsInCycles) {
  const std::string message = error_of("npu.clock: 3 s\n");
  EXPECT_NE(message.find(":2: npu.clock: '3 s' is not a frequency"), std::string::npos) << message;
}

TEST(Loader, WhatIsInCyclesFollowsTheClockInWhateverOrderItIsSet) {
  const std::vector<std::vector<std::string>> orders{
      {"npu.clock=750 MHz", "sram.bandwidth=6 B/cycle", "sram.latency=30 cycles"},
      {"sram.bandwidth=6 B/cycle", "sram.latency=30 cycles", "npu.clock=750 MHz"},
      {"npu.clock=1 GHz", "sram.latency=30 cycles", "npu.clock=750 MHz",
       "sram.bandwidth=6B/cycle"}};
  for (const auto& settings : orders) {
    const Hardware h = load_platform(shipped("h4h-7nm.yaml"), settings).hardware;
    EXPECT_EQ(h.sram.bandwidth, 4'500'000'000);
    EXPECT_EQ(h.sram.latency_ps, 40'000);
    EXPECT_EQ(h.weights.bandwidth, 6'000'000'000);  // as the file has it: 8 B/cycle
    EXPECT_EQ(h.noc.bandwidth, 8'000'000'000);      // given in GB/s, it stays
  }
}

TEST(Loader, AClockInAnExtendingFileMovesWhatTheExtendedOneGivesInCycles) {
  const TemporaryFolder folder;
  const auto file = folder.write("p.yaml", "npu.clock: 250 MHz\nextends: " +
                                               shipped("ethos-u55-high-end.yaml").string() + "\n");
  const Hardware h = load_platform(file).hardware;
  EXPECT_EQ(h.sram.bandwidth, 2'000'000'000);
  EXPECT_EQ(h.noc.bandwidth, 2'000'000'000);
  EXPECT_EQ(h.weights.bandwidth, 500'000'000);
  EXPECT_EQ(h.weights.latency_ps, 256'000);
}

// What each memory resolved to while these files gave bytes a second.
TEST(Loader, MemoriesOfOneBeatACycleHaveTheBandwidthOfTheirClock) {
  struct Expected {
    const char* platform;
    std::int64_t noc, sram, weights;
  };
  constexpr std::int64_t kMB = 1'000'000;
  const std::vector<Expected> all{
      {"h4h-7nm", 8000 * kMB, 8000 * kMB, 8000 * kMB},
      {"h4h-7nm-500mhz", 4000 * kMB, 4000 * kMB, 4000 * kMB},
      {"h4h-7nm-4cu", 8000 * kMB, 8000 * kMB, 8000 * kMB},
      {"h4h-7nm-full-duplex", 8000 * kMB, 8000 * kMB, 8000 * kMB},
      {"h4h-7nm-flash-weights", 8000 * kMB, 8000 * kMB, 1000 * kMB},
      {"cim-sram-digital", 8000 * kMB, 8000 * kMB, 8000 * kMB},
      {"cim-analog", 8000 * kMB, 8000 * kMB, 8000 * kMB},
      {"ethos-u55-high-end", 4000 * kMB, 4000 * kMB, 500 * kMB},
      {"ethos-u55-high-end-measured", 4000 * kMB, 4000 * kMB, 500 * kMB},
      {"ethos-u55-deep", 1600 * kMB, 1600 * kMB, 100 * kMB},
      {"ethos-u55-sram-only", 4000 * kMB, 4000 * kMB, 4000 * kMB}};
  for (const Expected& e : all) {
    const Hardware h = load_platform(shipped(e.platform + std::string(".yaml"))).hardware;
    EXPECT_EQ(h.noc.bandwidth, e.noc) << e.platform;
    EXPECT_EQ(h.sram.bandwidth, e.sram) << e.platform;
    EXPECT_EQ(h.weights.bandwidth, e.weights) << e.platform;
  }
}

TEST(Loader, RangesMayBeInBytesPerCycleWhereTheValueIs) {
  const TemporaryFolder folder;
  const auto file = folder.write("p.yaml", "extends: " + shipped("h4h-7nm.yaml").string() +
                                               "\nsram.bandwidth: {value: 8 B/cycle, range: [4 "
                                               "B/cycle, 8 B/cycle], source: ours}\n");
  for (const char* clock : {"npu.clock=1 GHz", "npu.clock=400 MHz"}) {
    EXPECT_NO_THROW(load_platform(file, {clock})) << clock;
  }
  EXPECT_NE(error_of("sram.bandwidth: {value: 8 B/cycle, range: [4 GB/s, 8 B/cycle]}\n")
                .find(":2: sram.bandwidth: value 8 B/cycle and range [4 GB/s, 8 B/cycle] must be "
                      "all in cycles of the NPU clock, or none of them"),
            std::string::npos);
  EXPECT_NE(error_of("sram.latency: {value: 32 ns, range: [20 cycles, 40 cycles]}\n")
                .find("must be all in cycles"),
            std::string::npos);
  EXPECT_NE(error_of("sram.bandwidth: {value: 9 B/cycle, range: [4 B/cycle, 8 B/cycle]}\n")
                .find("value 9 B/cycle is not inside its range"),
            std::string::npos);
}

TEST(Loader, BytesPerCycleKeepTheBoundsOfTheKey) {
  EXPECT_NE(error_of("noc.bandwidth: 0 B/cycle\n").find("out of bounds"), std::string::npos);
  EXPECT_NE(error_of("noc.bandwidth: 2000 B/cycle\n").find("out of bounds"), std::string::npos);
  const std::string message = error_of("npu.clock: 3 s\nnoc.bandwidth: 8 B/cycle\n");
  EXPECT_EQ(message.find("noc.bandwidth"), std::string::npos) << message;
}

TEST(Loader, ChecksThatAValueLiesInItsRange) {
  const std::string message = error_of("cim.step: {value: 9 ns, range: [10 ns, 12 ns]}\n");
  EXPECT_NE(message.find("value 9 ns is not inside its range [10 ns, 12 ns]"), std::string::npos)
      << message;
  EXPECT_NE(error_of("cim.step: {value: 9 ns, rnge: 3}\n").find("'rnge' is not value, source"),
            std::string::npos);
}

TEST(Loader, RefusesAKeyGivenTwice) {
  EXPECT_NE(error_of("cim.macros: 3\ncim:\n  macros: 4\n").find(":4: cim.macros is given twice"),
            std::string::npos);
}

TEST(Loader, RefusesAGroupThatIsAValueAndAValueThatIsAGroup) {
  EXPECT_NE(error_of("cim: 3\n").find("cim must be a group of keys: cim.macros"),
            std::string::npos);
  EXPECT_NE(error_of("cim.macros: {a: 3}\n").find("takes a value, or a map"), std::string::npos);
}

TEST(Loader, NamesTheLineOfBrokenYaml) {
  EXPECT_NE(error_of("cim: [1, 2\nnpu: 3\n").find("YAML: "), std::string::npos);
}

TEST(Loader, SeveralListsOfOverridesAreThePlatformsOfEach) {
  const auto file = shipped("h4h-7nm.yaml");
  const std::vector<std::vector<std::string>> overrides{
      {"cim.macros=0"}, {}, {"cim.macros=2", "npu.clock=500 MHz"}};
  const std::vector<Platform> all = load_platforms(file, overrides);
  ASSERT_EQ(all.size(), overrides.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i], load_platform(file, overrides[i])) << i;
  }
}

TEST(Loader, AVariantHasANameOfItsOwn) {
  const TemporaryFolder folder;
  const auto file =
      folder.write("smaller.yaml", "extends: " + shipped("h4h-7nm.yaml").string() + "\n");
  EXPECT_EQ(load_platform(file).name, "smaller");
}

TEST(Loader, EndsOnTextThatTheYamlParserNeverEndsOn) {
  // Shortened from a fuzzer's find, of which yaml-cpp 0.7's LoadAll made documents for ever.
  const std::string text =
      ", a: {value: 1, source: \"b\"}\n  c: {value: 4, source: \"d\"}\n  c: {v\xecue: 4, source: "
      "\"e\"}\n";
  const TemporaryFolder folder;
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const auto file = folder.write("p.yaml", text.substr(0, length));
    EXPECT_THROW(load_platform(file), PlatformError) << length;
  }
}

TEST(Loader, RefusesWhatWouldBeIgnored) {
  EXPECT_NE(error_of("---\ncim.macros: 100\n").find("a second document"), std::string::npos);
  EXPECT_NE(error_of("name: a\nname: b\n").find(":3: name is given twice"), std::string::npos);
  EXPECT_NE(error_of("cim.macros: {value: 8, range: [1, 8]}\n").find("not for design choices"),
            std::string::npos);
}

TEST(Loader, TellsHowManyProblemsThereAreBesidesTheFirst) {
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += fmt::format("unknown{}: 1\n", i);
  const std::vector<std::string> all = tests::lines(error_of(text));
  ASSERT_EQ(all.size(), 21u);
  EXPECT_NE(all[19].find(":21: unknown key 'unknown19'"), std::string::npos) << all[19];
  EXPECT_EQ(all[20], "and 29980 more problems");
}

TEST(Loader, NamesEveryMissingKey) {
  const TemporaryFolder folder;
  const auto file = folder.write(
      "a.yaml", "name: a\nextends: " + shipped("parts/mram-macro.yaml").string() + "\n");
  const std::string message = message_of<PlatformError>([&] { load_platform(file); });
  EXPECT_NE(message.find("missing keys: npu.macs_per_cycle, npu.clock"), std::string::npos)
      << message;
  EXPECT_EQ(message.find("cim.step"), std::string::npos) << message;
}

TEST(Loader, LaterFilesAndOverridesWin) {
  const TemporaryFolder folder;
  const auto file =
      folder.write("a.yaml", "extends: " + shipped("h4h-7nm.yaml").string() + "\ncim.macros: 4\n");
  EXPECT_EQ(load_platform(file).hardware.cim.macros, 4);
  EXPECT_EQ(load_platform(file).hardware.cim.compute_units, 1);
  EXPECT_EQ(load_platform(file, {"cim.macros=2", "cim.macros=3"}).hardware.cim.macros, 3);
}

TEST(Loader, OverridesAreCheckedLikeFiles) {
  const auto with = [](const std::string& text) {
    return message_of<OverrideError>([&] { load_platform(shipped("h4h-7nm.yaml"), {text}); });
  };
  EXPECT_NE(with("cim.macro=3").find("unknown key 'cim.macro' (did you mean 'cim.macros'?)"),
            std::string::npos);
  EXPECT_NE(with("cim.macros").find("must be KEY=VALUE"), std::string::npos);
  EXPECT_NE(with("cim.macros=many").find("'many' is not a number"), std::string::npos);
  EXPECT_NE(with("cim.step=9").find("has no unit"), std::string::npos);
}

}  // namespace
}  // namespace h4h::platforms
