#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/report/checksum.hpp"
#include "tests/nas_torch/train_command.hpp"
#include "tests/support/chromium.hpp"
#include "tests/support/json_checksum.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFiles[] = {"checkpoint.bin", "metrics.jsonl", "recipe.yaml",
                                  "space.yaml",     "train.json",    "index.html"};

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
  EXPECT_EQ(lines[4].at("held_out_images"), kHeldOut);
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
  EXPECT_EQ(health.at("held_out_images"), kHeldOut);
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
  const Outcome data =
      nas("train --space nas/spaces/h4h-32-tiny.yaml --recipe vanilla --data cifar10:/no/such" +
          out("a"));
  EXPECT_EQ(data.code, 1);
  EXPECT_NE(data.err.find("/no/such"), std::string::npos) << data.err;
  EXPECT_FALSE(fs::exists(folder_.path() / "a"));
}

}  // namespace
}  // namespace h4h::tests
