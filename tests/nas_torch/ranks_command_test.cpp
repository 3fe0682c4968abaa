#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/nas_torch/small_images.hpp"
#include "tests/support/command.hpp"

namespace h4h::tests {
namespace {

constexpr const char* kFiles[] = {"checkpoint.bin", "metrics.jsonl", "recipe.yaml",
                                  "space.yaml",     "train.json",    "index.html"};

#if defined(H4H_WITH_GLOO)
constexpr bool kWithGloo = true;
#else
constexpr bool kWithGloo = false;
#endif

// Commands as two ranks of this machine, by the variables that mpirun sets.
class RanksCommand : public testing::Test {
 protected:
  void SetUp() override {
    if (!kWithGloo) GTEST_SKIP() << "LibTorch's Gloo or libgloo-dev is missing";
  }

  static std::string launcher() {
    static int jobs = 0;
    return "export OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_LOCAL_SIZE=2 PMIX_NAMESPACE=test-" +
           std::to_string(::getpid()) + "-" + std::to_string(++jobs) + "; ";
  }
  static std::string rank(int number, const std::string& command) {
    return "OMPI_COMM_WORLD_RANK=" + std::to_string(number) + " " H4H_BINARY " " + command + " ";
  }
  // The exit code is that of rank 0.
  static Outcome both(const std::string& command) {
    return run("{ " + launcher() + rank(1, command) + "& other=$!; " + rank(0, command) +
               "; code=$?; wait $other; exit $code; }");
  }
  // Sends `signal` to a rank after `steps` steps of the training in `out`. The exit code is that of
  // the other one.
  static Outcome disturbed(const std::string& command, const std::string& out, int steps,
                           const char* signal, int to) {
    const std::string lines = "$(cat " + out + "/metrics.jsonl 2>/dev/null | wc -l)";
    return run("{ " + launcher() + rank(to, command) + "& it=$!; " + rank(1 - to, command) +
               "& other=$!; while [ " + lines + " -lt " + std::to_string(steps) +
               " ]; do kill -0 $other || exit 99; sleep 0.02; done; kill -s " + signal +
               " $it; wait $other; exit $?; }");
  }
  std::string train(const std::string& out, int steps = 30) const {
    return small_.train(small_.at(out), steps) + " --health 0 --checkpoint-seconds 0.1";
  }

  SmallTraining small_;
};

TEST_F(RanksCommand, OneSpeaksAndWritesForBoth) {
  const Outcome o = both(train("a", 3));
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.err, "");
  EXPECT_EQ(lines(o.out).size(), 3U) << o.out;
  const auto json = nlohmann::json::parse(content(small_.at("a/train.json")));
  EXPECT_EQ(json.at("ranks"), 2);
  EXPECT_EQ(json.at("batch"), 8);
  const std::vector<std::string> metrics = lines(content(small_.at("a/metrics.jsonl")));
  ASSERT_EQ(metrics.size(), 5U);
  EXPECT_EQ(nlohmann::json::parse(metrics[2]).at("images"), 24);
  const Outcome alone = run(H4H_BINARY " " + train("a", 3));
  EXPECT_EQ(alone.code, 1);
  EXPECT_NE(alone.err.find("holds another training: ranks was 2, is 1 now: start it with as many"),
            std::string::npos)
      << alone.err;
}

TEST_F(RanksCommand, MpirunTrainsWhatTheVariablesDo) {
  if (run("command -v mpirun").code != 0) GTEST_SKIP() << "there is no mpirun";
  ASSERT_EQ(both(train("a", 3)).code, 0);
  const Outcome o = run(
      "env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
      "OMPI_MCA_btl_vader_single_copy_mechanism=none mpirun --oversubscribe -n 2 " H4H_BINARY " " +
      train("b", 3));
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(lines(o.out).size(), 3U) << o.out;
  EXPECT_TRUE(content(small_.at("a/checkpoint.bin")) == content(small_.at("b/checkpoint.bin")));
}

TEST_F(RanksCommand, AKilledRankEndsTheOtherAndTheSameCommandResumesToTheSameBytes) {
  ASSERT_EQ(both(train("whole")).code, 0);
  for (const auto& [to, steps] : {std::pair(1, 4), std::pair(0, 10)}) {
    const Outcome o = disturbed(train("a"), small_.at("a"), steps, "KILL", to);
    EXPECT_EQ(o.code, 1);
    EXPECT_EQ(lines(o.err).size(), 1U) << o.err;
    EXPECT_EQ(o.err.rfind(
                  "h4h-nas: rank " + std::to_string(1 - to) + " of 2: another rank has ended: ", 0),
              0U)
        << o.err;
  }
  const Outcome stopped = disturbed(train("a"), small_.at("a"), 16, "TERM", 1);
  EXPECT_EQ(stopped.code, 128 + 15) << "a signal to one rank stops both";
  EXPECT_NE(stopped.err.find("interrupted after step"), std::string::npos) << stopped.err;
  ASSERT_EQ(both(train("a")).code, 0);
  for (const char* const file : kFiles) {
    EXPECT_TRUE(content(small_.at("a") + "/" + file) == content(small_.at("whole") + "/" + file))
        << file;
  }
}

// All files of a search but the page, by name, and the accuracies that it leaves beside the
// supernet, which it takes with it.
std::map<std::string, std::string> taken(const std::filesystem::path& out,
                                         const std::filesystem::path& supernet) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> all;
  for (const fs::path& folder : {out, supernet}) {
    for (const fs::directory_entry& file : fs::directory_iterator(folder)) {
      const std::string name = file.path().filename().string();
      const bool accuracies = name.find("accuracy-") != std::string::npos;
      if (folder == out || accuracies) all[name] = content(file.path());
      if (accuracies) fs::remove(file.path());
    }
  }
  fs::remove_all(out);
  return all;
}

TEST_F(RanksCommand, ASearchMeasuresOnBothAndWritesTheBytesOfOneProcess) {
  ASSERT_EQ(run(H4H_BINARY " " + small_.train(small_.at("net"), 2) + " --health 0").code, 0);
  const std::string search =
      "search --platform platforms/h4h-7nm.yaml --population 8 --evaluations 12 --random 3 "
      "--screen "
      "20 --jobs 1 --space " +
      small_.space() + " --accuracy " + small_.at("net") + " --out " + small_.at("out");
  const Outcome one = run(H4H_BINARY " " + search);
  ASSERT_EQ(one.code, 0) << one.err;
  const auto expected = taken(small_.at("out"), small_.at("net"));
  EXPECT_EQ(expected.size(), 8U) << "six files and two tables of accuracies";
  const Outcome two = both(search);
  ASSERT_EQ(two.code, 0) << two.err;
  EXPECT_EQ(two.out, one.out);
  EXPECT_EQ(two.err, one.err) << "warnings come once";
  const auto made = taken(small_.at("out"), small_.at("net"));
  ASSERT_EQ(made.size(), expected.size());
  for (const auto& [name, bytes] : expected) EXPECT_TRUE(made.at(name) == bytes) << name;
  const Outcome infeasible = both(search + " --max-latency 1ns");
  EXPECT_EQ(infeasible.code, 1);
  EXPECT_EQ(infeasible.err.find("rank"), infeasible.err.rfind("ranking")) << infeasible.err;
}

TEST_F(RanksCommand, WhatIsWrongIsToldOnce) {
  const Outcome batch = both("train --space " + small_.space() +
                             " --recipe vanilla --batch 7 --out " + small_.at("a"));
  EXPECT_EQ(batch.code, 2);
  EXPECT_EQ(batch.err,
            "h4h-nas train: --batch 7 for 2 ranks: allowed are multiples of 2 from 4, such as 6 or "
            "8; see 'h4h-nas train --help'\n");
  std::filesystem::create_directory(small_.at("foreign"));
  small_.write("foreign/file", "x");
  const Outcome foreign = both(train("foreign"));
  EXPECT_EQ(foreign.code, 1);
  EXPECT_EQ(lines(foreign.err).size(), 1U) << foreign.err;
  EXPECT_NE(foreign.err.find("choose an empty directory for --out"), std::string::npos);
  const Outcome report = both("train --report " + small_.at("a"));
  EXPECT_EQ(report.code, 2);
  EXPECT_EQ(report.err,
            "h4h-nas train: 'h4h train --report' works in one process, but 2 were started; see "
            "'h4h-nas train --help'\n");
  const Outcome rank = run("WORLD_SIZE=2 RANK=2 " H4H_BINARY " " + train("a"));
  EXPECT_EQ(rank.code, 2);
  EXPECT_NE(rank.err.find("environment variable RANK must be 0..1, not '2'"), std::string::npos);
}

}  // namespace
}  // namespace h4h::tests
