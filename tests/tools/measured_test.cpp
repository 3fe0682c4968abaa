#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

const std::string kMeasured = "--platform platforms/ethos-u55-high-end-measured.yaml";
const std::string kTable = "platforms/measured/ethos-u55-128-high-end.csv";

TEST(MeasuredTables, GiveEveryLayerOfTheirOwnItsRowsCycles) {
  const Outcome o = h4h("layers " + kMeasured + " --csv " + kTable + " --format json");
  ASSERT_EQ(o.code, 0) << o.err;
  const auto layers = nlohmann::json::parse(o.out)["layers"];
  std::ifstream table(source_dir() / kTable);
  std::string line;
  std::getline(table, line);
  for (const auto& layer : layers) {
    ASSERT_TRUE(std::getline(table, line));
    EXPECT_EQ(line.substr(line.rfind(',') + 1), layer["cycles"].dump()) << line;
    EXPECT_EQ(layer["source"], "measured");
  }
  EXPECT_GT(layers.size(), 200u);
}

TEST(MeasuredTables, OfTheCommandLineLieInTheWorkingFolder) {
  const std::string layers = "layers --platform platforms/ethos-u55-high-end.yaml --csv " + kTable +
                             " --set npu.measured=";
  const Outcome o = h4h(layers + kTable);
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.out, h4h("layers " + kMeasured + " --csv " + kTable).out);
  EXPECT_NE(o.out.find(",measured,"), std::string::npos);
  EXPECT_EQ(h4h(layers + "none").out.find("measured"), std::string::npos);
}

TEST(MeasuredTables, AreShownWithTheirSource) {
  const Outcome o = h4h("platform show --wide platforms/ethos-u55-high-end-measured.yaml");
  EXPECT_NE(o.out.find("measured/ethos-u55-128-high-end.csv"), std::string::npos) << o.out;
  EXPECT_NE(o.out.find("stand-in for silicon"), std::string::npos);
  const Outcome diff =
      h4h("platform diff platforms/ethos-u55-high-end.yaml "
          "platforms/ethos-u55-high-end-measured.yaml");
  EXPECT_EQ(diff.out,
            "npu.measured             none                 measured/ethos-u55-128-high-end.csv\n");
}

TEST(MeasuredTables, DoNotReachTracesAndReportsSaySo) {
  const TemporaryFolder folder;
  const auto trace = [&](const std::string& platform) {
    const std::string path = (folder.path() / (platform + ".json")).string();
    const Outcome o = h4h("simulate --platform platforms/" + platform +
                          ".yaml --network mobilenet_v2 --wide --trace " + path);
    EXPECT_EQ(o.code, 0) << o.err;
    if (platform != "ethos-u55-high-end") {
      EXPECT_NE(o.out.find("traces and timelines are modelled"), std::string::npos) << o.out;
    }
    const auto json = nlohmann::json::parse(std::ifstream(path));
    const bool noted =
        json["otherData"]["remarks"].dump().find("layers measured") != std::string::npos;
    EXPECT_EQ(noted, platform != "ethos-u55-high-end");
    return json["traceEvents"];
  };
  EXPECT_EQ(trace("ethos-u55-high-end"), trace("ethos-u55-high-end-measured"));
}

TEST(MeasuredTables, ThatAreWrongExitWithOneAndPrintNothing) {
  const TemporaryFolder folder;
  const std::string bad =
      folder.write("t.csv", "op,H,W,Cin,Cout,k,stride,latency\nfc,1,1,8,8,1,1,3\n").string();
  const std::string base = (source_dir() / "platforms/h4h-7nm.yaml").string();
  const std::string file =
      folder.write("p.yaml", "extends: " + base + "\ncim.measured: t.csv\n").string();
  const std::string message = "t.csv:2: latency: '3' has no unit; allowed: ps, ns, us, ms, s";
  expect_failure("platform check " + file, 1, "p.yaml:2: cim.measured: ");
  expect_failure("platform check " + file, 1, message);
  const std::string simulate = "simulate " + kPaper + " --network mobilenet_v2 --set npu.measured=";
  expect_failure(simulate + bad, 1, message);
  expect_failure(simulate + "none.csv", 1, "none.csv: no such file; allowed: none, or a CSV file");
}

}  // namespace
}  // namespace h4h::tests
