#include <gtest/gtest.h>

#include "tests/nas_torch/small_images.hpp"
#include "tests/support/command.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

// Studies that train, on 200 images.
class TrainedStudyCommand : public testing::Test {
 protected:
  std::string table2(const std::string& more = "") const {
    return "reproduce table2 --quick --data fashion-mnist:" + images_.path().string() +
           " --steps 4 --networks 1 --jobs 2 --out " + images_.at("out") + more;
  }
  std::string file(const std::string& name) const { return content(images_.path() / "out" / name); }

  SmallTraining images_;
};

TEST_F(TrainedStudyCommand, ResumesAfterAKillAndTrainsNothingTwice) {
  tests::run("timeout -s TERM 9 " H4H_BINARY " " + table2());
  const Outcome whole = tests::run(H4H_BINARY " " + table2());
  ASSERT_EQ(whole.code, 0) << whole.err;
  EXPECT_NE(whole.out.find("C17.freeze"), std::string::npos) << whole.out;
  EXPECT_NE(whole.out.find("over 2 trainings"), std::string::npos) << whole.out;
  const std::string table = file("table2.csv"), claims = file("claims.csv");
  EXPECT_EQ(lines(table).size(), 1U + 5 * 2 * 3) << "arms, seeds, networks";
  EXPECT_NE(lines(claims).front().find("interval_low,interval_high,trainings"), std::string::npos);
  const fs::path checkpoint = images_.path() / "out/runs/vanilla-0/checkpoint.bin";
  const auto written = fs::last_write_time(checkpoint);
  EXPECT_EQ(tests::run(H4H_BINARY " " + table2()).out, whole.out);
  EXPECT_EQ(file("table2.csv"), table);
  EXPECT_EQ(fs::last_write_time(checkpoint), written);
  for (const auto& entry : fs::directory_iterator(images_.path() / "out/runs")) {
    EXPECT_NE(entry.path().extension(), ".log") << entry.path();
  }
}

TEST_F(TrainedStudyCommand, ASpaceThatHasChangedSinceIsRefused) {
  const std::string space = images_.write("mine.yaml", "extends: s.yaml\nname: mine\n").string();
  const std::string command = table2(" --space " + space);
  ASSERT_EQ(tests::run(H4H_BINARY " " + command).code, 0);
  images_.write("mine.yaml", "extends: s.yaml\nname: mine\nresolution: 24\n");
  const Outcome changed = tests::run(H4H_BINARY " " + command);
  EXPECT_EQ(changed.code, 1);
  EXPECT_NE(changed.err.find("training cnn-only-"), std::string::npos) << changed.err;
  EXPECT_NE(changed.err.find("holds another training: "), std::string::npos) << changed.err;
}

TEST_F(TrainedStudyCommand, ATrainingThatFailsIsNamedWithItsReason) {
  const Outcome o = tests::run(H4H_BINARY " " + table2(" --space nas/spaces/h4h-imagenet.yaml"));
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(o.out, "");
  EXPECT_NE(o.err.find("training cnn-only-"), std::string::npos) << o.err;
  EXPECT_NE(o.err.find("exit code 1: h4h-nas: "), std::string::npos) << o.err;
}

TEST_F(TrainedStudyCommand, SizesNeedAStudyThatTrainsAndOneOfTheVersions) {
  const auto expect = [&](const std::string& command, const std::string& message) {
    const Outcome o =
        tests::run(H4H_BINARY " reproduce " + command + " --out " + images_.at("out"));
    EXPECT_EQ(o.code, 2) << command;
    EXPECT_NE(o.err.find(message), std::string::npos) << o.err;
    EXPECT_FALSE(fs::exists(images_.at("out"))) << command;
  };
  expect("table2", "table2 trains supernets: pass --quick or --full");
  expect("table2 --full", "--data is missing");
  expect("table2 --quick --full", "--quick and --full: give one of them");
  expect("table2 --quick --seeds 1", "--seeds '1' is not");
  expect("fig3 --quick", "--quick needs a study that trains supernets");
  expect("fig3 --steps 5", "--steps needs a study that trains supernets");
}

}  // namespace
}  // namespace h4h::tests
