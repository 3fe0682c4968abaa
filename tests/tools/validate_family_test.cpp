#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/provenance.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;

TEST(ValidateFamilyCommand, SaysPassForEveryBoundOfTheEthosU65) {
  const Outcome o = h4h("validate --npu u65 --format json");
  ASSERT_EQ(o.code, 0) << o.err;
  const Json json = Json::parse(o.out);
  expect_provenance(json, "h4h.family/1");
  EXPECT_EQ(json["npu"], "ethos-u65");
  EXPECT_EQ(json["verdicts"].size(), 4u);
  for (const Json& verdict : json["verdicts"]) EXPECT_TRUE(verdict["pass"].get<bool>()) << verdict;
}

const char kLayers[] =
    "layer_id,op,inputs,layers,outputs\n"
    "a,pw1x1,\"[{name: x, shape: [16, 16, 64]}]\",\"[{name: y, op: conv, out: 64, kernel: [1, 1], "
    "stride: 1, dilation: 1, padding: same, activation: relu}]\",[y]\n";
const char kCycles[] =
    "layer_id,accel_macs_per_cycle,system_config,memory_mode,weight_bytes_encoded,"
    "regor_total_cycles,legacy_total_cycles\n";

TEST(ValidateFamilyCommand, ABoundThatDoesNotHoldIsExitCodeOneWithTheTable) {
  const TemporaryFolder folder;
  folder.write("npu_family_layers.csv", kLayers);
  folder.write("npu_u85.csv",
               std::string(kCycles) + "a,256,Ethos_U85_SYS_Flash_High,Sram_Only,4200,9,\n");
  const Outcome o = h4h("validate --npu u85 --reference " + folder.path().string());
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.out.find("FAIL  ethos-u85, pointwise: mean |ln|"), std::string::npos) << o.out;
  EXPECT_NE(o.err.find("an acceptance criterion is not met"), std::string::npos);
}

TEST(ValidateFamilyCommand, WritesARowForEveryLayerWithBothKindsOfSteps) {
  const TemporaryFolder folder;
  folder.write("npu_family_layers.csv", kLayers);
  folder.write("npu_u85.csv",
               std::string(kCycles) + "a,256,Ethos_U85_SYS_Flash_High,Sram_Only,4200,9,\n");
  const Outcome o = h4h("validate --npu u85 --format csv --reference " + folder.path().string());
  EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), 2);
  EXPECT_EQ(o.out.rfind("layer_id,op,macs_per_cycle,system,cycles,hardware_cycles,", 0), 0u)
      << o.out;
}

TEST(ValidateFamilyCommand, NamesWhatIsMissingOrWrong) {
  expect_failure("validate --npu u75", 2, "--npu 'u75' is not one of: u55, u65, u85");
  expect_failure("validate --npu u65 --nets .", 2, "--nets goes with --npu u55 alone");
  expect_failure("validate --npu u65 --reference /nowhere", 1, "/nowhere/npu_family_layers.csv");
  const TemporaryFolder folder;
  folder.write("npu_family_layers.csv", kLayers);
  folder.write("npu_u65.csv",
               std::string(kCycles) + "a,96,Ethos_U65_Embedded,Sram_Only,4200,9,9\n");
  expect_failure("validate --npu u65 --reference " + folder.path().string(), 1, "96");
}

}  // namespace
}  // namespace h4h::tests
