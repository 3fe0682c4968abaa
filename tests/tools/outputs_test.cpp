#include <gtest/gtest.h>

#include <filesystem>
#include <new>

#include "tests/tools/support.hpp"
#include "tools/h4h/message.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

struct Outputs : ::testing::Test {
  std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  void expect_refused(const std::string& options, const std::string& message) const {
    expect_failure("simulate " + kPaper + " --network ds_cnn_kws " + options, 2,
                   "h4h simulate: " + message + "; see 'h4h simulate --help'");
  }
  const TemporaryFolder folder;
};

TEST_F(Outputs, OnePathUnderTwoOptionsIsRefused) {
  fs::create_directory(folder.path() / "sub");
  expect_refused("--html " + path("x") + " --trace " + path("sub/../x"),
                 "--trace and --html name the same file: " + path("x"));
  expect_refused("--html " + path("x") + " --save-mapping " + path("x"),
                 "--html and --save-mapping name the same file: " + path("x"));
  expect_refused("--html " + path("x") + " --cache " + path("x"),
                 "--html and --cache name the same file: " + path("x"));
  EXPECT_FALSE(fs::exists(folder.path() / "x"));
}

TEST_F(Outputs, OneFileUnderTwoNamesIsRefused) {
  folder.write("file", "before");
  fs::create_symlink("file", folder.path() / "link");
  fs::create_hard_link(folder.path() / "file", folder.path() / "hard");
  for (const char* const other : {"link", "hard"}) {
    expect_refused("--html " + path("file") + " --trace " + path(other),
                   "--trace and --html name the same file: " + path("file"));
  }
  EXPECT_EQ(content(folder.path() / "file"), "before");
}

TEST_F(Outputs, StdoutInTheFileOfAnOptionIsRefused) {
  const Outcome o = run("sh -c \"" H4H_BINARY " simulate " + kPaper +
                        " --network ds_cnn_kws --html " + path("x") + " > " + path("x") + "\"");
  EXPECT_EQ(o.code, 2);
  EXPECT_EQ(o.err.find("h4h simulate: --html and stdout are the same file: " + path("x")), 0u)
      << o.err;
}

TEST_F(Outputs, DevicesMayBeGivenTwice) {
  EXPECT_EQ(
      h4h("simulate " + kPaper + " --network ds_cnn_kws --html /dev/null --trace /dev/null").code,
      0);
}

TEST_F(Outputs, ACacheThatAResultOfARunWouldReplaceIsRefused) {
  for (const char* const file : {"sweep.csv", "layers.sqlite", "sweep.checkpoint.json"}) {
    expect_failure("sweep " + kPaper + " --network ds_cnn_kws --vary cim.macros=1,2 --out " +
                       path("o") + " --cache " + path(std::string("o/") + file),
                   2, "--cache and --out name the same file: " + path(std::string("o/") + file));
  }
  EXPECT_FALSE(fs::exists(folder.path() / "o"));
}

TEST_F(Outputs, ASweepLeavesPartialFilesOfOthersAlone) {
  fs::create_directory(folder.path() / "d");
  folder.write("d/movie.part", "half of it");
  const std::string sweep =
      "sweep " + kPaper + " --network ds_cnn_kws --vary cim.macros=1 --jobs 1 --out " + path("d");
  expect_failure(sweep, 1, "h4h: " + path("d") + ": holds movie.part but no sweep.checkpoint.json");
  EXPECT_EQ(content(folder.path() / "d/movie.part"), "half of it");
  EXPECT_FALSE(fs::exists(folder.path() / "d/sweep.csv"));
}

TEST(LibraryMessages, NameTheFileAndWhatIsWrong) {
  const fs::filesystem_error error("status", "/a/b\n", std::make_error_code(std::errc::io_error));
  EXPECT_EQ(tools::message_of(error), "/a/b\n: Input/output error");
  EXPECT_EQ(tools::message_of(std::bad_alloc()), "out of memory");
  EXPECT_EQ(tools::message_of(std::runtime_error("f:1: x")), "f:1: x");
  const std::string name(300, 'n');
  expect_failure("sweep " + kPaper + " --network ds_cnn_kws --vary-file " + name + " --out o", 1,
                 "h4h: " + name + ": cannot be opened: File name too long\n");
  expect_failure("oracle " + kPaper + " --space nas/spaces/toy.yaml </", 1,
                 "h4h: stdin: cannot be read: Is a directory\n");
  const TemporaryFolder folder;
  expect_failure("cache merge /none.sqlite --cache " + (folder.path() / "c.sqlite").string(), 1,
                 "h4h: /none.sqlite: no such file\n");
}

}  // namespace
}  // namespace h4h::tests
