#include "nas/data/loader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "nas/data/image_ops.hpp"
#include "tests/nas/image_sets.hpp"
#include "tests/support/files.hpp"
#include "tests/threads/batches.hpp"

namespace h4h::nas {
namespace {

using tests::message_of;

class LoaderTest : public ::testing::Test {
 protected:
  Loader loader(Augmentation augmentation, std::int64_t batch_size = 8,
                std::uint64_t seed = 1) const {
    return {source_, normalization_, augmentation, batch_size, seed};
  }

  MemorySource source_{noise_set(50)};
  Normalization normalization_{source_};
};

TEST(EpochOrder, IsAPermutationThatSeedAndEpochChoose) {
  auto order = epoch_order(100, 1, 2);
  EXPECT_EQ(order, epoch_order(100, 1, 2));
  EXPECT_NE(order, epoch_order(100, 1, 3));
  EXPECT_NE(order, epoch_order(100, 2, 2));
  std::sort(order.begin(), order.end());
  std::vector<std::int64_t> all(100);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(order, all);
}

TEST(EpochOrder, PutsEveryImageAnywhereAsOften) {
  std::array<std::array<int, 5>, 5> at{};
  for (std::uint64_t epoch = 0; epoch < 10'000; ++epoch) {
    const auto order = epoch_order(5, 8, epoch);
    for (std::size_t i = 0; i < 5; ++i) ++at[i][static_cast<std::size_t>(order[i])];
  }
  for (const auto& row : at) {
    for (const int count : row) EXPECT_NEAR(count, 2'000, 5 * 40);  // five deviations
  }
}

TEST_F(LoaderTest, AnEpochShowsWholeBatchesOfDifferentImages) {
  Loader plain = loader(Augmentation::none);
  EXPECT_EQ(plain.batches(), 6);
  std::set<std::vector<float>> seen;
  for (std::int64_t number = 0; number < plain.batches(); ++number) {
    const Batch batch = plain.batch(0, number);
    EXPECT_EQ(batch.count, 8);
    ASSERT_EQ(batch.images.size(), 8u * 32 * 32 * 3);
    for (std::ptrdiff_t i = 0; i < 8; ++i) {
      const auto begin = batch.images.begin() + i * 3072;
      seen.emplace(begin, begin + 3072);
    }
  }
  EXPECT_EQ(seen.size(), 48u);
}

TEST_F(LoaderTest, WithoutAugmentationImagesAndLabelsAreThoseOfTheOrder) {
  const Batch batch = loader(Augmentation::none).batch(3, 2);
  const auto order = epoch_order(50, 1, 3);
  for (std::size_t i = 0; i < 8; ++i) {
    const std::int64_t index = order[16 + i];
    const Batch plain = evaluation_batch(source_, normalization_, index, index + 1);
    EXPECT_EQ(batch.labels[i], plain.labels[0]);
    EXPECT_TRUE(std::equal(plain.images.begin(), plain.images.end(),
                           batch.images.begin() + static_cast<std::ptrdiff_t>(i) * 3072));
  }
}

TEST_F(LoaderTest, TheSamePlaceHasTheSameBytesInWhateverOrderBatchesAreAsked) {
  Loader forward = loader(Augmentation::auto_augment);
  std::vector<Batch> batches;
  for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
    for (std::int64_t number = 0; number < 6; ++number) {
      batches.push_back(forward.batch(epoch, number));  // all but the first are prefetched
    }
  }
  Loader backward = loader(Augmentation::auto_augment);
  for (std::size_t i = batches.size(); i-- > 0;) {  // none is what was prefetched
    EXPECT_TRUE(same(backward.batch(i / 6, static_cast<std::int64_t>(i % 6)), batches[i])) << i;
  }
  EXPECT_TRUE(same(forward.batch(1, 5), batches[11])) << "asked again";
}

TEST_F(LoaderTest, EpochsSeedsAndAugmentationsDiffer) {
  const Batch batch = loader(Augmentation::auto_augment).batch(0, 0);
  EXPECT_FALSE(same(loader(Augmentation::auto_augment).batch(1, 0), batch));
  EXPECT_FALSE(same(loader(Augmentation::auto_augment, 8, 2).batch(0, 0), batch));
  EXPECT_FALSE(same(loader(Augmentation::crop_flip).batch(0, 0), batch));
  EXPECT_FALSE(same(loader(Augmentation::none).batch(0, 0), batch));
}

TEST_F(LoaderTest, AnImagesViewDoesNotDependOnTheBatchSize) {
  Loader small = loader(Augmentation::auto_augment, 4);
  const Batch wide = loader(Augmentation::auto_augment, 8).batch(5, 1);
  const Batch left = small.batch(5, 2), right = small.batch(5, 3);
  std::vector<float> both = left.images;
  both.insert(both.end(), right.images.begin(), right.images.end());
  EXPECT_EQ(both, wide.images);
}

TEST_F(LoaderTest, SharesAreThePartsOfABatchInOrder) {
  const Batch whole = loader(Augmentation::auto_augment, 9).batch(5, 1);
  std::vector<float> images;
  std::vector<std::int64_t> labels;
  for (const std::int64_t number : {0, 1, 2}) {
    Loader part(source_, normalization_, Augmentation::auto_augment, 9, 1, {number, 3});
    EXPECT_EQ(part.batches(), 5);
    const Batch batch = part.batch(5, 1);
    EXPECT_EQ(batch.count, 3);
    images.insert(images.end(), batch.images.begin(), batch.images.end());
    labels.insert(labels.end(), batch.labels.begin(), batch.labels.end());
  }
  EXPECT_EQ(images, whole.images);
  EXPECT_EQ(labels, whole.labels);
}

TEST_F(LoaderTest, RefusesWhatIsNotThere) {
  const auto part = [&](BatchShare share) {
    return message_of<std::invalid_argument>(
        [&] { Loader(source_, normalization_, Augmentation::none, 8, 1, share); });
  };
  EXPECT_EQ(part({0, 3}), "part 0 of 3 equal parts of a batch of 8");
  EXPECT_EQ(part({2, 2}), "part 2 of 2 equal parts of a batch of 8");
  EXPECT_EQ(message_of<std::invalid_argument>([&] { loader(Augmentation::none, 51); }),
            "batch size 51; allowed are 1..50, the training images");
  EXPECT_EQ(message_of<std::invalid_argument>([&] { loader(Augmentation::none, 0); }),
            "batch size 0; allowed are 1..50, the training images");
  EXPECT_EQ(message_of<std::out_of_range>([&] { loader(Augmentation::none).batch(0, 6); }),
            "batch 6 of 6");
  EXPECT_EQ(
      message_of<std::out_of_range>([&] { evaluation_batch(source_, normalization_, 40, 51); }),
      "images 40..51 of 50");
}

TEST(TrainingView, IsOneOfTheCropsOfThePaddedImageOrItsMirror) {
  const MemorySource source(noise_set(1));
  const Image image = source.image(0);
  std::set<std::vector<std::uint8_t>> allowed, seen;
  for (int down = -4; down <= 4; ++down) {
    for (int right = -4; right <= 4; ++right) {
      const Image crop = shift(image, down, right, kBlack);
      allowed.insert(crop.pixels);
      allowed.insert(flip_horizontal(crop).pixels);
    }
  }
  for (std::uint64_t index = 0; index < 3'000; ++index) {
    Random random{1, 0, index};
    seen.insert(training_view(source, 0, Augmentation::crop_flip, random).pixels);
  }
  EXPECT_EQ(allowed.size(), 162u);
  EXPECT_EQ(seen, allowed);
}

TEST(Normalization, GivesEachChannelMeanZeroAndDeviationOne) {
  const MemorySource source(noise_set(20));
  const Batch batch = evaluation_batch(source, Normalization(source), 0, 20);
  for (std::size_t c = 0; c < 3; ++c) {
    double sum = 0, squares = 0;
    for (std::size_t i = c; i < batch.images.size(); i += 3) {
      sum += batch.images[i];
      squares += static_cast<double>(batch.images[i]) * batch.images[i];
    }
    EXPECT_NEAR(sum / 20'480, 0, 1e-6);
    EXPECT_NEAR(squares / 20'480, 1, 1e-6);
  }
}

TEST(Normalization, FollowsItsClosedForm) {
  // Channels 0/255, 51/51, 0/102: means 1/2, 1/5, 1/5, deviations 1/2, none, 1/5.
  const MemorySource source({1, 2, 3, 10, {0, 51, 0, 255, 51, 102}, {0}});
  const Normalization norm(source);
  EXPECT_DOUBLE_EQ(norm.mean()[0], 0.5);
  EXPECT_DOUBLE_EQ(norm.mean()[1], 0.2);
  EXPECT_DOUBLE_EQ(norm.deviation()[0], 0.5);
  EXPECT_DOUBLE_EQ(norm.deviation()[1], 1);
  EXPECT_DOUBLE_EQ(norm.deviation()[2], 0.2);
  EXPECT_EQ(evaluation_batch(source, norm, 0, 1).images, (std::vector<float>{-1, 0, -1, 1, 0, 1}));
}

}  // namespace
}  // namespace h4h::nas
