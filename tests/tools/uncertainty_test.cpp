#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/chromium.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;

const std::string kSimulate =
    "simulate " + kPaper + " --network ds_cnn_kws --uncertainty --samples 6 ";

TEST(UncertaintyOption, GivesTheTotalsIntervalsThatHoldTheDefault) {
  const Json with = Json::parse(h4h(kSimulate + "--format json").out);
  const Json without =
      Json::parse(h4h("simulate " + kPaper + " --network ds_cnn_kws --format json").out);
  for (const char* const name : {"latency_s", "energy_j"}) {
    const Json& figure = with["totals"][name];
    EXPECT_EQ(figure["value"], without["totals"][name]);
    EXPECT_LT(figure["low"], figure["high"]);
    EXPECT_LE(figure["low"], figure["p5"]);
    EXPECT_GE(figure["high"], figure["p95"]);
    EXPECT_TRUE(figure["moved_by"].is_string());
  }
  EXPECT_EQ(with["uncertainty"]["samples"], 6);
  EXPECT_EQ(with["uncertainty"]["sampled"]["latency_s"].size(), 6u);
  EXPECT_EQ(with["layers"], without["layers"]);
}

Json value_of(const Json& report, const std::string& key) {
  for (const Json& value : report["uncertainty"]["values"]) {
    if (value["key"] == key) return value;
  }
  ADD_FAILURE() << "nothing is moved that is called " << key;
  return {};
}

TEST(UncertaintyOption, GivesTheAveragePowerAnInterval) {
  const Json all = Json::parse(h4h(kSimulate + "--fps 30 --format json").out);
  const Json& power = all["duty_cycle"]["average_w"];
  EXPECT_LT(power["low"], power["value"]);
  EXPECT_GT(power["high"], power["value"]);
  EXPECT_EQ(all["uncertainty"]["sampled"]["average_w"].size(), 6u);
  const Json sleeping = value_of(all, "sleep.power");
  EXPECT_LT(sleeping["average_w"][0], sleeping["average_w"][1]);
  EXPECT_NE(h4h(kSimulate + "--fps 30").out.find("\naverage  "), std::string::npos);
}

TEST(UncertaintyOption, WhereWakingUpTakesTooLongAFrameDoesNotRun) {
  const Json all = Json::parse(h4h(kSimulate + "--fps 300 --format json").out);
  EXPECT_TRUE(value_of(all, "sleep.wake_up_time")["latency_s"][1].is_null()) << "5 ms";
}

TEST(UncertaintyOption, IsThatOfItsSeedWhateverTheNumberOfProcesses) {
  const std::string one = h4h(kSimulate + "--format json --jobs 1").out;
  EXPECT_EQ(h4h(kSimulate + "--format json --jobs 3").out, one);
  EXPECT_NE(h4h(kSimulate + "--format json --seed 2").out, one);
}

TEST(UncertaintyOption, ListsTheEffectOfEachParameterAlone) {
  const Outcome o = h4h(kSimulate);
  EXPECT_NE(o.out.find("33 uncertain parameters over their ranges, 6 samples (random seed 1):"),
            std::string::npos)
      << o.out;
  EXPECT_NE(o.out.find("\ncim.step "), std::string::npos);
  EXPECT_NE(o.out.find("mapping  the best mapping changes in "), std::string::npos);
}

TEST(UncertaintyOption, LeavesAFixedMappingAsItIs) {
  const Json npu = Json::parse(h4h(kSimulate + "--mapping npu --format json").out);
  EXPECT_EQ(npu["uncertainty"]["other_mappings"], 0);
  for (const Json& value : npu["uncertainty"]["values"]) {
    if (value["key"] == "cim.step") {
      EXPECT_EQ(value["latency_s"][0], value["latency_s"][1]);
    }
  }
}

TEST(UncertaintyOption, DrawsSensitivities) {
  if (!has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const TemporaryFolder folder;
  const std::filesystem::path page = folder.path() / "u.html";
  ASSERT_EQ(h4h(kSimulate + "--html " + page.string()).code, 0);
  const std::string with = rendered(folder, page);
  expect_ready(with);
  for (const char* const canvas : {"figures-0-tornado", "figures-0-samples", "figures-1-tornado"}) {
    EXPECT_NE(with.find(canvas), std::string::npos) << canvas;
  }
  EXPECT_NE(
      with.find("33 uncertain parameters: each alone at both ends of its range, and 6 samples"),
      std::string::npos);
  h4h("simulate " + kPaper + " --network ds_cnn_kws --html " + page.string());
  const std::string without = rendered(folder, page);
  expect_ready(without);
  EXPECT_EQ(without.find("figures-0-tornado"), std::string::npos);
}

TEST(UncertaintyOption, WrongArgumentsAreNamed) {
  expect_failure(kSimulate + "--format csv", 2, "--uncertainty needs --format table or json");
  expect_failure("simulate " + kPaper + " --network ds_cnn_kws --uncertainty --samples 0", 2,
                 "--samples '0' is not an integer from 1 to 100000");
  for (const std::string option : {"--samples 8", "--seed 2"}) {
    expect_failure("simulate " + kPaper + " --network ds_cnn_kws " + option, 2,
                   option.substr(0, option.find(' ')) + " needs --uncertainty");
  }
}

}  // namespace
}  // namespace h4h::tests
