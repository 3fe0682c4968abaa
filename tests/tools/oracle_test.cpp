#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;

const std::string kOracle = "oracle " + kPaper + " --space nas/spaces/toy.yaml ";

struct Oracle : ::testing::Test {
  TemporaryFolder folder;

  Outcome ask(const std::string& questions, const std::string& options = "") {
    const auto file = folder.write("questions", questions);
    return run(H4H_BINARY " " + kOracle + options + " <'" + file.string() + "'");
  }
};

std::vector<std::string> samples(int count) {
  return lines(
      h4h("space show nas/spaces/toy.yaml --seed 4 --sample " + std::to_string(count)).out);
}

TEST_F(Oracle, AnswersWhatSimulateSaysInTheOrderOfTheQuestions) {
  std::string questions;
  const std::vector<std::string> genotypes = samples(5);
  for (std::size_t i = 0; i < genotypes.size(); ++i) {
    questions += R"({"id":)" + std::to_string(i) + R"(,"genotype":)" + genotypes[i] + "}\n";
  }
  const Outcome o = ask(questions);
  ASSERT_EQ(o.code, 0) << o.err;
  const std::vector<std::string> answers = lines(o.out);
  ASSERT_EQ(answers.size(), genotypes.size());
  for (std::size_t i = 0; i < genotypes.size(); ++i) {
    const Json answer = Json::parse(answers[i]);
    EXPECT_EQ(answer["id"], i);
    const Json simulated = Json::parse(h4h("simulate " + kPaper + " --format json --network " +
                                           "'nas/spaces/toy.yaml#" + genotypes[i] + "'")
                                           .out)["totals"];
    EXPECT_EQ(answer["latency_s"], simulated["latency_s"]);
    EXPECT_EQ(answer["energy_j"], simulated["energy_j"]);
    EXPECT_EQ(answer["area_mm2"], simulated["area_mm2"]);
  }
}

TEST_F(Oracle, CostsNetworksByNameToo) {
  const Outcome o = ask(R"({"id":"a","network":"ds_cnn_kws"})"
                        "\n"
                        R"({"network":"nas/spaces/toy.yaml#min","id":[1,2]})");
  const std::vector<std::string> answers = lines(o.out);
  ASSERT_EQ(answers.size(), 2u) << o.err;
  EXPECT_EQ(Json::parse(answers[0])["id"], "a");
  EXPECT_GT(Json::parse(answers[0])["latency_s"], 0);
  EXPECT_EQ(Json::parse(answers[1])["id"], Json::parse("[1,2]"));
  EXPECT_GT(Json::parse(answers[1])["energy_j"], 0);
}

TEST_F(Oracle, AnswersWhatIsWrongWithALineAndGoesOn) {
  const std::string good = R"({"id":9,"genotype":)" + samples(1).front() + "}\n";
  const std::vector<std::string> bad{"",
                                     "nonsense",
                                     "{\"id\":1",
                                     R"({"id":2,"genotype":{"resolution":7}})",
                                     R"({"id":3,"network":"none.tflite"})",
                                     R"({"id":4})",
                                     R"({"id":5,"genotipe":{}})",
                                     R"({"id":6,"network":"nas/spaces/toy.yaml#nonsense"})",
                                     "\xff\xfe\xfd",
                                     std::string(5000, '['),
                                     "{\"id\":7,\"network\":\"" + std::string(2 << 20, 'x') + "\"}",
                                     std::string("a\0b", 3)};
  std::string questions;
  for (const std::string& line : bad) questions += line + "\n" + good;
  const Outcome o = ask(questions);
  ASSERT_EQ(o.code, 0) << o.err;
  const std::vector<std::string> answers = lines(o.out);
  ASSERT_EQ(answers.size(), 2 * bad.size());
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const Json wrong = Json::parse(answers[2 * i]), right = Json::parse(answers[2 * i + 1]);
    EXPECT_TRUE(wrong.contains("error")) << answers[2 * i];
    EXPECT_FALSE(wrong.contains("latency_s"));
    EXPECT_GT(right["latency_s"], 0);
  }
  EXPECT_EQ(Json::parse(answers[6])["id"], 2);
  EXPECT_NE(answers[8].find("none.tflite"), std::string::npos) << answers[8];
}

TEST_F(Oracle, WhatDoesNotRunHasAReason) {
  const Outcome o = ask(R"({"id":1,"genotype":)" + samples(1).front() + "}",
                        "--set 'sram.size=1 KiB' --set sram.overflow=infeasible");
  const Json answer = Json::parse(o.out);
  EXPECT_NE(answer["error"].get<std::string>().find("activations do not fit"), std::string::npos);
}

TEST_F(Oracle, AnswersTheSameWhateverTheNumberOfProcesses) {
  std::string questions;
  for (const std::string& genotype : samples(100))
    questions += R"({"genotype":)" + genotype + "}\n";
  const Outcome one = ask(questions, "--jobs 1"), three = ask(questions, "--jobs 3");
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.out, three.out);
  EXPECT_EQ(lines(one.out).size(), 100u);
}

TEST_F(Oracle, PrecomputesASpaceAndKnowsWhatItHas) {
  const std::string cache = "--cache '" + (folder.path() / "c.sqlite").string() + "' ";
  const Outcome first = h4h(kOracle + "--precompute " + cache);
  ASSERT_EQ(first.code, 0) << first.err;
  const std::string jobs = first.out.substr(first.out.find("of ") + 3);
  EXPECT_NE(jobs.find(" of them simulated now"), std::string::npos) << first.out;
  const Outcome again = h4h(kOracle + "--precompute " + cache);
  EXPECT_NE(again.out.find(", 0 of them simulated now"), std::string::npos) << again.out;
  expect_failure(kOracle + "--precompute --cache '" + folder.path().string() + "'", 1,
                 "unable to open database file");
  expect_failure(kOracle + "--precompute --cache none", 2, "--precompute needs a cache");
  expect_failure(
      "oracle --platform platforms/ethos-u55-deep.yaml --space nas/spaces/toy.yaml "
      "--precompute " +
          cache,
      1, "weight prefetch makes a layer's cost depend on its predecessor");
}

// It asks the next question when it has the answer.
TEST_F(Oracle, TheExampleFindsTheCheapestOfItsSamples) {
  const Outcome o = run("tools/examples/ask_oracle.py " H4H_BINARY);
  EXPECT_EQ(o.code, 0) << o.err;
  ASSERT_EQ(lines(o.out).size(), 3u);
  EXPECT_NE(o.out.find(" ms  {\"resolution\":"), std::string::npos);
}

TEST_F(Oracle, WithoutStreamsItEndsInsteadOfAskingItsWorkers) {
  const auto file = folder.write("q", R"({"network":"ds_cnn_kws"})");
  const std::string oracle = "timeout 20 " H4H_BINARY " " + kOracle + "--jobs 2 ";
  EXPECT_EQ(run("(" + oracle + "<&-)").code, 1);
  EXPECT_EQ(run("(" + oracle + "<'" + file.string() + "' >&-)").code, 1);
}

TEST_F(Oracle, WrongArgumentsAreNamed) {
  expect_failure("oracle " + kPaper, 2, "--space is missing");
  expect_failure(kOracle + "--jobs 0", 2, "--jobs '0' is not an integer from 1 to 256");
  expect_failure(kOracle + "--objective speed", 2, "not one of: latency, energy, edp");
  expect_failure("oracle " + kPaper + " --space /none.yaml", 1, "/none.yaml");
  expect_failure(kOracle + "--precompute --objective energy", 2,
                 "--objective has no effect on --precompute");
}

}  // namespace
}  // namespace h4h::tests
