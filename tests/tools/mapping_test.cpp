#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/support/files.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;

const std::string kSimulate = "simulate " + kPaper + " --network mobilenet_v2 ";

Json simulated(const std::string& arguments) {
  const Outcome o = h4h(kSimulate + arguments + " --format json");
  EXPECT_EQ(o.code, 0) << o.err;
  return Json::parse(o.out.empty() ? "{}" : o.out);
}

class MappingFile : public ::testing::Test {
 protected:
  std::string write(const std::string& text) {
    folder_.write("m.yaml", text);
    return "--mapping '" + path() + "'";
  }
  std::string path() const { return (folder_.path() / "m.yaml").string(); }

  void expect_refused(const std::string& entry, const std::string& message,
                      const std::string& top = "") {
    expect_failure(kSimulate + write(top + "layers:\n  - " + entry + "\n"), 1,
                   path() + ":" + std::to_string(top.empty() ? 2 : 3) + ": " + message);
  }

  TemporaryFolder folder_;
};

TEST_F(MappingFile, ReadBackCostsWhatTheSavedMappingDid) {
  for (const std::string how : {"auto", "npu", "cim"}) {
    const Json saved = simulated("--mapping " + how + " --save-mapping '" + path() + "'");
    const Json again = simulated("--mapping '" + path() + "'");
    EXPECT_EQ(saved["totals"], again["totals"]) << how;
    EXPECT_EQ(saved["layers"], again["layers"]) << how;
    EXPECT_EQ(again["mapping"]["kind"], "file");
  }
}

TEST_F(MappingFile, PinsTheLayersThatItNamesAndLeavesTheOthersToAuto) {
  const Json free = simulated("");
  const Json pinned =
      simulated(write("layers:\n  - {layer: stage2.1/depthwise, npu: 80, cim: 16}\n"));
  std::size_t differing = 0;
  for (std::size_t i = 0; i < free["layers"].size(); ++i) {
    const Json &a = free["layers"][i], &b = pinned["layers"][i];
    if (b["name"] == "stage2.1/depthwise") {
      EXPECT_EQ(b["cim_channels"], 16);
    }
    differing += a["cim_channels"] != b["cim_channels"] ? 1 : 0;
  }
  EXPECT_EQ(differing, 1U);
  EXPECT_GE(pinned["totals"]["latency_s"], free["totals"]["latency_s"]);
}

TEST_F(MappingFile, PinnedLayersAreNamedWithWhatUnpinnedAutoTakes) {
  const std::string how = write("layers:\n  - {layer: stage2.1/depthwise, npu: 80, cim: 16}\n");
  const Json free = simulated(""), pinned = simulated(how)["mapping"];
  EXPECT_TRUE(pinned["gap"].is_null()) << "of what was searched there is none";
  EXPECT_LE(pinned["gap_of_other_layers"].get<double>(), 1e-9);
  EXPECT_EQ(pinned["file"], path());
  EXPECT_EQ(pinned["pinned_layers"], Json{"stage2.1/depthwise"});
  EXPECT_EQ(pinned["unpinned"]["latency_s"], free["totals"]["latency_s"]);
  EXPECT_NEAR(pinned["unpinned"]["energy_j"].get<double>(),
              free["totals"]["energy_j"].get<double>(), 1e-15);
  EXPECT_EQ(free["mapping"]["gap"], 0);
  EXPECT_TRUE(free["mapping"]["unpinned"].is_null());
  const std::string table = h4h(kSimulate + "--wide " + how).out;
  const std::string wanted = fmt::format(
      "\nmapping  1 layer pinned by {}; the other 63 optimal (effort quick: 1/8 channel shares); "
      "unpinned auto would take {:.4g} ms\n         pinned: stage2.1/depthwise\n",
      path(), free["totals"]["latency_s"].get<double>() * 1e3);
  EXPECT_NE(table.find(wanted), std::string::npos) << wanted << table;
}

TEST_F(MappingFile, AMappingThatIsPinnedWholeIsNotCalledOptimal) {
  const Json saved = simulated("--mapping npu --save-mapping '" + path() + "'");
  const Json again = simulated("--mapping '" + path() + "'")["mapping"];
  EXPECT_EQ(again["pinned_layers"].size(), saved["layers"].size());
  EXPECT_EQ(again["pinned_macros_in_use"], 0);
  EXPECT_TRUE(again["gap"].is_null());
  EXPECT_TRUE(again["gap_of_other_layers"].is_null());
  EXPECT_LT(again["unpinned"]["latency_s"], saved["totals"]["latency_s"]);
  const std::string table = h4h(kSimulate + "--wide --mapping '" + path() + "'").out;
  EXPECT_EQ(table.find("optimal"), std::string::npos) << table;
  EXPECT_NE(table.find("mapping  all 64 layers, 0 macros in use, 0 units in use pinned by "),
            std::string::npos)
      << table;
}

TEST_F(MappingFile, TheUnpinnedCostIsOfTheSameObjectiveEffortAndLimit) {
  const std::string pin = write("layers:\n  - {layer: stage2.1/depthwise, npu: 80, cim: 16}\n");
  for (const std::string goal : {"--objective energy", "--objective edp", "--effort full",
                                 "--objective energy --max-latency 5ms"}) {
    const Json free = simulated(goal), pinned = simulated(goal + " " + pin);
    EXPECT_EQ(pinned["mapping"]["unpinned"]["latency_s"], free["totals"]["latency_s"]) << goal;
  }
}

TEST_F(MappingFile, AFileThatPinsNothingLeavesTheGapThatOfAuto) {
  const Json nothing = simulated(write("layers: []\n"))["mapping"];
  EXPECT_EQ(nothing["gap"], 0);
  EXPECT_EQ(nothing["kind"], "file");
  EXPECT_TRUE(nothing["pinned_layers"].empty());
  EXPECT_TRUE(nothing["gap_of_other_layers"].is_null());
}

TEST_F(MappingFile, WhereNothingWithinALimitKeepsThePinsTheMessageStays) {
  expect_failure(kSimulate + "--objective energy --max-latency 1us " +
                     write("layers:\n  - {layer: stem, npu: 32, cim: 0}\n"),
                 1, "no mapping takes 0.001 ms or less; the least is ");
}

TEST_F(MappingFile, GatesTheMacrosThatItDoesNotUse) {
  const Json two = simulated(write("macros_in_use: 2\nlayers: []\n"));
  EXPECT_EQ(two["mapping"]["macros_in_use"], 2);
  const Json idle = simulated("--mapping npu --save-mapping '" + path() + "'");
  std::string all_on = content(path());
  all_on.replace(all_on.find("macros_in_use: 0\nunits_in_use: 0"), 32,
                 "macros_in_use: 8\nunits_in_use: 1");
  const Json powered = simulated(write(all_on));
  EXPECT_EQ(powered["mapping"]["macros_in_use"], 8);
  EXPECT_EQ(powered["totals"]["latency_s"], idle["totals"]["latency_s"]);
  EXPECT_GT(powered["energy_j"]["leakage"], idle["energy_j"]["leakage"]);
  const Json none = simulated(write("macros_in_use: 0\nlayers: []\n"));
  EXPECT_EQ(none["mapping"]["macros_in_use"], 0);
  EXPECT_EQ(none["energy_j"]["cim"], 0);
}

TEST_F(MappingFile, MistakesAreNamedWithTheirLineAndWhatIsAllowed) {
  expect_refused("{layer: stem, npu: 16, cim: 8}",
                 "layer 'stem': shares of 16 and 8 channels do not add up; allowed: a sum of 32");
  expect_refused(
      "{layer: stem, npu: 24, cim: 8}",
      "layer 'stem': cim: 8 channels is not a multiple of 16 (the macro word); use 0, 16, ..., 32");
  expect_refused("{layer: nowhere, npu: 1, cim: 0}",
                 "layer 'nowhere' is not in mobilenet_v2_1_224");
  expect_refused("{layer: mean, npu: 0, cim: 1280}",
                 "layer 'mean': macros cannot run mean: it has no weights; allowed: cim: 0");
  expect_refused("{layer: stem, npu: 0, cim: 32}",
                 "layer 'stem': no macro is in use; allowed: cim: 0", "macros_in_use: 0\n");
  expect_refused("{layer: stem, npu: 32}", "'cim' is missing");
  expect_refused("{layer: stem, npu: 32, cim: 0, gpu: 0}", "unknown key 'gpu'");
  expect_failure(kSimulate + write("macros_in_use: 9\nlayers: []\n"), 1, path() + ":1: ");
  expect_failure(kSimulate + write("network: other\nlayers: []\n"), 1,
                 path() + ":1: network: 'other'; allowed: 'mobilenet_v2_1_224'");
  expect_failure(kSimulate + "--mapping /none/m.yaml", 1, "/none/m.yaml: no such file");
  expect_failure(kSimulate + "--mapping best", 2, "is not one of: npu, cim, auto");
}

TEST_F(MappingFile, AWrongValueIsNamedOnceAndNotWhatFollowsFromIt) {
  const Outcome o = h4h(kSimulate + write("layers:\n  - {layer: stem, npu: -16, cim: 48}\n"));
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(lines(o.err).size(), 1U) << o.err;
  EXPECT_NE(o.err.find(path() + ":2: npu must be a whole number"), std::string::npos) << o.err;
}

TEST_F(MappingFile, TheLayerThatDoesNotFitIsNamedWithItsBytes) {
  expect_failure(kSimulate + "--set cim.macros=1 --set 'cim.macro_size=1 Mib' " +
                     write("layers:\n  - {layer: classifier, npu: 0, cim: 1000}\n"),
                 1,
                 path() +
                     ":2: layer 'classifier' does not fit: its share takes 1297296 B of the "
                     "macros, 131040 B are left in 1");
}

TEST_F(MappingFile, HeadsAreNotCut) {
  const std::string vit = "simulate " + kPaper + " --network vit_tiny ";
  const Outcome saved = h4h(vit + "--save-mapping '" + path() + "'");
  ASSERT_EQ(saved.code, 0) << saved.err;
  const std::vector<std::string> all = lines(content(path()));
  for (const std::string& line : all) {
    if (line.find("attention\"") == std::string::npos) continue;
    const std::string name = line.substr(0, line.find(", npu"));
    expect_failure(vit + write("layers:\n" + name + ", npu: 8, cim: 184}\n"), 1,
                   "(whole words and heads); use 0, ");
    return;
  }
  FAIL() << "no attention in vit_tiny";
}

TEST(Objective, EdpIsBetweenLatencyAndEnergyAndLessThanBothInItsProduct) {
  const auto totals = [](const std::string& objective) {
    return simulated("--objective " + objective)["totals"];
  };
  const auto product = [](const Json& t) {
    return t["latency_s"].get<double>() * t["energy_j"].get<double>();
  };
  const Json fast = totals("latency"), frugal = totals("energy"), both = totals("edp");
  EXPECT_LE(product(both), product(fast));
  EXPECT_LE(product(both), product(frugal));
  EXPECT_GE(both["latency_s"], fast["latency_s"]);
  EXPECT_GE(both["energy_j"], frugal["energy_j"]);
}

TEST(Effort, FullTakesNoMoreThanQuickAndSaysWhatWasSearched) {
  const Json quick = simulated(""), full = simulated("--effort full");
  EXPECT_LT(full["totals"]["latency_s"], quick["totals"]["latency_s"]);
  EXPECT_EQ(quick["mapping"]["effort"], "quick");
  EXPECT_EQ(full["mapping"]["effort"], "full");
  EXPECT_NE(h4h(kSimulate + "--wide")
                .out.find("\nmapping  optimal among the mappings searched (effort quick: "
                          "1/8 channel shares); --effort full searches more\n"),
            std::string::npos);
  expect_failure(kSimulate + "--effort much", 2, "--effort 'much' is not one of: quick, full");
  expect_failure(kSimulate + "--mapping npu --effort full", 2,
                 "--effort needs --mapping auto or a mapping file");
}

TEST(Objective, OptionsThatHaveNoEffectOnAFixedMappingAreRefusedInEveryCommand) {
  const std::string csv = "layers " + kPaper + " --csv tests/data/layers.csv ";
  const std::string others =
      " --network ds_cnn_kws --out /tmp/none --mapping cim --objective energy";
  const std::string refused = ": --mapping cim leaves nothing to choose";
  for (const char* const option : {"--objective latency ", "--objective edp ", "--effort quick "}) {
    expect_failure(kSimulate + "--mapping cim " + option, 2, " or a mapping file" + refused);
    expect_failure(csv + "--mapping cim " + option, 2, "needs --mapping auto" + refused);
    expect_failure(csv + option, 2, "needs --mapping auto: --mapping npu leaves nothing to choose");
  }
  expect_failure("sweep " + kPaper + " --vary cim.macros=1,2" + others, 2, refused);
  expect_failure("compare platforms/h4h-7nm.yaml platforms/h4h-7nm-4cu.yaml" + others, 2, refused);
  EXPECT_EQ(h4h(csv + "--mapping auto --objective energy").code, 0);
}

TEST(MappingFiles, AreTakenBySimulateAndSweepAlone) {
  expect_failure("layers " + kPaper + " --csv tests/data/layers.csv --mapping ./m.yaml", 2,
                 "--mapping './m.yaml' is not one of: npu, cim, auto");
  const TemporaryFolder folder;
  const std::string sweep = "sweep " + kPaper +
                            " --network ds_cnn_kws --vary cim.macros=1,2 --out " +
                            (folder.path() / "o").string() + " --mapping ";
  expect_failure(kSimulate + "--mapping /none.yaml", 1, "/none.yaml: no such file");
  expect_failure(sweep + "/none.yaml", 1, "/none.yaml: no such file");
  const std::string other = folder.write("m.yaml", "network: other\nlayers: []\n").string();
  expect_failure(sweep + other, 1, "m.yaml:1: network: 'other'");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "o"));
}

TEST(MappingCim, SaysSoWhereNothingIsOnTheMacros) {
  EXPECT_NE(
      h4h(kSimulate + "--mapping cim --set cim.macros=0")
          .out.find(
              "note: the platform has no macros (cim.macros is 0): everything runs on the NPU"),
      std::string::npos);
  EXPECT_NE(
      h4h("simulate " + kPaper + " --network resnet8 --mapping cim --set 'cim.macro_size=1152 bit'")
          .out.find("note: no layer can run on the macros and fits into them: everything runs on "
                    "the\n      NPU"),
      std::string::npos);
  EXPECT_NE(
      h4h(kSimulate + "--mapping cim --wide --set cim.capacity=ignore --set cim.macros=1")
          .out.find("note: weights beyond the capacity of the macros are costed as if they fitted"),
      std::string::npos);
}

TEST_F(MappingFile, OneWrongNumberOfMacrosIsOneMistake) {
  h4h(kSimulate + "--save-mapping '" + path() + "'");
  const Outcome o = h4h(kSimulate + "--mapping '" + path() + "' --set cim.macros=4");
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find(path() + ":3: "), std::string::npos) << o.err;
  EXPECT_EQ(o.err.find("no macro is in use"), std::string::npos) << o.err;
}

TEST_F(MappingFile, WhatMacrosCannotRunSaysWhy) {
  const std::string attend = "simulate " + kPaper + " --network vit_tiny ";
  const Outcome saved = h4h(attend + "--mapping npu --save-mapping '" + path() + "'");
  ASSERT_EQ(saved.code, 0) << saved.err;
  std::string text = content(path());
  const auto at = text.find("attention\", npu: 192, cim: 0");
  ASSERT_NE(at, std::string::npos) << text;
  text.replace(at, std::string("attention\", npu: 192, cim: 0").size(),
               "attention\", npu: 0, cim: 192");
  const std::string powered = "macros_in_use: 0\nunits_in_use: 0\n";
  text.erase(text.find(powered), powered.size());
  expect_failure(attend + write(text) + " --set 'cim.dynamic_operands.size=1 KiB'", 1,
                 "macros cannot run attention: keys and values of a head take ");
}

TEST(Objective, GapsAreNoneForSinglesAndAtMostAHalfPercentForCompromises) {
  for (const std::string how : {"latency", "energy", "edp"}) {
    EXPECT_LE(simulated("--objective " + how)["mapping"]["gap"].get<double>(), 1e-12) << how;
  }
  const Json fast = simulated("--objective latency --max-energy 0.24mJ");
  EXPECT_LE(fast["totals"]["energy_j"], 0.24e-3);
  EXPECT_LE(fast["mapping"]["gap"], 0.005);
  const Json frugal = simulated("--objective energy --max-latency 3.1ms");
  EXPECT_LE(frugal["totals"]["latency_s"], 3.1e-3);
  EXPECT_LE(frugal["mapping"]["gap"], 0.005);
}

TEST(Objective, WhereWeightsComeAheadOfTheirLayerTheGapTakesItIn) {
  const Json json = simulated(
      "--set npu.weights.port=private --set 'weights.bandwidth=1 GB/s' --objective latency");
  EXPECT_GE(json["mapping"]["gap"], 0);
  EXPECT_LT(json["mapping"]["gap"], 0.05);
  const Json npu =
      simulated("--set npu.weights.port=private --set 'weights.bandwidth=1 GB/s' --mapping npu");
  EXPECT_LE(json["totals"]["latency_s"], npu["totals"]["latency_s"]);
  EXPECT_TRUE(npu["mapping"]["gap"].is_null()) << "nothing was chosen";
}

TEST(Objective, ALimitIsAskedOfTheWholeChainWhereWeightsComeAhead) {
  const std::string chain = "--set npu.weights.port=private --set 'weights.bandwidth=1 GB/s' ";
  const double fastest = simulated(chain)["totals"]["latency_s"];
  const Json frugal = simulated(chain + fmt::format("--objective energy --max-latency {}ps",
                                                    std::llround(fastest * 1.01 * 1e12)));
  EXPECT_LE(frugal["totals"]["latency_s"].get<double>(), fastest * 1.01);
  EXPECT_GE(frugal["mapping"]["gap"], 0);
}

TEST_F(MappingFile, PinnedWholeKeepsTheLimitThatTheMappingKeptWhateverComesAhead) {
  const std::string arm =
      "simulate --platform platforms/ethos-u55-high-end.yaml --network resnet8 ";
  const Outcome saved = h4h(arm + "--format json --save-mapping '" + path() + "'");
  ASSERT_EQ(saved.code, 0) << saved.err;
  const double latency = Json::parse(saved.out)["totals"]["latency_s"];
  const std::string limit =
      fmt::format("--objective energy --max-latency {}ps", std::llround(latency * 1e12));
  const Outcome o = h4h(arm + limit + " --mapping '" + path() + "'");
  EXPECT_EQ(o.code, 0) << o.err;
  const std::string less =
      fmt::format("--objective energy --max-latency {}ps", std::llround(latency * 1e12) - 1);
  expect_failure(arm + less, 1, "or less; the least is ");
}

TEST(Objective, ALimitOfExactlyWhatIsLeastIsKept) {
  const double least = simulated("--objective energy")["totals"]["energy_j"];
  const Json json = simulated(fmt::format("--max-energy {:.3f}pJ", least * 1e12));
  EXPECT_NEAR(json["totals"]["energy_j"].get<double>(), least, 1e-11 * least);
}

TEST(Objective, BoundsThatNothingKeepsOrThatBoundNothingAreRefused) {
  expect_failure(kSimulate + "--max-energy 1uJ", 1,
                 "no mapping takes 0.001 mJ or less; the least is ");
  expect_failure(kSimulate + "--objective edp --max-energy 1mJ", 2,
                 "--max-energy needs --objective latency or energy");
  expect_failure(kSimulate + "--objective edp --max-latency 9ms", 2,
                 "--max-latency needs --objective latency or energy");
}

TEST(Objective, LimitsHoldForEveryObjectiveAndMapping) {
  EXPECT_EQ(h4h(kSimulate + "--max-latency 9ms").code, 0);
  expect_failure(kSimulate + "--max-latency 1ms", 1, " ms exceeds the limit of 1 ms");
  expect_failure(kSimulate + "--objective energy --max-energy 1uJ", 1,
                 " mJ exceeds the limit of 0.001 mJ");
  expect_failure(kSimulate + "--mapping npu --max-energy 1uJ", 1, "its energy of ");
  EXPECT_EQ(h4h(kSimulate + "--mapping npu --max-energy 1mJ").code, 0);
}

TEST(DutyCycle, PartsAddUpAndSlowerFramesTakeLessPower) {
  const Json slow = simulated("--fps 1")["duty_cycle"], fast = simulated("--fps 30")["duty_cycle"];
  for (const Json& d : {slow, fast}) {
    double joules = 0, seconds = 0;
    for (const auto& part : d["joules"]) joules += part.get<double>();
    for (const auto& part : d["seconds"]) seconds += part.get<double>();
    const double fps = d["fps"];
    EXPECT_NEAR(joules * fps, d["average_w"], 1e-12);
    EXPECT_NEAR(seconds * fps, 1, 1e-12);
  }
  EXPECT_LT(slow["average_w"], fast["average_w"]);
  EXPECT_EQ(fast["joules"]["reload"], 0) << "MRAM keeps its weights";
}

TEST(DutyCycle, VolatileMacrosReloadAtEveryWakeUp) {
  const Json d = simulated("--fps 30 --set cim.volatile=yes")["duty_cycle"];
  EXPECT_GT(d["joules"]["reload"], 0);
  EXPECT_GT(d["seconds"]["reload"], 0);
  EXPECT_EQ(
      simulated("--mapping npu --fps 30 --set cim.volatile=yes")["duty_cycle"]["joules"]["reload"],
      0);
}

TEST(DutyCycle, FramesThatDoNotFitAreRefused) {
  expect_failure(
      kSimulate + "--fps 1000", 1,
      "1000 inferences/s allow 1.0000 ms per inference, but waking up takes 1.0000 ms and ");
  expect_failure(
      "simulate --platform platforms/cim-sram-digital.yaml --network mobilenet_v2 "
      "--fps 300",
      1, ", reloading weights ");
  expect_failure(kSimulate + "--fps 0", 2, "--fps '0' is not a number from 0.000001 to 1000000");
}

}  // namespace
}  // namespace h4h::tests
