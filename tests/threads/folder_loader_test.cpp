#include <gtest/gtest.h>

#include <atomic>

#include "nas/data/evaluation_batches.hpp"
#include "nas/data/open_folder.hpp"
#include "nas/data/parallel.hpp"
#include "tests/nas/image_files.hpp"
#include "tests/nas/image_sets.hpp"
#include "tests/support/files.hpp"
#include "tests/threads/batches.hpp"

namespace h4h::nas {
namespace {

using tests::message_of;

constexpr Augmentation kAll[] = {Augmentation::none, Augmentation::crop_flip,
                                 Augmentation::auto_augment, Augmentation::resized_crop,
                                 Augmentation::resized_crop_auto_augment};

TEST(InParallel, EachNumberIsDealtOnce) {
  for (const int threads : {1, 3, 50}) {
    std::vector<std::atomic<int>> dealt(40);
    in_parallel(40, threads, [&](std::int64_t i) { ++dealt[static_cast<std::size_t>(i)]; });
    for (const auto& times : dealt) EXPECT_EQ(times, 1);
  }
  in_parallel(0, 3, [](std::int64_t) { FAIL(); });
}

TEST(InParallel, ThrowsWhatTheLowestNumberThrew) {
  for (int run = 0; run < 50; ++run) {
    EXPECT_EQ(message_of<std::runtime_error>([] {
                in_parallel(100, 4, [](std::int64_t i) {
                  if (i >= 7) throw std::runtime_error(std::to_string(i));
                });
              }),
              "7");
  }
}

// Two classes of twelve images for training, with a broken one among them.
class FolderLoader : public ::testing::Test {
 protected:
  FolderLoader() {
    for (const char* part : {"train", "val"}) {
      tests::write_class(folder_.path() / part / "a", 12, 1, 40);
      tests::write_class(folder_.path() / part / "b", 12, 2, 40);
      tests::write_below(folder_.path(), std::string(part) + "/a/005.jpg", "broken");
    }
  }
  Split open(int threads) const {
    OpenOptions options;
    options.side = 24;
    options.threads = threads;
    return open_folder(folder_.path().string(), options);
  }
  // Three epochs, one behind the other.
  std::vector<Batch> batches(int threads, Augmentation augmentation) const {
    const Split split = open(threads);
    Loader loader(*split.train, Normalization(*split.train), augmentation, 5, 9);
    std::vector<Batch> all;
    for (std::int64_t i = 0; i < 3 * loader.batches(); ++i) {
      all.push_back(
          loader.batch(static_cast<std::uint64_t>(i / loader.batches()), i % loader.batches()));
    }
    return all;
  }

  tests::TemporaryFolder folder_;
};

TEST_F(FolderLoader, TheSameBytesComeWhateverTheNumberOfThreads) {
  for (const Augmentation augmentation : kAll) {
    const std::vector<Batch> one = batches(1, augmentation), four = batches(4, augmentation);
    ASSERT_EQ(one.size(), 12u);
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(same(one[i], four[i])) << i;
  }
}

TEST_F(FolderLoader, ABatchDoesNotDependOnThoseBeforeIt) {
  const std::vector<Batch> all = batches(1, Augmentation::resized_crop_auto_augment);
  const Split split = open(3);
  Loader loader(*split.train, Normalization(*split.train), Augmentation::resized_crop_auto_augment,
                5, 9);
  EXPECT_TRUE(same(loader.batch(2, 1), all[9]));
  EXPECT_TRUE(same(loader.batch(2, 2), all[10]));
  EXPECT_TRUE(same(loader.batch(0, 3), all[3]));
}

TEST_F(FolderLoader, AugmentationsDifferAndEpochsDo) {
  const auto first = [&](Augmentation augmentation) { return batches(2, augmentation)[0].images; };
  for (const Augmentation a : kAll) {
    for (const Augmentation b : kAll) {
      if (a < b) {
        EXPECT_NE(first(a), first(b));
      }
    }
  }
  const auto all = batches(2, Augmentation::resized_crop);
  EXPECT_FALSE(same(all[0], all[4]));
}

TEST_F(FolderLoader, AnErrorOfAThreadIsThatOfTheBatch) {
  tests::write_class(folder_.path() / "train/a", 12, 1, 40);
  OpenOptions options;
  options.side = 24;
  options.threads = 3;
  const Split split = open_folder(folder_.path().string() + ",broken=fail", options);
  const std::string broken = folder_.path().string() + "/val/a/005.jpg: neither JPEG nor PNG";
  EXPECT_EQ(message_of<DataError>([&] { Normalization norm(*split.test); }), broken);
  EXPECT_EQ(message_of<DataError>([&] {
              evaluation_batch(*split.test, Normalization(MemorySource(noise_set(1))), 0, 24);
            }),
            broken);
}

// In turn, again, and in another order.
void expect_same_batches(EvaluationBatches& tested, const ImageSource& source,
                         const Normalization& normalization) {
  ASSERT_EQ(tested.count(), 4);
  for (const std::int64_t number : {0, 1, 2, 3, 0, 1, 3, 2, 2}) {
    const std::int64_t from = number * 7, to = std::min<std::int64_t>(from + 7, 24);
    EXPECT_TRUE(same(tested.batch(number), evaluation_batch(source, normalization, from, to)))
        << number;
  }
}

TEST_F(FolderLoader, EvaluationSeesTheSameWhateverIsKept) {
  const Split split = open(3);
  const Normalization normalization(*split.train);
  std::vector<std::int64_t> images(24);
  for (std::int64_t i = 0; i < 24; ++i) images[static_cast<std::size_t>(i)] = i;
  for (const std::int64_t kept : {0, 5, 10, 24, 1000}) {
    EvaluationBatches batches(*split.test, normalization, images, 7,
                              kept * split.test->image_size());
    expect_same_batches(batches, *split.test, normalization);
  }
}

}  // namespace
}  // namespace h4h::nas
