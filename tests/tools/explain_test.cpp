#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

const std::string kExplain = "explain " + kPaper + " --network ds_cnn_kws";

nlohmann::json document(const std::string& command) {
  const Outcome o = h4h(command + " --format json");
  EXPECT_EQ(o.code, 0) << o.err;
  return nlohmann::json::parse(o.out);
}

TEST(ExplainCommand, ExplainsWhatSimulatePrints) {
  const nlohmann::json why = document(kExplain),
                       run = document("simulate " + kPaper + " --network ds_cnn_kws");
  EXPECT_EQ(why["schema"], "h4h.explain/1");
  EXPECT_EQ(why["latency_s"], run["totals"]["latency_s"]);
  EXPECT_EQ(why["energy_j"], run["totals"]["energy_j"]);
  ASSERT_EQ(why["layers"].size(), run["layers"].size());
  for (std::size_t i = 0; i < why["layers"].size(); ++i) {
    EXPECT_EQ(why["layers"][i]["latency_s"], run["layers"][i]["latency_s"]);
    EXPECT_EQ(why["layers"][i]["bound_by"], run["layers"][i]["bound_by"]);
  }
  EXPECT_GE(why["what_ifs"].size(), 6U);
}

TEST(ExplainCommand, WaitsForAccumulatorsAreWhatFourBlocksOfThemSave) {
  const std::string chip = " --platform ethos-u55-high-end --network mobilenet_v2 --mapping npu";
  const nlohmann::json why = document("explain" + chip),
                       ideal = document("simulate" + chip +
                                        " --set npu.accumulators=4 --set npu.ofm_buffers=4");
  double all = 0;
  for (std::size_t i = 0; i < why["layers"].size(); ++i) {
    const nlohmann::json& layer = why["layers"][i];
    const double saved = layer["saved_if_ideal_s"]["accumulators"];
    const double less =
        layer["latency_s"].get<double>() - ideal["layers"][i]["latency_s"].get<double>();
    EXPECT_NEAR(saved, std::max(0.0, less), 1e-12) << layer["name"];
    all += saved;
  }
  EXPECT_GT(all, 0);
}

TEST(ExplainCommand, OfALayerSpeaksOfItAlone) {
  const nlohmann::json why = document(kExplain + " stem");
  ASSERT_EQ(why["layers"].size(), 1U);
  EXPECT_EQ(why["layers"][0]["name"], "stem");
  const Outcome o = h4h(kExplain + " stem");
  EXPECT_NE(o.out.find("layer stem (conv) takes "), std::string::npos) << o.out;
  EXPECT_EQ(o.out.find("One value changed"), std::string::npos);
}

TEST(ExplainCommand, TablesFitATerminal) {
  for (const std::string& command :
       {kExplain, kExplain + " stem", kExplain + " --against platforms/h4h-7nm-4cu.yaml"}) {
    for (const std::string& line : lines(h4h(command).out)) {
      EXPECT_LE(line.size(), 80U) << line;
    }
  }
}

TEST(ExplainCommand, AgainstAnotherChipNamesKeysAndLayers) {
  const nlohmann::json d = document(kExplain + " --against platforms/h4h-7nm-4cu.yaml");
  EXPECT_EQ(d["schema"], "h4h.explain-against/1");
  std::vector<std::string> keys;
  for (const auto& key : d["keys"]) keys.push_back(key["key"]);
  EXPECT_EQ(keys, (std::vector<std::string>{"cim.macros", "cim.compute_units"}));
  double moved = 0;
  for (const auto& layer : d["layers"]) {
    moved += layer["latency_s"]["second"].get<double>() - layer["latency_s"]["first"].get<double>();
  }
  EXPECT_NEAR(moved, d["second"]["latency_s"].get<double>() - d["first"]["latency_s"].get<double>(),
              1e-12);
  const Outcome same = h4h(kExplain + " --against platforms/h4h-7nm.yaml");
  const std::string unbroken = std::regex_replace(same.out, std::regex("\n +"), " ");
  EXPECT_NE(unbroken.find("take the same time"), std::string::npos) << same.out;
  EXPECT_NE(unbroken.find("h4h-7nm (platforms/h4h-7nm.yaml)"), std::string::npos) << same.out;
  EXPECT_NE(same.out.find("All values of the platforms are the same."), std::string::npos);
}

TEST(ExplainCommand, WrongUseSaysWhatIsRight) {
  expect_failure(kExplain + " stam", 2, "layer 'stam' is not in ds_cnn_kws (did you mean 'stem'?)");
  expect_failure(kExplain + " stem stem", 2, "one layer at most");
  expect_failure(kExplain + " stem --against platforms/h4h-7nm.yaml", 2, "compares whole networks");
  expect_failure(kExplain + " --top 3 --format json", 2, "--top needs --format table");
  expect_failure(kExplain + " --against none.yaml", 1, "none.yaml");
  expect_failure(kExplain + " --max-latency '1 ns'", 1, "is infeasible on h4h-7nm");
}

}  // namespace
}  // namespace h4h::tests
