#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/csv/csv_table.hpp"
#include "tests/support/chromium.hpp"
#include "tests/support/mutations.hpp"
#include "tests/tools/support.hpp"
#include "tools/h4h/progress.hpp"
#include "tools/h4h/run_description.hpp"
#include "tools/h4h/variants.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;
using tools::Arguments;

struct Sweep : ::testing::Test {
  TemporaryFolder folder;
  std::string out = (folder.path() / "out").string();
  std::string base = "sweep " + kPaper + " --network ds_cnn_kws --vary cim.macros=0,2 " +
                     "--vary 'noc.bandwidth=4 GB/s,8 GB/s' ";

  Outcome sweep(const std::string& options = "") { return h4h(base + options + " --out " + out); }
};

TEST_F(Sweep, EveryPointIsWhatSimulateSays) {
  const Outcome o = sweep();
  ASSERT_EQ(o.code, 0) << o.err;
  const CsvTable table(out + "/sweep.csv", {"cim.macros", "noc.bandwidth", "network", "latency_s",
                                            "energy_j", "area_mm2"});
  ASSERT_EQ(table.rows.size(), 4u);
  for (const CsvRow& row : table.rows) {
    const Outcome one = h4h("simulate " + kPaper + " --network ds_cnn_kws --format json --set " +
                            "cim.macros=" + row.text("cim.macros") +
                            " --set 'noc.bandwidth=" + row.text("noc.bandwidth") + "'");
    const Json totals = Json::parse(one.out)["totals"];
    EXPECT_EQ(row.number("latency_s"), totals["latency_s"].get<double>());
    EXPECT_EQ(row.number("energy_j"), totals["energy_j"].get<double>());
  }
  EXPECT_EQ(table.rows[1].text("noc.bandwidth"), "8 GB/s") << "the last axis is the fastest";
  EXPECT_EQ(Json::parse(content(out + "/sweep.json"))["points"].size(), 4u);
}

TEST_F(Sweep, WritesTheSameBytesWhateverTheNumberOfProcesses) {
  ASSERT_EQ(sweep("--jobs 1").code, 0);
  const std::string one = out;
  out += "3";
  ASSERT_EQ(sweep("--jobs 3").code, 0);
  for (const char* const name : {"sweep.csv", "sweep.json", "index.html"}) {
    EXPECT_EQ(content(one + "/" + name), content(out + "/" + name)) << name;
  }
}

TEST_F(Sweep, IsDoneAgainToTheSameBytesAndRefusesOtherArguments) {
  ASSERT_EQ(sweep().code, 0);
  const std::string before = content(out + "/index.html");
  EXPECT_EQ(sweep("--resume").code, 0);
  EXPECT_EQ(content(out + "/index.html"), before);
  const Outcome other = sweep("--objective energy");
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.err.find("objective was latency, is energy now"), std::string::npos) << other.err;
  const Outcome wider = sweep("--vary cim.compute_units=1,2");
  EXPECT_NE(wider.err.find("is cim.macros=0,2; noc.bandwidth=4 GB/s,8 GB/s; cim.compute_units=1,2"),
            std::string::npos)
      << wider.err;
  out += "none";
  const Outcome none = sweep("--resume");
  EXPECT_EQ(none.code, 1);
  EXPECT_NE(none.err.find("nothing to resume"), std::string::npos) << none.err;
}

TEST_F(Sweep, LeavesNothingBehindButItsResults) {
  ASSERT_EQ(sweep("--cache none").code, 0);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(out)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"index.html", "sweep.checkpoint.json", "sweep.csv",
                                             "sweep.json"}));
}

TEST_F(Sweep, UncertaintyGivesEveryPointItsIntervals) {
  ASSERT_EQ(sweep("--uncertainty --samples 4 --jobs 2").code, 0);
  const CsvTable table(out + "/sweep.csv",
                       {"latency_s", "latency_s_low", "latency_s_high", "latency_s_p5",
                        "energy_j_low", "energy_j_moved_by", "other_mappings"});
  ASSERT_EQ(table.rows.size(), 4u);
  const Json points = Json::parse(content(out + "/sweep.json"))["points"];
  for (std::size_t i = 0; i < 4; ++i) {
    const CsvRow& row = table.rows[i];
    EXPECT_LE(row.number("latency_s_low"), row.number("latency_s"));
    EXPECT_GT(row.number("latency_s_high"), row.number("latency_s"));
    EXPECT_EQ(points[i]["latency_s"]["value"], row.number("latency_s"));
    EXPECT_EQ(points[i]["uncertainty"]["sampled"]["energy_j"].size(), 4u);
    for (const Json& value : points[i]["uncertainty"]["values"]) {
      EXPECT_NE(value["key"], "noc.bandwidth") << "what varies is chosen, not unknown";
    }
  }
  const std::string two = out;
  out += "1";
  ASSERT_EQ(sweep("--uncertainty --samples 4 --jobs 1").code, 0);
  for (const char* const name : {"sweep.csv", "sweep.json", "index.html"}) {
    EXPECT_EQ(content(two + "/" + name), content(out + "/" + name)) << name;
  }
  const Outcome other = sweep("--uncertainty --samples 5");
  EXPECT_NE(other.err.find("uncertainty was 4 samples of seed 1, is 5 samples"), std::string::npos)
      << other.err;
  if (!has_chromium()) return;
  const std::string dom = rendered(folder, out + "/index.html");
  expect_ready(dom);
  EXPECT_NE(dom.find("uncertainty-figures-1-tornado"), std::string::npos);
}

TEST_F(Sweep, TakesVariantsFromAFile) {
  const auto file = folder.write("v.csv", "cim.macros,cim.compute_units\n1,4\n8,1\n");
  const Outcome o = h4h("sweep " + kPaper + " --network ds_cnn_kws --vary-file '" + file.string() +
                        "' --vary noc.duplex=half,full --out " + out);
  ASSERT_EQ(o.code, 0) << o.err;
  const CsvTable table(out + "/sweep.csv", {"cim.compute_units", "cim.macros", "noc.duplex"});
  ASSERT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(table.rows[3].text("cim.macros"), "8");
  EXPECT_EQ(table.rows[3].text("noc.duplex"), "full");
}

TEST_F(Sweep, WhatDoesNotRunIsAPointWithItsReason) {
  const Outcome o = h4h("sweep " + kPaper + " --network resnet8 --set sram.overflow=infeasible " +
                        "--vary 'sram.size=8 KiB,2 MiB' --out " + out);
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("2 points simulated, 1 infeasible"), std::string::npos) << o.out;
  const CsvTable table(out + "/sweep.csv", {"latency_s", "infeasible"});
  EXPECT_FALSE(table.rows[0].has("latency_s"));
  EXPECT_NE(table.rows[0].text("infeasible").find("activations do not fit"), std::string::npos);
  EXPECT_TRUE(table.rows[1].has("latency_s"));
}

TEST_F(Sweep, WrongArgumentsAreNamedBeforeAnythingRuns) {
  const std::string start = "sweep " + kPaper + " --out " + out + " ";
  expect_failure(start + "--vary cim.macros=1", 2, "--network is missing");
  expect_failure(start + "--network resnet8", 2, "--vary or --vary-file is missing");
  expect_failure(start + "--network resnet8 --vary cim.macros", 2,
                 "is not KEY=VALUE,... or KEY=LOW..HIGH[:STEP]");
  expect_failure(start + "--network resnet8 --vary cim.macros=1,,2", 2,
                 "is not KEY=VALUE,... or KEY=LOW..HIGH[:STEP]");
  expect_failure(start + "--network resnet8 --vary cim.macro=1", 2,
                 "--vary cim.macro=1: unknown key 'cim.macro' (did you mean 'cim.macros'?)");
  expect_failure(start + "--network resnet8 --vary cim.macros=1,-2", 2, "cim.macros");
  expect_failure(start + "--network resnet8 --vary cim.macros=1 --vary cim.macros=2", 2,
                 "cim.macros is varied twice");
  expect_failure(start + "--network resnet8 --network resnet8 --vary cim.macros=1", 2,
                 "--network resnet8 is given twice");
  expect_failure(start + "--network resnet8 --vary cim.macros=1,1", 2,
                 "1 of 2 variants are given twice");
  expect_failure(start + "--network resnet8 --vary-file '" +
                     folder.write("v.csv", "cim.macros\n").string() + "'",
                 1, "v.csv: no variants");
  expect_failure(start + "--network none --vary cim.macros=1", 1, "none");
  expect_failure(start + "--network resnet8 --vary-file /none.csv", 1, "/none.csv");
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(Sweep, ThePageDrawsItself) {
  if (!has_chromium()) GTEST_SKIP() << "no chromium";
  ASSERT_EQ(sweep().code, 0);
  const std::string dom = rendered(folder, out + "/index.html");
  expect_ready(dom);
  EXPECT_NE(dom.find("cim.macros"), std::string::npos);
}

TEST(Variants, AreAllCombinationsTheLastAxisFastest) {
  const tools::Variants v =
      tools::variants_of({"cim.macros=1,2", "cim.step = 1 ns , 2 ns"}, std::nullopt);
  EXPECT_EQ(v.axes, (Arguments{"cim.macros", "cim.step"}));
  ASSERT_EQ(v.size(), 4u);
  EXPECT_EQ(v.texts(0), (Arguments{"1", "1 ns"}));
  EXPECT_EQ(v.texts(1), (Arguments{"1", "2 ns"}));
  EXPECT_EQ(v.texts(3), (Arguments{"2", "2 ns"}));
}

TEST(Progress, SaysHowLongTheRestWillTake) {
  EXPECT_EQ(tools::progress_text("variants", 0, 4, 0), "0 of 4 variants");
  EXPECT_EQ(tools::progress_text("variants", 1, 4, 3), "1 of 4 variants, 9 s left");
  EXPECT_EQ(tools::progress_text("variants", 1, 101, 60), "1 of 101 variants, 100 min left");
  EXPECT_EQ(tools::progress_text("variants", 4, 4, 12), "4 of 4 variants");
}

TEST_F(Sweep, ADescriptionThatIsDamagedIsRefused) {
  ASSERT_EQ(sweep().code, 0);
  const std::string text = content(out + "/sweep.checkpoint.json");
  std::string damaged = text;
  damaged.replace(damaged.find("latency"), 7, "latencz");
  folder.write("out/sweep.checkpoint.json", damaged);
  expect_failure(base + "--out " + out, 1,
                 "sweep.checkpoint.json: the checksum does not match: the file is damaged or was "
                 "edited; choose another directory, or delete this one");
  folder.write("out/sweep.checkpoint.json", text);
  EXPECT_EQ(sweep().code, 0);
  expect_failure(base + "--objective energy --out " + out, 1,
                 "with other arguments: objective was latency, is energy now");
}

TEST_F(Sweep, AFolderWithoutResultsIsTakenOver) {
  ASSERT_EQ(sweep().code, 0);
  const std::string before = content(out + "/sweep.csv");
  for (const char* const file : {"sweep.csv", "sweep.json", "index.html"}) {
    std::filesystem::remove(std::filesystem::path(out) / file);
  }
  ASSERT_EQ(sweep("--objective energy").code, 0);
  ASSERT_NE(content(out + "/sweep.csv"), before);
  expect_failure(base + "--out " + out, 1, "objective was energy, is latency now");
}

TEST(RunDescription, RandomChangesOfBytesAreRefusedOrChangeNothing) {
  const TemporaryFolder folder;
  folder.write("result.csv", "");
  folder.write("c.json", "");
  const tools::RunFolder run(folder.path(), "c.json");
  const tools::RunDescription described{{"seed", "1"}, {"objective", "latency"}};
  std::filesystem::remove(run.checkpoint());
  tools::claim_folder(run, described);
  const std::string text = content(run.checkpoint());
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const std::string other = mutated(text, seed);
    folder.write("c.json", other);
    const std::string message =
        message_of<std::runtime_error>([&] { tools::claim_folder(run, described); });
    const bool refused = message.find("c.json: the checksum ") != std::string::npos;
    EXPECT_TRUE(refused || other == text || other + "\n" == text) << seed << ": " << message;
  }
}

}  // namespace
}  // namespace h4h::tests
