#include "sim/variants/variant_wire.hpp"

#include <gtest/gtest.h>

#include "platforms/description/overrides.hpp"
#include "sim/job/wire.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::sim {
namespace {

VariantTask task() {
  VariantTask task;
  for (const auto& [name, parameters, description] : workloads::catalogue()) {
    task.networks.networks.push_back(*workloads::build_by_name(name));
  }
  workloads::Network& first = task.networks.networks.front();
  first.layers.front().encoded_weight_bytes = 77;
  first.layers.back().file_index = 12;
  first.unsupported.push_back({3, "SVDF", "why", 17, 2, {0}, {1}});
  first.states.push_back({"state", 64});
  first.folded.push_back({4, "RELU", "conv"});
  first.remarks.emplace_back("a remark");
  MappingWanted& wanted = task.networks.wanted;
  wanted.goal = Goal(Objective::energy, 1e-3);
  wanted.effort = Effort::full;
  wanted.fps = 30;
  wanted.limits = {1e-3, std::nullopt};
  task.networks.mapping_file = "m.yaml";
  task.networks.mapping_text = "active: 2\n";
  task.machine = "this";
  task.store = "/tmp/costs.sqlite";
  task.keep = true;
  return task;
}

TEST(VariantWire, TasksComeBackAsTheyWere) {
  const VariantTask all = task(), back = decode_task(encode(all));
  EXPECT_EQ(encode(back), encode(all));
  ASSERT_EQ(back.networks.networks.size(), all.networks.networks.size());
  for (std::size_t i = 0; i < all.networks.networks.size(); ++i) {
    const workloads::Network &was = all.networks.networks[i], &is = back.networks.networks[i];
    EXPECT_TRUE(is == was) << was.name;
    EXPECT_EQ(is.tensors, was.tensors) << "numbered alike";
  }
  const workloads::Network& first = back.networks.networks.front();
  EXPECT_EQ(first.layers.front().encoded_weight_bytes, 77);
  EXPECT_EQ(first.layers.back().file_index, 12u);
  EXPECT_EQ(first.unsupported.back().reason, "why");
  EXPECT_EQ(first.folded.back().into, "conv");
  EXPECT_EQ(first.remarks.back(), "a remark");
  EXPECT_EQ(back.networks.wanted.goal.limit, 1e-3);
  EXPECT_EQ(back.networks.wanted.limits.latency_s, 1e-3);
  EXPECT_EQ(back.store, "/tmp/costs.sqlite");
  EXPECT_TRUE(back.keep);
}

TEST(VariantWire, PlatformsComeBackToTheBit) {
  for (const char* const name : {"h4h-7nm", "cim-analog", "ethos-u55-high-end-measured", "ra8p1"}) {
    // Twelve digits do not say this real.
    const platforms::Platform chip =
        platforms::with(testing::platform(name), {{"energy.npu_mac", 1.0 / 3.0 * 1e-12}});
    const platforms::Platform back = decode_platform(encode(chip));
    EXPECT_TRUE(back == chip) << name;
    EXPECT_EQ(back.name, chip.name);
    EXPECT_EQ(back.coefficients.energy.npu_mac, chip.coefficients.energy.npu_mac) << name;
    EXPECT_EQ(back.hardware.npu.measured, chip.hardware.npu.measured) << name;
    EXPECT_EQ(encode(back), encode(chip)) << name;
  }
}

TEST(VariantWire, PointsComeBackAsTheyWere) {
  const platforms::Platform chip = testing::platform("h4h-7nm");
  LayerCosts costs(chip.hardware);
  const VariantNetworks all{{*workloads::build_by_name("ds_cnn_kws")}};
  const VariantPoint point = variant_point(costs, chip, all, 0);
  const VariantNews news{{{"hardware", "job", {}}, {"hardware", "other", {}}}, point};
  const VariantNews back = decode_news(encode(news));
  EXPECT_EQ(encode(back), encode(news));
  EXPECT_EQ(back.point->latency_s, point.latency_s);
  EXPECT_EQ(back.point->energy_parts_j.total(), point.energy_parts_j.total());
  EXPECT_EQ(back.point->mapping, point.mapping);
  ASSERT_EQ(back.point->layers.size(), point.layers.size());
  for (std::size_t i = 0; i < point.layers.size(); ++i) {
    EXPECT_EQ(back.point->layers[i].bound, point.layers[i].bound);
  }
  EXPECT_EQ(back.results[1].hardware, "hardware");
  EXPECT_FALSE(decode_news(encode(VariantNews{})).point);
}

TEST(VariantWire, BytesThatAreCutAreRefused) {
  const std::string all = encode(task()), chip = encode(testing::platform("h4h-7nm"));
  for (std::size_t size = 0; size < all.size(); size += 1 + size / 50) {
    EXPECT_THROW(decode_task(std::string_view(all).substr(0, size)), WireError) << size;
  }
  for (std::size_t size = 0; size < chip.size(); size += 7) {
    EXPECT_THROW(decode_platform(std::string_view(chip).substr(0, size)), WireError) << size;
  }
  EXPECT_THROW(decode_task(all + "x"), WireError);
}

TEST(VariantWire, ANetworkOfTensorsThatAreNotThereIsRefused) {
  VariantTask wrong = task();
  wrong.networks.networks.back().outputs.push_back(1'000'000);
  EXPECT_THROW(decode_task(encode(wrong)), WireError);
  wrong = task();
  wrong.networks.networks.back().layers.front().weights_of = 0;
  EXPECT_THROW(decode_task(encode(wrong)), WireError);
}

TEST(VariantWire, AValueThatNoPlatformHasIsRefused) {
  platforms::Platform chip = testing::platform("h4h-7nm");
  for (platforms::Setting& setting : chip.settings) {
    if (setting.key == "cim.macros") setting.parsed = std::int64_t{-1};
  }
  EXPECT_THROW(decode_platform(encode(chip)), platforms::OverrideError);
  for (platforms::Setting& setting : chip.settings) setting.parsed = platforms::Unknown{};
  EXPECT_THROW(decode_platform(encode(chip)), platforms::OverrideError) << "of another type";
}

}  // namespace
}  // namespace h4h::sim
