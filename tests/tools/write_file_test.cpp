#include "tools/h4h/write_file.hpp"

#include <gtest/gtest.h>

#include <iterator>

#include "tests/support/files.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;
using tests::content;
using tests::TemporaryFolder;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

std::string failure(const fs::path& path) {
  return tests::message_of<std::runtime_error>([&] { write_file(path, "text"); });
}

TEST(WriteFile, WritesAndReplacesAndLeavesNothingElse) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "out.json";
  write_file(path, "first, and longer");
  write_file(path, "second");
  EXPECT_EQ(content(path), "second");
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(WriteFile, AFolderThatDoesNotExistIsNamed) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "none" / "out.json";
  EXPECT_EQ(failure(path), path.string() + ": cannot write: No such file or directory");
  EXPECT_EQ(entries(folder.path()), 0u);
}

TEST(WriteFile, ADirectoryIsRefusedAndStays) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "sub";
  fs::create_directory(path);
  EXPECT_EQ(failure(path), path.string() + ": cannot write: Is a directory");
  EXPECT_TRUE(fs::is_directory(path));
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(WriteFile, AFullDeviceIsNamed) {
  EXPECT_EQ(failure("/dev/full"), "/dev/full: cannot write: No space left on device");
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST(WriteFile, ALinkKeepsPointingAtItsFile) {
  const TemporaryFolder folder;
  const fs::path file = folder.write("file", "before"), link = folder.path() / "link";
  fs::create_symlink(file, link);
  write_file(link, "after");
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(content(file), "after");
}

}  // namespace
}  // namespace h4h::tools
