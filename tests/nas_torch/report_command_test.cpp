#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "tests/nas_torch/small_images.hpp"
#include "tests/support/command.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// h4h train --report and --from, and searches under reductions, on 200 images.
class SmallRuns : public testing::Test {
 protected:
  Outcome h4h(const std::string& command) const { return tests::run(H4H_BINARY " " + command); }
  void expect_done(const std::string& command) const {
    const Outcome o = h4h(command);
    EXPECT_EQ(o.code, 0) << command << "\n" << o.err;
  }
  json train_json(const std::string& out) const {
    return json::parse(content(fs::path(out) / "train.json"));
  }
  std::string file(const std::string& name, const std::string& text) const {
    return training_.write(name, text).string();
  }
  // The space without transformers.
  std::string cnn() const {
    return file("cnn.yaml",
                "extends: s.yaml\nname: cnn\nstages:\n  - {name: vit2, depth: 0}\n"
                "  - {name: vit3, depth: 0}\n");
  }
  std::string train_on(const std::string& space, const std::string& more,
                       const std::string& out) const {
    return "train --space " + space + " --data fashion-mnist:" + training_.path().string() +
           " --batch 8 --health 0 " + more + " --out " + out;
  }
  std::string search(const std::string& space, const std::string& run, const std::string& out) {
    return "search --platform platforms/h4h-7nm.yaml --population 4 --evaluations 6 --random off "
           "--jobs 1 --space " +
           space + " --accuracy " + run + " --out " + out;
  }

  SmallTraining training_;
};

TEST_F(SmallRuns, AReportMeasuresTheHealthOfARunThatIsThere) {
  const std::string run = training_.at("run");
  expect_done(training_.train(run) + " --health 0");
  const std::string checkpoint = content(fs::path(run) / "checkpoint.bin");
  EXPECT_FALSE(train_json(run).contains("health"));
  const Outcome report = h4h("train --report " + run + " --health 3");
  ASSERT_EQ(report.code, 0) << report.err;
  EXPECT_EQ(report.out.rfind("health: ", 0), 0u) << report.out;
  EXPECT_EQ(train_json(run).at("health").at("networks"), 3);
  EXPECT_EQ(content(fs::path(run) / "checkpoint.bin"), checkpoint);
  const std::string other = training_.at("other");
  expect_done(training_.train(other) + " --health 3");
  EXPECT_EQ(train_json(other), train_json(run)) << "what the training itself would have measured";
  EXPECT_EQ(content(fs::path(other) / "index.html"), content(fs::path(run) / "index.html"));
}

TEST_F(SmallRuns, NetworksTrainedAloneAreComparedWithTheSupernet) {
  const std::string run = training_.at("run");
  expect_done(training_.train(run, 3) + " --health 0");
  const std::string report = "train --report " + run + " --health 0 --alone 4";
  const Outcome first = h4h(report);
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out.rfind("alone: Kendall's tau of the accuracies of 4 networks", 0), 0u)
      << first.out;
  const json alone = train_json(run).at("alone");
  EXPECT_EQ(alone.at("networks"), 4);
  ASSERT_EQ(alone.at("measured").size(), 4u);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_GE(alone.at("measured")[i].at("macs"), alone.at("measured")[i - 1].at("macs"));
  }
  EXPECT_NE(content(fs::path(run) / "index.html").find("alone_accuracy"), std::string::npos);
  const std::string before = content(fs::path(run) / "train.json");
  EXPECT_EQ(h4h(report).out, first.out);
  EXPECT_EQ(content(fs::path(run) / "train.json"), before);
  expect_done("train --report " + run + " --health 2");
  EXPECT_EQ(train_json(run).at("alone"), alone) << "what is known of the same weights stays";
  expect_done(report + " --alone-seed 9");
  EXPECT_NE(train_json(run).at("alone").at("measured"), alone.at("measured"));
}

// Whatever it is in the middle of: the same bytes in the end, and nothing left over.
TEST_F(SmallRuns, AReportThatWasKilledIsResumed) {
  const std::string whole = training_.at("whole"), killed = training_.at("killed");
  expect_done(training_.train(whole, 30) + " --health 0");
  expect_done(training_.train(killed, 30) + " --health 0");
  const auto report = [](const std::string& run) {
    return "train --report " + run + " --health 2 --alone 4";
  };
  expect_done(report(whole));
  for (const char* const after : {"0.3", "0.6", "1", "1.5"}) {
    const char* const signal = std::string(after) == "0.6" ? "TERM" : "KILL";
    tests::run(std::string("timeout -s ") + signal + " " + after + " " H4H_BINARY " " +
               report(killed));
  }
  expect_done(report(killed));
  std::set<std::string> names, expected;
  for (const auto& entry : fs::directory_iterator(whole)) {
    expected.insert(entry.path().filename().string());
    EXPECT_EQ(content(entry.path()), content(fs::path(killed) / entry.path().filename()))
        << entry.path();
  }
  for (const auto& entry : fs::directory_iterator(killed)) {
    names.insert(entry.path().filename().string());
  }
  EXPECT_EQ(names, expected);
}

TEST_F(SmallRuns, ReportsAreOfFoldersOfTrainingsAlone) {
  const auto expect = [&](const std::string& command, int code, const std::string& message) {
    const Outcome o = h4h(command);
    EXPECT_EQ(o.code, code) << command;
    EXPECT_EQ(o.out, "") << command;
    EXPECT_NE(o.err.find(message), std::string::npos) << o.err;
  };
  expect("train --report " + training_.at("none"), 2, "is not the directory of an `h4h train`");
  expect("train --report " + training_.path().string(), 1, "no checkpoint.bin; pass the --out");
  expect("train --report x --steps 3", 2, "--steps does not go with --report");
  expect("train --report x --alone-seed 3", 2, "--alone-seed needs --alone");
  expect("train --report x --alone 2000", 2, "--alone must be 0..1000, not 2000");
  expect(training_.train(training_.at("r")) + " --alone 3", 2, "--alone needs --report");
}

// With the recipe as shipped, and with one that options changed.
TEST_F(SmallRuns, ThePageOfATrainingShowsTheCommandThatRepeatsIt) {
  const auto command_on = [&](const std::string& run) {
    const std::string page = content(fs::path(run) / "index.html");
    const std::size_t begin = page.find("<code id=\"command\">");
    EXPECT_NE(begin, std::string::npos);
    return std::regex_replace(page.substr(begin, page.find("</code>", begin) - begin),
                              std::regex("<[^>]*>"), "");
  };
  for (const std::string more :
       {"--recipe vanilla --steps 3", "--recipe vanilla --steps 3 --lr 0.01"}) {
    const std::string run = training_.at(more.size() > 30 ? "changed" : "shipped");
    expect_done(train_on(training_.space(), more + " --seed 4", run));
    const std::string command = command_on(run);
    ASSERT_EQ(command.rfind("h4h train --space " + training_.space(), 0), 0u) << command;
    const Outcome again = tests::run("cd " + run + " && " H4H_BINARY " " + command.substr(4) +
                                     " --health 0 --out again");
    ASSERT_EQ(again.code, 0) << command << "\n" << again.err;
    for (const char* const file : {"checkpoint.bin", "recipe.yaml"}) {
      EXPECT_TRUE(content(fs::path(run) / "again" / file) == content(fs::path(run) / file)) << file;
    }
  }
}

// 180 of the 200 images are for training: 22 batches of 8.
TEST_F(SmallRuns, EpochsAreCountedInTrainingImages) {
  const std::string run = training_.at("run");
  expect_done(train_on(training_.space(), "--recipe vanilla --epochs 2", run));
  EXPECT_EQ(train_json(run).at("steps"), 44);
}

// Phase 1 without transformers, phase 2 from its weights on the whole space.
TEST_F(SmallRuns, ATrainingStartsFromTheWeightsOfARunOfAReduction) {
  const std::string first = training_.at("first"), second = training_.at("second");
  expect_done(train_on(cnn(), "--recipe cnn-only --steps 4", first));
  const std::string phase_2 =
      train_on(training_.space(), "--recipe tpi-freeze --steps 11 --from " + first, second);
  expect_done(phase_2);
  const json train = train_json(second);
  EXPECT_EQ(train.at("steps"), 5) << "300 of 660";
  EXPECT_EQ(train.at("from").get<std::string>().rfind("supernet ", 0), 0u);
  const std::string bytes = content(fs::path(second) / "checkpoint.bin");
  expect_done(phase_2);
  EXPECT_EQ(content(fs::path(second) / "checkpoint.bin"), bytes) << "and is resumed";
  const std::string other = training_.at("other");
  expect_done(train_on(cnn(), "--recipe cnn-only --steps 4 --seed 2", other));
  const Outcome refused =
      h4h(train_on(training_.space(), "--recipe tpi-freeze --steps 11 --from " + other, second));
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("holds another training: from was \"supernet "), std::string::npos)
      << refused.err;
}

TEST_F(SmallRuns, AStartThatDoesNotFitIsRefused) {
  const std::string run = training_.at("run");
  expect_done(training_.train(run) + " --health 0");
  const auto expect = [&](const std::string& more, int code, const std::string& message) {
    const Outcome o = h4h(train_on(training_.space(), more, training_.at("new")));
    EXPECT_EQ(o.code, code) << more;
    EXPECT_NE(o.err.find(message), std::string::npos) << o.err;
    EXPECT_FALSE(fs::exists(training_.at("new"))) << more;
  };
  expect("--recipe tpi-freeze --phase vit", 2, "--phase needs --from");
  expect("--recipe tpi-freeze --phase vti --from " + run, 2,
         "--phase: recipe tpi-freeze has no phase 'vti'; it has: cnn, vit");
  expect("--recipe vanilla --from " + training_.at("none"), 2,
         "is not the directory of an `h4h train`");
  expect("--recipe " + file("r.yaml", "phases:\n  - {name: a, steps: 3, start: run}\n"), 2,
         "recipe r: phase a starts from another run: --from is missing");
  const Outcome other =
      h4h(train_on("toy", "--recipe vanilla --steps 2 --from " + run, training_.at("new")));
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.err.find("is no reduction of"), std::string::npos) << other.err;
}

TEST_F(SmallRuns, ASupernetIsSearchedUnderReductionsOfItsSpaceWithTheSameAccuracies) {
  const std::string run = training_.at("run");
  expect_done(training_.train(run) + " --health 0");
  expect_done(search(cnn(), run, training_.at("a")));
  const auto tables = [&] {
    std::map<std::string, std::size_t> rows;
    for (const auto& entry : fs::directory_iterator(run)) {
      const std::string name = entry.path().filename().string();
      if (name.find("accuracy-") == 0) rows[name] = lines(content(entry.path())).size();
    }
    return rows;
  };
  const auto first = tables();
  ASSERT_EQ(first.size(), 1u);
  expect_done(search(cnn(), run, training_.at("b")));
  EXPECT_EQ(tables(), first) << "nothing is measured twice";
  expect_done(search(training_.space(), run, training_.at("c")));
  EXPECT_EQ(tables().size(), 1u) << "in the same table";
  EXPECT_GT(tables().begin()->second, first.begin()->second);
  for (const json& network : json::parse(content(training_.path() / "a/search.json")).at("front")) {
    EXPECT_EQ(network.at("genotype").at("vit2").at("depth"), 0);
  }
  expect_done("export " + training_.at("a") + "#1 --out " + training_.at("n.onnx"));
}

// Alone, the single width would give a stage a shortcut that nothing trained.
TEST_F(SmallRuns, ReductionsAreSearchedWithTheShortcutsThatWereTrained) {
  const std::string run = training_.at("run");
  expect_done(training_.train(run) + " --health 0");
  const std::string narrow = file("narrow.yaml",
                                  "extends: s.yaml\nstages:\n  - {name: conv0, width: 8}\n"
                                  "  - {name: mb1, width: 8}\n");
  expect_done(search(narrow, run, training_.at("s")));
  EXPECT_NE(content(training_.path() / "s/space.yaml").find("shortcut: none"), std::string::npos);
  const Outcome layers = h4h("network show " + training_.at("s") + "#1 --format yaml");
  EXPECT_EQ(layers.code, 0) << layers.err;
  EXPECT_EQ(layers.out.find("mb1.1/add"), std::string::npos) << layers.out;
}

TEST_F(SmallRuns, SpacesThatAreNoReductionAreRefusedWithTheReason) {
  const std::string run = training_.at("run");
  expect_done(training_.train(run) + " --health 0");
  const std::string wider =
      file("wider.yaml", "extends: s.yaml\nstages:\n  - {name: mb2, width: [16, 40]}\n");
  const Outcome o = h4h(search(wider, run, training_.at("s")));
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find("space wider is no reduction of h4h-32-tiny: stage mb2: width 40 is not one "
                       "of: 16, 24, 32"),
            std::string::npos)
      << o.err;
}

}  // namespace
}  // namespace h4h::tests
