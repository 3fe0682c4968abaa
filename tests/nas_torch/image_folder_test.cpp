#include <gtest/gtest.h>

#include "nas/train/images.hpp"
#include "tests/nas/image_files.hpp"
#include "tests/nas_torch/training.hpp"
#include "tests/support/command.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

// Four classes of 20 training and 5 test images each, for a space of 8 and 12 pixels.
class FolderTraining : public testing::Test {
 protected:
  FolderTraining() {
    for (int label = 0; label < 4; ++label) {
      const std::string name = "class" + std::to_string(label);
      const auto seed = static_cast<std::uint64_t>(label);
      write_class(root() / "images/train" / name, 20, 1 + seed);
      write_class(root() / "images/val" / name, 5, 11 + seed);
    }
    folder_.write("small.yaml", nas::format_space(small_space()));
  }
  fs::path root() const { return folder_.path(); }
  std::string at(const std::string& name) const { return (root() / name).string(); }
  std::string command(const std::string& out, const std::string& more = "",
                      const std::string& data_options = "") const {
    return "train --space " + at("small.yaml") + " --data imagefolder:" + at("images") +
           data_options +
           " --recipe vanilla --augmentation resized_crop --batch 8 --steps 40 "
           "--health 2 --out " +
           at(out) + " " + more;
  }
  Outcome h4h(const std::string& command) const { return tests::run(H4H_BINARY " " + command); }
  void break_image(const std::string& name) const { write_below(root(), name, "broken"); }

  TemporaryFolder folder_;
};

TEST_F(FolderTraining, EndsInTheSameBytesWhateverThreadsDecodeAndWhereItStopped) {
  const Outcome straight = h4h(command("straight", "--loader-threads 1"));
  ASSERT_EQ(straight.code, 0) << straight.err;
  EXPECT_EQ(straight.err, "");
  int stopped = 0;
  for (const char* seconds : {"0.8", "1.1", "1.4"}) {
    const Outcome o =
        tests::run(std::string("timeout -s INT ") + seconds + " " H4H_BINARY " " +
                   command("stopped", "--loader-threads 3 --checkpoint-seconds 1000"));
    if (o.err.find("interrupted after step") != std::string::npos) ++stopped;
  }
  RecordProperty("stopped", stopped);
  const Outcome resumed = h4h(command("stopped", "--loader-threads 2"));
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(resumed.out, straight.out);
  for (const char* file : {"checkpoint.bin", "metrics.jsonl", "train.json", "index.html"}) {
    EXPECT_EQ(content(at("stopped/") + file), content(at("straight/") + file)) << file;
  }
}

TEST_F(FolderTraining, IsSearchedAndExportedWithItsImages) {
  ASSERT_EQ(h4h(command("run")).code, 0);
  const Outcome search =
      h4h("search --platform platforms/h4h-7nm.yaml --population 4 "
          "--evaluations 4 --random off --jobs 1 --space " +
          at("small.yaml") + " --accuracy " + at("run") + " --out " + at("search"));
  ASSERT_EQ(search.code, 0) << search.err;
  const Outcome made = h4h("export '" + at("search") + "#1' --out " + at("net.onnx"));
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_NE(made.out.find("input: images of 12 x 12 x 3"), std::string::npos) << made.out;
  EXPECT_NE(made.out.find("the square in the middle"), std::string::npos) << made.out;
}

TEST_F(FolderTraining, ABrokenImageIsNamedAndCountedAndOnlyFatalIfAskedFor) {
  break_image("images/train/class2/003.jpg");
  const std::string problem = at("images/train/class2/003.jpg") + ": neither JPEG nor PNG";
  const Outcome o = h4h(command("run"));
  EXPECT_EQ(o.code, 0);
  EXPECT_EQ(o.err, "h4h-nas: warning: " + problem +
                       "; another image of its class takes its place (1 so far)\n");
  const Outcome fatal = h4h(command("fatal", "", ",broken=fail"));
  EXPECT_EQ(fatal.code, 1);
  EXPECT_EQ(fatal.out, "");
  EXPECT_NE(fatal.err.find(problem), std::string::npos) << fatal.err;
}

TEST_F(FolderTraining, TheSpaceMustHaveTheClassesOfTheImages) {
  fs::rename(root() / "images/train/class3", root() / "class3");
  fs::remove_all(root() / "images/val/class3");
  const Outcome o = h4h(command("run"));
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find("space small is for 4 classes and 3 channels, but imagefolder:" +
                       at("images") + " has 3 and 3"),
            std::string::npos)
      << o.err;
  EXPECT_FALSE(fs::exists(at("run")));
}

TEST_F(FolderTraining, ImagesSmallerThanTheLargestResolutionAreWarnedOf) {
  const Outcome o = h4h(command("run", "", ",side=10"));
  EXPECT_EQ(o.code, 0);
  EXPECT_EQ(o.err, "h4h-nas: warning: imagefolder:" + at("images") +
                       ",side=10: its images have 10 x 10 pixels and are enlarged for networks of "
                       "12\n");
}

TEST_F(FolderTraining, OptionsThatAreWrongAreNamed) {
  const Outcome side = h4h(command("run", "", ",side=big"));
  EXPECT_EQ(side.code, 1);
  EXPECT_NE(side.err.find("imagefolder: side=big; allowed: 1..4096"), std::string::npos)
      << side.err;
  const Outcome threads = h4h(command("run", "--loader-threads 0"));
  EXPECT_EQ(threads.code, 2);
  EXPECT_NE(threads.err.find("--loader-threads"), std::string::npos) << threads.err;
}

bool equal(const nas::EvaluationImages& a, const nas::EvaluationImages& b) {
  auto other = b.calibration.begin();
  for (const torch::Tensor& images : a.calibration) {
    if (!torch::equal(images, *other)) return false;
    ++other;
  }
  auto held_out = b.held_out.begin();
  for (const nas::Labelled& batch : a.held_out) {
    const nas::Labelled there = *held_out;
    if (!torch::equal(batch.images, there.images) || !torch::equal(batch.labels, there.labels)) {
      return false;
    }
    ++held_out;
  }
  return a.calibration.size() == b.calibration.size() && a.held_out.size() == b.held_out.size();
}

TEST_F(FolderTraining, EvaluationSeesAllClassesInAnyPartOfTheImages) {
  const nas::Split split = nas::open_images(small_space(), "imagefolder:" + at("images"), {});
  nas::EvaluationSizes sizes;
  sizes.batch = 10;
  const auto images = nas::evaluation_images(*split.train, *split.test, sizes);
  ASSERT_EQ(images.held_out.size(), 2);
  torch::Tensor labels = torch::empty({0}, torch::kLong);
  for (const nas::Labelled& batch : images.held_out) {
    EXPECT_EQ(batch.labels.bincount({}, 4).gt(0).sum().item<std::int64_t>(), 4);
    labels = torch::cat({labels, batch.labels});
  }
  EXPECT_TRUE(torch::equal(labels.bincount(), torch::full({4}, 5, torch::kLong)));
}

TEST_F(FolderTraining, EvaluationThatDecodesAgainSeesWhatIsKept) {
  const nas::Split split = nas::open_images(small_space(), "imagefolder:" + at("images"), {});
  nas::EvaluationSizes sizes{3, 16, 7};
  const nas::EvaluationImages kept = nas::evaluation_images(*split.train, *split.test, sizes);
  EXPECT_EQ(kept.calibration.size(), 3);
  EXPECT_EQ(kept.held_out.size(), 3);
  for (const std::int64_t images : {0, 4}) {
    sizes.most_bytes = images * split.train->image_size();
    const nas::EvaluationImages again = nas::evaluation_images(*split.train, *split.test, sizes);
    EXPECT_TRUE(equal(kept, again));
    EXPECT_TRUE(equal(kept, again)) << "a second time";
  }
}

}  // namespace
}  // namespace h4h::tests
