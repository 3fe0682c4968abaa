#include "nas/accuracy/accuracy_cache.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "nas/space/load.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

using tests::content;
using tests::message_of;
using tests::TemporaryFolder;

// Answers by the genotype, and counts.
class Measured : public Accuracy {
 public:
  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override {
    std::vector<double> all;
    together.push_back(candidates.size());
    for (const Genotype& genotype : candidates) {
      ++asked;
      double accuracy = 0.5;
      for (const std::uint16_t gene : genotype) accuracy += 0.01 * gene;
      all.push_back(accuracy);
    }
    return all;
  }
  std::optional<double> standard_error(const Genotype&) override { return 0.0078125; }

  int asked = 0;
  std::vector<std::size_t> together;
};

class AccuracyCacheTest : public ::testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / "accuracy.csv"; }

  TemporaryFolder folder_;
  Space space_ = load_space((tests::source_dir() / "nas/spaces/toy.yaml").string());
  std::vector<Genotype> all_ = space_.enumerate();
  Measured measured_;
};

TEST_F(AccuracyCacheTest, MeasuresEachNetworkOnceAndKeepsItsStandardError) {
  AccuracyCache first(space_, measured_, file());
  const std::vector<double> accuracies = first.evaluate({all_[0], all_[1], all_[0]});
  EXPECT_EQ(measured_.asked, 2);
  AccuracyCache second(space_, measured_, file());
  EXPECT_EQ(second.evaluate({all_[0], all_[1], all_[0]}), accuracies);
  EXPECT_EQ(second.standard_error(all_[1]), 0.0078125);
  EXPECT_EQ(measured_.asked, 2);
  EXPECT_EQ(AccuracyTable(space_, file()).entries().size(), 2U);
}

TEST_F(AccuracyCacheTest, MayAskForSeveralUnknownNetworksAtOnce) {
  const std::vector<Genotype> some{all_[0], all_[1], all_[0], all_[2], all_[3], all_[4]};
  const std::vector<double> expected = AccuracyCache(space_, measured_, file()).evaluate(some);
  EXPECT_EQ(measured_.together, (std::vector<std::size_t>{1, 1, 1, 1, 1}));
  const std::string one_by_one = content(file());
  std::filesystem::remove(file());
  measured_.together.clear();
  AccuracyCache cache(space_, measured_, file(), kAccuracyLimit, 3);
  cache.evaluate({all_[0]});
  EXPECT_EQ(cache.evaluate(some), expected);
  EXPECT_EQ(measured_.together, (std::vector<std::size_t>{1, 3, 1}));
  EXPECT_EQ(content(file()), one_by_one);
}

TEST_F(AccuracyCacheTest, TakesWhatAnotherSearchMeasuresMeanwhile) {
  AccuracyCache ours(space_, measured_, file()), theirs(space_, measured_, file());
  theirs.evaluate({all_[0], all_[1], all_[2]});
  ours.evaluate({all_[2], all_[3]});
  theirs.evaluate({all_[3]});
  EXPECT_EQ(measured_.asked, 4);
}

TEST_F(AccuracyCacheTest, SearchesAtTheSameTimeLoseNoEntry) {
  constexpr std::size_t kEach = 60;
  ASSERT_GE(all_.size(), 3 * kEach);
  std::vector<std::thread> searches;
  for (std::size_t s = 0; s < 3; ++s) {
    searches.emplace_back([this, s] {
      Measured measured;
      AccuracyCache cache(space_, measured, file());
      // Each half of a search's networks is also asked for by the next.
      for (std::size_t i = 0; i < kEach; ++i) {
        cache.evaluate({all_[(s * kEach / 2 + i)]});
      }
    });
  }
  for (std::thread& search : searches) search.join();
  EXPECT_EQ(AccuracyTable(space_, file()).entries().size(), 2 * kEach);
}

TEST_F(AccuracyCacheTest, ALineThatAKilledSearchDidNotEndIsMeasuredAnew) {
  AccuracyCache(space_, measured_, file()).evaluate({all_[0], all_[1]});
  const std::string whole = content(file());
  folder_.write("accuracy.csv", whole.substr(0, whole.size() - 7));
  AccuracyCache cache(space_, measured_, file());
  cache.evaluate({all_[0], all_[1]});
  EXPECT_EQ(measured_.asked, 3);
  EXPECT_EQ(content(file()), whole);
}

// In a process of its own, whose files may not grow.
TEST_F(AccuracyCacheTest, AFullDiskIsNamedAndNoEntryIsLost) {
  AccuracyCache(space_, measured_, file()).evaluate({all_[0]});
  const std::uintmax_t size = std::filesystem::file_size(file());
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{size + 10, size + 10};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string message = message_of<AccuracyError>(
        [&] { AccuracyCache(space_, measured_, file()).evaluate({all_[1]}); });
    ::_exit(message == file().string() + ": cannot write: File too large" ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(std::filesystem::file_size(file()), size + 10) << "half a line";
  AccuracyCache(space_, measured_, file()).evaluate({all_[0], all_[1]});
  EXPECT_EQ(measured_.asked, 2);
  EXPECT_EQ(AccuracyTable(space_, file()).entries().size(), 2U);
}

TEST_F(AccuracyCacheTest, WhatCouldNotBeReadBackIsNotWritten) {
  AccuracyCache(space_, measured_, file()).evaluate({all_[0], all_[1]});
  const std::string both = content(file());
  std::filesystem::remove(file());
  AccuracyCache cache(space_, measured_, file(), {"table of accuracies", both.size() - 1});
  cache.evaluate({all_[0]});
  const std::string one = content(file());
  EXPECT_EQ(message_of<AccuracyError>([&] { cache.evaluate({all_[1]}); }),
            fmt::format("{}: not written: it would have {} bytes, and a table of accuracies of "
                        "more than {} could not be read back",
                        file().string(), both.size(), both.size() - 1));
  EXPECT_EQ(content(file()), one);
  AccuracyCache(space_, measured_, file(), {"table of accuracies", both.size()})
      .evaluate({all_[0], all_[1]});
  EXPECT_EQ(content(file()), both);
}

TEST_F(AccuracyCacheTest, AFileThatIsWrongIsNamed) {
  folder_.write("accuracy.csv", "genotype\n");
  EXPECT_EQ(message_of<AccuracyError>([&] { AccuracyCache(space_, measured_, file()); }),
            file().string() + ": the columns must be genotype,accuracy");
  folder_.write("accuracy.csv", "genotype,accuracy,standard_error,networks_version\n");
  EXPECT_EQ(message_of<AccuracyError>([&] { AccuracyCache(space_, measured_, file()); }),
            file().string() + ": has no checksums; delete it: its accuracies are measured again");
}

TEST_F(AccuracyCacheTest, AnAccuracyThatIsDamagedIsRefused) {
  AccuracyCache(space_, measured_, file()).evaluate({all_[0], all_[1]});
  std::string text = content(file());
  text.replace(text.rfind(",0.5") + 3, 1, "6");
  folder_.write("accuracy.csv", text);
  EXPECT_NE(message_of<AccuracyError>([&] {
              AccuracyCache(space_, measured_, file());
            }).find("accuracy.csv: the line does not match its checksum"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::nas
