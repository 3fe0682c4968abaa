#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "nas/train/trained.hpp"
#include "sim/report/checksum.hpp"
#include "tests/nas_torch/small_images.hpp"
#include "tests/support/full_disk.hpp"

namespace h4h::tests {
namespace {

// The step of a checkpoint; nullopt for bytes that are none.
std::optional<std::int64_t> step_of(const std::string& bytes) {
  try {
    return nas::checkpoint_of(bytes, nas::kTrainingCheckpoint).state.step;
  } catch (const nas::TrainingFileError&) {
    return std::nullopt;
  }
}

// A checkpoint after every step, of which metrics.jsonl may hold more lines.
TEST(WriteFaultsOfATraining, AFullDiskIsNamedLeavesNothingHalfAndTheSameCommandResumes) {
  const SmallTraining files;
  WritingCommand command{files.train(files.at("full")) + " --health 2 --checkpoint-seconds 1e-6",
                         files.at("full"), "h4h-nas"};
  std::set<std::int64_t> steps;
  command.may_hold = [&](const std::string& name, const std::string& text,
                         const std::string& complete) {
    if (name == nas::kTrainingCheckpoint) {
      const std::optional<std::int64_t> step = step_of(text);
      if (step) steps.insert(*step);
      return step.has_value();
    }
    if (name == nas::kTrainingArguments) return sim::has_valid_checksum(text);
    return name == nas::kTrainingMetrics ? complete.rfind(text, 0) == 0 : text == complete;
  };
  expect_survives_full_disks(command);
  EXPECT_EQ(steps, (std::set<std::int64_t>{0, 1, 2})) << "the last that could be written";
}

// A search whose accuracies are measured, and kept beside the checkpoint.
TEST(WriteFaultsOfATraining, AccuraciesThatCannotBeKeptAreNamedAndMeasuredAgain) {
  const SmallTraining files;
  const std::string trained = files.at("trained");
  ASSERT_EQ(run(H4H_BINARY " " + files.train(trained) + " --health 0").code, 0);
  const auto search = [&](const std::string& out) { return files.search(trained, files.at(out)); };
  ASSERT_EQ(run(H4H_BINARY " " + search("complete")).code, 0);
  const auto complete = contents(files.at("complete")), kept = contents(trained);
  for (int call = 1; call < 4; ++call) {
    for (const auto& [name, text] : kept) {
      if (name.find("accuracy-") != std::string::npos)
        std::filesystem::remove(trained + "/" + name);
    }
    const std::string out = "full" + std::to_string(call);
    const Outcome o = on_full_disk(search(out), trained, call);
    EXPECT_EQ(o.code, 1);
    EXPECT_EQ(o.out, "");
    const std::vector<std::string> messages = lines(o.err);
    ASSERT_FALSE(messages.empty());
    EXPECT_EQ(messages.back().rfind("h4h-nas: " + trained + "/accuracy-", 0), 0u) << o.err;
    EXPECT_NE(messages.back().find(".csv: cannot write: No space left on device"),
              std::string::npos)
        << o.err;
    EXPECT_EQ(run(H4H_BINARY " " + search(out)).code, 0);
    EXPECT_TRUE(contents(files.at(out)) == complete) << call;
    EXPECT_TRUE(contents(trained) == kept) << call;
  }
}

// Ranges are written as lists: what takes a line in the space takes a megabyte in its copy.
TEST(WriteFaultsOfATraining, ASpaceWhoseCopyCouldNotBeReadBackIsRefused) {
  const SmallTraining files;
  std::string space =
      "input_channels: 3\nclasses: 10\nresolution: 16\nstages:\n"
      "  - {name: conv, block: conv, width: 4, stride: 2}\n";
  for (int i = 0; i < 190; ++i) {
    space += "  - {name: s" + std::to_string(i) +
             ", block: mbconv, width: 4, depth: 1, expansion: {from: 1, to: 1.999, step: 0.001}}\n";
  }
  files.write("s.yaml", space);
  const Outcome o = run(H4H_BINARY " " + files.train(files.at("out")));
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(o.out, "");
  EXPECT_EQ(
      o.err.rfind("h4h-nas: " + files.at("out/space.yaml") + ": not written: it would have ", 0),
      0u)
      << o.err;
  EXPECT_FALSE(std::filesystem::exists(files.at("out/space.yaml")));
}

}  // namespace
}  // namespace h4h::tests
