#include "sim/validation/silicon.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/csv/csv_table.hpp"
#include "sim/report/format_silicon.hpp"
#include "tests/sim/support.hpp"

namespace h4h::sim {
namespace {

std::vector<SiliconRun> shipped() {
  return read_silicon(tests::source_dir() / "tests/reference/npu_silicon.csv");
}

const char kHead[] =
    "network,device,macs_per_cycle,clock_mhz,weights_in,ms,platform,conditions,source\n";

TEST(Silicon, EveryRowHasASourceAndAPlatformOfItsSizeAndClock) {
  ASSERT_GE(shipped().size(), 13u);
  for (const SiliconRun& run : shipped()) {
    EXPECT_FALSE(run.source.empty()) << run.network;
    if (run.platform.empty()) continue;
    const platforms::Npu npu = testing::platform(run.platform).hardware.npu;
    EXPECT_EQ(npu.macs_per_cycle, run.macs_per_cycle) << run.network;
    EXPECT_EQ(static_cast<double>(npu.clock_hz) * 1e-6, run.clock_mhz) << run.network;
  }
}

TEST(Silicon, ListsWhatHasNoFileOrNoPlatform) {
  const tests::TemporaryFolder empty;
  PlatformFiles files;
  NetworkFiles networks(empty.path());
  const auto checks = check_silicon(shipped(), tests::source_dir() / "platforms", networks, files);
  ASSERT_EQ(checks.size(), shipped().size());
  for (const SiliconCheck& check : checks) {
    EXPECT_EQ(check.left_out, check.run.platform.empty() ? "no platform file describes it"
                                                         : "no network file of this name");
  }
  const std::string table = silicon_table(checks);
  EXPECT_NE(table.find("For information: no criterion uses these figures"), std::string::npos);
  EXPECT_NE(table.find("residual_26_52_104"), std::string::npos) << table;
}

TEST(Silicon, AnotherFolderOfPlatformsNeedNotHaveThem) {
  const auto nets = tests::shared_file("nets/mlperf-tiny/kws_ref_model.tflite");
  if (nets.empty()) GTEST_SKIP() << "needs the networks of ../shared";
  const tests::TemporaryFolder empty;
  PlatformFiles files;
  NetworkFiles networks(nets.parent_path());
  const auto checks = check_silicon(shipped(), empty.path(), networks, files);
  EXPECT_NE(checks.front().left_out.find("ra8p1.yaml"), std::string::npos);
}

TEST(Silicon, TheModelGivesTheIntervalThatUnpublishedRatesLeave) {
  const auto nets = tests::shared_file("nets/mlperf-tiny/kws_ref_model.tflite");
  if (nets.empty()) GTEST_SKIP() << "needs the networks of ../shared";
  PlatformFiles files;
  NetworkFiles networks(nets.parent_path().parent_path());
  const auto checks = check_silicon(shipped(), tests::source_dir() / "platforms", networks, files);
  std::size_t modelled = 0;
  for (const SiliconCheck& check : checks) {
    if (!check.left_out.empty()) continue;
    ++modelled;
    EXPECT_GT(check.fast_ms, 0) << check.run.network;
    EXPECT_LT(check.fast_ms, check.slow_ms) << check.run.network;
    EXPECT_LE(check.fast_ms, check.nominal_ms) << check.run.network;
    EXPECT_LE(check.nominal_ms, check.slow_ms) << check.run.network;
  }
  EXPECT_EQ(modelled, 6u) << "kws and vww twice, ad01, BlazeFace";
  const std::string table = silicon_table(checks);
  for (const char* word : {"PASS", "FAIL"}) EXPECT_EQ(table.find(word), std::string::npos);
}

TEST(Silicon, NothingIsPrintedWithoutNetworks) { EXPECT_EQ(silicon_table({}), ""); }

TEST(Silicon, NamesFileAndLineOfWhatIsWrong) {
  const tests::TemporaryFolder folder;
  const auto message = [&](const std::string& text) {
    const auto path = folder.write("npu_silicon.csv", text);
    return tests::message_of<CsvError>([&] { read_silicon(path); });
  };
  EXPECT_NE(message("network\n").find(":1: column 'device' is missing"), std::string::npos);
  EXPECT_NE(message(kHead + std::string("kws,chip,256,500,SRAM,fast,,,ours\n"))
                .find(":2: ms must be a number, not 'fast'"),
            std::string::npos);
  EXPECT_NE(message(kHead + std::string("kws,chip,256,500,SRAM,0,,,ours\n"))
                .find(":2: ms and clock_mhz must be positive"),
            std::string::npos);
  EXPECT_NE(
      message(kHead + std::string("kws,chip,256,500,SRAM,1,,,\n")).find(":2: source is missing"),
      std::string::npos);
}

}  // namespace
}  // namespace h4h::sim
