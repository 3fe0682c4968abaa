#include "platforms/description/measured_table.hpp"

#include <gtest/gtest.h>

#include "platforms/description/loader.hpp"
#include "tests/support/files.hpp"

namespace h4h::platforms {
namespace {

using tests::message_of;
using tests::TemporaryFolder;
using workloads::ListedOp;

constexpr std::int64_t kClock = 500'000'000;
const std::string kHeader = "op,H,W,Cin,Cout,k,stride,latency\n";
const std::string kRow = "pw1x1,8,8,16,32,1,1,12.5 us\n";
const std::string kBase = (tests::source_dir() / "platforms/ethos-u55-high-end.yaml").string();

MeasuredTable read(const std::string& text, MeasuredIn unit = MeasuredIn::time_or_cycles) {
  const TemporaryFolder folder;
  return measured_at(read_measured_rows(folder.write("t.csv", text), unit), kClock);
}

std::string error(const std::string& text, MeasuredIn unit = MeasuredIn::time_or_cycles) {
  return message_of<MeasuredTableError>([&] { read(text, unit); });
}

void expect_error(const std::string& rows, const std::string& message) {
  const std::string found = error(kHeader + rows);
  EXPECT_NE(found.find(message), std::string::npos) << rows << "\n" << found;
}

TEST(MeasuredTable, ReadsTimesWithTheirUnits) {
  const MeasuredTable table = read(kHeader + kRow + "fc,1,1,64,10,1,1,800 ns\n");
  ASSERT_EQ(table.layers.size(), 2u);
  EXPECT_EQ(table.layers[0].shape.op, ListedOp::pw1x1);
  EXPECT_EQ(table.layers[0].time_ps, 12'500'000);
  EXPECT_EQ(table.layers[1].time_ps, 800'000);
}

TEST(MeasuredTable, ReadsCyclesOfTheNpusClock) {
  const MeasuredTable table = read("op,H,W,Cin,Cout,k,stride,cycles\nfc,1,1,64,10,1,1,1001\n");
  EXPECT_EQ(table.layers.front().time_ps, 2'002'000);
}

TEST(MeasuredTable, TakesWholePositiveCycles) {
  for (const std::string cycles : {"0", "-1", "1.5", "", "3 us", "12abc"}) {
    const std::string message =
        error("op,H,W,Cin,Cout,k,stride,cycles\nfc,1,1,64,10,1,1," + cycles + "\n");
    EXPECT_NE(message.find("t.csv:2: cycles: '"), std::string::npos) << cycles << "\n" << message;
  }
}

TEST(MeasuredTable, IsTheSameInAnyOrderOfRowsAndColumns) {
  const std::string row = "fc,1,1,64,10,1,1,800 ns\n";
  EXPECT_EQ(read(kHeader + kRow + row), read(kHeader + row + kRow));
  EXPECT_EQ(read(kHeader + kRow),
            read("layer_id,latency,op,H,W,Cin,Cout,k,stride\na,12500 ns,pw1x1,8,8,16,32,1,1\n"));
}

TEST(MeasuredTable, NamesFileAndLineOfEveryMistakeAtOnce) {
  const std::string message = error(kHeader + "conv5x3,8,8,16,32,5,1,1 us\n" + kRow +
                                    "pw1x1,8,8,16,48,1,1,3\n" + "fc,2,1,16,32,3,1,1 us\n");
  EXPECT_NE(message.find("t.csv:2: op 'conv5x3' is not known; allowed: conv3x3, dw3x3 or another"),
            std::string::npos)
      << message;
  EXPECT_NE(message.find("t.csv:4: latency: '3' has no unit; allowed: ps, ns, us, ms, s"),
            std::string::npos)
      << message;
  EXPECT_NE(message.find("t.csv:5: fc has k = 1, not 3"), std::string::npos) << message;
}

TEST(MeasuredTable, TellsKernelsGroupsDilationAndPaddingApart) {
  const std::string header = "op,H,W,Cin,Cout,k,stride,groups,dilation,padding,latency\n";
  const MeasuredTable table =
      read(header + "conv5x5,8,8,16,32,5,1,,,,1 us\n" + "conv,8,8,16,32,7,1,,,,2 us\n" +
           "conv,8,8,16,32,5,1,2,,,3 us\n" + "conv,8,8,16,32,5,1,,2,,4 us\n" +
           "conv,8,8,16,32,5,1,,,valid,5 us\n");
  EXPECT_EQ(table.layers.size(), 5u);
  const std::string text = table_text(table);
  for (std::size_t i = 0; i < table.layers.size(); ++i) {
    MeasuredTable other = table;
    other.layers[i].shape = {ListedOp::conv, 8, 8, 16, 32, 1, 9};
    EXPECT_NE(table_text(other), text);
  }
}

TEST(MeasuredTable, RefusesGapsWrongUnitsAndWhatIsNoTime) {
  expect_error("pw1x1,8,8,16,32,1,1,\n", "t.csv:2: latency: '' is not a number");
  expect_error("pw1x1,8,,16,32,1,1,1 us\n", "t.csv:2: W must be a positive integer, not ''");
  expect_error("pw1x1,8,8,16,32,1,1\n", "t.csv:2: 7 values for 8 columns");
  expect_error("pw1x1,8,8,16,32,1,1,3 GB\n", "latency: '3 GB' is not a time: wrong unit 'GB'");
  expect_error("pw1x1,8,8,16,32,1,1,0 us\n", "'0 us' is out of bounds; allowed: 1 ps .. 1000 s");
  expect_error("pw1x1,8,8,16,32,1,1,-1 us\n", "must not be negative");
  expect_error("pw1x1,8,8,16,32,1,1,2000 s\n", "is out of bounds");
  expect_error("dw3x3,8,8,16,24,3,1,1 us\n", "Cout 24 is not a multiple of Cin 16");
  expect_error("", "t.csv: no layers");
}

TEST(MeasuredTable, ReadsEnergiesWithTheirUnits) {
  const std::string header = "op,H,W,Cin,Cout,k,stride,energy,latency\n";
  const MeasuredTable table =
      read(header + "fc,1,1,64,10,1,1,1.5 nJ,1 us\npw1x1,8,8,16,32,1,1,2 uJ,1 us\n");
  EXPECT_EQ(table.layers.front().energy_fj, 2'000'000'000);
  EXPECT_EQ(table.layers.back().energy_fj, 1'500'000);
  EXPECT_EQ(read(kHeader + kRow).layers.front().energy_fj, std::nullopt);
  const auto refused = [&](const std::string& energy) {
    return error(header + "fc,1,1,64,10,1,1," + energy + ",1 us\n");
  };
  EXPECT_NE(refused("3").find("t.csv:2: energy: '3' has no unit; allowed: fJ, pJ"),
            std::string::npos);
  EXPECT_NE(refused("").find("t.csv:2: energy: '' is not a number"), std::string::npos);
  for (const char* const out : {"0 J", "0.1 fJ", "1001 J"}) {
    EXPECT_NE(refused(out).find("is out of bounds; allowed: 1 fJ .. 1000 J"), std::string::npos)
        << refused(out);
  }
  EXPECT_NE(refused("-1 nJ").find("must not be negative"), std::string::npos);
}

TEST(MeasuredTable, RefusesALayerThatStandsThereTwice) {
  expect_error(kRow + "pw1x1,8,8,16,32,1,1,13 us\n", "t.csv:3: the layer of line 2 again");
}

TEST(MeasuredTable, TakesNoColumnItDoesNotKnow) {
  EXPECT_NE(error("op,H,W,Cin,Cout,k,stride,latancy\n" + kRow)
                .find("t.csv:1: unknown column 'latancy' (did you mean 'latency'?); allowed: "
                      "layer_id, op, H, W, Cin, Cout, k, stride, groups, dilation, padding, "
                      "latency, energy, "
                      "cycles"),
            std::string::npos);
  EXPECT_NE(error("op,H,W,Cin,Cout,k,latency\n").find("t.csv:1: column 'stride' is missing"),
            std::string::npos);
  EXPECT_NE(error("op,H,W,Cin,Cout,k,stride\n").find("one of the columns 'latency' and 'cycles'"),
            std::string::npos);
  EXPECT_NE(error("op,H,W,Cin,Cout,k,stride,latency,cycles\n").find("and not both"),
            std::string::npos);
}

TEST(MeasuredTable, OnlyTheNpuHasCycles) {
  EXPECT_NE(
      error("op,H,W,Cin,Cout,k,stride,cycles\n", MeasuredIn::time)
          .find(
              "unknown column 'cycles'; allowed: layer_id, op, H, W, Cin, Cout, k, stride, groups, "
              "dilation, padding, latency"),
      std::string::npos);
}

TEST(MeasuredTable, LiesRelativeToTheFileThatNamesIt) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "tables");
  folder.write("tables/t.csv", kHeader + kRow);
  folder.write("part.yaml", "extends: " + kBase + "\nnpu.measured: tables/t.csv\n");
  std::filesystem::create_directory(folder.path() / "other");
  const auto file = folder.write("other/p.yaml", "extends: ../part.yaml\n");
  const Platform platform = load_platform(file);
  EXPECT_EQ(platform.hardware.npu.measured, read(kHeader + kRow));
  EXPECT_TRUE(platform.hardware.cim.measured.empty());
}

TEST(MeasuredTable, IsNamedWithThePlatformFileThatAsksForIt) {
  const TemporaryFolder folder;
  folder.write("t.csv", kHeader + "pw1x1,8,8,16,48,1,1,3\n");
  const auto file = folder.write(
      "p.yaml", "extends: " + kBase + "\nnpu.measured: t.csv\ncim.measured: none.csv\n");
  const std::string message = message_of<PlatformError>([&] { load_platform(file); });
  EXPECT_NE(message.find("p.yaml:2: npu.measured: "), std::string::npos) << message;
  EXPECT_NE(message.find("t.csv:2: latency: '3' has no unit"), std::string::npos) << message;
  EXPECT_NE(message.find("p.yaml:3: cim.measured: "), std::string::npos) << message;
  EXPECT_NE(message.find("none.csv: no such file; allowed: none, or a CSV file"), std::string::npos)
      << message;
}

TEST(MeasuredTable, HasNoRange) {
  const TemporaryFolder folder;
  folder.write("t.csv", kHeader + kRow);
  const auto file = folder.write(
      "p.yaml", "extends: " + kBase + "\nnpu.measured: {value: t.csv, range: [a, b]}\n");
  EXPECT_NE(message_of<PlatformError>([&] {
              load_platform(file);
            }).find("a range is for uncertain parameters"),
            std::string::npos);
}

TEST(MeasuredTable, ChangesTheHashWithItsContentAndNotWithItsName) {
  const TemporaryFolder folder;
  const auto hash = [&](const std::string& name, const std::string& text) {
    const std::string set = "npu.measured=" + folder.write(name, text).string();
    const Platform platform = load_platform(kBase, {set});
    EXPECT_EQ(platform_hash(platform), platform_hash(load_platform(kBase, {set})));
    return platform_hash(platform) + canonical_text(platform.hardware);
  };
  const std::string a = hash("a.csv", kHeader + kRow);
  EXPECT_EQ(a, hash("b.csv", kHeader + kRow));
  EXPECT_NE(a, hash("a.csv", kHeader + "pw1x1,8,8,16,32,1,1,12.6 us\n"));
  EXPECT_NE(a, hash("a.csv", kHeader + "pw1x1,8,8,16,33,1,1,12.5 us\n"));
  EXPECT_NE(a, hash("a.csv",
                    "op,H,W,Cin,Cout,k,stride,latency,energy\n"
                    "pw1x1,8,8,16,32,1,1,12.5 us,1 nJ\n"));
  const Platform none = load_platform(kBase);
  EXPECT_NE(a, platform_hash(none) + canonical_text(none.hardware));
  EXPECT_EQ(platform_hash(none), platform_hash(load_platform(kBase, {"npu.measured=none"})));
}

}  // namespace
}  // namespace h4h::platforms
