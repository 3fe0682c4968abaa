#include "nas/data/image_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "nas/data/archive.hpp"
#include "nas/data/decode.hpp"
#include "nas/data/image_ops.hpp"
#include "nas/data/open_folder.hpp"
#include "tests/nas/image_files.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

namespace fs = std::filesystem;

using tests::jpeg_bytes;
using tests::message_of;
using tests::slope;
using tests::TemporaryFolder;
using tests::write_below;
using tests::write_class;

constexpr std::int64_t kSide = 16;

// A folder of images, opened with what it warned of.
struct Opened {
  explicit Opened(const std::string& text, int threads = 2, std::int64_t channels = 3,
                  const fs::path& cache = {}) {
    OpenOptions options;
    options.side = kSide;
    options.channels = channels;
    options.threads = threads;
    options.cache = cache;
    options.warn = [this](const std::string& warning) { warnings.push_back(warning); };
    split = open_folder(text, options);
  }

  std::vector<std::string> warnings{};
  Split split{};
};

std::string error_of(const std::string& text) {
  return message_of<DataError>([&] { Opened opened(text); });
}

std::multiset<std::int32_t> labels_of(const ImageSource& source) {
  std::multiset<std::int32_t> labels;
  for (std::int64_t i = 0; i < source.size(); ++i) labels.insert(source.label(i));
  return labels;
}

// Images of the class directories a and b, each other than the rest.
class ImageFolder : public ::testing::Test {
 protected:
  void write_parts(const std::vector<std::string>& parts, int count = 10) const {
    std::uint64_t seed = 1;
    for (const std::string& part : parts) {
      write_class(root() / part / "a", count, seed++);
      write_class(root() / part / "b", count, seed++);
    }
  }
  fs::path root() const { return folder_.path(); }
  std::string text() const { return root().string(); }
  // The image of a file as evaluation sees it.
  Image seen(const std::string& name) const {
    return decoded(tests::content(root() / name), [](Size size) { return centre_square(size, 1); },
                   {kSide, kSide});
  }

  TemporaryFolder folder_;
};

TEST_F(ImageFolder, TrainAndValAreTrainingAndTestImagesByClass) {
  write_parts({"train", "val"});
  const Opened opened(text());
  EXPECT_EQ(opened.split.train->size(), 18);
  EXPECT_EQ(labels_of(*opened.split.holdout), (std::multiset<std::int32_t>{0, 1}));
  EXPECT_EQ(opened.split.test->size(), 20);
  EXPECT_EQ(opened.split.test->classes(), 2);
  EXPECT_EQ(opened.split.test->label(9), 0);
  EXPECT_EQ(opened.split.test->label(10), 1);
  EXPECT_EQ(opened.split.test->image(13), seen("val/b/003.jpg"));
  EXPECT_TRUE(opened.warnings.empty());
}

TEST_F(ImageFolder, TestIsTheTestSetAndValBesideItTheHoldout) {
  write_parts({"train", "test"});
  EXPECT_EQ(Opened(text()).split.test->image(0), seen("test/a/000.jpg"));
  write_parts({"train", "test", "val"});
  const Opened opened(text());
  EXPECT_EQ(opened.split.train->size(), 20);
  EXPECT_EQ(opened.split.holdout->image(0), seen("val/a/000.jpg"));
  EXPECT_EQ(opened.split.test->image(0), seen("test/a/000.jpg"));
  EXPECT_EQ(error_of(text() + ",holdout=4"),
            text() + ": val/ is held out; there is no holdout=4 beside test/");
}

TEST_F(ImageFolder, OfDirectoriesOfClassesTestAndHoldoutAreDrawn) {
  write_parts({""}, 20);
  const Opened opened(text());
  const Split& split = opened.split;
  EXPECT_EQ(labels_of(*split.test), (std::multiset<std::int32_t>{0, 0, 1, 1}));
  EXPECT_EQ(labels_of(*split.holdout), (std::multiset<std::int32_t>{0, 1}));
  EXPECT_EQ(split.train->size(), 34);
  std::set<std::vector<std::uint8_t>> different;
  for (const auto& source : {split.train, split.holdout, split.test}) {
    for (std::int64_t i = 0; i < source->size(); ++i) different.insert(source->image(i).pixels);
  }
  EXPECT_EQ(different.size(), 40u) << "each image is in one of the three";
  EXPECT_EQ(labels_of(*Opened(text() + ",holdout=6").split.holdout).count(1), 3u);
}

TEST_F(ImageFolder, FilesAndClassesAreInTheOrderOfTheirNames) {
  for (const char* name : {"b/1.png", "B/2.PNG", "a/x/9.jpeg", "a/10.JPG", "a/9.jpg", "a/y.jpg"}) {
    write_below(root(), name, "");
  }
  const FolderIndex index(root());
  EXPECT_EQ(index.classes(), (std::vector<std::string>{"B", "a", "b"}));
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < index.size(); ++i) {
    names.push_back(fs::relative(index.path(i), root()).string());
  }
  EXPECT_EQ(names, (std::vector<std::string>{"B/2.PNG", "a/10.JPG", "a/9.jpg", "a/x/9.jpeg",
                                             "a/y.jpg", "b/1.png"}));
  EXPECT_EQ(index.labels(), (std::vector<std::int32_t>{0, 1, 1, 1, 1, 2}));
}

TEST_F(ImageFolder, HasMoreClassesThanEightBitsHold) {
  const std::string bytes = jpeg_bytes(slope(8, 8, 1));
  for (int c = 0; c < 300; ++c) {
    for (const char* file : {"/0.jpg", "/1.jpg"}) {
      write_below(root() / "train", std::to_string(1000 + c) + file, bytes);
    }
  }
  write_below(root() / "val", "1299/0.jpg", bytes);
  const Opened opened(text());
  EXPECT_EQ(opened.split.train->classes(), 300);
  EXPECT_EQ(opened.split.train->label(299), 299);
  EXPECT_EQ(opened.split.test->label(0), 299);
}

TEST_F(ImageFolder, OtherFilesAreCountedAndHiddenOnesAreNot) {
  write_parts({"train", "val"});
  write_below(root(), "train/a/Thumbs.db", "x");
  write_below(root(), "train/b/readme.txt", "x");
  write_below(root(), "train/b/.hidden.txt", "x");
  write_below(root(), "train/.cache/x.jpg", "x");
  write_below(root(), "devkit/a/x.jpg", "x");
  EXPECT_EQ(Opened(text()).warnings,
            (std::vector<std::string>{
                text() + "/devkit: is passed over: beside train/ only val/ and test/ are read",
                text() +
                    "/train: 2 files are passed over that are neither .jpg, .jpeg nor .png, "
                    "such as " +
                    text() + "/train/a/Thumbs.db"}));
}

TEST_F(ImageFolder, WhatIsNoSetIsNamed) {
  EXPECT_EQ(error_of(""), "imagefolder needs the directory of its images: imagefolder:DIR");
  EXPECT_EQ(error_of("/no/such"), "/no/such: no such file or directory");
  EXPECT_EQ(error_of(text()), text() + ": no directories of classes in this directory");
  write_parts({"val"});
  EXPECT_EQ(error_of(text()), text() + ": has val/ but no train/; imagefolder:" + text() +
                                  "/val trains on its images");
  write_parts({"train"});
  fs::create_directories(root() / "train/c");
  EXPECT_EQ(error_of(text()), text() + "/train/c: a class without .jpg, .jpeg or .png files");
  fs::remove(root() / "train/c");
  write_below(root() / "test", "0.jpg", "x");
  EXPECT_EQ(error_of(text()), text() + "/test: no directories of classes in this directory");
  fs::remove_all(root() / "test");
  write_class(root() / "val/dog", 1);
  EXPECT_EQ(error_of(text()), text() + "/val/dog: is no class of the training images");
}

TEST_F(ImageFolder, OptionsAreCheckedByName) {
  const FolderName name = folder_name("/data/my,set,broken=fail,side=64,holdout=50,crop=0.875");
  EXPECT_EQ(name.path, "/data/my,set");
  EXPECT_TRUE(name.broken_fatal);
  EXPECT_EQ(name.side, 64);
  EXPECT_EQ(name.holdout, 50);
  EXPECT_EQ(name.crop, 0.875);
  EXPECT_EQ(folder_name("/a,b=c/d").path, "/a,b=c/d");
  EXPECT_EQ(error_of("/x,sides=8"),
            "imagefolder: unknown option sides; allowed: broken, side, holdout, crop");
  EXPECT_EQ(error_of("/x,side=0"), "imagefolder: side=0; allowed: 1..4096");
  EXPECT_EQ(error_of("/x,side=8px"), "imagefolder: side=8px; allowed: 1..4096");
  EXPECT_EQ(error_of("/x,crop=1.5"), "imagefolder: crop=1.5; allowed: 0.1..1");
  EXPECT_EQ(error_of("/x,crop=nan"), "imagefolder: crop=nan; allowed: 0.1..1");
  EXPECT_EQ(error_of("/x,holdout=-1"), "imagefolder: holdout=-1; allowed: 1..10000000");
  EXPECT_EQ(error_of("/x,broken=no"), "imagefolder: broken=no; allowed: skip, fail");
}

TEST_F(ImageFolder, SideAndCropChooseWhatIsSeen) {
  write_parts({"train", "val"});
  const Image image = Opened(text() + ",side=8,crop=0.5").split.test->image(0);
  EXPECT_EQ(image, decoded(tests::content(root() / "val/a/000.jpg"),
                           [](Size) {
                             return Region{6, 6, 12, 12};
                           },
                           {8, 8}));
}

TEST_F(ImageFolder, ImagesThatAreEnlargedAreWarnedOf) {
  write_parts({"train", "val"});
  EXPECT_TRUE(Opened(text() + ",side=24").warnings.empty());
  EXPECT_EQ(Opened(text() + ",side=20,crop=0.75").warnings,
            (std::vector<std::string>{text() + ": images are enlarged to 20 x 20: of half of a "
                                               "sample, evaluation sees 18 x 18 or less"}));
}

TEST_F(ImageFolder, OneChannelIsTheGreyOfThree) {
  write_parts({"train", "val"});
  const Opened opened(text(), 1, 1);
  EXPECT_EQ(opened.split.test->channels(), 1);
  EXPECT_EQ(opened.split.test->image(5), grey(seen("val/a/005.jpg")));
}

TEST_F(ImageFolder, ABrokenImageIsNamedCountedAndReplacedByTheNextOfItsClass) {
  write_parts({"train", "val"});
  const std::string bytes = tests::content(root() / "val/a/003.jpg");
  write_below(root(), "val/a/003.jpg", bytes.substr(0, bytes.size() / 2));
  write_below(root(), "val/a/009.jpg", "");
  Opened opened(text());
  const ImageSource& test = *opened.split.test;
  EXPECT_EQ(test.image(3), seen("val/a/004.jpg"));
  EXPECT_EQ(test.image(9), seen("val/a/000.jpg")) << "the class begins anew";
  EXPECT_EQ(test.image(3), seen("val/a/004.jpg"));
  EXPECT_EQ(opened.warnings,
            (std::vector<std::string>{
                text() + "/val/a/003.jpg: truncated; another image of its class takes its place (1 "
                         "so far)",
                text() + "/val/a/009.jpg: empty; another image of its class takes its place (2 so "
                         "far)"}));
}

TEST_F(ImageFolder, ABrokenImageIsAnErrorIfThatIsAskedFor) {
  write_parts({"train", "val"});
  write_below(root(), "val/a/003.jpg", "GIF89a");
  const Opened opened(text() + ",broken=fail");
  EXPECT_NO_THROW(opened.split.test->image(2));
  EXPECT_EQ(message_of<DataError>([&] { opened.split.test->image(3); }),
            text() + "/val/a/003.jpg: neither JPEG nor PNG");
}

TEST_F(ImageFolder, AClassOfBrokenImagesAloneIsAnError) {
  write_parts({"train", "val"});
  for (int i = 0; i < 10; ++i) write_below(root(), "val/b/00" + std::to_string(i) + ".jpg", "x");
  const Opened opened(text());
  EXPECT_EQ(message_of<DataError>([&] { opened.split.test->image(14); }),
            text() + "/val/b: none of its images can be read");
}

TEST_F(ImageFolder, AFileThatIsGoneIsBrokenLikeOthers) {
  write_parts({"train", "val"});
  Opened opened(text());
  fs::remove(root() / "val/a/000.jpg");
  EXPECT_EQ(opened.split.test->image(0), seen("val/a/001.jpg"));
  ASSERT_EQ(opened.warnings.size(), 1u);
  EXPECT_EQ(opened.warnings[0].find(text() + "/val/a/000.jpg: no such file;"), 0u)
      << opened.warnings[0];
}

TEST_F(ImageFolder, ItsValuesAreThoseOfASampleWhateverTheThreads) {
  write_parts({"train", "val"});
  const Opened one(text(), 1), three(text(), 3);
  std::vector<ValueCounts> expected(3, ValueCounts{});
  for (std::int64_t i = 0; i < 18; ++i) add_values(one.split.train->image(i).pixels, expected);
  EXPECT_EQ(one.split.train->histograms(), expected);
  EXPECT_EQ(three.split.train->histograms(), expected);
}

// The entries of a folder's files below `prefix`.
tests::ArchiveEntries entries_of(const fs::path& root, const std::string& prefix) {
  tests::ArchiveEntries entries;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    entries.emplace_back(prefix + fs::relative(entry.path(), root).string(),
                         tests::content(entry.path()));
  }
  return entries;
}

TEST_F(ImageFolder, AnArchiveHoldsTheSameImagesAndIsUnpackedOnce) {
  write_parts({"train", "val"});
  const TemporaryFolder other;
  for (const std::string prefix : {"", "my-set/"}) {
    const fs::path file = other.path() / (prefix.empty() ? "plain.tar.xz" : "wrapped.tar.xz");
    tests::write_tar_xz(file, entries_of(root(), prefix));
    const Opened first(file.string(), 1, 3, other.path() / "cache");
    ASSERT_EQ(first.warnings.size(), 1u);
    EXPECT_EQ(first.warnings[0].find(file.string() + ": is unpacked once, to "), 0u);
    const Opened second(file.string(), 1, 3, other.path() / "cache");
    EXPECT_TRUE(second.warnings.empty());
    ASSERT_EQ(second.split.test->size(), 20);
    EXPECT_EQ(second.split.test->image(13), seen("val/b/003.jpg"));
  }
}

TEST_F(ImageFolder, NothingIsWrittenOutsideTheDirectoryOfAnArchive) {
  const std::string bytes = jpeg_bytes(slope(8, 8, 1));
  tests::write_tar_xz(root() / "a.tar.xz", {{"../../out.jpg", bytes},
                                            {"/tmp/h4h-absolute.jpg", bytes},
                                            {"a/../../out.jpg", bytes},
                                            {"a/in.jpg", bytes},
                                            {"a/note.txt", "x"}});
  const fs::path folder = unpacked(root() / "a.tar.xz", root() / "c/ache", [](const auto&) {});
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root() / "c")) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), folder).string());
  }
  EXPECT_EQ(files, (std::vector<std::string>{"a/in.jpg"}));
  EXPECT_FALSE(fs::exists("/tmp/h4h-absolute.jpg"));
}

TEST_F(ImageFolder, AnArchiveThatEndsTooEarlyIsRefusedAndLeavesNothing) {
  write_parts({"train", "val"});
  const TemporaryFolder other;
  const fs::path file = other.path() / "a.tar.xz", cache = other.path() / "cache";
  tests::write_tar_xz(file, entries_of(root(), ""));
  fs::resize_file(file, fs::file_size(file) / 2);
  const auto error = [&] {
    return message_of<DataError>([&] { Opened opened(file.string(), 1, 3, cache); });
  };
  EXPECT_EQ(error().find(file.string() + ": cannot be unpacked: "), 0u) << error();
  EXPECT_TRUE(fs::is_empty(cache));
  std::ofstream(file) << "no archive";
  EXPECT_EQ(error().find(file.string() + ": cannot be unpacked: "), 0u) << error();
  tests::write_tar_xz(file, {{"a/note.txt", "x"}});
  EXPECT_EQ(error(), file.string() + ": holds no .jpg, .jpeg or .png files");
  EXPECT_EQ(message_of<DataError>([&] { Opened opened(file.string()); }),
            file.string() +
                ": is an archive, and there is no directory to unpack it in: set $HOME or "
                "$XDG_CACHE_HOME");
}

}  // namespace
}  // namespace h4h::nas
