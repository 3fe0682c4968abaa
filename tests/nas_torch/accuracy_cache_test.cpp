#include "tools/h4h-nas/accuracy_cache.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "tests/nas_torch/training.hpp"
#include "tests/support/files.hpp"

namespace h4h::tests {
namespace {

using nas::Genotype;
using tools::AccuracyCache;

// Answers by the genotype, and counts.
class Measured : public nas::Accuracy {
 public:
  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override {
    std::vector<double> all;
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
};

class Cache : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / "accuracy.csv"; }

  TemporaryFolder folder_;
  nas::Space space_ = small_space();
  std::vector<Genotype> all_ = space_.enumerate();
  Measured measured_;
};

TEST_F(Cache, MeasuresEachNetworkOnceAndKeepsItsStandardError) {
  AccuracyCache first(space_, measured_, file());
  const std::vector<double> accuracies = first.evaluate({all_[0], all_[1], all_[0]});
  EXPECT_EQ(measured_.asked, 2);
  AccuracyCache second(space_, measured_, file());
  EXPECT_EQ(second.evaluate({all_[0], all_[1], all_[0]}), accuracies);
  EXPECT_EQ(second.standard_error(all_[1]), 0.0078125);
  EXPECT_EQ(measured_.asked, 2);
  EXPECT_EQ(nas::AccuracyTable(space_, file()).entries().size(), 2U);
}

TEST_F(Cache, TakesWhatAnotherSearchMeasuresMeanwhile) {
  AccuracyCache ours(space_, measured_, file()), theirs(space_, measured_, file());
  theirs.evaluate({all_[0], all_[1], all_[2]});
  ours.evaluate({all_[2], all_[3]});
  theirs.evaluate({all_[3]});
  EXPECT_EQ(measured_.asked, 4);
}

TEST_F(Cache, SearchesAtTheSameTimeLoseNoEntry) {
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
  EXPECT_EQ(nas::AccuracyTable(space_, file()).entries().size(), 2 * kEach);
}

TEST_F(Cache, ALineThatAKilledSearchDidNotEndIsMeasuredAnew) {
  AccuracyCache(space_, measured_, file()).evaluate({all_[0], all_[1]});
  const std::string whole = content(file());
  folder_.write("accuracy.csv", whole.substr(0, whole.size() - 7));
  AccuracyCache cache(space_, measured_, file());
  cache.evaluate({all_[0], all_[1]});
  EXPECT_EQ(measured_.asked, 3);
  EXPECT_EQ(content(file()), whole);
}

TEST_F(Cache, AFileThatIsWrongIsNamed) {
  folder_.write("accuracy.csv", "genotype\n");
  EXPECT_EQ(message_of<nas::AccuracyError>([&] { AccuracyCache(space_, measured_, file()); }),
            file().string() + ": the columns must be genotype,accuracy");
  folder_.write("accuracy.csv", "genotype,accuracy,standard_error,networks_version\n");
  EXPECT_EQ(message_of<nas::AccuracyError>([&] { AccuracyCache(space_, measured_, file()); }),
            file().string() + ": has no checksums; delete it: its accuracies are measured again");
}

TEST_F(Cache, AnAccuracyThatIsDamagedIsRefused) {
  AccuracyCache(space_, measured_, file()).evaluate({all_[0], all_[1]});
  std::string text = content(file());
  text.replace(text.rfind(",0.5") + 3, 1, "6");
  folder_.write("accuracy.csv", text);
  EXPECT_NE(message_of<nas::AccuracyError>([&] {
              AccuracyCache(space_, measured_, file());
            }).find("accuracy.csv: the line does not match its checksum"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::tests
