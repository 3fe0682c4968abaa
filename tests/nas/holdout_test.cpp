#include "nas/data/holdout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "tests/nas/image_sets.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

// Images of one pixel that say which they are.
ImageSet numbered(std::int64_t count) {
  ImageSet set{1, 1, 3, 10, {}, {}};
  for (std::int64_t i = 0; i < count; ++i) {
    for (int shift = 0; shift < 24; shift += 8) {
      set.pixels.push_back(static_cast<std::uint8_t>(i >> shift & 0xff));
    }
    set.labels.push_back(static_cast<std::int32_t>(i % 7 + (i % 2) * 3));
  }
  return set;
}

std::vector<std::int64_t> numbers_of(const ImageSet& set) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < set.size(); ++i) {
    const std::uint8_t* p = set.begin_of(i);
    numbers.push_back(p[0] | p[1] << 8 | p[2] << 16);
  }
  return numbers;
}

TEST(Holdout, HasATenthOfASmallSetAsManyOfEachClass) {
  ImageSet train = noise_set(400, 2);
  const ImageSet holdout = hold_out(train, 1);
  EXPECT_EQ(train.size(), 360);
  std::array<int, 10> count{};
  for (const auto label : holdout.labels) ++count[static_cast<std::size_t>(label)];
  for (const int of_class : count) EXPECT_EQ(of_class, 4);
}

TEST(Holdout, HasAtMostFiveThousandImages) {
  ImageSet train = numbered(70'000);
  EXPECT_EQ(hold_out(train, 1).size(), 5'000);
  EXPECT_EQ(train.size(), 65'000);
}

TEST(Holdout, AndTrainTogetherAreTheSetInItsOrder) {
  const ImageSet all = numbered(3'000);
  ImageSet train = all;
  const ImageSet holdout = hold_out(train, 5);
  const auto kept = numbers_of(train), held = numbers_of(holdout);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
  EXPECT_TRUE(std::is_sorted(held.begin(), held.end()));
  std::set<std::int64_t> seen(kept.begin(), kept.end());
  seen.insert(held.begin(), held.end());
  EXPECT_EQ(seen.size(), 3'000u) << "disjoint";
  for (const ImageSet* part : {&std::as_const(train), &holdout}) {
    const auto numbers = numbers_of(*part);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      ASSERT_EQ(part->labels[i], all.labels[static_cast<std::size_t>(numbers[i])]);
    }
  }
}

TEST(Holdout, IsDrawnFromTheSeedAlone) {
  ImageSet a = numbered(3'000), b = a, c = a;
  const ImageSet of_a = hold_out(a, 5), of_b = hold_out(b, 5), of_c = hold_out(c, 6);
  EXPECT_EQ(of_a.pixels, of_b.pixels);
  EXPECT_EQ(a.pixels, b.pixels);
  EXPECT_NE(of_a.pixels, of_c.pixels);
}

TEST(Holdout, StaysTheSameFromVersionToVersion) {
  ImageSet train = numbered(1'000);
  const auto held = numbers_of(hold_out(train, 0));
  EXPECT_EQ(std::vector<std::int64_t>(held.begin(), held.begin() + 5),
            (std::vector<std::int64_t>{44, 63, 64, 65, 70}));
}

// Of each class 1,000, 100, 10 and 1 image.
std::vector<std::int32_t> uneven_labels() {
  std::vector<std::int32_t> labels;
  for (std::int32_t label = 0, count = 1'000; label < 4; ++label, count /= 10) {
    labels.insert(labels.end(), static_cast<std::size_t>(count), label);
  }
  return labels;
}

std::array<int, 4> held_of(const std::vector<std::int32_t>& labels, const std::vector<bool>& held) {
  std::array<int, 4> counts{};
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i]) ++counts.at(static_cast<std::size_t>(labels[i]));
  }
  return counts;
}

TEST(HeldOut, TakesAsManyOfEachClassButAtMostAFifthAndNeverTheLast) {
  const auto labels = uneven_labels();
  // A tenth of 1,111 is 111: 27 of each class.
  EXPECT_EQ(held_of(labels, held_out(labels, 4, {}, 1, 0)), (std::array{27, 20, 2, 0}));
}

TEST(HeldOut, TakesOneOfEachClassWhereThereAreMoreClassesThanImagesToTake) {
  std::vector<std::int32_t> labels;
  for (std::int32_t i = 0; i < 30'000; ++i) labels.push_back(i / 3);
  const auto held = held_out(labels, 10'000, {}, 1, 0);
  EXPECT_EQ(std::count(held.begin(), held.end(), true), 10'000);
}

TEST(HeldOut, TakesWhatIsAskedForOrSaysThatItCannot) {
  std::vector<std::int32_t> labels;
  for (std::int32_t i = 0; i < 400; ++i) labels.push_back(i % 4);
  EXPECT_EQ(held_of(labels, held_out(labels, 4, 80, 1, 0)), (std::array{20, 20, 20, 20}));
  EXPECT_EQ(
      tests::message_of<DataError>([&] { held_out(labels, 4, 84, 1, 0); }),
      "84 images are to be held out, 21 of each of 4 classes, but a fifth of each class is 80");
}

TEST(HeldOut, DrawsWhateverTheClassWhereEachHasOneImage) {
  std::vector<std::int32_t> labels(50);
  for (std::int32_t i = 0; i < 50; ++i) labels[static_cast<std::size_t>(i)] = i;
  const auto held = held_out(labels, 50, {}, 1, 0);
  EXPECT_EQ(std::count(held.begin(), held.end(), true), 5);
  EXPECT_EQ(tests::message_of<DataError>([] { held_out({0}, 1, {}, 1, 0); }),
            "one image: none can be held out");
}

TEST(HeldOut, IsDrawnFromSeedAndPart) {
  const auto labels = uneven_labels();
  const auto held = held_out(labels, 4, {}, 1, 0);
  EXPECT_EQ(held, held_out(labels, 4, {}, 1, 0));
  EXPECT_NE(held, held_out(labels, 4, {}, 2, 0));
  EXPECT_NE(held, held_out(labels, 4, {}, 1, 1));
}

TEST(Holdout, RefusesASetThatIsTooSmall) {
  ImageSet few = noise_set(99, 2);
  EXPECT_EQ(
      tests::message_of<DataError>([&] { hold_out(few, 0); }),
      "99 training images are too few: a tenth is held out, at least one of each of 10 classes");
  ImageSet uneven = noise_set(200, 2);
  for (auto& label : uneven.labels) label = label == 4 ? 5 : label;
  EXPECT_EQ(tests::message_of<DataError>([&] { hold_out(uneven, 0); }),
            "class 4 has 0 training images; 2 of each class are held out");
}

}  // namespace
}  // namespace h4h::nas
