#include "base/file/input_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/files.hpp"

namespace h4h {
namespace {

namespace fs = std::filesystem;
using tests::message_of;
using tests::TemporaryFolder;

constexpr FileLimit kSmall{"test file", 100};
constexpr FileLimit kLarge{"test file", std::uint64_t{1} << 40};

std::string refusal(const fs::path& path, FileLimit limit = kSmall) {
  return message_of<FileError>([&] { read_file(path, limit); });
}

TEST(ReadFile, GivesEveryByte) {
  const TemporaryFolder folder;
  for (const std::string& text : {std::string(), std::string("a\r\nb\0c\n", 7),
                                  std::string(100, 'x'), std::string(99, '\xff')}) {
    EXPECT_EQ(read_file(folder.write("f", text), kSmall), text);
  }
  const std::string text(300'000, 'y');
  EXPECT_EQ(read_file(folder.write("f", text), kLarge), text);
}

TEST(ReadFile, GivesFilesWhoseSizeIsNotKnownBeforeTheyAreRead) {
  EXPECT_EQ(fs::file_size("/proc/self/maps"), 0u);
  const std::string maps = read_file("/proc/self/maps", kLarge);
  EXPECT_GT(maps.size(), 1000u);
  EXPECT_EQ(maps.back(), '\n');
}

TEST(ReadFile, NamesTheFileAndWhyItCannotBeOpened) {
  const TemporaryFolder folder;
  const std::string path = folder.path().string();
  EXPECT_EQ(refusal(path + "/none"), path + "/none: no such file");
  EXPECT_EQ(refusal(""), ": no such file");
  EXPECT_EQ(refusal(path), path + ": is a directory");
  const std::string file = folder.write("f", "x").string();
  EXPECT_EQ(refusal(file + "/g"), file + "/g: cannot be opened: Not a directory");
  fs::create_symlink("loop", path + "/loop");
  EXPECT_EQ(refusal(path + "/loop"),
            path + "/loop: cannot be opened: Too many levels of symbolic links");
  const std::string longest = path + "/" + std::string(300, 'n');
  EXPECT_EQ(refusal(longest), longest + ": cannot be opened: File name too long");
}

// Root may read everything, so that it must be someone else for a moment.
TEST(ReadFile, SaysThatThereIsNoPermission) {
  const TemporaryFolder folder;
  const std::string file = folder.write("f", "x").string();
  fs::permissions(folder.path(), fs::perms::all);
  fs::permissions(file, fs::perms::none);
  constexpr uid_t kNobody = 65534;
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const std::string message = refusal(file);
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_EQ(message, file + ": cannot be opened: Permission denied");
}

TEST(ReadFile, RefusesPipesAndDevicesWithoutWaitingForThem) {
  const TemporaryFolder folder;
  const std::string pipe = (folder.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(refusal(pipe), pipe + ": is a pipe, not a file");
  EXPECT_EQ(refusal("/dev/zero"), "/dev/zero: is not a regular file");
}

TEST(ReadFile, RefusesAFileThatIsTooLargeBeforeItIsRead) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.write("f", std::string(100, 'x')), kSmall).size(), 100u);
  const std::string file = folder.write("f", std::string(101, 'x')).string();
  EXPECT_EQ(refusal(file), file + ": larger than 100 bytes, the most that a test file may have");
  // Sparse: a terabyte that could not be read in the time of this test.
  fs::resize_file(file, std::uintmax_t{1} << 40);
  EXPECT_EQ(refusal(file), file + ": larger than 100 bytes, the most that a test file may have");
}

TEST(ReadFile, StopsWhereAFileOfUnknownSizeExceedsItsLimit) {
  EXPECT_EQ(refusal("/proc/self/maps"),
            "/proc/self/maps: larger than 100 bytes, the most that a test file may have");
}

TEST(ReadFile, AnErrorWhileItReadsIsNotTheEnd) {
  EXPECT_EQ(refusal("/proc/self/mem"), "/proc/self/mem: cannot be read: Input/output error");
}

TEST(ReadFile, AFileThatIsNotThereIsNothingAndAnyOtherProblemIsAnError) {
  const TemporaryFolder folder;
  const std::string file = folder.write("f", "x").string();
  EXPECT_EQ(read_file_if_there(file, kSmall), "x");
  EXPECT_EQ(read_file_if_there(folder.path() / "none", kSmall), std::nullopt);
  EXPECT_EQ(read_file_if_there(file + "/none", kSmall), std::nullopt);
  EXPECT_THROW(read_file_if_there(folder.path(), kSmall), FileError);
  EXPECT_THROW(read_file_if_there("/proc/self/mem", kSmall), FileError);
}

TEST(InputFile, ReadsOnFromAPlace) {
  const TemporaryFolder folder;
  const fs::path path = folder.write("f", "0123456789");
  InputFile file(path, kSmall);
  file.seek(3);
  char bytes[4];
  ASSERT_EQ(file.read(bytes, 4), 4u);
  EXPECT_EQ(std::string(bytes, 4), "3456");
  std::ofstream(path, std::ios::app) << "ab";
  EXPECT_EQ(file.read_rest(), "789ab");
  file.seek(50);
  EXPECT_EQ(file.read_rest(), "");
}

TEST(InputFile, LeavesNoDescriptorOpen) {
  const TemporaryFolder folder;
  const fs::path path = folder.write("f", "x");
  const int before = ::open("/dev/null", O_RDONLY);
  ::close(before);
  read_file(path, kSmall);
  refusal("/proc/self/mem");
  refusal(folder.path());
  const int after = ::open("/dev/null", O_RDONLY);
  ::close(after);
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace h4h
