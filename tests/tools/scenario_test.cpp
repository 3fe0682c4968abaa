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

TEST(Scenario, AddsNothingWhereTheChipIsTooSlow) {
  const ScenarioFolder folder;
  const Json made =
      scenario_json(folder.two + " --set npu.clock='10 MHz' --set noc.bandwidth='0.01 GB/s'");
  for (const Json& network : made["networks"]) {
    EXPECT_EQ(network["frames"], network["on_time"].get<int>() + network["late"].get<int>() +
                                     network["dropped"].get<int>());
  }
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

TEST(Scenario, WrongCommandLinesAreNamed) {
  expect_failure("scenario --platform h4h-7nm", 2, "one scenario file is needed");
  expect_failure("scenario --platform h4h-7nm nowhere.yaml", 1, "nowhere.yaml");
  expect_failure("scenario vr-gaming", 2, "--platform");
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
