#include "base/program_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/files.hpp"

namespace h4h {
namespace {

namespace fs = std::filesystem;

// A share/h4h with one file, in use as long as it lives.
struct Shipped : tests::TemporaryFolder {
  Shipped() {
    fs::create_directories(path() / "platforms/parts");
    write("platforms/chip.yaml", "");
    write("platforms/parts/npu.yaml", "");
    use_shipped_files(path());
  }
  ~Shipped() { use_shipped_files({}); }
  fs::path chip() const { return fs::canonical(path() / "platforms/chip.yaml"); }
};

TEST(ProgramFiles, ShippedOnesAreNamedWithOrWithoutEndingAndFolder) {
  const Shipped shipped;
  for (const char* const name :
       {"chip", "chip.yaml", "platforms/chip.yaml", "platforms/chip", "nas/platforms/chip.yaml"}) {
    EXPECT_EQ(file_or_shipped(name, "platforms"), shipped.chip()) << name;
  }
}

TEST(ProgramFiles, NamesThatMeanNoShippedOneStayAsTheyAre) {
  const Shipped shipped;
  for (const std::string& name :
       {std::string(), std::string("none"), std::string("other/chip.yaml"),
        std::string("../platforms/chip.yaml"), std::string("parts"), std::string("/chip.yaml"),
        std::string(5000, 'x')}) {
    EXPECT_EQ(file_or_shipped(name, "platforms"), name);
  }
}

TEST(ProgramFiles, AFileOfTheUserComesFirst) {
  const Shipped shipped;
  const tests::TemporaryFolder own;
  own.write("chip", "");
  const fs::path before = fs::current_path();
  fs::current_path(own.path());
  EXPECT_EQ(file_or_shipped("chip", "platforms"), "chip");
  EXPECT_EQ(file_or_shipped("chip.yaml", "platforms"), shipped.chip());
  fs::current_path(before);
}

TEST(ProgramFiles, NamesOfShippedOnesAreListedWithoutParts) {
  const Shipped shipped;
  EXPECT_EQ(shipped_names("platforms"), std::vector<std::string>{"chip"});
  EXPECT_EQ(shipped_names("none"), std::vector<std::string>{});
}

}  // namespace
}  // namespace h4h
