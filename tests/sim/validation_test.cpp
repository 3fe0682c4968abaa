#include "sim/validation/validation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "base/csv/csv_table.hpp"
#include "sim/report/format_validation.hpp"
#include "tests/support/files.hpp"

namespace h4h::sim {
namespace {

TEST(Agreement, IsOfTheLogarithmsOfRatios) {
  const double e = std::exp(1.0);
  const Agreement a = agreement({{e, 1, 1}, {1 / e, 1, 1}, {1, 1, 1}, {1, 1, 1}});
  EXPECT_EQ(a.count, 4u);
  EXPECT_NEAR(a.bias, 0, 1e-12);
  EXPECT_NEAR(a.mean, 0.5, 1e-12);
  EXPECT_NEAR(a.p90, 1, 1e-12);
  EXPECT_EQ(a.inside, 0.5);
}

TEST(Agreement, TheIntervalIsATenthWiderThanTheEstimators) {
  EXPECT_EQ(agreement({{90, 100, 200}}).inside, 1);
  EXPECT_EQ(agreement({{89, 100, 200}}).inside, 0);
  EXPECT_EQ(agreement({{220, 100, 200}}).inside, 1);
  EXPECT_EQ(agreement({{221, 100, 200}}).inside, 0);
  EXPECT_EQ(outside({150, 100, 200}), 0);
  EXPECT_DOUBLE_EQ(outside({50, 100, 200}), 0.5);
  EXPECT_DOUBLE_EQ(outside({300, 200, 100}), 0.5);
  EXPECT_DOUBLE_EQ(to_nearer({150, 100, 200}), 0.25);
}

ValidationFiles shipped(bool ablations) {
  return {
      tests::source_dir() / "platforms", tests::source_dir() / "tests/reference", {}, ablations};
}

TEST(Agreement, TheNearerEstimatorIsTheOneOfTheSmallerRatio) {
  EXPECT_DOUBLE_EQ(log_to_nearer({110, 100, 200}), std::log(1.1));
  EXPECT_DOUBLE_EQ(log_to_nearer({180, 100, 200}), std::log(0.9));
}

TEST(Validation, OperatorsAreGroupedBySize) {
  const std::vector<OperatorGroup> groups =
      operator_groups({{"a", "PAD", "high-end", 32, {110, 100, 200}},
                       {"b", "PAD", "high-end", 32, {90, 100, 200}},
                       {"a", "PAD", "high-end", 64, {50, 100, 200}}});
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].count, 2u);
  EXPECT_NEAR(groups[0].mean, (std::log(1.1) - std::log(0.9)) / 2, 1e-12);
  EXPECT_NEAR(groups[0].bias, (std::log(1.1) + std::log(0.9)) / 2, 1e-12);
  EXPECT_EQ(groups[0].inside, 1);
  EXPECT_EQ(groups[1].macs_per_cycle, 64);
  EXPECT_EQ(groups[1].inside, 0);
}

// The operators that came with the importers of real files, but for those that docs/validation.md
// names; and no more groups over the bound than there are.
void expect_operators_near_one_of_arms_estimators(const std::vector<OperatorGroup>& groups) {
  const std::set<std::string> named{"ARG_MAX", "MAXIMUM"};
  const std::set<std::string> fresh{
      "STRIDED_SLICE",        "SPLIT", "TRANSPOSE_CONV", "GROUPED_CONV", "REDUCE_MAX",
      "FULLY_CONNECTED_ROWS", "LSTM",  "ARG_MAX",        "MAXIMUM",      "SUM"};
  std::size_t seen = 0, over = 0;
  for (const OperatorGroup& group : groups) {
    if (group.mean > kOperatorBound) ++over;
    if (fresh.count(group.op) == 0) continue;
    ++seen;
    const double bound = named.count(group.op) == 0 ? kOperatorBound : 0.22;
    EXPECT_LE(group.mean, bound) << group.op << " " << group.macs_per_cycle;
  }
  EXPECT_EQ(seen, 4 * fresh.size());
  EXPECT_LE(over, 47u);
}

// The agreement reached; it may only get better.
TEST(Validation, EveryBoundOnSingleLayersHolds) {
  const Validation validation = validate(shipped(false));
  const std::vector<Verdict> all = verdicts(validation);
  EXPECT_EQ(all.size(), 12u);
  for (const Verdict& v : all) EXPECT_TRUE(v.pass) << v.what << " " << v.figure << " " << v.bound;
  const Agreement layers = agreement(simulated(validation.layers));
  EXPECT_LE(layers.mean, 0.052);
  EXPECT_GE(layers.inside, 0.93);
  expect_operators_near_one_of_arms_estimators(operator_groups(validation.operators));
  const std::string table = format_validation_table(validation);
  EXPECT_NE(table.find("Networks: left out"), std::string::npos);
  EXPECT_EQ(table.find("FAIL"), std::string::npos);
}

TEST(Validation, EveryMechanismIsWorthSomething) {
  const Validation validation = validate(shipped(true));
  const double with = agreement(simulated(validation.layers)).mean;
  ASSERT_EQ(validation.ablations.size(), 6u);
  for (const Ablation& ablation : validation.ablations) {
    if (ablation.setting == "npu.weights.schedule=fastest") {
      EXPECT_NE(ablation.all.mean, with) << "another choice, not a mechanism left out";
      continue;
    }
    EXPECT_GT(ablation.all.mean, with) << ablation.setting;
  }
}

TEST(Validation, NetworksStayNearTheIntervalOfTheEstimators) {
  const auto nets = tests::shared_file("nets/int8/mobilenet_v2_224_int8.tflite");
  if (nets.empty()) GTEST_SKIP() << "needs the networks of ../shared";
  Validation v =
      validate({tests::source_dir() / "platforms", tests::source_dir() / "tests/reference",
                nets.parent_path().parent_path()});
  ASSERT_EQ(v.networks.size(), 44u);
  for (const Verdict& verdict : verdicts(v)) {
    // The size of encoded weights by rule is off where an input has one channel.
    if (verdict.what == "networks, weight bytes: worst") continue;
    EXPECT_TRUE(verdict.pass) << verdict.what << " " << verdict.figure << " " << verdict.bound;
  }
}

TEST(References, NameFileAndLineOfWhatIsWrong) {
  const tests::TemporaryFolder folder;
  const std::string head =
      "layer_id,op,H,W,Cin,Cout,k,stride,accel_macs_per_cycle,system_config,memory_mode,"
      "weight_bytes_encoded,regor_total_cycles,legacy_total_cycles,ofm_block\n";
  const auto message = [&](const std::string& text) {
    const auto path = folder.write("npu_layers.csv", text);
    return tests::message_of<CsvError>([&] { read_reference_layers(path); });
  };
  EXPECT_NE(message("layer_id\n").find(":1: column 'op' is missing"), std::string::npos);
  EXPECT_NE(message(head + "a,pw1x1,8,8,8,8,1,1,128,Mine,Shared_Sram,64,1,1,1x1x8\n")
                .find(":2: unknown system: Mine, Shared_Sram; known: "),
            std::string::npos);
  EXPECT_NE(message(head + "a,pw1x1,8,8,8,8,1,1,128,x,Sram_Only,64,fast,1,1x1x8\n")
                .find(":2: regor_total_cycles must be a number, not 'fast'"),
            std::string::npos);
  EXPECT_NE(tests::message_of<CsvError>([&] {
              read_reference_layers(folder.path() / "none.csv");
            }).find("no such file"),
            std::string::npos);
}

TEST(References, OfOperatorsNameFileAndLineOfWhatIsWrong) {
  const tests::TemporaryFolder folder;
  const std::string layers_head = "layer_id,op,inputs,layers,outputs\n";
  const std::string cycles_head =
      "layer_id,accel_macs_per_cycle,system_config,memory_mode,weight_bytes_encoded,"
      "regor_total_cycles,legacy_total_cycles\n";
  const std::string relu =
      "a,RELU,\"[{name: x, shape: [8, 8, 4]}]\",\"[{name: a, op: relu}]\",[a]\n";
  const auto read = [&](const std::string& layers, const std::string& cycles) {
    return read_reference_operators(folder.write("layers.csv", layers_head + layers),
                                    folder.write("cycles.csv", cycles_head + cycles));
  };
  const auto message = [&](const std::string& layers, const std::string& cycles) {
    return tests::message_of<CsvError>([&] { read(layers, cycles); });
  };
  const std::vector<ReferenceOperator> one = read(relu, "a,128,x,Sram_Only,,700,\n");
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].network.layers.size(), 1u);
  EXPECT_EQ(one[0].regor_cycles, 700);
  EXPECT_EQ(one[0].legacy_cycles, 700) << "left to the CPU by that compiler";
  EXPECT_NE(message(relu, "b,128,x,Sram_Only,,700,\n")
                .find("cycles.csv:2: layer_id 'b' is not described"),
            std::string::npos);
  EXPECT_NE(message("a,RELU,\"[{name: x, shape: [8, 8, 4]}]\",\"[{name: a, op: fold}]\",[a]\n", "")
                .find("layers.csv:2: a:2: layer 'a': op must be one of"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::sim
