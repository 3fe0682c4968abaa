#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/chromium.hpp"
#include "tests/support/provenance.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;

const char kTwo[] =
    "duration: 1 s\nnetworks:\n"
    "  - {name: a, network: resnet8, rate: 50 Hz}\n"
    "  - {name: b, network: ds_cnn_kws, after: a, mapping: npu}\n";

struct ScenarioFolder : TemporaryFolder {
  std::string two = write("two.yaml", kTwo).string();
};

Json scenario_json(const std::string& arguments) {
  const Outcome o = h4h("scenario --platform h4h-7nm --format json " + arguments);
  EXPECT_EQ(o.code, 0) << o.err;
  return Json::parse(o.out);
}

TEST(Scenario, InferencesCostWhatSimulateSays) {
  const ScenarioFolder folder;
  const Json made = scenario_json(folder.two);
  expect_provenance(made, "h4h.scenario/1");
  const auto simulated = [&](const std::string& more) {
    return Json::parse(h4h("simulate --platform h4h-7nm --format json " + more).out)["totals"];
  };
  const Json a = simulated("--network resnet8"),
             b = simulated("--network ds_cnn_kws --mapping npu");
  EXPECT_EQ(made["networks"][0]["inference_s"], a["latency_s"]);
  EXPECT_EQ(made["networks"][1]["inference_s"], b["latency_s"]);
  const double busy = 50 * (a["latency_s"].get<double>() + b["latency_s"].get<double>());
  const double joules = 50 * (a["energy_j"].get<double>() + b["energy_j"].get<double>());
  const Json& totals = made["totals"];
  EXPECT_NEAR(totals["busy_s"].get<double>(), busy, 1e-9);
  EXPECT_NEAR(totals["energy_j"].get<double>(),
              joules + totals["idle_w"].get<double>() * (1 - busy), 1e-9);
}

TEST(Scenario, AChipThatIsTooSlowIsBusyAllTheTimeAndDropsFrames) {
  const ScenarioFolder folder;
  const Json made =
      scenario_json(folder.two + " --set npu.clock='10 MHz' --set noc.bandwidth='0.01 GB/s'");
  EXPECT_EQ(made["networks"][0]["frames"], 50);
  EXPECT_GT(made["networks"][0]["dropped"], 0);
  EXPECT_NEAR(made["totals"]["utilisation"].get<double>(), 1, 1e-9);
}

TEST(Scenario, RefusesWeightsThatDoNotFitTheMacrosTogether) {
  expect_failure("scenario --platform h4h-7nm vr-gaming --set cim.macros=1", 1,
                 "bytes of the macros (eyes ");
  EXPECT_EQ(h4h("scenario --platform h4h-7nm vr-gaming --set cim.macros=1 --set "
                "cim.capacity=ignore")
                .code,
            0);
}

TEST(Scenario, NetworksStandBesideTheFile) {
  const ScenarioFolder folder;
  folder.write("net.yaml", h4h("network show resnet8 --format yaml").out);
  const std::string file =
      folder
          .write("s.yaml", "duration: 1 s\nnetworks: [{name: a, network: net.yaml, rate: 1 Hz}]\n")
          .string();
  EXPECT_EQ(scenario_json(file)["networks"][0]["frames"], 1);
}

// Inferences that take longer than a second.
TEST(Scenario, ASlowChipIsNoError) {
  const ScenarioFolder folder;
  const std::string slow =
      folder
          .write("slow.yaml",
                 "duration: 1 s\nnetworks:\n"
                 "  - {name: m, network: mobilenet_v1, rate: 1 Hz, mapping: npu}\n")
          .string();
  const Json made = scenario_json(slow + " --set npu.clock='10 MHz' --set noc.bandwidth='1 MB/s'");
  EXPECT_GT(made["networks"][0]["inference_s"], 1.0);
  EXPECT_EQ(made["networks"][0]["late"], 1);
}

TEST(Scenario, MacrosThatLoseTheirWeightsKeepTheirPowerWhenTheChipDoes) {
  const ScenarioFolder folder;
  const auto idle_w = [&](const std::string& more) {
    return scenario_json(folder.two + more)["totals"]["idle_w"].get<double>();
  };
  EXPECT_GT(idle_w(" --set cim.volatile=yes"), idle_w(" --set cim.volatile=no"));
  const std::string asleep = folder.write("z.yaml", "idle: sleep\n" + std::string(kTwo)).string();
  const double slept = scenario_json(asleep + " --set cim.volatile=yes")["totals"]["idle_w"];
  EXPECT_LT(slept, idle_w(" --set cim.volatile=no"));
}

// A streaming network's states are in the SRAM whatever runs.
TEST(Scenario, StatesOfOneNetworkTakeTheSramOfTheOthers) {
  const ScenarioFolder folder;
  const auto with_state = [&](const std::string& bytes) {
    folder.write("k.yaml", run(H4H_BINARY " network show ds_cnn_kws --format yaml").out +
                               "states: [{name: s, bytes: " + bytes + "}]\n");
    return folder
        .write("s.yaml",
               "duration: 1 s\nnetworks:\n  - {name: m, network: mobilenet_v1, rate: 1 Hz}\n"
               "  - {name: k, network: k.yaml, rate: 1 Hz}\n")
        .string();
  };
  const auto energy = [&](const std::string& bytes) {
    return scenario_json(with_state(bytes) +
                         " --set sram.size='1600 KiB'")["networks"][0]["inference_j"]
        .get<double>();
  };
  EXPECT_GT(energy("700000"), 1.01 * energy("1")) << "mobilenet_v1 spills";
  expect_failure(
      "scenario --platform h4h-7nm " + with_state("700000") + " --set sram.size='600 KiB'", 1,
      "keep 700000 bytes in the SRAM");
}

TEST(Scenario, NetworksOfSpacesStandBesideTheFileAndMistakesNameIt) {
  const ScenarioFolder folder;
  std::filesystem::copy(source_dir() / "nas/spaces/toy.yaml", folder.path() / "sp.yaml");
  const auto with = [&](const std::string& network) {
    return folder
        .write("s.yaml", "duration: 1 s\nnetworks:\n  - {name: a, network: \"" + network +
                             "\", rate: 1 Hz}\n")
        .string();
  };
  EXPECT_EQ(scenario_json(with("sp.yaml#min"))["networks"][0]["network"], "sp.yaml#min");
  std::filesystem::create_directory(folder.path() / "resnet8");
  EXPECT_EQ(scenario_json(with("resnet8"))["networks"][0]["frames"], 1);
  expect_failure("scenario --platform h4h-7nm " + with("none.onnx"), 1,
                 "s.yaml:3: network 'a': none.onnx");
}

TEST(Scenario, WrongCommandLinesAreNamed) {
  const ScenarioFolder folder;
  expect_failure("scenario --platform h4h-7nm", 2, "one scenario file is needed");
  expect_failure("scenario --platform h4h-7nm nowhere.yaml", 1, "nowhere.yaml");
  expect_failure("scenario vr-gaming", 2, "--platform");
  expect_failure("scenario --platform h4h-7nm " + folder.two + " --html " + folder.two, 2,
                 "--html and the scenario file name the same file");
}

TEST(Scenario, PageDrawsInChromium) {
  if (!has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const ScenarioFolder folder;
  const std::string page = (folder.path() / "s.html").string();
  ASSERT_EQ(h4h("scenario --platform h4h-7nm vr-gaming --html " + page).code, 0);
  EXPECT_NE(content(page).find("<code id=\"command\"><span>h4h</span> <span>scenario</span> "
                               "<span>--platform</span> <span>h4h-7nm</span> "
                               "<span>vr-gaming</span></code>"),
            std::string::npos);
  const std::string dom = rendered(folder, page);
  expect_ready(dom);
  EXPECT_NE(dom.find("168 of 168"), std::string::npos);
  EXPECT_NE(dom.find("<rect"), std::string::npos);
}

}  // namespace
}  // namespace h4h::tests
