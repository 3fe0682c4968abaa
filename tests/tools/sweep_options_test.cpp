#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/csv/csv_table.hpp"
#include "tests/tools/support.hpp"
#include "tools/h4h/vary_range.hpp"

namespace h4h::tests {
namespace {

using tools::Arguments;
using tools::expand_range;

const std::string kDsCnnReport = "simulate " + kPaper + " --network ds_cnn_kws ";

TEST(VaryRange, CountsFromLowToHigh) {
  EXPECT_EQ(expand_range("0..3"), (Arguments{"0", "1", "2", "3"}));
  EXPECT_EQ(expand_range("4..8:2"), (Arguments{"4", "6", "8"}));
  EXPECT_EQ(expand_range("4..9:2"), (Arguments{"4", "6", "8"})) << "HIGH is not met";
  EXPECT_EQ(expand_range("5..5"), (Arguments{"5"}));
  EXPECT_EQ(expand_range("0.5..1:0.25"), (Arguments{"0.5", "0.75", "1"}));
  EXPECT_EQ(expand_range("0.1..0.3:0.1"), (Arguments{"0.1", "0.2", "0.3"})) << "decimal, exact";
}

TEST(VaryRange, TakesAUnitOnceOrOnEveryNumber) {
  const Arguments all{"4 GB/s", "6 GB/s", "8 GB/s"};
  EXPECT_EQ(expand_range("4..8:2 GB/s"), all);
  EXPECT_EQ(expand_range("4 GB/s..8 GB/s:2 GB/s"), all);
  EXPECT_EQ(expand_range("4GB/s..8:2"), all);
}

TEST(VaryRange, LeavesOtherTextsAsTheyAre) {
  for (const std::string text : {"half", "4 GB/s", "../a.csv", "", "1.5"}) {
    EXPECT_EQ(expand_range(text), Arguments{text});
  }
}

TEST(VaryRange, WhatIsNoRangeIsRefused) {
  for (const std::string text : {"8..4", "1..4:0", "1..", "1..x", "1..4:", "1..4:2:2", "1 ns..4 us",
                                 "1..-4", "0..100001", "0..99999999999999999999", "1...3"}) {
    EXPECT_THROW(expand_range(text), tools::UsageError) << text;
  }
}

struct SweepOptions : ::testing::Test {
  TemporaryFolder folder;
  std::string out = (folder.path() / "out").string();
  std::string base = "sweep " + kPaper + " --network ds_cnn_kws --out " + out + " ";
};

TEST_F(SweepOptions, VaryTakesRangesBesideLists) {
  const Outcome o = h4h(base + "--vary cim.macros=0..1,4 --vary 'noc.bandwidth=4..8:4 GB/s'");
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("6 points simulated, none infeasible; see "), std::string::npos) << o.out;
  const CsvTable table(out + "/sweep.csv", {"cim.macros", "noc.bandwidth"});
  ASSERT_EQ(table.rows.size(), 6u);
  EXPECT_EQ(table.rows[3].text("cim.macros"), "1");
  EXPECT_EQ(table.rows[3].text("noc.bandwidth"), "8 GB/s");
  EXPECT_EQ(table.rows[5].text("cim.macros"), "4");
}

TEST_F(SweepOptions, ErrorsNameTheOptionThatWasTyped) {
  expect_failure(base + "--vary noc.bandwidth=4-8GB/s", 2,
                 "h4h sweep: --vary noc.bandwidth=4-8GB/s: noc.bandwidth: '4-8' is not a number; "
                 "several values: a list '4 GB/s,8 GB/s' or a range '4..8:2 GB/s'");
  expect_failure(base + "--vary cim.macros=8..4", 2,
                 "--vary cim.macros=8..4: range '8..4': LOW must not be above HIGH");
  expect_failure(base + "--vary cim.macros=1 --set cim.step=9", 2, "--set cim.step=9: ");
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(SweepOptions, WrongValuesOfAFileAreTheFilesWithTheirLine) {
  const auto refused = [&](const std::string& rows, const std::string& message) {
    const std::string file = folder.write("v.csv", rows).string();
    expect_failure(base + "--vary-file " + file, 1, "h4h: " + file + message);
    EXPECT_EQ(h4h(base + "--vary-file " + file).err.find("--set"), std::string::npos) << rows;
  };
  refused("noc.bandwidth\n8 GB/s\nNaN GB/s\n",
          ":3: noc.bandwidth=NaN GB/s: noc.bandwidth: 'NaN GB/s' is not a number");
  refused("cim.macros\n1\n\n2\n-3\n", ":5: cim.macros=-3: cim.macros: '-3' must not be negative");
  refused("cim.macros\n1\n9999999\n", ":3: cim.macros: '9999999' is out of bounds; allowed: ");
  refused("cim.macro\n1\n", ":2: cim.macro=1: unknown key 'cim.macro' (did you mean");
  refused("cim.macros,noc.duplex\n1,\n", ":2: noc.duplex is missing");
  refused("cim.macros\n1\n2\n1\n", ":4: the same variant as in line 2");
  refused("cim.macro\n1\n2\n",
          ":2: cim.macro=1: unknown key 'cim.macro' (did you mean 'cim.macros'?)"
          "; `h4h platform show FILE` lists all keys\n");
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(SweepOptions, EveryWrongRowOfAFileIsNamed) {
  const std::string file =
      folder.write("v.csv", "cim.macros,noc.duplex\n-3,half\n1\n2,half\n2,none\n2,half\n").string();
  const Outcome texts = h4h(base + "--vary-file " + file);
  EXPECT_EQ(texts.code, 1);
  const std::vector<std::string> wrong = lines(texts.err);
  ASSERT_EQ(wrong.size(), 4u) << texts.err;
  EXPECT_EQ(wrong[0].rfind("h4h: " + file + ":2: cim.macros=-3: cim.macros: ", 0), 0u);
  EXPECT_EQ(wrong[1], file + ":3: 1 values for 2 columns");
  EXPECT_EQ(wrong[2].rfind(file + ":5: noc.duplex=none: noc.duplex: ", 0), 0u);
  EXPECT_EQ(wrong[3], file + ":6: the same variant as in line 4");
  folder.write("v.csv", "cim.macros\n9999998\n1\n9999999\n");
  const Outcome bounds = h4h(base + "--vary 'noc.bandwidth=4 GB/s,8 GB/s' --vary-file " + file);
  EXPECT_EQ(bounds.code, 1);
  ASSERT_EQ(lines(bounds.err).size(), 2u) << bounds.err;
  EXPECT_EQ(
      lines(bounds.err)[0].rfind("h4h: " + file + ":2: cim.macros: '9999998' is out of bounds", 0),
      0u);
  EXPECT_EQ(lines(bounds.err)[1].rfind(file + ":4: cim.macros: '9999999' is out of bounds", 0), 0u);
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(SweepOptions, AreThoseOfSimulate) {
  const std::string options = "--mapping cim --fps 30 ";
  ASSERT_EQ(h4h(base + options + "--vary cim.macros=2,4").code, 0);
  const CsvTable table(out + "/sweep.csv", {"latency_s", "average_w"});
  const auto one =
      nlohmann::json::parse(h4h(kDsCnnReport + options + "--format json --set cim.macros=4").out);
  EXPECT_EQ(table.rows[1].number("latency_s"), one["totals"]["latency_s"].get<double>());
  EXPECT_EQ(table.rows[1].number("average_w"), one["duty_cycle"]["average_w"].get<double>());
  const Outcome other = h4h(base + "--vary cim.macros=2,4");
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.err.find("mapping was cim, is not given now"), std::string::npos) << other.err;
  const Outcome npu = h4h(base + "--mapping npu --vary cim.macros=2,4");
  EXPECT_EQ(npu.code, 1);
  EXPECT_NE(npu.err.find("mapping was cim, is npu now"), std::string::npos) << npu.err;
}

TEST_F(SweepOptions, ANetworkOverALimitIsInfeasible) {
  ASSERT_EQ(h4h(base + "--max-latency 1ns --vary cim.macros=2").code, 0);
  const CsvTable table(out + "/sweep.csv", {"infeasible"});
  EXPECT_NE(table.rows[0].text("infeasible").find("exceeds the limit of"), std::string::npos);
}

TEST_F(SweepOptions, AMappingFileIsForOneNetwork) {
  const std::string file = (folder.path() / "m.yaml").string();
  ASSERT_EQ(h4h(kDsCnnReport + "--set cim.macros=4 --save-mapping " + file).code, 0);
  expect_failure(base + "--network resnet8 --vary cim.macros=4 --mapping " + file, 2,
                 "a mapping file applies to one network");
  ASSERT_EQ(h4h(base + "--vary cim.macros=2,4 --mapping " + file).code, 0);
  const CsvTable table(out + "/sweep.csv", {"latency_s", "infeasible"});
  EXPECT_TRUE(table.rows[0].has("infeasible")) << "the file asks for more macros";
  const auto one = nlohmann::json::parse(
      h4h(kDsCnnReport + "--set cim.macros=4 --format json --mapping " + file).out);
  EXPECT_EQ(table.rows[1].number("latency_s"), one["totals"]["latency_s"].get<double>());
}

}  // namespace
}  // namespace h4h::tests
