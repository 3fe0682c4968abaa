#include "models/npu/npu_softmax.hpp"

#include <gtest/gtest.h>

#include "workloads/ir/op.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Shape;

constexpr std::int64_t kSizes[] = {32, 64, 128, 256};

NpuConfig lowered(std::int64_t size) {
  NpuConfig config = npu_config(size);
  config.softmax_cycles = 0;
  return config;
}

LayerShape softmax(const Shape& map) { return {workloads::Softmax{}, {map}, map, {}, {}}; }

NpuPlan plan(const NpuConfig& config, const Shape& map) {
  return plan_npu(config, softmax(map), Layout::nhwc, Layout::nhwc, {});
}

std::int64_t cycles(const NpuPlan& plan) {
  std::int64_t sum = 0;
  for (const NpuStep& step : plan.steps) sum += step.mac_cycles + step.output_cycles;
  return sum;
}

TEST(NpuSoftmax, TakesTheCyclesOfItsPasses) {
  // Of 196 rows of 196 on 128 MACs: a maximum whose taps are charged four times, an exponential of
  // 3/2 cycles, two shifts of 3/4, a sum, 9 operations of two maps and 12 of one with 16 values a
  // row, a product of 5/4.
  const std::int64_t maximum = 4 * 196 * 196 + 49, sum = 10976 + 98;
  const std::int64_t shift = 196 * 196 * 3 / 4, stored = 196 * 208;
  const std::int64_t data = stored * 3 / 2 + 2 * shift + stored * 5 / 4;
  const std::int64_t rows = 196 * 16 * (9 * 10 + 12 * 6) / 8;
  EXPECT_EQ(softmax_cycles(lowered(128), 196, 196), maximum + sum + data + rows);
}

TEST(NpuSoftmax, ThroughMemoryAndInsideTakeTheSameWork) {
  for (const std::int64_t size : kSizes) {
    for (const Shape& map : {Shape{1, 1, 1000}, Shape{1, 196, 10}, Shape{4, 64, 64}}) {
      const NpuConfig config = lowered(size);
      EXPECT_EQ(cycles(plan(config, map)), softmax_cycles(config, map.pixels(), map.channels));
    }
  }
}

TEST(NpuSoftmax, MapsBetweenPassesLieInMemoryInNhcwb16) {
  std::int64_t read = 0, written = 0;
  for (const NpuStep& step : plan(lowered(128), {1, 32, 10}).steps) {
    read += step.input_bytes;
    written += step.output_bytes;
  }
  const std::int64_t map = 32 * 16 * 4, values = 32 * 16 * 4;  // in 32 bits
  EXPECT_EQ(written, 32 * 16 + 3 * map + 22 * values + 32 * 10);
  EXPECT_EQ(read, 2 * 32 * 10 + 32 * 16 + 4 * map + 32 * values);
}

TEST(NpuSoftmax, APassOfASingleBlockWaitsForTheOneBefore) {
  const auto waits = [](const Shape& map) {
    std::size_t count = 0;
    for (const NpuStep& step : plan(lowered(128), map).steps) count += step.after_output ? 1 : 0;
    return count;
  };
  EXPECT_EQ(waits({1, 1, 10}), 26u) << "27 passes, all but the first";
  EXPECT_EQ(waits({1, 256, 32}), 4u) << "exponential, sum, first on sums, product";
}

TEST(NpuSoftmax, RowsCostAlikeAndALargerArrayIsNotSlower) {
  for (const std::int64_t size : kSizes) {
    const std::int64_t once = softmax_cycles(lowered(size), 64, 32);
    EXPECT_EQ(softmax_cycles(lowered(size), 128, 32), 2 * once);
    if (size < 256) {
      EXPECT_GE(once, softmax_cycles(lowered(2 * size), 64, 32));
    }
  }
}

TEST(NpuSoftmax, AnOverrideIsOnePassAtSoManyCyclesAnElement) {
  NpuConfig config = npu_config(256);
  config.softmax_cycles = 3;
  EXPECT_EQ(softmax_cycles(config, 10, 20), 3 * 10 * 32);
  const NpuPlan one = plan(config, {1, 10, 20});
  EXPECT_EQ(cycles(one), 3 * 10 * 32);
  for (const NpuStep& step : one.steps) EXPECT_FALSE(step.after_output);
}

}  // namespace
}  // namespace h4h::models
