#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/report/checksum.hpp"
#include "tests/nas_torch/train_command.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

class SupernetSearch : public TrainCommand {};

TEST_F(SupernetSearch, ASearchWithoutASupernetNamesTheCommandThatHasIt) {
  const std::string search =
      "search --platform platforms/h4h-7nm.yaml --space nas/spaces/h4h-32-tiny.yaml --accuracy ";
  const Outcome surrogate = run(H4H_BINARY "-nas " + search + "surrogate" + out("s"));
  EXPECT_EQ(surrogate.code, 2);
  EXPECT_NE(surrogate.err.find("--accuracy 'surrogate' is not the directory of an `h4h train`"),
            std::string::npos)
      << surrogate.err;
  EXPECT_NE(surrogate.err.find("use 'h4h search'"), std::string::npos) << surrogate.err;
  const Outcome empty = run(H4H_BINARY "-nas " + search + "tests" + out("s"));
  EXPECT_EQ(empty.code, 1);
  EXPECT_NE(empty.err.find("tests: no checkpoint.bin; pass the --out directory of `h4h train`"),
            std::string::npos)
      << empty.err;
}

TEST_F(SupernetSearch, SearchesOfASupernetThatIsTrainedTooLittleAreWarnedOf) {
  const std::string search = search_of("a");
  ASSERT_EQ(nas(arguments("--recipe vanilla --steps 2", "0") + out("a")).code, 0);
  const Outcome unknown = nas(search + out("unknown"));
  ASSERT_EQ(unknown.code, 0) << unknown.err;
  EXPECT_NE(unknown.err.find("rerun its `h4h train` command with --health 30"), std::string::npos)
      << unknown.err;
  const Document health{{"health", {{"networks", 3}, {"beat_smallest", 1}, {"kendall_tau", 0.5}}}};
  folder_.write("a/train.json", sim::json_with_checksum(health));
  const Outcome ill = nas(search + out("ill"));
  ASSERT_EQ(ill.code, 0) << ill.err;
  EXPECT_NE(ill.err.find("is undertrained, so its ranking of networks and the front are not "
                         "reliable: 1 of 3 networks"),
            std::string::npos)
      << ill.err;
  const auto json = nlohmann::json::parse(text("ill", "search.json"));
  EXPECT_EQ(json.at("supernet_health").at("networks"), 3);
  EXPECT_NE(text("ill", "index.html").find("supernet_health"), std::string::npos);
}

std::vector<std::vector<std::string>> cells(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream stream(csv);
  for (std::string line; std::getline(stream, line);) {
    rows.emplace_back();
    // Commas inside the genotype, in quotes, are none of the CSV's.
    const std::size_t end = line.rfind('"');
    std::istringstream values(end == std::string::npos ? line : line.substr(end + 2));
    for (std::string cell; std::getline(values, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

// A row of front.csv, and its network in search.json. Tested on other images than those that the
// search asks about.
void expect_tested(const std::vector<std::string>& row, const nlohmann::json& network,
                   double held_out, double tested) {
  ASSERT_EQ(row.size(), 9U);
  EXPECT_EQ(std::stod(row[3]), network.at("test_accuracy"));
  EXPECT_EQ(std::stod(row[4]), network.at("accuracy_standard_error"));
  EXPECT_EQ(std::stod(row[5]), network.at("test_accuracy_standard_error"));
  const double p = network.at("accuracy");
  EXPECT_NEAR(network.at("accuracy_standard_error"), std::sqrt(p * (1 - p) / held_out), 1e-12);
  const double right = network.at("test_accuracy").get<double>() * tested;
  EXPECT_NEAR(right, std::round(right), 1e-6);
  EXPECT_NEAR(network.at("test_accuracy"), p, 5 * std::stod(row[4]));
}

// A space that extends another and has no name of its own, as its folder alone tells.
TEST_F(SupernetSearch, WhatItLeavesIsSearchedAndTheFrontAloneIsTested) {
  const std::string tiny = (source_dir() / "nas/spaces/h4h-32-tiny.yaml").string();
  const std::string space = folder_
                                .write("mine.yaml", "extends: " + tiny +
                                                        "\nstages:\n"
                                                        "  - {name: vit2, depth: 0}\n"
                                                        "  - {name: vit3, depth: 0}\n")
                                .string();
  ASSERT_EQ(nas("train --recipe vanilla --steps 20 --batch 16 --health 2 --space " + space +
                data() + out("a"))
                .code,
            0);
  const std::string search =
      "search --platform platforms/h4h-7nm.yaml --population 4 "
      "--evaluations 6 --space " +
      space + " --accuracy '" + (folder_.path() / "a").string() + "'";
  const Outcome first = nas(search + out("b"));
  ASSERT_EQ(first.code, 0) << first.err;
  const auto json = nlohmann::json::parse(text("b", "search.json"));
  const auto front = cells(text("b", "front.csv")), random = cells(text("b", "random.csv"));
  ASSERT_EQ(front.size(), json.at("front").size() + 1);
  EXPECT_EQ(front[0], (std::vector<std::string>{"genotype", "accuracy", "latency_s", "energy_j",
                                                "test_accuracy", "accuracy_standard_error",
                                                "test_accuracy_standard_error", "schema",
                                                "program_version", "model_version"}));
  EXPECT_EQ(random[0][4], "accuracy_standard_error");
  for (std::size_t i = 1; i < front.size(); ++i) {
    expect_tested(front[i], json.at("front")[i - 1], kHeldOut, kTested);
  }
  for (const nlohmann::json& network : json.at("random_front")) {
    EXPECT_FALSE(network.contains("test_accuracy"));
  }
  EXPECT_NE(text("b", "index.html").find("\"test_accuracy\":"), std::string::npos);
  std::size_t tested = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "a")) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("test-accuracy-", 0) == 0) tested = cells(text("a", name)).size() - 1;
  }
  EXPECT_EQ(tested, json.at("front").size()) << "and nothing else";
  EXPECT_EQ(nas(search + out("c")).out.substr(0, 60), first.out.substr(0, 60));
  EXPECT_EQ(text("c", "search.json"), text("b", "search.json"));
}

// Population 16: 8 networks in the first generation, then 2 of 32 proposals in each.
TEST_F(SupernetSearch, SearchesWithAScreenMeasureFewAndResume) {
  const std::string space = " --space nas/spaces/h4h-32-mini.yaml";
  ASSERT_EQ(
      nas("train --recipe vanilla --steps 12 --batch 8 --health 2" + space + data() + out("a"))
          .code,
      0);
  const std::string search =
      "search --platform platforms/h4h-7nm.yaml --population 16 --evaluations 20 --random off" +
      space + " --accuracy '" + (folder_.path() / "a").string() + "' --screen 40";
  const Outcome first = nas(search + out("b"));
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_NE(first.out.find("Kendall's tau with the accuracy: "), std::string::npos) << first.out;
  const auto json = nlohmann::json::parse(text("b", "search.json"));
  EXPECT_EQ(json["evaluations"], 20);
  EXPECT_EQ(json["arguments"]["screen"], "40 images; of 16 proposed 2 screened");
  EXPECT_EQ(json["preselection"]["screen"]["networks"], 20);
  EXPECT_EQ(json["preselection"]["prediction"]["networks"], 4) << "of those after the first 16";
  std::size_t measured = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "a")) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("accuracy-", 0) == 0) measured = cells(text("a", name)).size() - 1;
  }
  EXPECT_EQ(measured, 20U);
  fs::remove(folder_.path() / "b/search.json");
  EXPECT_EQ(nas(search + out("b") + " --resume").out, first.out);
  const Outcome other = nas(search.substr(0, search.rfind(" --screen")) + out("b"));
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.err.find("--screen was 40 images"), std::string::npos) << other.err;
}

TEST_F(SupernetSearch, SearchesOfTransformersThatNothingTrainedAreWarnedOf) {
  for (const std::string recipe : {"cnn-only", "vanilla"}) {
    ASSERT_EQ(nas(arguments("--steps 2 --recipe " + recipe) + out(recipe)).code, 0);
    const Outcome o =
        nas("search --platform platforms/h4h-7nm.yaml --max-latency 16us "
            "--population 4 --evaluations 4 --space nas/spaces/h4h-32-tiny.yaml "
            "--accuracy '" +
            (folder_.path() / recipe).string() + "'" + out(recipe + "-search"));
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(o.err.find("does not train the transformers") != std::string::npos,
              recipe == "cnn-only")
        << o.err;
  }
}

}  // namespace
}  // namespace h4h::tests
