#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/csv/csv_writer.hpp"
#include "nas/space/load.hpp"
#include "sim/report/checksum.hpp"
#include "tests/support/chromium.hpp"
#include "tests/support/provenance.hpp"
#include "tests/tools/support.hpp"
#include "tools/h4h/search_results.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;

const char kSpace[] =
    "name: two\n"
    "input_channels: 3\n"
    "classes: 10\n"
    "resolution: 32\n"
    "stages:\n"
    "  - {name: conv0, block: conv, width: [8, 16, 24, 32], stride: 2}\n"
    "  - {name: mbpool, block: mbpool, width: [96, 128], expansion: 4}\n";

// Searches of a small space, one with macros and one without.
struct Searches : TemporaryFolder {
  Searches() {
    for (const int macros : {0, 8}) {
      const Outcome o =
          search("m" + std::to_string(macros), "--set cim.macros=" + std::to_string(macros));
      EXPECT_EQ(o.code, 0) << o.err;
    }
  }

  // Wider is better.
  std::string table() const {
    std::string text = "genotype,accuracy\n";
    std::istringstream all(h4h("space show " + space + " --list").out);
    for (std::string line; std::getline(all, line);) {
      const Json g = Json::parse(line);
      const int width = g["conv0"]["width"].get<int>() + g["mbpool"]["width"].get<int>() / 64;
      text += csv_field(line) + "," + std::to_string(0.5 + width / 100.0) + "\n";
    }
    return text;
  }
  Outcome search(const std::string& name, const std::string& more) const {
    return h4h("search --space " + space + " --accuracy " + accuracies + " " + kPaper +
               " --population 4 --evaluations 6 " + more + " --out " + out(name));
  }
  std::string out(const std::string& name) const { return (path() / name).string(); }

  std::string space = write("two.yaml", kSpace).string();
  std::string accuracies = write("t.csv", table()).string();
};

TEST(FrontsCommand, WhatWasFoundForOnePlatformStandsOnAll) {
  const Searches s;
  const Outcome o = h4h("fronts " + s.out("m0") + " " + s.out("m8") + " --format json --html " +
                        s.out("page.html"));
  ASSERT_EQ(o.code, 0) << o.err;
  const Json json = Json::parse(o.out);
  expect_provenance(json, "h4h.fronts/1");
  ASSERT_EQ(json["fronts"].size(), 2u);
  EXPECT_EQ(json["fronts"][0]["platform"], "h4h-7nm, cim.macros=0");
  for (std::size_t level = 0; level < 2; ++level) {
    const Json& none = json["fronts"][0]["cheapest"][level]["network"];
    const Json& eight = json["fronts"][1]["cheapest"][level]["network"];
    EXPECT_LE(eight["latency_s"], none["latency_s"]);  // auto may leave the macros alone
    EXPECT_EQ(none["cim_share"], 0);
  }
  EXPECT_TRUE(std::filesystem::exists(s.out("page.html")));
}

TEST(FrontsCommand, PageDrawsItselfInChromium) {
  if (!has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const Searches s;
  h4h("fronts " + s.out("m0") + " " + s.out("m8") + " --html " + s.out("page.html"));
  const std::string dom = rendered(s, s.path() / "page.html");
  expect_ready(dom);
  EXPECT_NE(dom.find("h4h-7nm, cim.macros=8"), std::string::npos);
}

TEST(FrontsCommand, RefusesWhatIsNoSearchOrOfAnotherKind) {
  const Searches s;
  expect_failure("fronts " + s.path().string(), 1,
                 "no search.json; pass the --out directory of 'h4h search'");
  expect_failure("fronts", 2, "directories of searches are required");
  expect_failure("fronts " + s.out("m0") + " --at 2", 2, "not a list of fractions from 0 to 1");
  expect_failure("fronts " + s.out("m0") + " --at nan", 2, "not a list of fractions from 0 to 1");
  ASSERT_EQ(s.search("energy", "--objective energy").code, 0);
  expect_failure("fronts " + s.out("m0") + " " + s.out("energy"), 1,
                 "searches for latency and for energy");
  std::ofstream(s.path() / "m8/search.json") << "{}";
  expect_failure("fronts " + s.out("m8"), 1,
                 "m8/search.json: the checksum is missing: the file is cut off, or an earlier "
                 "version of H4H wrote it; search again in another directory");
  std::string edited = content(s.path() / "m0/search.json");
  edited.replace(edited.find("\"accuracy\": 0."), 14, "\"accuracy\": 1.");
  s.write("m0/search.json", edited);
  expect_failure("fronts " + s.out("m0"), 1, "m0/search.json: the checksum does not match");
}

TEST(FrontsCommand, AnObjectiveThatIsUnknownIsNamedWithWhatIsAllowed) {
  const Searches s;
  const std::string file = (s.path() / "m8/search.json").string();
  for (const char* const objective : {"speed", "edp"}) {
    Document json = sim::parse_json_with_checksum(content(file));
    json["arguments"]["objective"] = objective;
    std::ofstream(file) << sim::json_with_checksum(json);
    expect_failure(
        "fronts " + s.out("m0") + " " + s.out("m8"), 1,
        file + ": arguments.objective '" + objective + "' is not one of: latency, energy");
  }
}

TEST(FrontsCommand, EnergiesAreInTheUnitOfTheSearch) {
  const Searches s;
  const Outcome search = s.search("again", "");
  ASSERT_EQ(search.code, 0) << search.err;
  const std::string unit = "energy uJ";
  EXPECT_NE(search.out.find(unit), std::string::npos) << search.out;
  EXPECT_NE(h4h("fronts " + s.out("again")).out.find(unit), std::string::npos);
}

TEST(FrontsCommand, RefusesASpaceThatIsNotWhatItWasAtTheSearch) {
  const Searches s;
  std::string changed = kSpace;
  changed.replace(changed.find("24, 32"), 6, "24, 40");
  std::ofstream(s.space) << changed;
  expect_failure("fronts " + s.out("m0"), 1, "two.yaml has changed since the search");
}

TEST(SearchResults, ASearchJsonThatCouldNotBeReadBackIsNotWritten) {
  const TemporaryFolder f;
  const nas::Space space = nas::load_space((source_dir() / "nas/spaces/toy.yaml").string());
  nas::SearchResult result;
  result.evaluated = {{space.min(), {0.125, 0.25, {}, {}}, 0.5}};
  result.facts = {{1001, 1002, 0.0625, {}}};
  result.space_file = std::string(nas::kSearchResultLimit.most_bytes, 'x');
  const tools::RunFolder folder(f.path() / "out", "search.checkpoint.json");
  const std::string file = folder.file("search.json").string();
  const std::string message =
      message_of<std::runtime_error>([&] { tools::write_search_results(result, space, folder); });
  EXPECT_EQ(message.rfind(file + ": not written: it would have 671", 0), 0u) << message;
  EXPECT_NE(message.find("a search result of more than 67108864 could not be read back"),
            std::string::npos)
      << message;
  EXPECT_FALSE(std::filesystem::exists(file));
  result.space_file = "toy.yaml";
  tools::write_search_results(result, space, folder);
  EXPECT_TRUE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace h4h::tests
