#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/csv/csv_table.hpp"
#include "tests/support/chromium.hpp"
#include "tests/support/provenance.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;

struct Compare : ::testing::Test {
  TemporaryFolder folder;
  std::string out = (folder.path() / "out").string();

  Outcome compare(const std::string& options = "") {
    return h4h(
        "compare platforms/h4h-7nm.yaml platforms/h4h-7nm-4cu.yaml --network ds_cnn_kws "
        "--network resnet8 --samples 4 " +
        options + " --out " + out);
  }
};

TEST_F(Compare, SaysWhichIsBetterByHowMuchAndHowSureThatIs) {
  const Outcome o = compare();
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("first:  h4h-7nm\nsecond: h4h-7nm-4cu\n"), std::string::npos) << o.out;
  const CsvTable table(out + "/compare.csv",
                       {"network", "figure", "first", "second", "ratio", "ratio_low", "ratio_high",
                        "ratio_median", "first_less", "second_less"});
  ASSERT_EQ(table.rows.size(), 2u * 3);
  for (const CsvRow& row : table.rows) {
    EXPECT_DOUBLE_EQ(row.number("ratio"), row.number("second") / row.number("first"));
    EXPECT_LE(row.number("ratio_low"), row.number("ratio"));
    EXPECT_GE(row.number("ratio_high"), row.number("ratio"));
    EXPECT_LE(row.number("first_less") + row.number("second_less"), 1);
  }
  const Json totals =
      Json::parse(h4h("simulate " + kPaper + " --network resnet8 --format json").out)["totals"];
  EXPECT_EQ(table.rows[3].text("network"), "resnet8");
  EXPECT_EQ(table.rows[3].number("first"), totals["latency_s"].get<double>());
  const Json all = Json::parse(content(out + "/compare.json"));
  expect_provenance(all, "h4h.compare/1");
  expect_provenance_columns(content(out + "/compare.csv"), "h4h.compare/1");
  EXPECT_EQ(all["networks"][1]["figures"][0]["ratio_sampled"].size(), 4u);
}

TEST_F(Compare, SaysWhichValuesAndLayersMakeTheDifference) {
  const Outcome o = compare();
  EXPECT_NE(o.out.find("Values that differ: cim.macros, cim.compute_units"), std::string::npos)
      << o.out;
  EXPECT_NE(o.out.find("layers: "), std::string::npos);
  const Json all = Json::parse(content(out + "/compare.json"));
  const std::string two =
      "explain --platform platforms/h4h-7nm.yaml --against "
      "platforms/h4h-7nm-4cu.yaml --network resnet8 --format json";
  const Json explained = Json::parse(h4h(two).out);
  EXPECT_EQ(all["keys"], explained["keys"]);
  EXPECT_EQ(all["networks"][1]["layers"], explained["layers"]);
}

TEST_F(Compare, IsTheSameBytesWhateverTheNumberOfProcessesAndAgain) {
  ASSERT_EQ(compare("--jobs 1").code, 0);
  const std::string one = out;
  const std::string before = content(one + "/compare.json");
  ASSERT_EQ(compare("--jobs 2 --resume").code, 0);
  EXPECT_EQ(content(one + "/compare.json"), before);
  out += "2";
  ASSERT_EQ(compare("--jobs 3").code, 0);
  for (const char* const name : {"compare.csv", "compare.json", "index.html"}) {
    EXPECT_EQ(content(one + "/" + name), content(out + "/" + name)) << name;
  }
  EXPECT_FALSE(std::filesystem::exists(out + "/layers.sqlite"));
}

TEST_F(Compare, PageDrawsItselfInChromium) {
  if (!has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  ASSERT_EQ(compare().code, 0);
  const std::string dom = rendered(folder, out + "/index.html");
  expect_ready(dom);
  EXPECT_NE(dom.find("ratio-figures-0-tornado"), std::string::npos);
  EXPECT_NE(dom.find("ratio-figures-0-samples"), std::string::npos);
}

TEST_F(Compare, VariantsOfOneFileAreToldApartByIt) {
  const auto variant = folder.write("v.yaml", "name: h4h-7nm\nextends: " + source_dir().string() +
                                                  "/platforms/h4h-7nm.yaml\ncim.macros: 4\n");
  const Outcome o = h4h("compare platforms/h4h-7nm.yaml " + variant.string() +
                        " --network ds_cnn_kws --samples 1 --out " + out);
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("second: h4h-7nm (" + variant.string() + ")"), std::string::npos) << o.out;
}

TEST_F(Compare, WrongArgumentsAreNamed) {
  const std::string end = " --out " + out;
  expect_failure("compare platforms/h4h-7nm.yaml --network resnet8" + end, 2,
                 "two platform files are required, 1 given");
  expect_failure("compare platforms/h4h-7nm.yaml none.yaml --network resnet8" + end, 1,
                 "none.yaml: no such file");
  expect_failure("compare platforms/h4h-7nm.yaml platforms/h4h-7nm-4cu.yaml" + end, 2,
                 "--network is missing");
  EXPECT_FALSE(std::filesystem::exists(out));
  const auto tiny = folder.write("t.yaml", "name: tiny\nextends: " + source_dir().string() +
                                               "/platforms/h4h-7nm.yaml\nsram:\n  size: 8 KiB\n"
                                               "  overflow: infeasible\n");
  expect_failure("compare platforms/h4h-7nm.yaml " + tiny.string() + " --network resnet8" + end, 1,
                 "resnet8 is infeasible on " + tiny.string());
  EXPECT_FALSE(std::filesystem::exists(out)) << "nothing is begun";
  ASSERT_EQ(compare().code, 0);
  const Outcome other = compare("--objective energy");
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.err.find("objective was latency, is energy now"), std::string::npos) << other.err;
}

}  // namespace
}  // namespace h4h::tests
