#include <gtest/gtest.h>

#include <numeric>

#include "models/cim/cim_attention.hpp"
#include "models/npu/npu_attention.hpp"

namespace h4h::models {
namespace {

using platforms::MatmulRule;
using workloads::Attention;
using workloads::LayerShape;
using workloads::Shape;

LayerShape attention(const Shape& map, std::int64_t heads) {
  return {Attention{heads}, {map, map, map}, map, {}, {}};
}

NpuConfig npu(MatmulRule rule, std::int64_t macs_per_cycle = 256) {
  NpuConfig config = npu_config(macs_per_cycle);
  config.matmul_rule = rule;
  config.matmul_utilization = 0.25;
  config.softmax_cycles = 2;
  return config;
}

NpuPlan plan(MatmulRule rule, const Shape& map, std::int64_t heads) {
  return plan_attention(npu(rule), attention(map, heads), Layout::nhwc, Layout::nhwc, {});
}

template <typename Of>
std::int64_t sum(const NpuPlan& p, Of of) {
  return std::accumulate(p.steps.begin(), p.steps.end(), std::int64_t{0},
                         [&](std::int64_t s, const NpuStep& step) { return s + of(step); });
}
std::int64_t input_bytes(const NpuPlan& p) {
  return sum(p, [](const NpuStep& s) { return s.input_bytes + s.operand_bytes; });
}
std::int64_t output_bytes(const NpuPlan& p) {
  return sum(p, [](const NpuStep& s) { return s.output_bytes; });
}
std::int64_t mac_cycles(const NpuPlan& p) {
  return sum(p, [](const NpuStep& s) { return s.mac_cycles; });
}

TEST(NpuAttention, OneStripeReadsEachOperandOnceAndWritesTheOutputOnce) {
  // 64 tokens: 64 x 64 scores fit half of 48 KiB, and keys one block.
  const NpuPlan p = plan(MatmulRule::dense, {8, 8, 16}, 2);
  EXPECT_EQ(input_bytes(p), 3 * 8 * 8 * 16);
  EXPECT_EQ(output_bytes(p), 8 * 8 * 16);
  EXPECT_EQ(p.steps.size(), 2u * 3u);
  EXPECT_EQ(p.macs, 2 * 64 * 64 * 16);
}

TEST(NpuAttention, DenseProductsTakeTheGivenShareOfThePeak) {
  const NpuPlan p = plan(MatmulRule::dense, {8, 8, 16}, 2);
  EXPECT_EQ(mac_cycles(p), 2 * 2 * (64 * 64 * 8) / (256 / 4));
}

TEST(NpuAttention, EveryScoreTakesTheSoftmaxOfThePlatform) {
  const NpuPlan p = plan(MatmulRule::dense, {8, 8, 16}, 2);
  EXPECT_EQ(p.steps[1].output_cycles, 2 * 64 * 64);
  EXPECT_EQ(p.steps[1].output_bytes, 0);
}

TEST(NpuAttention, ValuesWaitForTheSoftmaxOfTheirStripe) {
  for (const MatmulRule rule : {MatmulRule::dense, MatmulRule::weights}) {
    const NpuPlan p = plan(rule, {8, 8, 16}, 2);
    const auto waits = [](const NpuStep& s) { return std::int64_t{s.after_output}; };
    EXPECT_EQ(sum(p, waits), 2);
  }
}

TEST(NpuAttention, ScoresNeverLeaveTheNpuButUnderArmsLowering) {
  const Shape map{36, 36, 64};
  const std::int64_t output = map.elements();
  EXPECT_EQ(output_bytes(plan(MatmulRule::dense, map, 8)), output);
  EXPECT_EQ(output_bytes(plan(MatmulRule::weights, map, 8)), output);
  EXPECT_GT(output_bytes(plan(MatmulRule::arm, map, 8)), 8 * 1296 * 1296);
}

TEST(NpuAttention, MoreTokensThanOneStripeHoldsReadKeysAndValuesAgain) {
  const Shape map{36, 36, 8};
  const NpuPlan p = plan(MatmulRule::dense, map, 1);
  // 24 KiB of scores hold 18 queries of 1296 keys: 2 rows of 9.
  EXPECT_EQ(p.steps.size(), 3u * 72u);
  EXPECT_EQ(input_bytes(p), map.elements() + 72 * 2 * map.elements());
}

TEST(NpuAttention, NoRuleBeatsThePeak) {
  for (const MatmulRule rule : {MatmulRule::arm, MatmulRule::weights, MatmulRule::dense}) {
    const NpuPlan p = plan(rule, {12, 12, 32}, 4);
    const std::int64_t macs_in_array = rule == MatmulRule::arm ? 0 : p.macs;
    EXPECT_GE(mac_cycles(p) * 256, macs_in_array);
    EXPECT_EQ(p.macs, 2 * 144 * 144 * 32);
  }
}

platforms::Cim macro(std::int64_t operand_bytes) {
  platforms::Cim cim;
  cim.accumulators = 16;
  cim.products = 9;
  cim.step_ps = 9000;
  cim.read_time_ps = 6000;
  cim.stream_buffer_bytes = 8192;
  cim.operand_buffer_bytes = operand_bytes;
  cim.softmax_ps = 1000;
  return cim;
}

TEST(CimAttention, NeedsKeysAndValuesOfAHeadInHalfTheOperandBuffer) {
  const LayerShape layer = attention({8, 8, 16}, 2);  // 64 tokens x 8 channels
  EXPECT_TRUE(cim_can_run(macro(2 * 2 * 64 * 8), layer));
  EXPECT_FALSE(cim_can_run(macro(2 * 2 * 64 * 8 - 1), layer));
  EXPECT_FALSE(cim_can_run(macro(0), layer));
}

TEST(CimAttention, StepsAreKeysBySixteenAndScoresByNine) {
  const LayerShape layer = attention({8, 8, 16}, 2);
  const CimPlan p = plan_cim(macro(1 << 16), 2, 1, layer, Layout::nhwc, Layout::nhwc);
  ASSERT_EQ(p.tiles.size(), 1u);
  const CimTile& t = p.tiles.front();
  EXPECT_EQ(t.operand_steps, 64 * (64 / 16 + 8));  // ceil(64 / 9) = 8
  EXPECT_EQ(t.scores, 64 * 64);
  EXPECT_EQ(t.all_scores, 2 * 64 * 64);
  EXPECT_EQ(t.input_bytes, 3 * 64 * 16);
  EXPECT_EQ(t.output_bytes, 64 * 16);
  EXPECT_EQ(t.word_reads, 0);
  EXPECT_EQ(p.words, 0);
  EXPECT_EQ(compute_time(macro(1 << 16), t),
            (Picoseconds{t.operand_steps * 9000 + t.scores * 1000}));
}

TEST(CimAttention, MacrosShareHeadsAndUnitsQueries) {
  const LayerShape layer = attention({8, 8, 32}, 4);
  const auto steps = [&](std::int64_t macros, std::int64_t units) {
    std::int64_t all = 0;
    const CimPlan p = plan_cim(macro(1 << 16), macros, units, layer, Layout::nhwc, Layout::nhwc);
    for (const CimTile& t : p.tiles) all += t.operand_steps;
    return all;
  };
  EXPECT_EQ(steps(1, 1), 4 * steps(4, 1));
  EXPECT_EQ(steps(3, 1), 2 * steps(4, 1));  // 4 heads on 3 macros: two rounds
  EXPECT_EQ(steps(8, 1), steps(4, 1));
  EXPECT_EQ(steps(4, 1), 4 * steps(4, 4));
}

TEST(CimAttention, SharesAreWholeHeadsInWholeWords) {
  EXPECT_EQ(cim_share_unit(macro(1 << 16), attention({8, 8, 64}, 8)), 16);
  EXPECT_EQ(cim_share_unit(macro(1 << 16), attention({8, 8, 96}, 4)), 48);
}

}  // namespace
}  // namespace h4h::models
