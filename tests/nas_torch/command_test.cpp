#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text/hash.hpp"
#include "sim/report/checksum.hpp"
#include "tests/support/chromium.hpp"
#include "tests/support/json_checksum.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFiles[] = {"checkpoint.bin", "metrics.jsonl", "recipe.yaml",
                                  "space.yaml",     "train.json",    "index.html"};

// The programs as users start them, on batches so small that a run takes seconds.
class TrainCommand : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists("/usr/share/datasets/fashion-mnist")) {
      GTEST_SKIP() << "Debian's dataset-fashion-mnist is not installed";
    }
  }

  std::string arguments(const std::string& more, const std::string& health = "2") const {
    return "train --space nas/spaces/h4h-32-tiny.yaml --batch 8 --health " + health + " " + more;
  }
  // The smallest search with the accuracies of a training.
  std::string search_of(const std::string& name) const {
    return "search --platform platforms/h4h-7nm.yaml --population 4 --evaluations 4 --random off "
           "--space nas/spaces/h4h-32-tiny.yaml --accuracy '" +
           (folder_.path() / name).string() + "'";
  }
  // A checkpoint of these bytes, with the checksum that belongs to them.
  void write_checkpoint(const std::string& name, std::string bytes) const {
    const std::uint64_t sum = fnv1a(bytes);
    folder_.write(name + "/checkpoint.bin",
                  bytes.append(reinterpret_cast<const char*>(&sum), sizeof sum));
  }
  std::string out(const std::string& name) const {
    return " --out '" + (folder_.path() / name).string() + "'";
  }
  Outcome nas(const std::string& command) const { return run(H4H_BINARY " " + command); }
  std::string text(const std::string& name, const std::string& file) const {
    std::ostringstream text;
    text << std::ifstream(folder_.path() / name / file, std::ios::binary).rdbuf();
    return text.str();
  }

  TemporaryFolder folder_;
};

TEST_F(TrainCommand, GoesOnAfterSignalsToTheSameBytes) {
  const std::string six = arguments("--recipe tpi-freeze --steps 24 --checkpoint-seconds 1000");
  const Outcome straight = nas(six + out("straight"));
  ASSERT_EQ(straight.code, 0) << straight.err;
  int stopped = 0;
  Outcome last;
  for (const char* signal : {"TERM", "INT", "KILL", "TERM"}) {
    const std::string command = std::string("timeout -s ") + signal + " 1.2 " H4H_BINARY " ";
    last = run(command + six + out("stopped"));
    if (last.err.find("interrupted after step") != std::string::npos) ++stopped;
  }
  last = nas(six + out("stopped"));
  ASSERT_EQ(last.code, 0) << last.err;
  EXPECT_EQ(last.out, straight.out);
  for (const char* file : kFiles) {
    EXPECT_EQ(text("stopped", file), text("straight", file)) << file;
  }
  RecordProperty("stopped", stopped);
}

TEST_F(TrainCommand, WritesWhatItWasAskedAndHowItWent) {
  const Outcome o = nas(arguments("--recipe vanilla --steps 3 --seed 5") + out("a"));
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.err, "") << "no progress but on a terminal";
  const auto shown = nlohmann::json::parse(text("a", "train.json"));
  EXPECT_EQ(shown.at("seed"), 5);
  EXPECT_EQ(shown.at("schema"), "h4h.train/1");
  EXPECT_EQ(shown.at("program").at("name"), "h4h");
  EXPECT_TRUE(shown.at("model_version").is_number_integer());
  std::istringstream metrics(text("a", "metrics.jsonl"));
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(metrics, line);) lines.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(lines.size(), 5U) << "three steps, the smallest and the largest network";
  EXPECT_EQ(lines[2].at("step"), 3);
  EXPECT_EQ(lines[2].at("images"), 24);
  EXPECT_EQ(lines[4].at("network"), "max");
  EXPECT_EQ(lines[4].at("held_out_images"), 5000);
}

TEST_F(TrainCommand, TellsItsHealthAndMeasuresItOnce) {
  const std::string command = arguments("--recipe vanilla --steps 2", "3") + out("a");
  const Outcome o = nas(command);
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("of 3 networks above the median of MACs beat the smallest"),
            std::string::npos)
      << o.out;
  const auto health = nlohmann::json::parse(text("a", "train.json")).at("health");
  EXPECT_EQ(health.at("networks"), 3);
  EXPECT_EQ(health.at("held_out_images"), 5000);
  ASSERT_EQ(health.at("measured").size(), 3U);
  const double p = health.at("measured")[0].at("accuracy");
  EXPECT_NEAR(health.at("measured")[0].at("gain"),
              p - health.at("smallest").at("accuracy").get<double>(), 1e-12);
  EXPECT_NE(text("a", "index.html").find("\"beat_smallest\":"), std::string::npos);
  if (has_chromium()) {
    const std::string dom = rendered(folder_, folder_.path() / "a/index.html");
    expect_ready(dom);
    EXPECT_NE(dom.find("Kendall's tau"), std::string::npos);
  }
  const std::string before = text("a", "train.json");
  EXPECT_EQ(nas(command).out, o.out);
  EXPECT_EQ(text("a", "train.json"), before);
  EXPECT_EQ(nas(arguments("--recipe vanilla --steps 2", "0") + out("a")).code, 0);
  EXPECT_FALSE(nlohmann::json::parse(text("a", "train.json")).contains("health"));
}

TEST_F(TrainCommand, ASearchWithoutASupernetNamesTheCommandThatHasIt) {
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

TEST_F(TrainCommand, SearchesOfASupernetThatIsTrainedTooLittleAreWarnedOf) {
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

// A row of front.csv, and its network in search.json. Tested on 10,000 images, other than the 5,000
// that the search asks about.
void expect_tested(const std::vector<std::string>& row, const nlohmann::json& network) {
  ASSERT_EQ(row.size(), 9U);
  EXPECT_EQ(std::stod(row[3]), network.at("test_accuracy"));
  EXPECT_EQ(std::stod(row[4]), network.at("accuracy_standard_error"));
  EXPECT_EQ(std::stod(row[5]), network.at("test_accuracy_standard_error"));
  const double p = network.at("accuracy");
  EXPECT_NEAR(network.at("accuracy_standard_error"), std::sqrt(p * (1 - p) / 5000), 1e-12);
  const double right = network.at("test_accuracy").get<double>() * 10000;
  EXPECT_NEAR(right, std::round(right), 1e-6);
  EXPECT_NEAR(network.at("test_accuracy"), network.at("accuracy"), 0.03);
}

// A space that extends another and has no name of its own, as its folder alone tells.
TEST_F(TrainCommand, WhatItLeavesIsSearchedAndTheFrontAloneIsTested) {
  const std::string tiny = (source_dir() / "nas/spaces/h4h-32-tiny.yaml").string();
  const std::string space = folder_
                                .write("mine.yaml", "extends: " + tiny +
                                                        "\nstages:\n"
                                                        "  - {name: vit2, depth: 0}\n"
                                                        "  - {name: vit3, depth: 0}\n")
                                .string();
  ASSERT_EQ(
      nas("train --recipe vanilla --steps 20 --batch 16 --health 2 --space " + space + out("a"))
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
    expect_tested(front[i], json.at("front")[i - 1]);
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
TEST_F(TrainCommand, SearchesWithAScreenMeasureFewAndResume) {
  const std::string space = " --space nas/spaces/h4h-32-mini.yaml";
  ASSERT_EQ(nas("train --recipe vanilla --steps 12 --batch 8 --health 2" + space + out("a")).code,
            0);
  const std::string search =
      "search --platform platforms/h4h-7nm.yaml --population 16 --evaluations 20 --random off" +
      space + " --accuracy '" + (folder_.path() / "a").string() + "' --screen 500";
  const Outcome first = nas(search + out("b"));
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_NE(first.out.find("Kendall's tau with the accuracy: "), std::string::npos) << first.out;
  const auto json = nlohmann::json::parse(text("b", "search.json"));
  EXPECT_EQ(json["evaluations"], 20);
  EXPECT_EQ(json["arguments"]["screen"], "500 images; of 16 proposed 2 screened");
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
  EXPECT_NE(other.err.find("--screen was 500 images"), std::string::npos) << other.err;
}

TEST_F(TrainCommand, SearchesOfTransformersThatNothingTrainedAreWarnedOf) {
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

TEST_F(TrainCommand, AFolderOfOtherArgumentsIsRefusedByName) {
  ASSERT_EQ(nas(arguments("--recipe vanilla --steps 2") + out("a")).code, 0);
  const Outcome o = nas(arguments("--recipe vanilla --steps 3") + out("a"));
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(o.out, "");
  EXPECT_NE(o.err.find("holds another training: steps was 2, is 3 now"), std::string::npos)
      << o.err;
}

// The contents of a recipe count, wherever its file is.
TEST_F(TrainCommand, RecipesAreToldApartByWhatTheySay) {
  const auto recipe = [&](const std::string& file, const std::string& clip) {
    return arguments("--recipe '" +
                         folder_
                             .write(file, "name: mine\nclip: " + clip +
                                              "\nphases:\n  - {name: all, steps: 3}\n")
                             .string() +
                         "'",
                     "0") +
           out("a");
  };
  const Outcome first = nas(recipe("one.yaml", "1"));
  ASSERT_EQ(first.code, 0) << first.err;
  const std::string checkpoint = text("a", "checkpoint.bin");
  EXPECT_EQ(nas(recipe("two.yaml", "1")).code, 0);
  EXPECT_TRUE(text("a", "checkpoint.bin") == checkpoint);
  const Outcome other = nas(recipe("one.yaml", "2"));
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.err.find("holds another training: the recipe's \"clip: 1\" is \"clip: 2\" now"),
            std::string::npos)
      << other.err;
  const Outcome again = nas(
      arguments("--recipe '" + (folder_.path() / "a/recipe.yaml").string() + "'", "0") + out("a"));
  EXPECT_EQ(again.code, 0) << "what it leaves is the same recipe: " << again.err;
  EXPECT_EQ(nlohmann::json::parse(text("a", "train.json")).at("recipe"), "mine");
}

TEST_F(TrainCommand, AWrongRecipeIsNamedByLine) {
  const std::string file =
      folder_.write("r.yaml", "clip: 0\nphases:\n  - {name: a, steps: 3}\n").string();
  const Outcome o = nas(arguments("--recipe '" + file + "'") + out("a"));
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find("r.yaml:1: clip must be a number above 0"), std::string::npos) << o.err;
  EXPECT_FALSE(fs::exists(folder_.path() / "a"));
}

// What checkpoints of H4H 0.1 say, which knew recipes by their names alone.
TEST_F(TrainCommand, RunsThatKnowTheirRecipeByNameAreGoneOnWith) {
  const std::string whole = arguments("--recipe tpi-freeze --steps 12 --lr 0.005", "0");
  ASSERT_EQ(nas(whole + out("whole")).code, 0);
  ASSERT_EQ(nas(whole + out("old")).code, 0);
  std::string bytes = text("old", "checkpoint.bin");
  bytes.resize(bytes.size() - 8);
  const std::size_t begin = bytes.find(",\"recipe_text\":\"");
  bytes.erase(begin, bytes.find("},\"step\":") - begin);
  write_checkpoint("old", bytes);
  const Outcome same = nas(whole + out("old"));
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_TRUE(text("old", "checkpoint.bin") == text("whole", "checkpoint.bin"));
  write_checkpoint("old", bytes);
  const Outcome other =
      nas(arguments("--recipe tpi-freeze --steps 12 --lr 0.004", "0") + out("old"));
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.err.find("learning_rate was 0.005, is 0.004 now"), std::string::npos)
      << other.err;
}

TEST_F(TrainCommand, AFolderOfSomethingElseIsRefused) {
  folder_.write("notes.txt", "mine");
  const Outcome o = nas(arguments("--recipe vanilla --steps 2") + out("."));
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find("notes.txt"), std::string::npos) << o.err;
}

TEST_F(TrainCommand, ResumeInsistsOnACheckpoint) {
  const Outcome o = nas(arguments("--recipe vanilla --steps 2 --resume") + out("new"));
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find("nothing to resume"), std::string::npos) << o.err;
}

TEST_F(TrainCommand, StopsAtALossThatIsNoNumberAndKeepsTheLastCheckpoint) {
  const std::string wild = arguments("--recipe vanilla --steps 50 --lr 1e6");
  const Outcome o = nas(wild + out("a"));
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find("the loss is nan"), std::string::npos) << o.err;
  EXPECT_NE(o.err.find("checkpoint.bin is of step 0"), std::string::npos) << o.err;
  EXPECT_EQ(nas(wild + out("a")).err, o.err) << "and again from there";
}

TEST_F(TrainCommand, ALossThatWasNoNumberAtTheFirstStepIsRepairedByALowerRate) {
  ASSERT_EQ(nas(arguments("--recipe vanilla --steps 50 --lr 1e6") + out("a")).code, 1);
  const Outcome o = nas(arguments("--recipe vanilla --steps 2 --lr 0.001") + out("a"));
  ASSERT_EQ(o.code, 0) << o.err;
  ASSERT_EQ(nas(arguments("--recipe vanilla --steps 2 --lr 0.001") + out("b")).code, 0);
  EXPECT_EQ(text("a", "checkpoint.bin"), text("b", "checkpoint.bin"));
}

// With the right checksum: what another program, or an error of this one, may have written.
TEST_F(TrainCommand, FilesThatATrainingResumesFromAreChecked) {
  const std::string train = arguments("--recipe vanilla --steps 2", "0") + out("a");
  const std::string search = search_of("a") + out("s");
  ASSERT_EQ(nas(train).code, 0);
  const auto expect_refused = [&](const std::string& command, const std::string& message) {
    const Outcome o = nas(command);
    EXPECT_EQ(o.code, 1) << message;
    EXPECT_EQ(o.out, "") << message;
    EXPECT_NE(o.err.find(message), std::string::npos) << o.err;
    EXPECT_EQ(o.err.find("frame #"), std::string::npos) << o.err;
  };
  const std::string checkpoint = text("a", "checkpoint.bin");
  const auto edit = [&](const std::string& from, const std::string& to) {
    std::string bytes = checkpoint.substr(0, checkpoint.size() - 8);
    bytes.replace(bytes.find(from), from.size(), to);
    write_checkpoint("a", bytes);
  };
  edit(R"("step":2)", R"("step":9)");
  for (const std::string& command : {train, search}) {
    expect_refused(command, "a/checkpoint.bin: not a checkpoint, or damaged: step 9 of a ");
  }
  edit(R"("threads":1)", R"("threads":1000000)");
  expect_refused(search, "a/checkpoint.bin: not a checkpoint, or damaged: --threads must be ");
  edit("conv0.weight", "conv9.weight");
  for (const std::string& command : {train, search}) {
    expect_refused(command, "a/checkpoint.bin: 'conv0.weight' is missing or has another size");
  }
  folder_.write("a/checkpoint.bin", checkpoint);
  const auto expect_damage_found = [&](const std::string& file, const std::string& command,
                                       const std::string& message) {
    const std::string right = text("a", file);
    std::string damaged = right;
    damaged[damaged.find_last_of("0123456789")] ^= 1;
    folder_.write("a/" + file, damaged);
    expect_refused(command, message);
    folder_.write("a/" + file, right);
  };
  expect_damage_found("space.yaml", search, "a/space.yaml: is not the space of checkpoint.bin");
  expect_damage_found("train.json", search, "a/train.json: the checksum does not match");
  const std::string metrics = text("a", "metrics.jsonl");
  std::string damaged = metrics;
  damaged[metrics.find("\"loss\":") + 8] ^= 1;
  folder_.write("a/metrics.jsonl", damaged);
  expect_refused(train, "a/metrics.jsonl: its first ");
  folder_.write("a/metrics.jsonl", metrics);
  EXPECT_EQ(nas(train).code, 0);
  EXPECT_EQ(nas(search).code, 0);
}

// A hundred thousand brackets in each file that is read, with the checksum that belongs to them.
TEST_F(TrainCommand, DeeplyNestedJsonInItsFolderIsRefusedInOneLine) {
  const std::string train = arguments("--recipe vanilla --steps 2", "0") + out("a");
  const std::string search = search_of("a") + out("s");
  ASSERT_EQ(nas(train).code, 0);
  const auto expect_refused = [&](const std::string& command, const std::string& message) {
    const Outcome o = nas(command);
    EXPECT_EQ(o.code, 1) << message;
    EXPECT_EQ(o.out, "") << message;
    EXPECT_NE(o.err.find(": " + (folder_.path() / message).string()), std::string::npos) << o.err;
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
  };
  const std::string deep(100'000, '['), right = text("a", "train.json");
  folder_.write("a/train.json", tests::with_checksum("{\"health\":" + deep));
  for (const std::string& command : {train, search}) {
    expect_refused(command, "a/train.json: nested deeper than 1000 levels");
  }
  folder_.write("a/train.json", right);
  write_checkpoint("a", R"({"format":"h4h.checkpoint/3","networks_version":)" + deep + "\n");
  for (const std::string& command : {train, search}) {
    expect_refused(
        command, "a/checkpoint.bin: not a checkpoint, or damaged: nested deeper than 1000 levels");
  }
}

TEST_F(TrainCommand, BadUsageIsExitCode2WithNothingOnStdout) {
  const auto expect_usage = [&](const std::string& command, const std::string& message) {
    const Outcome o = nas(command + out("a"));
    EXPECT_EQ(o.code, 2) << command;
    EXPECT_EQ(o.out, "") << command;
    EXPECT_NE(o.err.find(message), std::string::npos) << command << "\n" << o.err;
  };
  expect_usage("train --recipe vanilla", "--space is missing");
  expect_usage(arguments("--recipe vanila"),
               "--recipe 'vanila' is not one of: cnn-only, tpi-freeze, tpi-freeze-bn, ");
  expect_usage(arguments("--recipe vanila"), "(did you mean 'vanilla'?)");
  expect_usage(arguments("--recipe vanilla --steps 2 --epochs 1"),
               "--steps and --epochs: give one of them");
  expect_usage(arguments("--recipe vanilla --epochs 0"), "--epochs must be 1..1000000, not 0");
  expect_usage(arguments("--recipe vanilla --networks 1"), "--networks must be 2..1000, not 1");
  expect_usage(arguments("--recipe vanilla --distillation kd"),
               "--distillation 'kd' is not one of: none, kl, alpha-divergence");
  expect_usage(arguments("--recipe vanilla --steps 1"), "--steps must be 2..100000000, not 1");
  expect_usage(arguments("--recipe vanilla --lr 0"),
               "--lr must be above 0, at most 1000000, not 0");
  expect_usage(arguments("--recipe vanilla --seed -1"), "--seed '-1' is not an integer from 0 to");
  expect_usage(arguments("--recipe vanilla --device tpu"), "--device 'tpu' is not one of");
  expect_usage(arguments("--recipe vanilla --device cuda --bf16"),
               "--device cuda --bf16: trains on the CPU only");
  expect_usage(arguments("--recipe vanilla", "-1"), "--health must be 0..1000, not -1");
  expect_usage("teach", "unknown command 'teach'");
}

TEST_F(TrainCommand, MissingFilesAreExitCode1) {
  const Outcome space = nas("train --space no/such.yaml --recipe vanilla" + out("a"));
  EXPECT_EQ(space.code, 1);
  EXPECT_NE(space.err.find("no/such.yaml"), std::string::npos) << space.err;
  const Outcome recipe = nas(arguments("--recipe no/such.yaml") + out("a"));
  EXPECT_EQ(recipe.code, 1);
  EXPECT_NE(recipe.err.find("no/such.yaml: no such file"), std::string::npos) << recipe.err;
  const Outcome data = nas(arguments("--recipe vanilla --data cifar10:/no/such") + out("a"));
  EXPECT_EQ(data.code, 1);
  EXPECT_NE(data.err.find("/no/such"), std::string::npos) << data.err;
  EXPECT_FALSE(fs::exists(folder_.path() / "a"));
}

}  // namespace
}  // namespace h4h::tests
