#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/chromium.hpp"
#include "tests/support/provenance.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;

const char kHead[] =
    "layer_id,op,H,W,Cin,Cout,k,stride,accel_macs_per_cycle,system_config,memory_mode,"
    "weight_bytes_encoded,regor_total_cycles,legacy_total_cycles,ofm_block\n";

// References of one layer that this program cannot agree with.
std::string impossible(const TemporaryFolder& folder) {
  folder.write("npu_layers.csv",
               std::string(kHead) +
                   "a,pw1x1,16,16,32,32,1,1,128,Ethos_U55_High_End_Embedded,Sram_Only,1024,9,9,"
                   "1x2x8\n");
  return folder.path().string();
}

TEST(ValidateCommand, SaysPassForEveryBoundOnTheShippedReferences) {
  const Outcome o = h4h("validate --format json");
  ASSERT_EQ(o.code, 0) << o.err;
  const Json json = Json::parse(o.out);
  expect_provenance(json, "h4h.validation/1");
  EXPECT_EQ(json["groups"].size(), 48u);
  for (const Json& verdict : json["verdicts"]) EXPECT_TRUE(verdict["pass"].get<bool>()) << verdict;
}

TEST(ValidateCommand, ABoundThatDoesNotHoldIsExitCodeOneWithTheTable) {
  const TemporaryFolder folder;
  const Outcome o = h4h("validate --reference " + impossible(folder));
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.out.find("FAIL  same output block"), std::string::npos) << o.out;
  EXPECT_NE(o.err.find("an acceptance criterion is not met"), std::string::npos);
}

TEST(ValidateCommand, WritesARowForEveryLayer) {
  const TemporaryFolder folder;
  const Outcome o = h4h("validate --format csv --reference " + impossible(folder));
  EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), 2);
  EXPECT_EQ(o.out.rfind("layer_id,op,macs_per_cycle,system,cycles,", 0), 0u) << o.out;
  expect_provenance_columns(o.out, "h4h.validation/1");
}

TEST(ValidateCommand, NamesReferencesThatAreMissing) {
  expect_failure("validate --reference /nowhere", 1, "/nowhere/npu_layers.csv: no such file");
  expect_failure("validate --format xml", 2, "xml");
}

// To simulate the layers takes more than the 2 s of CPU time.
TEST(ValidateCommand, NamesWhatIsMissingBeforeItSimulates) {
  const auto at_once = [](const std::string& arguments) {
    return run("sh -c 'ulimit -t 2; exec " H4H_BINARY " validate " + arguments + "'");
  };
  const TemporaryFolder folder;
  const std::string file = folder.write("f", "").string();
  const std::vector<std::pair<std::string, std::string>> all{
      {"--nets /none", "/none: no such directory"},
      {"--nets " + file, file + ": not a directory"},
      {"--platforms /none", "/none/ethos-u55-"},
      {"--reference /none", "/none/npu_layers.csv: no such file"},
      {"--nets . --reference " + impossible(folder), "npu_networks.csv: no such file"}};
  for (const auto& [arguments, message] : all) {
    const Outcome o = at_once(arguments);
    EXPECT_EQ(o.code, 1) << arguments << o.err;
    EXPECT_EQ(o.out, "") << arguments;
    EXPECT_NE(o.err.find(message), std::string::npos) << o.err;
  }
}

TEST(ValidateCommand, PageDrawsItselfInChromium) {
  if (!has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const TemporaryFolder folder;
  const std::string page = (folder.path() / "v.html").string();
  h4h("validate --reference " + impossible(folder) + " --html " + page);
  const std::string dom = rendered(folder, page);
  expect_ready(dom);
  EXPECT_NE(
      dom.find(
          "<code id=\"command\"><span>h4h</span> <span>validate</span> <span>--reference</span> "),
      std::string::npos);
}

}  // namespace
}  // namespace h4h::tests
