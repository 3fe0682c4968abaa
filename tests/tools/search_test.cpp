#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/csv/csv_table.hpp"
#include "base/csv/csv_writer.hpp"
#include "tests/support/chromium.hpp"
#include "tests/support/provenance.hpp"
#include "tests/tools/search_folder.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const char* const kFiles[] = {"front.csv",   "random.csv", "space.yaml",
                              "search.json", "index.html", "search.checkpoint.json"};

TEST(Search, WritesTheSameFilesEveryTime) {
  const SearchFolder folder;
  const Outcome first = h4h(folder.search("a")), second = h4h(folder.search("b"));
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.err, "");
  for (const char* file : kFiles) {
    EXPECT_NE(content(folder.path() / "a" / file), "") << file;
    EXPECT_EQ(content(folder.path() / "a" / file), content(folder.path() / "b" / file)) << file;
  }
  EXPECT_EQ(h4h(folder.search("a", "--resume")).out, first.out);
}

// Several processes would write the same folder.
TEST(Search, WithATableIsRefusedOnSeveralRanksOnce) {
  const SearchFolder folder;
  const auto of_two = [&](const std::string& rank) {
    return run("MASTER_ADDR=localhost MASTER_PORT=29500 WORLD_SIZE=2 RANK=" + rank +
               " " H4H_BINARY " " + folder.search("a"));
  };
  const Outcome first = of_two("0"), second = of_two("1");
  EXPECT_EQ(first.code, 2);
  EXPECT_EQ(first.err,
            "h4h search: 'h4h search' with a table of accuracies or the surrogate works in one "
            "process, but 2 were started; see 'h4h search --help'\n");
  EXPECT_EQ(second.code, 2);
  EXPECT_EQ(second.err, "");
  EXPECT_FALSE(fs::exists(folder.path() / "a"));
}

TEST(Search, CostsAreThoseOfSimulate) {
  const SearchFolder folder;
  for (const std::string objective : {"latency", "energy"}) {
    h4h(folder.search(objective, "--objective " + objective));
    const Json search = Json::parse(content(folder.path() / objective / "search.json"));
    ASSERT_GE(search["front"].size(), 3u);
    for (const Json& network : search["front"]) {
      const Outcome o =
          h4h("simulate " + kPaper + " --objective " + objective + " --format json --network '" +
              folder.space + "#" + nlohmann::ordered_json(network["genotype"]).dump() + "'");
      ASSERT_EQ(o.code, 0) << o.err;
      const Json report = Json::parse(o.out);
      EXPECT_EQ(network["latency_s"], report["totals"]["latency_s"]);
      EXPECT_EQ(network["energy_j"], report["totals"]["energy_j"]);
      EXPECT_EQ(network["macs"], report["network"]["macs"]);
    }
  }
}

TEST(Search, FrontOfCsvIsThatOfJsonAndGetsBetterWithCost) {
  const SearchFolder folder;
  h4h(folder.search("a"));
  const Json search = Json::parse(content(folder.path() / "a/search.json"));
  expect_provenance(search, "h4h.search/1");
  EXPECT_EQ(search["evaluations"], 80);
  EXPECT_EQ(search["random"]["evaluations"], 80);
  EXPECT_GT(search["hypervolume"]["front"], 0);
  EXPECT_GT(search["hypervolume"]["random"], 0);
  const std::vector<std::string> rows = lines(content(folder.path() / "a/front.csv"));
  ASSERT_EQ(rows.size(), search["front"].size() + 1);
  EXPECT_EQ(rows[0], "genotype,accuracy,latency_s,energy_j,schema,program_version,model_version");
  for (const std::string file : {"front.csv", "random.csv"}) {
    expect_provenance_columns(content(folder.path() / "a" / file), "h4h.search/1");
  }
  for (std::size_t i = 1; i < search["front"].size(); ++i) {
    EXPECT_GT(search["front"][i]["accuracy"], search["front"][i - 1]["accuracy"]);
    EXPECT_GT(search["front"][i]["latency_s"], search["front"][i - 1]["latency_s"]);
  }
}

TEST(Search, HypervolumesAreMeasuredFromTheSamePointWhateverWasLookedAt) {
  const SearchFolder folder;
  std::set<std::string> references;
  for (const std::string more : {"--seed 1", "--seed 2 --algorithm evolution", "--random off"}) {
    const std::string out = "r" + std::to_string(references.size()) + more.substr(2, 3);
    ASSERT_EQ(h4h(folder.search(out, more)).code, 0);
    const Json search = Json::parse(content(folder.path() / out / "search.json"));
    references.insert(search["reference"].dump());
    EXPECT_EQ(search["random"]["evaluations"], more == "--random off" ? 0 : 80);
    EXPECT_EQ(search["arguments"]["random"], more == "--random off" ? "0" : "same");
  }
  EXPECT_EQ(references.size(), 1U);
}

TEST(Search, KeepsBudgets) {
  const SearchFolder folder;
  for (const std::string algorithm : {"nsga2", "evolution"}) {
    const Outcome o =
        h4h(folder.search(algorithm, "--max-latency '14 us' --algorithm " + algorithm));
    ASSERT_EQ(o.code, 0) << o.err;
    const Json search = Json::parse(content(folder.path() / algorithm / "search.json"));
    ASSERT_FALSE(search["front"].empty());
    for (const Json& network : search["front"]) EXPECT_LE(network["latency_s"], 14e-6);
    EXPECT_LT(search["searched"]["within_budgets"], search["evaluations"]);
  }
}

TEST(Search, BudgetsBelowEverythingEndAtOnceWithTheSmallestReachable) {
  const SearchFolder folder;
  expect_failure(folder.search("a", "--max-latency 1us"), 1,
                 "infeasible: no network within --max-latency 1 us: the lowest latency found is ");
  expect_failure(
      folder.search("a", "--max-energy 1pJ"), 1,
      "infeasible: no network within --max-energy 1e-06 uJ: the lowest energy found is ");
  expect_failure(folder.search("a", "--set 'sram.size=1 KiB' --set sram.overflow=infeasible"), 1,
                 "infeasible: the smallest network does not fit the platform: ");
  EXPECT_FALSE(fs::exists(folder.path() / "a"));
}

TEST(Search, FolderOfOtherArgumentsIsRefusedNamingThem) {
  const SearchFolder folder;
  h4h(folder.search("a"));
  expect_failure(folder.search("a", "--seed 2"), 1, "other arguments: --seed was 1, is 2 now");
  expect_failure(folder.search("a", "--set cim.macros=4"), 1, "--platform was h4h-7nm ");
  folder.write("t.csv", content(folder.table) + "\n");
  EXPECT_EQ(h4h(folder.search("a")).code, 0);  // the same table in other words
  std::string table = content(folder.table);
  table.replace(table.rfind("0."), 3, "0.9");
  folder.write("t.csv", table);
  expect_failure(folder.search("a"), 1, "--accuracy was table ");
}

TEST(Search, ATableThatLackedARowIsRepairedAndTheSearchResumes) {
  const SearchFolder folder;
  ASSERT_EQ(h4h(folder.search("whole")).code, 0);
  const std::string table = content(folder.table);
  const std::vector<std::string> all = lines(table);
  const auto without = [&](const std::set<std::string>& rows) {
    std::string text;
    for (const std::string& line : all) text += rows.count(line) > 0 ? "" : line + "\n";
    folder.write("t.csv", text);
  };
  // All rows of an accuracy that no network of the first generation has.
  const Json checkpoint = Json::parse(content(folder.path() / "whole/search.checkpoint.json"));
  std::set<double> first;
  double missing = 0;
  int seen = 0;
  for (const Json& candidate : checkpoint["evaluated"]) {
    const double accuracy = candidate[5];
    if (seen++ < 16) {
      first.insert(accuracy);
    } else if (missing == 0 && first.count(accuracy) == 0) {
      missing = accuracy;
    }
  }
  ASSERT_NE(missing, 0);
  std::set<std::string> rows;
  for (const std::string& line : all) {
    if (line.find(',' + Json(missing).dump()) != std::string::npos) rows.insert(line);
  }
  without(rows);
  expect_failure(folder.search("a"), 1, "t.csv: has no accuracy for ");
  ASSERT_TRUE(fs::exists(folder.path() / "a/search.checkpoint.json"));
  folder.write("t.csv", table);
  const Outcome o = h4h(folder.search("a"));
  ASSERT_EQ(o.code, 0) << o.err;
  for (const char* file : kFiles) {
    EXPECT_EQ(content(folder.path() / "a" / file), content(folder.path() / "whole" / file)) << file;
  }
}

TEST(Search, ACheckpointThatIsDamagedOrOfAnEarlierVersionIsRefused) {
  const SearchFolder folder;
  ASSERT_EQ(h4h(folder.search("a")).code, 0);
  const std::string text = content(folder.path() / "a/search.checkpoint.json");
  const std::string file = folder.out("a/search.checkpoint.json");
  const auto expect_refused = [&](const std::string& changed, const std::string& message) {
    folder.write("a/search.checkpoint.json", changed);
    expect_failure(folder.search("a"), 1, file + " " + message);
  };
  std::string digit = text;
  digit[digit.find("e-0") + 3] ^= 1;
  expect_refused(digit, "is not the checkpoint of a search: the checksum does not match");
  expect_refused(text.substr(0, 300), "is not the checkpoint of a search: the checksum is missing");
  expect_refused(std::string(100'000, '['),
                 "is not the checkpoint of a search: the checksum is missing");
  expect_refused(R"({"schema":"h4h.search.checkpoint/2","arguments":{}})",
                 "has no checksum: an earlier version of H4H wrote it; choose another directory");
}

TEST(Search, FolderOfSomethingElseIsRefused) {
  const SearchFolder folder;
  fs::create_directory(folder.path() / "a");
  folder.write("a/metrics.jsonl", "{}\n");
  expect_failure(folder.search("a"), 1, "holds metrics.jsonl but no search.checkpoint.json");
  folder.write("b", "");
  expect_failure(folder.search("b"), 1, "b: cannot create this directory");
  fs::create_directory(folder.path() / "c");
  folder.write("c/search.checkpoint.json", "{");
  expect_failure(folder.search("c"), 1, "search.checkpoint.json is not the checkpoint of a search");
}

TEST(Search, ResumeInsistsOnSomethingToGoOnWith) {
  const SearchFolder folder;
  expect_failure(folder.search("a", "--resume"), 1, "nothing to resume");
}

TEST(Search, GoesOnAfterWhatAKilledOneLeft) {
  const SearchFolder folder;
  h4h(folder.search("whole"));
  // Killed with SIGKILL after some generations, in the middle of a file.
  const std::string line = H4H_BINARY " " + folder.search("a") + " & p=$!; while [ ! -e " +
                           folder.out("a/search.checkpoint.json") +
                           " ]; do :; done; kill -9 $p; wait $p";
  run(line);
  folder.write("a/.h4h-0123456789abcdef.part", "genotype,acc");
  ASSERT_EQ(h4h(folder.search("a")).code, 0);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.path() / "a")) {
    names.push_back(entry.path().filename().string());
  }
  EXPECT_EQ(names.size(), std::size(kFiles));
  for (const char* file : kFiles) {
    EXPECT_EQ(content(folder.path() / "a" / file), content(folder.path() / "whole" / file)) << file;
  }
}

TEST(Search, WrongUseExitsWithTwo) {
  const SearchFolder folder;
  expect_failure("search", 2, "--space is missing");
  expect_failure("search --space x", 2, "--accuracy is missing");
  expect_failure("search --space x --accuracy y", 2, "--out is missing");
  expect_failure("search --space x --accuracy y --out z", 2, "--platform is missing");
  expect_failure(folder.search("a", "--max-latency 2"), 2, "--max-latency: '2' has no unit");
  expect_failure(folder.search("a", "--max-latency 2mJ"), 2, "allowed: ps, ns, us, ms, s");
  expect_failure(folder.search("a", "--max-energy 0J"), 2, "--max-energy: '0J' is not above 0");
  expect_failure(folder.search("a", "--algorithm luck"), 2, "is not one of: evolution, nsga2");
  expect_failure(folder.search("a", "--objective edp"), 2, "is not one of: latency, energy");
  expect_failure(folder.search("a", "--seed -1"), 2, "--seed '-1' is not an integer from 0 to");
  const std::string bare = "search --space x --accuracy y --out z --population ";
  expect_failure(bare + "3", 2, "--population '3' is not an integer from 4 to 10000");
  expect_failure(bare + "16 --evaluations 8", 2, "--evaluations '8' is not an integer from 16 to");
  EXPECT_FALSE(fs::exists(folder.path() / "a"));
}

TEST(Search, WrongFilesAreNamed) {
  const SearchFolder folder;
  const std::string rest = " " + kPaper + " --out " + folder.out("a");
  expect_failure("search --space /none.yaml --accuracy x" + rest, 1, "/none.yaml");
  expect_failure("search --accuracy /none.csv --space " + folder.space + rest, 1,
                 "/none.csv: no such file");
  expect_failure("search --accuracy surogate --space " + folder.space + rest, 1,
                 "--accuracy surogate: no such file or directory, nor the word surrogate");
  folder.write("t.csv", "genotype,accuracy\n{},0.5\n");
  expect_failure(folder.search("a"), 1, "t.csv:2: ");
  const std::string min = lines(h4h("space show " + folder.space + " --list").out).front();
  folder.write("t.csv", "genotype,accuracy\n" + csv_field(min) + ",0.5\n");
  expect_failure(folder.search("a"), 1, "t.csv: has no accuracy for {\"resolution\":");
}

TEST(Search, WithASupernetNeedsTheProgramBesideIt) {
  const SearchFolder folder;
  fs::create_directory(folder.path() / "bin");
  fs::copy_file(H4H_BINARY, folder.path() / "bin/h4h");  // and nothing beside it
  fs::create_directory(folder.path() / "run");
  const Outcome o = run(folder.out("bin/h4h") + " search --space " + folder.space + " --accuracy " +
                        folder.out("run") + " " + kPaper + " --out " + folder.out("a"));
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(o.out, "");
  EXPECT_NE(o.err.find("h4h-nas, which is not there"), std::string::npos) << o.err;
}

TEST(Search, BecomesTheProgramBesideItForASupernet) {
  const SearchFolder folder;
  fs::create_directory(folder.path() / "bin");
  fs::copy_file(H4H_BINARY, folder.path() / "bin/h4h");
  const fs::path script = folder.write("bin/h4h-nas", "#!/bin/sh\necho \"$@\"\nexit 7\n");
  fs::permissions(script, fs::perms::owner_all);
  fs::create_directory(folder.path() / "run");
  const std::string arguments = "search --space " + folder.space + " --accuracy " +
                                folder.out("run") + " " + kPaper + " --out " + folder.out("a");
  const Outcome o = run(folder.out("bin/h4h") + " " + arguments);
  EXPECT_EQ(o.code, 7);
  EXPECT_EQ(o.out, arguments + "\n");
}

TEST(Search, PageDrawsTheFrontInChromium) {
  if (!has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const SearchFolder folder;
  h4h(folder.search("a"));
  const Json search = Json::parse(content(folder.path() / "a/search.json"));
  const std::string dom = rendered(folder, folder.path() / "a/index.html");
  expect_ready(dom);
  std::size_t rows = 0;
  const std::size_t begin = dom.find("id=\"front-table\""), end = dom.find("</table>", begin);
  for (std::size_t at = dom.find("<tr", begin); at < end; at = dom.find("<tr", at + 1)) ++rows;
  EXPECT_EQ(rows, search["front"].size() + 1);
}

TEST(Search, PageFetchesNothing) {
  const SearchFolder folder;
  h4h(folder.search("a"));
  const std::string page = content(folder.path() / "a/index.html");
  for (const char* fetches : {"src=", "href=", "@import", "url(", "<link", "<iframe", "<object"}) {
    EXPECT_EQ(page.find(fetches), std::string::npos) << fetches;
  }
}

TEST(SearchBySurrogate, SaysSoInEveryOutput) {
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "out").string();
  const Outcome o =
      h4h("search --space nas/spaces/h4h-imagenet.yaml " + kPaper +
          " --set cim.macros=0 --accuracy surrogate --population 8 --evaluations 8 --out " + out);
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("accuracies are estimates of the surrogate"), std::string::npos) << o.out;
  const CsvTable front(out + "/front.csv",
                       {"accuracy", "accuracy_low", "accuracy_high", "accuracy_by"});
  for (const CsvRow& row : front.rows) {
    EXPECT_LT(row.number("accuracy_low"), row.number("accuracy"));
    EXPECT_GT(row.number("accuracy_high"), row.number("accuracy"));
    EXPECT_EQ(row.text("accuracy_by"), "surrogate");
  }
  const CsvTable random(out + "/random.csv",
                        {"accuracy", "accuracy_low", "accuracy_high", "accuracy_by"});
  for (const CsvRow& row : random.rows) {
    EXPECT_EQ(row.text("accuracy_by"), "surrogate");
    EXPECT_LT(row.number("accuracy_low"), row.number("accuracy_high"));
  }
  EXPECT_NE(content(out + "/search.json").find("\"accuracy\": \"surrogate "), std::string::npos);
  if (!has_chromium()) return;
  const std::string dom = rendered(folder, out + "/index.html");
  const std::size_t summary = dom.find("id=\"summary\"");
  const std::string text = dom.substr(summary, dom.find("</p>", summary) - summary);
  EXPECT_NE(text.find("Accuracies are estimates of the surrogate"), std::string::npos) << text;
}

TEST(SearchBySurrogate, RecipeChoosesTheRowOfTable2) {
  const TemporaryFolder folder;
  const auto lowest = [&](const std::string& name, const std::string& arguments) {
    const std::string out = (folder.path() / name).string();
    const Outcome o = h4h("search " + arguments + " " + kPaper +
                          " --set cim.macros=0 --accuracy surrogate --population 4 --evaluations 4 "
                          "--out " +
                          out);
    EXPECT_EQ(o.code, 0) << o.err;
    return 100 * CsvTable(out + "/front.csv", {"accuracy"}).rows[0].number("accuracy");
  };
  const std::string hybrid = "--space nas/spaces/h4h-imagenet.yaml";
  EXPECT_NEAR(lowest("freeze", hybrid), 72.201, 0.061) << "within the scatter";
  EXPECT_NEAR(lowest("vanilla", hybrid + " --recipe vanilla"), 71.346, 0.061);
  EXPECT_NEAR(lowest("cnn", "--space nas/spaces/h4h-imagenet-cnn.yaml"), 71.691, 0.061);
  const std::string out = " --out " + (folder.path() / "none").string();
  expect_failure(
      "search " + hybrid + " " + kPaper + " --accuracy surrogate --recipe cnn-only" + out, 1,
      "the cnn-only curve applies to spaces without transformers; h4h-imagenet has transformers");
  expect_failure("search " + hybrid + " " + kPaper + " --accuracy surrogate --recipe tpi" + out, 2,
                 "recipe 'tpi' is not one of: cnn-only, vanilla, tpi-unfreeze, tpi-freeze");
  expect_failure("search " + hybrid + " " + kPaper + " --accuracy t.csv --recipe vanilla" + out, 2,
                 "--recipe needs --accuracy surrogate");
}

TEST(SearchBySurrogate, IsOfImageNetOnly) {
  const TemporaryFolder folder;
  expect_failure("search --space nas/spaces/toy.yaml " + kPaper + " --accuracy surrogate --out " +
                     (folder.path() / "out").string(),
                 1, "the accuracy surrogate covers ImageNet only, with 1000 classes; toy has");
}

}  // namespace
}  // namespace h4h::tests
