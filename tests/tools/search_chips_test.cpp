#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/csv/csv_table.hpp"
#include "tests/tools/search_folder.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string kVary = "--vary cim.macros=1,2,4 --vary noc.bandwidth='2 GB/s,8 GB/s' ";

Json searched(const SearchFolder& folder, const std::string& name, const std::string& more) {
  const Outcome o = h4h(folder.search(name, more));
  EXPECT_EQ(o.code, 0) << o.err;
  return Json::parse(content(folder.path() / name / "search.json"));
}

bool dominates(const Json& a, const Json& b) {
  bool better = false;
  for (const auto& [key, sign] : {std::pair("accuracy", -1.0), std::pair("latency_s", 1.0),
                                  std::pair("macro_area_mm2", 1.0)}) {
    const double x = sign * a[key].get<double>(), y = sign * b[key].get<double>();
    if (x > y) return false;
    better = better || x < y;
  }
  return better;
}

TEST(SearchOfChips, CostsAreThoseOfSimulateOnTheChipOfTheRow) {
  const SearchFolder folder;
  const Json search = searched(folder, "a", kVary);
  std::set<std::string> macros;
  for (const Json& network : search["front"]) {
    std::string sets;
    for (const auto& [key, value] : network["settings"].items()) {
      sets += " --set '" + key + "=" + value.get<std::string>() + "'";
    }
    const Outcome o =
        h4h("simulate " + kPaper + sets + " --format json --network '" + folder.space + "#" +
            nlohmann::ordered_json(network["genotype"]).dump() + "'");
    ASSERT_EQ(o.code, 0) << o.err;
    const Json report = Json::parse(o.out);
    EXPECT_EQ(network["latency_s"], report["totals"]["latency_s"]);
    EXPECT_EQ(network["energy_j"], report["totals"]["energy_j"]);
    EXPECT_EQ(network["macro_area_mm2"], report["area_mm2"]["cim"]);
    macros.insert(network["settings"]["cim.macros"].get<std::string>());
  }
  EXPECT_GT(macros.size(), 1U);
}

TEST(SearchOfChips, FrontsAreOfAccuracyCostAndAreaOfMacros) {
  const SearchFolder folder;
  const Json search = searched(folder, "a", kVary);
  ASSERT_GE(search["front"].size(), 3U);
  for (const Json& a : search["front"]) {
    for (const Json& b : search["front"]) EXPECT_FALSE(dominates(a, b)) << a << b;
  }
  EXPECT_EQ(search["varied"],
            Json({{"cim.macros", {"1", "2", "4"}}, {"noc.bandwidth", {"2 GB/s", "8 GB/s"}}}));
  EXPECT_GT(search["reference"]["macro_area_mm2"], 0);
  EXPECT_GT(search["hypervolume"]["front"], search["hypervolume"]["random"]);
}

TEST(SearchOfChips, OfEverythingFindsWhatRandomDrawsOfEverythingFind) {
  const SearchFolder folder;
  const std::string space =
      folder
          .write("few.yaml",
                 "name: few\ninput_channels: 3\nclasses: 10\n"
                 "resolution: [24, 32]\nstages:\n"
                 "  - {name: conv0, block: conv, width: [8, 16], stride: 2}\n"
                 "  - {name: mb1, block: mbconv, width: [16, 24], depth: [1, "
                 "2], expansion: 2, stride: 2}\n"
                 "  - {name: mbpool, block: mbpool, width: 96, expansion: 4}\n")
          .string();
  std::string table = "genotype,accuracy\n";
  for (const std::string& genotype : lines(h4h("space show " + space + " --list").out)) {
    const Json g = Json::parse(genotype);
    const double width = g["mb1"]["width"].get<double>() * g["mb1"]["depth"].get<double>() +
                         g["resolution"].get<double>();
    table += csv_field(genotype) + "," + std::to_string(0.5 + width / 1000) + "\n";
  }
  const std::string accuracy = folder.write("few.csv", table).string();
  const Outcome o = h4h("search --space " + space + " --accuracy " + accuracy + " " + kPaper + " " +
                        kVary + "--population 16 --evaluations 1000 --out " + folder.out("a"));
  ASSERT_EQ(o.code, 0) << o.err;
  const Json search = Json::parse(content(folder.path() / "a/search.json"));
  EXPECT_EQ(search["evaluations"], 16 * 6);
  EXPECT_EQ(search["random"]["evaluations"], 16 * 6);
  EXPECT_EQ(search["hypervolume"]["front"], search["hypervolume"]["random"]);
}

TEST(SearchOfChips, TablesHaveTheAreaAndTheKeys) {
  const SearchFolder folder;
  const Json search = searched(folder, "a", kVary);
  for (const std::string file : {"front.csv", "random.csv"}) {
    EXPECT_EQ(lines(content(folder.path() / "a" / file))[0],
              "genotype,accuracy,latency_s,energy_j,macro_area_mm2,cim.macros,noc.bandwidth,schema,"
              "program_version,model_version");
  }
  const CsvTable table((folder.path() / "a/front.csv").string(), {"cim.macros"});
  ASSERT_EQ(table.rows.size(), search["front"].size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    EXPECT_EQ(table.rows[i].text("cim.macros"), search["front"][i]["settings"]["cim.macros"]);
    EXPECT_EQ(table.rows[i].text("noc.bandwidth"), search["front"][i]["settings"]["noc.bandwidth"]);
  }
  EXPECT_EQ(h4h("simulate " + kPaper + " --network '" + folder.out("a") + "#1'").code, 0);
}

TEST(SearchOfChips, ResumesToTheSameBytesWithAnyNumberOfWorkers) {
  const SearchFolder folder;
  searched(folder, "a", kVary);
  searched(folder, "b", kVary + "--jobs 2");
  for (const char* file : {"front.csv", "random.csv", "search.json", "search.checkpoint.json"}) {
    EXPECT_EQ(content(folder.path() / "a" / file), content(folder.path() / "b" / file)) << file;
  }
  fs::remove(folder.path() / "b/front.csv");
  searched(folder, "b", kVary + "--resume");
  EXPECT_EQ(content(folder.path() / "a/front.csv"), content(folder.path() / "b/front.csv"));
  expect_failure(folder.search("a", "--vary cim.macros=1,2,4"), 1, "other arguments: --vary was ");
  expect_failure(folder.search("a"), 1, "other arguments: --vary was cim.macros=1,2,4; noc.band");
  searched(folder, "one", "");
  expect_failure(folder.search("one", "--vary cim.macros=1,2"), 1,
                 "other arguments: --vary was none, is cim.macros=1,2 now");
}

TEST(SearchOfChips, BudgetsThatNoChipKeepsNameTheLowestFoundAndItsChip) {
  const SearchFolder folder;
  expect_failure(folder.search("a", kVary + "--max-latency 1us"), 1, "cim.macros=");
}

TEST(SearchOfChips, WrongAxesAreNamed) {
  const SearchFolder folder;
  expect_failure(folder.search("a", "--vary cim.macro=1,2"), 2, "cim.macro");
  expect_failure(folder.search("a", "--vary cim.macros=1,1"), 2, "a value is given twice");
  expect_failure(folder.search("a", "--vary cim.macros=1,2 --vary cim.macros=4,8"), 2,
                 "cim.macros is varied twice");
  expect_failure(folder.search("a", "--vary cim.macros=1,99999"), 2, "cim.macros");
  expect_failure(folder.search("a", "--vary cim.macros=0..127 --vary npu.clock='100..1000:1 MHz'"),
                 2, "chips; at most 10000");
  EXPECT_FALSE(fs::exists(folder.path() / "a"));
}

TEST(Search, AScreenNeedsASupernet) {
  const SearchFolder folder;
  expect_failure(folder.search("a", "--screen 1000"), 2, "--screen needs --accuracy DIR");
}

TEST(SearchOfChips, AreNotComparedAsFrontsOfOnePlatform) {
  const SearchFolder folder;
  searched(folder, "a", kVary);
  expect_failure("fronts " + folder.out("a"), 1, "varied its platform (--vary)");
}

}  // namespace
}  // namespace h4h::tests
