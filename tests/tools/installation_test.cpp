#include <gtest/gtest.h>

#include "base/program_files.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

// A program that was copied to PREFIX/bin, without the directory it was built in.
struct Installation : TemporaryFolder {
  Installation() {
    fs::create_directories(path() / "bin");
    fs::copy_file(H4H_BINARY, path() / "bin/h4h");
  }
  Outcome h4h(const std::string& arguments) const {
    return run("'" + (path() / "bin/h4h").string() + "' " + arguments);
  }
  fs::path share() const { return path() / "share/h4h"; }
};

TEST(Installation, FilesAreReadBesideTheProgramAndNotWhereItWasBuilt) {
  const Installation installed;
  for (const char* const command : {"validate", "reproduce fig5 --out o"}) {
    const Outcome o = installed.h4h(command);
    EXPECT_EQ(o.code, 1) << command;
    EXPECT_NE(o.err.find(installed.share().string()), std::string::npos) << o.err;
  }
  fs::create_directories(installed.share() / "reference");
  fs::copy(source_dir() / "platforms", installed.share() / "platforms",
           fs::copy_options::recursive);
  const Outcome o = installed.h4h("validate");
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find(installed.share().string() + "/reference/npu_layers.csv: no such file"),
            std::string::npos)
      << o.err;
}

TEST(Installation, BuildsHaveLinksToTheSourceTree) {
  EXPECT_EQ(shipped_file("platforms"), fs::canonical(source_dir() / "platforms"));
  EXPECT_EQ(shipped_file("claims.yaml"), fs::canonical(source_dir() / "tools/studies/claims.yaml"));
  EXPECT_THROW(shipped_file("none"), std::runtime_error);
}

}  // namespace
}  // namespace h4h::tests
