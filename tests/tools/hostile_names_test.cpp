#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/csv/csv_table.hpp"
#include "base/json/json_writer.hpp"
#include "base/text/utf8.hpp"
#include "nas/space/open_network.hpp"
#include "platforms/description/loader.hpp"
#include "sim/mapping/mapping_file.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;

const std::string kExtends =
    "extends: " + (source_dir() / "platforms/h4h-7nm.yaml").string() + "\n";

const std::vector<std::string> kNames{
    "line1\nline2",
    "tab\there",
    "cr\rover",
    "\x1b]0;owned\x07\x1b[31mred",
    "\x7f\xc2\x85\xc2\2332J",
    "\xe2\x80\xae.RTL\xe2\x80\xa8\xe2\x80\xa9",
    "\xef\xbb\xbf\142om",
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)",
    "+1+1",
    "-2+3",
    "a,b;\"c\\",
    " blanks ",
    "- item: [x] # {y} & *z",
    "null",
    "\xf0\x9f\x98\x80\xc3\xa9",
    std::string(3000, 'x'),
};

std::string quoted(const std::string& text) {
  return write_json(Document(text), JsonLayout::compact);
}

struct HostileNames : ::testing::Test {
  HostileNames() {
    std::string yaml =
        "name: \"net\\x1b[2J\\nfake\"\ninputs: [{name: x, shape: [4, 4, 16]}]\nlayers:\n";
    for (const std::string& name : kNames) {
      yaml += "  - {name: " + quoted(name) + ", op: conv, out: 16, kernel: 1}\n";
    }
    network = folder.write("n.yaml", yaml + "remarks: [\"r1\\x1b[2J\\nfake\"]\n").string();
    platform = folder.write("p.yaml", kExtends + "name: \"chip\\x1b[31m\\nfake\"\n").string();
  }
  Outcome simulate(const std::string& options) const {
    Outcome o = h4h("simulate --platform " + platform + " --network " + network + " " + options);
    EXPECT_EQ(o.code, 0) << o.err;
    return o;
  }
  std::string path(const std::string& name) const { return (folder.path() / name).string(); }

  const TemporaryFolder folder;
  std::string network, platform;
};

void expect_printable(const std::string& text) {
  for (const char* const hidden : {"\x1b", "\r", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\x07"}) {
    EXPECT_EQ(text.find(hidden), std::string::npos) << hidden;
  }
}

std::size_t lines_that_begin(const std::string& text, const std::string& with) {
  std::size_t count = 0;
  for (const std::string& line : lines(text)) count += line.rfind(with, 0) == 0 ? 1 : 0;
  return count;
}

TEST_F(HostileNames, TablesShowThemEscapedEachInItsLine) {
  for (const std::string options : {"", "--wide"}) {
    const std::string table = simulate(options).out;
    expect_printable(table);
    EXPECT_EQ(lines_that_begin(table, "fake"), 0u) << table;
    EXPECT_EQ(lines_that_begin(table, "line2"), 0u) << table;
    EXPECT_EQ(table.find("net\\x1b[2J\\nfake on chip\\x1b[31m\\nfake\n"), 0u) << table;
    EXPECT_NE(table.find("\\x1b]0;owned\\x07\\x1b[31mred"), std::string::npos);
  }
  const std::string shown = h4h("network show " + network).out +
                            h4h("platform show " + platform).out +
                            h4h("platform check " + platform).out;
  expect_printable(shown);
  EXPECT_EQ(lines_that_begin(shown, "fake"), 0u);
  EXPECT_EQ(lines_that_begin(shown, "line2"), 0u);
}

TEST_F(HostileNames, MessagesShowThemEscaped) {
  const Outcome o =
      h4h("simulate --platform " + platform + " --network " + network + " --max-latency 1ns");
  EXPECT_EQ(o.code, 1);
  expect_printable(o.err);
  EXPECT_EQ(lines(o.err).size(), 1u) << o.err;
  EXPECT_NE(o.err.find("net\\x1b[2J\\nfake is infeasible on chip\\x1b[31m\\nfake: "),
            std::string::npos)
      << o.err;
  folder.write("bad.yaml", kExtends + "cim.macros: \"1\\e[2J\\nfake\"\n\"k\\x1b\\ney\": 1\n");
  const Outcome bad = h4h("platform check " + path("bad.yaml"));
  EXPECT_EQ(bad.code, 1);
  expect_printable(bad.err);
  EXPECT_EQ(lines(bad.err).size(), 2u) << bad.err;
  const Outcome usage = h4h("simulate --platform " + platform + " --network " + network +
                            " --format \"$(printf 'x\\033\\ny')\"");
  EXPECT_EQ(usage.code, 2);
  expect_printable(usage.err);
  EXPECT_EQ(lines(usage.err).size(), 1u) << usage.err;
}

TEST_F(HostileNames, CsvHasARowEachAndNoFormula) {
  folder.write("r.csv", simulate("--format csv").out);
  const CsvTable table(path("r.csv"), {"name"});
  ASSERT_EQ(table.rows.size(), kNames.size());
  EXPECT_EQ(table.rows[0].text("name"), "line1\\nline2");
  EXPECT_EQ(table.rows[7].text("name"), "'=cmd|'/C calc'!A0");
  EXPECT_EQ(table.rows[10].text("name"), "'-2+3");
  EXPECT_EQ(table.rows[11].text("name"), "a,b;\"c\\");
  for (const CsvRow& row : table.rows) {
    EXPECT_EQ(std::string("=+-@\t\r").find(row.text("name").front()), std::string::npos);
    EXPECT_GT(row.number("latency_s"), 0);
  }
}

TEST_F(HostileNames, JsonHoldsThemAsTheyAre) {
  const std::string text = simulate("--format json").out;
  expect_printable(text);
  const Json json = Json::parse(text);
  EXPECT_EQ(json["network"]["name"], "net\x1b[2J\nfake");
  for (std::size_t i = 0; i < kNames.size(); ++i) EXPECT_EQ(json["layers"][i]["name"], kNames[i]);
}

TEST_F(HostileNames, SurviveASavedMappingAndAnExportedNetwork) {
  const std::string saved =
      simulate("--mapping cim --format json --save-mapping " + path("m.yaml")).out;
  const Outcome again = simulate("--format json --mapping " + path("m.yaml"));
  EXPECT_EQ(Json::parse(again.out)["layers"], Json::parse(saved)["layers"]);
  folder.write("copy.yaml", h4h("network show " + network + " --format yaml").out);
  const Outcome copied = h4h("simulate --platform " + platform + " --network " + path("copy.yaml") +
                             " --format json --mapping " + path("m.yaml"));
  EXPECT_EQ(copied.code, 0) << copied.err;
  EXPECT_EQ(Json::parse(copied.out)["layers"], Json::parse(saved)["layers"]);
}

TEST_F(HostileNames, OfFilesThatAreNotTextSurviveASavedMapping) {
  workloads::Network net = nas::open_network(network);
  net.name = as_utf8("\xff\xfe");  // as the importers give names
  net.layers[0].name = "";
  net.layers[1].name = std::string("nul\0inside", 10);
  net.layers[2].name = as_utf8("\xe2\x82 cut, \xff and \xc0\x80");
  net.layers[3].name = net.layers[2].name;
  const platforms::Platform chip = platforms::load_platform(platform);
  const models::Devices devices = models::make_devices(chip.hardware);
  sim::Mapping mapping;
  mapping.active.set(platforms::kCim, {1, 1});
  for (std::size_t i = 0; i < net.layers.size(); ++i) {
    const std::int64_t cim = i % 3 == 0 ? 16 : 0;
    mapping.layers.push_back(sim::split_between(16 - cim, cim, 1, 1));
  }
  const sim::Pins pins =
      sim::parse_mapping(sim::mapping_text(devices, net, mapping), "m.yaml", devices, net);
  for (std::size_t i = 0; i < net.layers.size(); ++i) {
    EXPECT_EQ(pins.of(i)->at(platforms::kCim), i % 3 == 0 ? 16 : 0) << i;
  }
}

}  // namespace
}  // namespace h4h::tests
