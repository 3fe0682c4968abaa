#include "nas/data/open.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cmath>
#include <set>

#include "nas/data/augment.hpp"
#include "nas/data/cifar10.hpp"
#include "nas/data/fashion_mnist.hpp"
#include "tests/nas/image_sets.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

using tests::message_of;
using tests::TemporaryFolder;

constexpr const char* kFashionMnist = "/usr/share/datasets/fashion-mnist";
constexpr std::int64_t kPlane = 32 * 32;

// The records of a set in CIFAR-10's layout.
std::string cifar_bytes(const ImageSet& set) {
  std::string bytes;
  for (std::int64_t i = 0; i < set.size(); ++i) {
    bytes.push_back(static_cast<char>(set.labels[static_cast<std::size_t>(i)]));
    for (std::int64_t c = 0; c < 3; ++c) {
      for (std::int64_t p = 0; p < kPlane; ++p) {
        bytes.push_back(static_cast<char>(set.begin_of(i)[p * 3 + c]));
      }
    }
  }
  return bytes;
}

std::string images_header(std::uint32_t count, std::uint32_t side = 28) {
  return big_endian(0x803) + big_endian(count) + big_endian(side) + big_endian(side);
}

struct FashionFolder {
  FashionFolder(const std::string& labels, const std::string& images) {
    write_gzip(labels_path(), labels);
    write_gzip(images_path(), images);
  }
  std::filesystem::path labels_path() const { return folder.path() / "train-labels-idx1-ubyte.gz"; }
  std::filesystem::path images_path() const { return folder.path() / "train-images-idx3-ubyte.gz"; }
  std::string error() const {
    return message_of<DataError>([&] { read_fashion_mnist(folder.path(), "train"); });
  }

  TemporaryFolder folder;
};

const std::string kTwoLabels = big_endian(0x801) + big_endian(2) + std::string("\x03\x09", 2);

std::string two_images() { return images_header(2) + std::string(2 * 28 * 28, '\x50'); }

TEST(Open, NamesTheKindsThatItKnows) {
  EXPECT_EQ(message_of<DataError>([] { open_split("imagenet:/data"); }),
            "unknown kind of data 'imagenet'; known: fashion-mnist[:DIR], cifar10:DIR, "
            "imagefolder:DIR");
  EXPECT_EQ(message_of<DataError>([] { open_split("cifar10"); }),
            "cifar10 needs the directory of its files: cifar10:DIR");
}

TEST(Open, NamesAFileThatIsMissing) {
  const TemporaryFolder folder;
  const std::string path = folder.path().string();
  EXPECT_EQ(message_of<DataError>([&] { open_split("cifar10:" + path); }),
            path + ": no data_batch_1.bin .. data_batch_5.bin in this directory");
  EXPECT_EQ(message_of<DataError>([&] { open_split("fashion-mnist:" + path); }),
            path + "/train-labels-idx1-ubyte.gz: no such file");
  folder.write("data_batch_2.bin", cifar_bytes(noise_set(100)));
  EXPECT_EQ(message_of<DataError>([&] { open_split("cifar10:" + path); }),
            path + "/test_batch.bin: no such file");
}

TEST(Cifar10, WhatIsWrittenIsRead) {
  const TemporaryFolder folder;
  const ImageSet written = noise_set(7);
  folder.write("data_batch_3.bin", cifar_bytes(written));
  const ImageSet read = read_cifar10_train(folder.path());
  EXPECT_EQ(read.labels, written.labels);
  EXPECT_EQ(read.pixels, written.pixels);
  EXPECT_EQ(read.height, 32);
  EXPECT_EQ(read.width, 32);
  EXPECT_EQ(read.channels, 3);
  EXPECT_EQ(read.classes, 10);
}

TEST(Cifar10, BatchesFollowOneAnother) {
  const TemporaryFolder folder;
  const ImageSet written = noise_set(4);
  folder.write("data_batch_1.bin", cifar_bytes(written));
  folder.write("data_batch_5.bin", cifar_bytes(written));
  const ImageSet read = read_cifar10_train(folder.path());
  EXPECT_EQ(read.size(), 8);
  EXPECT_EQ(read.image(5), written.image(1));
}

TEST(Cifar10, RefusesWhatIsNotWholeRecords) {
  const TemporaryFolder folder;
  const auto path = folder.write("test_batch.bin", cifar_bytes(noise_set(2)).substr(0, 6145));
  const auto error = [&] {
    return message_of<DataError>([&] { read_cifar10_test(folder.path()); });
  };
  EXPECT_EQ(error(),
            path.string() + ": truncated: 6145 bytes is not a multiple of the record size, 3073");
  folder.write("test_batch.bin", "");
  EXPECT_EQ(error(),
            path.string() + ": truncated: 0 bytes is not a multiple of the record size, 3073");
}

TEST(Cifar10, RefusesALabelOutOfRange) {
  const TemporaryFolder folder;
  ImageSet set = noise_set(3);
  set.labels[2] = 10;
  const auto path = folder.write("test_batch.bin", cifar_bytes(set));
  EXPECT_EQ(message_of<DataError>([&] { read_cifar10_test(folder.path()); }),
            path.string() + ": record 2 has label 10; labels are 0..9");
}

TEST(Cifar10, RefusesAFileOfHoles) {
  const TemporaryFolder folder;
  const auto path = folder.write("test_batch.bin", "");
  std::filesystem::resize_file(path, 100'001ull * 3073);  // sparse: nothing on the disk
  EXPECT_EQ(
      message_of<DataError>([&] { read_cifar10_test(folder.path()); }),
      path.string() + ": larger than 307300000 bytes, the most that a CIFAR-10 file may have");
}

TEST(Cifar10, AnErrorWhileItReadsIsNotTheEnd) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "test_batch.bin";
  std::filesystem::create_symlink("/proc/self/mem", path);
  EXPECT_EQ(message_of<DataError>([&] { read_cifar10_test(folder.path()); }),
            path.string() + ": cannot be read: Input/output error");
}

TEST(FashionMnist, RefusesWhatIsNoFileWithoutWaitingForIt) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "t10k-labels-idx1-ubyte.gz").string();
  const auto error = [&] {
    return message_of<DataError>([&] { read_fashion_mnist(folder.path(), "t10k"); });
  };
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(error(), path + ": is a pipe, not a file");
  std::filesystem::remove(path);
  std::filesystem::create_symlink("/proc/self/mem", path);
  EXPECT_EQ(error(), path + ": cannot be unpacked: Input/output error");
  std::filesystem::remove(path);
  folder.write("t10k-labels-idx1-ubyte.gz", "");
  std::filesystem::resize_file(path, 3'000'000'000);  // sparse
  EXPECT_EQ(error(), path + ": larger than 268435456 bytes, the most that a gzip file may have");
}

TEST(Cifar10, ReadsTheSetOfShared) {
  const auto folder = tests::shared_file("datasets/cifar10-mini");
  if (folder.empty()) GTEST_SKIP() << "no shared/datasets/cifar10-mini";
  const Split split = open_split("cifar10:" + folder.string());
  EXPECT_EQ(split.train->size(), 900);
  EXPECT_EQ(split.holdout->size(), 100);
  EXPECT_EQ(split.test->size(), 200);
  // Natural images are smooth: neighbours in a row are alike, planes read wrongly are not.
  std::int64_t step = 0;
  const Image image = split.train->image(0);
  for (std::size_t i = 3; i < image.pixels.size(); ++i) {
    step += std::abs(image.pixels[i] - image.pixels[i - 3]);
  }
  EXPECT_LT(step / 3069, 25);
}

TEST(FashionMnist, PadsToThirtyTwoAndRepeatsTheGrey) {
  std::string images = two_images();
  images[16 + 28 * 28 + 28 + 2] = '\x07';  // image 1, row 1, column 2
  const FashionFolder files(kTwoLabels, images);
  const ImageSet set = read_fashion_mnist(files.folder.path(), "train");
  EXPECT_EQ(set.labels, (std::vector<std::int32_t>{3, 9}));
  for (std::int64_t y = 0; y < 32; ++y) {
    for (std::int64_t x = 0; x < 32; ++x) {
      const bool inside = y >= 2 && y < 30 && x >= 2 && x < 30;
      const int expected = y == 3 && x == 4 ? 7 : inside ? 0x50 : 0;
      for (std::int64_t c = 0; c < 3; ++c) {
        ASSERT_EQ(set.begin_of(1)[(y * 32 + x) * 3 + c], expected) << y << " " << x;
      }
    }
  }
}

TEST(FashionMnist, RefusesAWrongMagicNumber) {
  const FashionFolder files(images_header(2), two_images());
  EXPECT_EQ(files.error(),
            files.labels_path().string() + ": bad magic number 0x00000803; expected 0x00000801");
}

TEST(FashionMnist, RefusesALabelOutOfRange) {
  const FashionFolder files(big_endian(0x801) + big_endian(2) + std::string("\x03\x0a", 2),
                            two_images());
  EXPECT_EQ(files.error(), files.labels_path().string() + ": item 1 has label 10; labels are 0..9");
}

TEST(FashionMnist, RefusesSizesThatDoNotMatch) {
  const FashionFolder three(kTwoLabels, images_header(3) + std::string(3 * 784, 'x'));
  EXPECT_EQ(three.error(), three.images_path().string() + ": 3 images, but 2 labels beside it");
  const FashionFolder larger(kTwoLabels, images_header(2, 32) + std::string(2 * 1024, 'x'));
  EXPECT_EQ(larger.error(), larger.images_path().string() + ": images of 32x32; expected 28x28");
}

TEST(FashionMnist, RefusesAHeaderThatPromisesMoreThanTheFileHolds) {
  const FashionFolder labels(big_endian(0x801) + big_endian(90'000) + "\x01", two_images());
  EXPECT_EQ(labels.error(), labels.labels_path().string() +
                                ": truncated: 1 bytes, but its header announces 90000 more");
  const FashionFolder many(big_endian(0x801) + big_endian(0xffffffff), two_images());
  EXPECT_EQ(many.error(), many.labels_path().string() +
                              ": its header announces 4294967295 items; allowed: 1..100000");
  const FashionFolder header(kTwoLabels, big_endian(0x803));
  EXPECT_EQ(header.error(), header.images_path().string() +
                                ": truncated: 0 bytes, but its header announces 4 more");
}

TEST(FashionMnist, RefusesBytesBehindTheLastItem) {
  const FashionFolder files(kTwoLabels, two_images() + "x");
  EXPECT_EQ(files.error(), files.images_path().string() +
                               ": has data after the last item that its header announces");
}

TEST(FashionMnist, RefusesABrokenGzipStream) {
  const FashionFolder files(kTwoLabels, two_images());
  const auto size = std::filesystem::file_size(files.images_path());
  std::filesystem::resize_file(files.images_path(), size - 12);
  EXPECT_EQ(files.error(),
            files.images_path().string() + ": cannot be unpacked: unexpected end of file");
  const FashionFolder flipped(kTwoLabels, two_images());
  {
    std::fstream stream(flipped.images_path(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(size) - 8);  // gzip's checksum
    stream.write("\x01\x02\x03\x04", 4);
  }
  EXPECT_EQ(flipped.error(),
            flipped.images_path().string() + ": cannot be unpacked: incorrect data check");
}

TEST(FashionMnist, RefusesAFolderInPlaceOfAFile) {
  const FashionFolder files(kTwoLabels, two_images());
  std::filesystem::remove(files.labels_path());
  std::filesystem::create_directory(files.labels_path());
  EXPECT_EQ(files.error(), files.labels_path().string() + ": is a directory");
}

std::array<int, 10> counts_of(const ImageSource& source) {
  std::array<int, 10> counts{};
  for (std::int64_t i = 0; i < source.size(); ++i) {
    ++counts.at(static_cast<std::size_t>(source.label(i)));
  }
  return counts;
}

class DebianFashionMnist : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFashionMnist)) GTEST_SKIP() << "no dataset-fashion-mnist";
  }
};

TEST_F(DebianFashionMnist, HasSixtyAndTenThousandImagesAsManyOfEachClass) {
  const Split split = open_split("fashion-mnist");
  EXPECT_EQ(split.train->size(), 55'000);
  EXPECT_EQ(split.holdout->size(), 5'000);
  EXPECT_EQ(split.test->size(), 10'000);
  const auto train = counts_of(*split.train), holdout = counts_of(*split.holdout),
             test = counts_of(*split.test);
  for (std::size_t label = 0; label < 10; ++label) {
    EXPECT_EQ(train[label], 5'500);
    EXPECT_EQ(holdout[label], 500);
    EXPECT_EQ(test[label], 1'000);
  }
}

// The published mean 0.2860 and deviation 0.3530 are of 28x28. Around them lie zeros, so with
// a = 28^2 / 32^2 the mean becomes a m and the mean square a (m^2 + s^2).
TEST_F(DebianFashionMnist, HasThePublishedMeanAndDeviation) {
  const Normalization norm(MemorySource(read_fashion_mnist(kFashionMnist, "train")));
  const double share = 28.0 * 28.0 / (32.0 * 32.0), mean = share * 0.2860;
  const double deviation = std::sqrt(share * (0.2860 * 0.2860 + 0.3530 * 0.3530) - mean * mean);
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(norm.mean()[c], mean, 1e-4);
    EXPECT_NEAR(norm.deviation()[c], deviation, 1e-4);
  }
}

}  // namespace
}  // namespace h4h::nas
