#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

const std::string kTable1 = "nas/spaces/h4h-imagenet.yaml";
const std::string kToy = "nas/spaces/toy.yaml";

void expect_shows(const std::string& arguments, const std::string& part) {
  const Outcome o = h4h(arguments);
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find(part), std::string::npos) << part << " not in\n" << o.out;
}

TEST(SpaceCommand, ShowsSizeChoicesAndExtremes) {
  const std::string show = "space show " + kTable1;
  expect_shows(show, "h4h-imagenet: 10^30.3 networks\n");
  expect_shows(show, "input 3 channels, resolution 192, 224, 256, 288; 1000 classes\n");
  expect_shows(show, "\nmb2        mbconv  32..64 step 8      2..6           4, 5, 6      2\n");
  expect_shows(show, "\nmin             192      5673928      146301952\n");
  expect_shows(show, "\nmax             288     17961282     4388353600\n");
}

TEST(SpaceCommand, ShowsTheSameAsJson) {
  const auto json = nlohmann::json::parse(h4h("space show " + kTable1 + " --format json").out);
  EXPECT_EQ(json["schema"], "h4h.space/1");
  EXPECT_NEAR(json["log10_size"].get<double>(), 30.3, 0.05);
  EXPECT_EQ(json["stages"].size(), 20u);
  EXPECT_EQ(json["stages"][0],
            nlohmann::json::parse(
                R"({"name": "conv0", "block": "conv", "width": [16, 24, 32], "stride": 2})"));
  EXPECT_EQ(json["stages"][4]["expansion"].dump(), "[1,1.5,2]");
  EXPECT_EQ(json["networks"]["max"]["macs"], 4'388'353'600);
}

TEST(SpaceCommand, ShowsKernelsActivationsSqueezeAndProjectionsWhereAFileNamesThem) {
  const std::string show = "space show nas/spaces/alphanet.yaml";
  expect_shows(show, "expansion    kernel       activation   se           stride shortcut\n");
  expect_shows(show, "4, 5, 6      3, 5         silu         true         2      projection\n");
  expect_shows(show, "6            -            silu         -            1      -\n");
  const auto json = nlohmann::json::parse(h4h(show + " --format json").out);
  EXPECT_EQ(json["stages"][3].dump(),
            R"({"activation":["silu"],"block":"mbconv","depth":[3,4,5,6],"expansion":[4,5,6],)"
            R"("kernel":[3,5],"name":"mb3","se":[true],"shortcut":"projection","stride":2,)"
            R"("width":[32,40]})");
  EXPECT_FALSE(json["stages"][0].contains("kernel"));
}

TEST(SpaceCommand, EveryShippedSpaceShows) {
  for (const auto& file : std::filesystem::directory_iterator(source_dir() / "nas/spaces")) {
    expect_shows("space show " + file.path().string(), "\nmax ");
  }
}

TEST(SpaceCommand, ListsEveryNetworkOnce) {
  const Outcome o = h4h("space show " + kToy + " --list");
  EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), 34'560);
  const auto first = nlohmann::json::parse(o.out.substr(0, o.out.find('\n')));
  EXPECT_EQ(first["resolution"], 24);
  EXPECT_EQ(first["vit1"].dump(), "{\"depth\":0}");
}

TEST(SpaceCommand, RefusesToListWhatHasNoEnd) {
  expect_failure("space show " + kTable1 + " --list", 1,
                 "h4h-imagenet has 10^30.3 networks; at most 1000000 are listed");
}

TEST(SpaceCommand, SamplesTheSameFromTheSameSeed) {
  const std::string sample = "space show " + kTable1 + " --sample 5";
  const Outcome o = h4h(sample);
  EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), 5);
  EXPECT_EQ(h4h(sample + " --seed 0").out, o.out);
  EXPECT_NE(h4h(sample + " --seed 1").out, o.out);
  EXPECT_EQ(h4h("space show " + kTable1 + " --sample 0").out, "");
}

TEST(SpaceCommand, WrongCommandLinesExitWithTwoAndPrintNothing) {
  const std::string show = "space show " + kToy;
  expect_failure("space", 2, "subcommand required: show");
  expect_failure("space draw", 2, "unknown subcommand 'draw'; known: show");
  expect_failure("space show", 2, "show requires one space file");
  expect_failure(show + " " + kToy, 2, "show requires one space file");
  expect_failure(show + " --list --sample 3", 2, "--list and --sample cannot be combined");
  expect_failure(show + " --seed 3", 2, "--seed needs --sample");
  expect_failure(show + " --list --format json", 2, "--format cannot be combined with them");
  expect_failure(show + " --format csv", 2, "--format 'csv' is not one of: table, json");
  for (const char* wrong : {"-1", "many", "1e3", "1000001", "''"}) {
    expect_failure(show + " --sample=" + wrong, 2, "--sample");
  }
  expect_failure(show + " --sample 1 --seed 18446744073709551616", 2,
                 "--seed '18446744073709551616' is not an integer from 0 to 18446744073709551615");
}

TEST(SpaceCommand, WrongFilesExitWithOneAndPrintNothing) {
  expect_failure("space show none.yaml", 1, "none.yaml: no such file");
  const TemporaryFolder folder;
  const auto path = folder.write("s.yaml", "classes: 3\n");
  expect_failure("space show " + path.string(), 1, "s.yaml:1: 'stages' is missing");
}

TEST(NetworkOfSpace, IsNamedByWordAndResolution) {
  const Outcome o = h4h("network check " + kTable1 + "#min " + kTable1 + "#max@288 " + kTable1 +
                        "#mid " + kTable1 + "#mid@224");
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("#min: ok, 45 layers, 146301952 MACs\n"), std::string::npos) << o.out;
  EXPECT_NE(o.out.find("#max@288: ok, 289 layers, 4388353600 MACs\n"), std::string::npos);
  EXPECT_NE(o.out.find("#mid: ok, 149 layers, 850906896 MACs\n"), std::string::npos);
  EXPECT_NE(o.out.find("#mid@224: ok, 149 layers, 850906896 MACs\n"), std::string::npos);
}

TEST(NetworkOfSpace, IsNamedByAGenotype) {
  const std::string line = h4h("space show " + kToy + " --sample 1").out;
  expect_shows("network show '" + kToy + "#" + line.substr(0, line.size() - 1) + "'", " MACs");
  expect_failure("network show '" + kToy + "#{}'", 1, "genotype of toy: resolution is missing");
}

TEST(NetworkOfSpace, IsSimulatedLikeAnyOther) {
  const Outcome o =
      h4h("simulate " + kPaper + " --mapping npu --format json --network " + kToy + "#max");
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(nlohmann::json::parse(o.out)["network"]["name"], "toy#max@32");
}

TEST(NetworkOfSpace, SaysWhatIsAllowed) {
  const std::string simulate = "simulate " + kPaper + " --network " + kToy;
  expect_failure(simulate + "#big", 1,
                 kToy + "#big: 'big' is not min, mid or max (optionally with @RESOLUTION)");
  expect_failure(simulate + "#", 1, "toy.yaml#: '' is not min, mid or max");
  expect_failure(simulate + "#max@30", 1, "#max@30: resolution '30' is not one of: 24, 32");
  expect_failure(simulate + "#max@", 1, "resolution '' is not one of: 24, 32");
  expect_failure("network show none.yaml#max", 1, "none.yaml: no such file");
}

TEST(NetworkOfSpace, IsProposedWhereASpaceFileStandsForANetwork) {
  const std::string message =
      kToy + ": a search space, not a network; name one of its networks, such as '" + kToy +
      "#min'";
  expect_failure("simulate " + kPaper + " --network " + kToy, 1, message);
  expect_failure("network check " + kToy, 1, message);
}

TEST(SpaceNetworks, AGenotypeLongerThanAFilesNameNamesItsNetwork) {
  const std::string space = "nas/spaces/h4h-imagenet.yaml";
  std::string genotype = h4h("space show " + space + " --sample 1").out;
  genotype.pop_back();
  ASSERT_GT(genotype.size(), 255u);
  const Outcome o = h4h("network show '" + space + "#" + genotype + "'");
  EXPECT_EQ(o.code, 0) << o.err;
}

}  // namespace
}  // namespace h4h::tests
