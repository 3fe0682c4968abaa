#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "base/program_files.hpp"
#include "platforms/description/loader.hpp"
#include "tests/support/files.hpp"

namespace h4h::platforms {
namespace {

using tests::message_of;
using tests::TemporaryFolder;

const std::filesystem::path kShipped = tests::source_dir() / "platforms";
const std::string kChipFile = (kShipped / "h4h-7nm.yaml").string();

TEST(ExtendedFiles, ThatExtendEachOtherAreRefused) {
  const TemporaryFolder folder;
  const auto a = folder.write("a.yaml", "extends: b.yaml\n");
  folder.write("b.yaml", "name: b\nextends: a.yaml\n");
  const std::string message = message_of<PlatformError>([&] { load_platform(a); });
  EXPECT_NE(message.find("b.yaml:2: extends"), std::string::npos) << message;
  EXPECT_NE(message.find("in a cycle"), std::string::npos) << message;
}

TEST(ExtendedFiles, MayExtendAPartTwice) {
  const TemporaryFolder folder;
  const auto file =
      folder.write("a.yaml", "extends: [" + kChipFile + ", " +
                                 (kShipped / "parts/mram-macro.yaml").string() + "]\n");
  EXPECT_EQ(load_platform(file).hardware.cim.macros, 8);
}

TEST(ExtendedFiles, KeepTheirFormerNames) {
  const TemporaryFolder folder;
  const auto with_part = [&](const std::string& name) {
    return load_platform(folder.write(
        "a.yaml", "extends: [" + kChipFile + ", " + (kShipped / "parts" / name).string() + "]\n"));
  };
  EXPECT_EQ(with_part("backing-store.yaml"), with_part("external-memory.yaml"));
}

TEST(ExtendedFiles, ThatAreNotThereAreNamed) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.yaml", "name: a\nextends: parts/none.yaml\n");
  EXPECT_NE(message_of<PlatformError>([&] { load_platform(file); }).find("a.yaml:2: extends"),
            std::string::npos);
  EXPECT_NE(message_of<PlatformError>([&] { load_platform(folder.path()); }).find("is a directory"),
            std::string::npos);
  EXPECT_NE(message_of<PlatformError>([&] { load_platform("/nowhere.yaml"); }).find("no such file"),
            std::string::npos);
  EXPECT_NE(message_of<PlatformError>([&] {
              load_platform(folder.write("e.yaml", ""));
            }).find("a map of keys"),
            std::string::npos);
}

TEST(ExtendedFiles, AreTheShippedOnesWhereNoneOfTheirNameIsBesideTheFile) {
  const TemporaryFolder folder;
  const auto file =
      folder.write("p.yaml", "name: p\nextends: [h4h-7nm.yaml, parts/mram-macro.yaml]\n");
  const Platform shipped = load_platform(file);
  EXPECT_EQ(shipped.hardware.cim.macros, load_platform(kChipFile).hardware.cim.macros);
  const auto from = [](const Platform& platform) {
    std::set<std::string> files;
    for (const Setting& setting : platform.settings) files.insert(setting.origin.file);
    return files;
  };
  EXPECT_EQ(from(shipped).count(kChipFile), 1u) << "links are resolved";
  folder.write("h4h-7nm.yaml", "extends: " + kChipFile + "\ncim.macros: 3\n");
  EXPECT_EQ(load_platform(file).hardware.cim.macros, 3);
}

TEST(ShippedPlatforms, AreLoadedByNameFromEveryFolder) {
  for (const char* const name : {"h4h-7nm", "h4h-7nm.yaml", "platforms/h4h-7nm.yaml"}) {
    const Platform platform = load_platform(name);
    EXPECT_EQ(platform.name, "h4h-7nm") << name;
    const auto from = std::filesystem::canonical(platform.settings.front().origin.file).string();
    EXPECT_EQ(from.substr(0, kShipped.string().size()), kShipped.string()) << name;
  }
}

TEST(ShippedPlatforms, AreSuggestedForAMisspeltName) {
  EXPECT_EQ(message_of<PlatformError>([&] { load_platform("h4h-7mn"); }),
            "h4h-7mn: no such file (did you mean 'h4h-7nm'?)");
  EXPECT_EQ(message_of<PlatformError>([&] { load_platform("none.yaml"); }),
            "none.yaml: no such file");
}

TEST(ExtendedFiles, ThatAreNowhereAreNamedWithBothPlaces) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.yaml", "name: a\nextends: parts/none.yaml\n");
  EXPECT_EQ(message_of<PlatformError>([&] { load_platform(file); }),
            file.string() + ":2: extends '" + (folder.path() / "parts/none.yaml").string() +
                "': no such file, and no '" + shipped_path("platforms/parts/none.yaml").string() +
                "'");
  folder.write("a.yaml", "name: a\nextends: /none.yaml\n");
  EXPECT_EQ(message_of<PlatformError>([&] { load_platform(file); }),
            file.string() + ":2: extends '/none.yaml': no such file");
}

TEST(ExtendedFiles, ThatLeadNowhereAreNotReplacedByShippedOnes) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.yaml", "name: a\nextends: h4h-7nm.yaml\n");
  const auto link = folder.path() / "h4h-7nm.yaml";
  std::filesystem::create_symlink("gone.yaml", link);
  EXPECT_EQ(message_of<PlatformError>([&] { load_platform(file); }),
            file.string() + ":2: extends '" + link.string() + "': no such file");
}

TEST(ExtendedFiles, OfAPlatformAreBounded) {
  const TemporaryFolder folder;
  // Each extends the next four times: 4^14 files.
  for (int i = 1; i < 15; ++i) {
    const std::string next = fmt::format("b{}.yaml", i + 1);
    folder.write(fmt::format("b{}.yaml", i),
                 fmt::format("name: x\nextends: [{0}, {0}, {0}, {0}]\n", next));
  }
  folder.write("b15.yaml", "name: x\n");
  const std::string deep =
      message_of<PlatformError>([&] { load_platform(folder.path() / "b1.yaml"); });
  EXPECT_NE(deep.find("b15.yaml': the platform has more than 100 files"), std::string::npos)
      << deep;
  EXPECT_EQ(tests::lines(deep).size(), 1u) << deep;
  // One that extends many, each of which extends many.
  std::string many = "extends: [b15.yaml";
  for (int i = 0; i < 5000; ++i) many += ", b15.yaml";
  folder.write("s2.yaml", many + "]\n");
  for (std::size_t at = many.find("b15"); at != std::string::npos; at = many.find("b15", at)) {
    many.replace(at, 3, "s2");
  }
  const auto s1 = folder.write("s1.yaml", many + "]\n");
  const std::string wide = message_of<PlatformError>([&] { load_platform(s1); });
  EXPECT_NE(wide.find("s2.yaml:1: extends '"), std::string::npos) << wide;
  EXPECT_EQ(tests::lines(wide).size(), 1u) << wide;
}

TEST(ExtendedFiles, OfAPlatformAreBoundedInBytes) {
  const TemporaryFolder folder;
  folder.write("large.yaml", "name: x\n#" + std::string(900'000, ' ') + "\n");
  const auto file = folder.write("p.yaml", "extends: [large.yaml, large.yaml, large.yaml]\n");
  const std::string message = message_of<PlatformError>([&] { load_platform(file); });
  EXPECT_NE(message.find("p.yaml:1: extends '"), std::string::npos) << message;
  EXPECT_NE(message.find("are larger than 2097152 bytes together"), std::string::npos) << message;
}

TEST(ExtendedFiles, ThatCannotBeReadAreNamedWithTheLineThatExtendsThem) {
  const TemporaryFolder folder;
  const auto problem = [&](const std::string& extended) {
    const auto file = folder.write("e.yaml", "name: x\nextends: " + extended + "\n");
    return message_of<PlatformError>([&] { load_platform(file); })
        .substr(folder.path().string().size() + 1);
  };
  EXPECT_EQ(problem("/proc/self/mem"),
            "e.yaml:2: extends '/proc/self/mem': cannot be read: Input/output error");
  EXPECT_EQ(problem("/dev/zero"), "e.yaml:2: extends '/dev/zero': is not a regular file");
  EXPECT_EQ(problem("/"), "e.yaml:2: extends '/': is a directory");
}

}  // namespace
}  // namespace h4h::platforms
