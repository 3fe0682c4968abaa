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
  // Of three seeds two have been measured.
  const std::string rows = " --rows " + images_.at("out/table2.csv");
  const Outcome next = tests::run(H4H_BINARY " " + table2("2 --seeds 3" + rows));
  ASSERT_EQ(next.code, 0) << next.err;
  EXPECT_TRUE(fs::exists(images_.path() / "out2/runs/tpi-freeze-2"));
  EXPECT_FALSE(fs::exists(images_.path() / "out2/runs/cnn-only-1"));
  std::size_t same = 0;
  for (const std::string& row : lines(content(images_.path() / "out2/table2.csv"))) {
    same += row.find(",1,") != std::string::npos && table.find(row) != std::string::npos ? 1 : 0;
  }
  const Outcome other = tests::run(H4H_BINARY " " + table2("3 --first-seed 1" + rows));
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.err.find("table2.csv:2: seed 0: the seeds of this study are 1 .. 2"),
            std::string::npos)
      << other.err;
  EXPECT_GE(same, 5U * 3) << "arms, networks";
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

// All that is new in one run, of trainings of four steps.
TEST_F(TrainedStudyCommand, ConflictsAndFig7AreMeasuredInTinySupernets) {
  const Outcome o = tests::run(H4H_BINARY " reproduce conflict fig7 --quick --data fashion-mnist:" +
                               images_.path().string() +
                               " --steps 4 --networks 1 --trained-evaluations 8 --jobs 2 --out " +
                               images_.at("out"));
  ASSERT_EQ(o.code, 0) << o.err;
  for (const char* const claim : {"C10.trained", "C23.conflict", "C23.phases"}) {
    EXPECT_NE(o.out.find(claim), std::string::npos) << o.out;
  }
  // 2 seeds; phase 1: one kind of pair of 3 groups; other 4 arms: 4 kinds, of which one has vit.
  EXPECT_EQ(lines(file("conflict.csv")).size(), 1U + 2 * (3 + 4 * (4 * 3 + 1)));
}

// The supernet of another command, in the place of those of the study.
TEST_F(TrainedStudyCommand, SearchesASupernetThatIsThere) {
  const std::string trained = images_.at("trained"), out = images_.at("out");
  ASSERT_EQ(tests::run(H4H_BINARY " " + images_.train(trained)).code, 0);
  const std::string command = H4H_BINARY " reproduce fig11 --trained-evaluations 32 --accuracy " +
                              trained + " --out " + out;
  const Outcome o = tests::run(command);
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.err.find("undertrained"), std::string::npos) << o.err;
  EXPECT_NE(o.out.find("C14.saved.trained"), std::string::npos) << o.out;
  EXPECT_NE(o.out.find("undecided"), std::string::npos) << o.out;
  EXPECT_NE(o.out.find("of one training: no interval"), std::string::npos) << o.out;
  EXPECT_FALSE(fs::exists(out + "/runs")) << "nothing is trained";
  EXPECT_EQ(tests::run(command).out, o.out) << "accuracies are kept in the training's directory";
  const Outcome twice = tests::run(command + "2 --accuracy " + trained);
  EXPECT_EQ(twice.code, 1);
  EXPECT_NE(twice.err.find("hold the same supernet"), std::string::npos) << twice.err;
  const Outcome none = tests::run(H4H_BINARY " reproduce fig11 --accuracy " + images_.at("none") +
                                  " --out " + images_.at("other"));
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("is not the directory of an `h4h train`"), std::string::npos) << none.err;
  EXPECT_FALSE(fs::exists(images_.at("other")));
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
  expect("fig8 --quick --rows a.csv", "--rows 'a.csv': fig8-trained needs more of a run");
  expect("fig3 --rows a.csv", "--rows needs a study that trains supernets");
  expect("fig3 --steps 5", "--steps needs a study that trains supernets");
}

}  // namespace
}  // namespace h4h::tests
