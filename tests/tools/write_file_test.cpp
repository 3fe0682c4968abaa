#include "tools/h4h/write_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>

#include "tests/support/files.hpp"
#include "tools/h4h/run_folder.hpp"

namespace {

// What the program asks of the kernel while `recording`, in order, and what it gets.
struct {
  bool recording = false;
  std::vector<std::string> calls;
  int fsync_error = 0;
} faults;

}  // namespace

// In place of the C library's, for the whole of this program.
extern "C" int fsync(int file) {
  if (faults.recording) {
    struct stat status {};
    ::fstat(file, &status);
    faults.calls.emplace_back(S_ISDIR(status.st_mode) ? "sync directory" : "sync file");
    if (faults.fsync_error != 0) {
      errno = faults.fsync_error;
      return -1;
    }
  }
  return static_cast<int>(::syscall(SYS_fsync, file));
}

extern "C" int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  if (faults.recording) faults.calls.emplace_back("rename");
  return static_cast<int>(::syscall(SYS_renameat, from_folder, from, to_folder, to));
}

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

class WriteFileOnDisk : public ::testing::Test {
 protected:
  WriteFileOnDisk() {
    faults = {};
    faults.recording = true;
  }
  ~WriteFileOnDisk() override { faults = {}; }
  const TemporaryFolder folder;
};

TEST_F(WriteFileOnDisk, IsTheFileBeforeItsNameAndTheNameBeforeItReturns) {
  write_file(folder.path() / "out.json", "text");
  EXPECT_EQ(faults.calls, (std::vector<std::string>{"sync file", "rename", "sync directory"}));
}

TEST_F(WriteFileOnDisk, WhatCannotBeWrittenOutLeavesTheFileAsItWas) {
  const fs::path path = folder.write("out.json", "before");
  for (const auto& [error, message] :
       {std::pair(EIO, "Input/output error"), std::pair(ENOSPC, "No space left on device")}) {
    faults.fsync_error = error;
    EXPECT_EQ(failure(path), path.string() + ": cannot write: " + message);
    EXPECT_EQ(content(path), "before");
    EXPECT_EQ(entries(folder.path()), 1u);
  }
}

TEST_F(WriteFileOnDisk, FileSystemsThatDoNotSynchroniseAreNoError) {
  faults.fsync_error = EINVAL;
  write_file(folder.path() / "out.json", "text");
  EXPECT_EQ(content(folder.path() / "out.json"), "text");
}

TEST_F(WriteFileOnDisk, TheCheckpointOfARunToo) {
  const RunFolder run(folder.path() / "run", "checkpoint.json");
  faults.calls.clear();
  run.write_checkpoint("{}", {"checkpoint", 100});
  EXPECT_EQ(faults.calls, (std::vector<std::string>{"sync file", "rename", "sync directory"}));
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777u;
}

TEST(WriteFile, AnExistingFileKeepsItsModeAndANewOneFollowsTheUmask) {
  const TemporaryFolder folder;
  const fs::path path = folder.write("secret", "before"), fresh = folder.path() / "fresh";
  for (const mode_t mode : {0600u, 0640u, 0666u, 0755u}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    write_file(path, "after");
    EXPECT_EQ(mode_of(path), mode);
  }
  const mode_t before = ::umask(027);
  write_file(fresh, "text");
  ::umask(before);
  EXPECT_EQ(mode_of(fresh), 0640u);
}

TEST(WriteFile, WhatKilledProcessesOfTheSameNumberLeftIsNotInTheWay) {
  const TemporaryFolder folder;
  const std::string old = "page.html." + std::to_string(::getpid()) + ".part";
  folder.write(old, "half");
  folder.write("page.html.1.part", "half");
  write_file(folder.path() / "page.html", "text");
  EXPECT_EQ(content(folder.path() / "page.html"), "text");
  EXPECT_EQ(content(folder.path() / old), "half");
}

TEST(WriteFile, TheLongestNameOfAFileFits) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / std::string(255, 'n');
  write_file(path, "text");
  EXPECT_EQ(content(path), "text");
}

TEST(WriteFile, OnlyNamesOfItsOwnAreTemporary) {
  EXPECT_TRUE(is_temporary(".h4h-0123456789abcdef.part"));
  for (const char* const other : {"movie.part", ".h4h-.part", ".h4h-0123456789abcdeF.part",
                                  "h4h-0123456789abcdef.part", ".h4h-0123456789abcdef.parts", ""}) {
    EXPECT_FALSE(is_temporary(other)) << other;
  }
}

std::string refusal(const fs::path& folder) {
  return tests::message_of<std::runtime_error>([&] { RunFolder(folder, "own.json"); });
}

TEST(RunFolder, PartialFilesOfOthersAreContentAndStay) {
  const TemporaryFolder folder;
  const fs::path movie = folder.write("movie.part", "half of it");
  EXPECT_EQ(refusal(folder.path()), folder.path().string() +
                                        ": holds movie.part but no own.json: choose an empty "
                                        "directory for --out");
  folder.write("own.json", "{}");
  const RunFolder own(folder.path(), "own.json");
  EXPECT_EQ(content(movie), "half of it");
}

TEST(RunFolder, WhatItsOwnKilledRunsLeftIsRemoved) {
  const TemporaryFolder folder;
  folder.write(".h4h-00000000000000ff.part", "{");
  const RunFolder run(folder.path(), "own.json");
  EXPECT_EQ(entries(folder.path()), 0u);
}

TEST(RunFolder, WhatCouldNotBeReadBackIsNotWritten) {
  const TemporaryFolder folder;
  const RunFolder run(folder.path(), "own.json");
  const FileLimit limit{"checkpoint", 10};
  run.write_checkpoint("0123456789", limit);
  EXPECT_EQ(tests::message_of<FileError>([&] { run.write_checkpoint("01234567890", limit); }),
            run.checkpoint().string() +
                ": not written: it would have 11 bytes, and a checkpoint of more than 10 could not "
                "be read "
                "back");
  EXPECT_EQ(run.read_checkpoint(limit), "0123456789");
}

TEST(AppendedFile, StaysWithinWhatCanBeReadBack) {
  const TemporaryFolder folder;
  const fs::path path = folder.write("notes.jsonl", "1\n");
  AppendedFile notes(path, {"list", 4});
  notes.append("2\n");
  EXPECT_NE(tests::message_of<FileError>([&] { notes.append("3\n"); }).find("would have 6 bytes"),
            std::string::npos);
  EXPECT_EQ(content(path), "1\n2\n");
  EXPECT_EQ(tests::message_of<std::runtime_error>([&] {
              AppendedFile("/none/a", {"list", 4});
            }),
            "/none/a: cannot write: No such file or directory");
}

TEST(RunFolder, LinksAreRefused) {
  const TemporaryFolder folder, outside;
  const fs::path target = outside.write("precious", "mine");
  const RunFolder first(folder.path() / "run", "own.json");
  const fs::path link = folder.path() / "linked/sweep.csv";
  fs::create_directory(folder.path() / "linked");
  fs::create_symlink(target, link);
  EXPECT_EQ(refusal(folder.path() / "linked"),
            link.string() + ": is a link; a run's directory holds files, not links: remove it");
  EXPECT_EQ(content(target), "mine");
}

TEST(RunFolder, ALinkThatAppearsMeanwhileIsReplacedNotFollowed) {
  const TemporaryFolder folder, outside;
  const fs::path target = outside.write("precious", "mine"), link = folder.path() / "sweep.csv";
  const RunFolder run(folder.path(), "own.json");
  fs::create_symlink(target, link);
  run.write("sweep.csv", "a,b\n");
  EXPECT_FALSE(fs::is_symlink(link));
  EXPECT_EQ(content(link), "a,b\n");
  EXPECT_EQ(content(target), "mine");
}

TEST(RunFolder, AHardLinkToAFileElsewhereIsParted) {
  const TemporaryFolder folder;
  const fs::path other = folder.write("other", "mine");
  fs::create_directory(folder.path() / "run");
  const RunFolder run(folder.path() / "run", "own.json");
  fs::create_hard_link(other, folder.path() / "run/sweep.csv");
  run.write("sweep.csv", "a,b\n");
  EXPECT_EQ(content(other), "mine");
}

}  // namespace
}  // namespace h4h::tools
