#include <gtest/gtest.h>

#include <cstdlib>

#include "nas/data/image_folder.hpp"
#include "nas/data/open_folder.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

// Natural images are smooth: neighbours are alike; rows or channels read wrongly are not.
double roughness(const Image& image) {
  const auto row = static_cast<std::size_t>(image.width * image.channels);
  double sum = 0;
  for (std::size_t i = row; i < image.pixels.size(); ++i) {
    sum += std::abs(image.pixels[i] - image.pixels[i - row]);
  }
  return sum / static_cast<double>(image.pixels.size() - row);
}

double mean_roughness(const ImageSource& source) {
  double sum = 0, count = 0;
  for (std::int64_t i = 0; i < source.size(); i += 9) {
    sum += roughness(source.image(i));
    ++count;
  }
  return sum / count;
}

Split opened(const std::string& path, std::int64_t side, const std::filesystem::path& cache) {
  OpenOptions options;
  options.side = side;
  options.threads = 2;
  options.cache = cache;
  return open_folder(path + ",broken=fail", options);
}

TEST(SharedImages, EveryPhotographOfImageNetIsRead) {
  const auto folder = tests::shared_file("datasets/imagenet-samples/val");
  if (folder.empty()) GTEST_SKIP() << "no shared/datasets/imagenet-samples";
  const auto index = std::make_shared<const FolderIndex>(folder);
  std::vector<std::uint32_t> images;
  for (std::uint32_t i = 0; i < 125; ++i) images.push_back(i);
  const FolderSource source(index, images, {64, 3, 0.875, 1},
                            std::make_shared<FolderState>(true, [](const auto&) {}));
  ASSERT_EQ(index->size(), 125);
  EXPECT_EQ(source.classes(), 125);
  int grey = 0;
  for (std::int64_t i = 0; i < source.size(); ++i) {
    const Image image = source.image(i);
    EXPECT_LT(roughness(image), 45) << index->path(i);
    bool equal = true;
    for (std::size_t p = 0; p < image.pixels.size(); p += 3) {
      equal &= image.pixels[p] == image.pixels[p + 1] && image.pixels[p] == image.pixels[p + 2];
    }
    if (equal) ++grey;
  }
  EXPECT_EQ(grey, 2) << "as SOURCE.md says";
  EXPECT_EQ(opened(folder.string(), 32, {}).train->size(), 102) << "one image of each class";
}

TEST(SharedImages, ArchivesAreReadAsTheyAre) {
  const auto hands = tests::shared_file("datasets/sign-digits/sign-digits-jpeg.tar.xz");
  const auto indoor = tests::shared_file("datasets/tiny-imagenet-indoor10/tree.tar.xz");
  if (hands.empty() || indoor.empty()) GTEST_SKIP() << "no shared/datasets";
  const tests::TemporaryFolder cache;
  const Split signs = opened(hands.string(), 64, cache.path());
  EXPECT_EQ(signs.train->size() + signs.holdout->size(), 1649);
  EXPECT_EQ(signs.holdout->size(), 160);
  EXPECT_EQ(signs.test->size(), 413);
  EXPECT_EQ(signs.train->classes(), 10);
  const Split objects = opened(indoor.string(), 64, cache.path());
  EXPECT_EQ(objects.train->size(), 4500);
  EXPECT_EQ(objects.holdout->size(), 500);
  EXPECT_EQ(objects.test->size(), 500);
  EXPECT_LT(mean_roughness(*signs.test), 20);
  EXPECT_LT(mean_roughness(*objects.test), 25);
}

}  // namespace
}  // namespace h4h::nas
