#include "models/systolic/systolic_timing.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/layer_shapes.hpp"

namespace h4h::models {
namespace {

using platforms::Drain;
using workloads::Activation;
using workloads::LayerShape;
using workloads::Shape;

constexpr std::int64_t kMiB = 1 << 20;

platforms::Systolic array(std::int64_t rows, std::int64_t columns, Drain drain) {
  return {rows, columns, 1'000'000'000, kMiB, kMiB, kMiB, 4, drain, {}};
}

template <typename Of>
std::int64_t sum(const SystolicPlan& plan, Of of) {
  std::int64_t total = 0;
  for (const SystolicStep& step : plan.steps) total += of(step);
  return total;
}

SystolicPlan plan(const platforms::Systolic& array, const LayerShape& layer) {
  return plan_systolic(array, layer, Layout::nhwc, Layout::nhwc);
}
std::int64_t cycles(const platforms::Systolic& array, const LayerShape& layer) {
  return sum(plan(array, layer), [](const SystolicStep& step) { return step.cycles; });
}

LayerShape matmul(const Shape& left, const Shape& right, bool transposed) {
  const workloads::MatMul op{transposed};
  return {op, {left, right}, workloads::output_shape(op, {left, right}), {}, {}};
}

// Of `folds`, (2R + C + T - 2) each: Samajdar et al., ISPASS 2020.
TEST(SystolicTiming, FoldsTakeTheirClosedForm) {
  const platforms::Systolic exposed = array(8, 4, Drain::exposed);
  EXPECT_EQ(fold_cycles(exposed, 100), 2 * 8 + 4 + 100 - 2);
  EXPECT_EQ(fold_cycles(array(8, 4, Drain::overlapped), 100), 8 + 4 + 100 - 2);
  // 7 x 9 pixels are 8 folds of 8, the last one of 7; 10 channels are 3 folds of 4.
  EXPECT_EQ(cycles(exposed, tests::conv({7, 9, 5}, 10, 3)), 8 * 3 * (16 + 4 + 45 - 2));
  EXPECT_EQ(cycles(exposed, tests::conv({7, 9, 5}, 10, 1)), 8 * 3 * (16 + 4 + 5 - 2));
  EXPECT_EQ(cycles(exposed, tests::linear(300, 10)), 3 * (16 + 4 + 300 - 2));
  // Of a matmul, every matrix by itself: 9 rows are 2 folds.
  EXPECT_EQ(cycles(exposed, matmul({3, 9, 5}, {3, 10, 5}, true)), 3 * 2 * 3 * (16 + 4 + 5 - 2));
  EXPECT_EQ(cycles(exposed, matmul({3, 9, 5}, {3, 5, 10}, false)), 3 * 2 * 3 * (16 + 4 + 5 - 2));
}

TEST(SystolicTiming, ChannelsOfDepthwiseLayersTakeFoldsOfTheirOwn) {
  const platforms::Systolic a = array(8, 4, Drain::overlapped);
  EXPECT_EQ(cycles(a, tests::depthwise({8, 8, 10})), 8 * 10 * (8 + 4 + 9 - 2));
}

// Cycles that the repository scalesim-project/scale-sim-v2 publishes of SCALE-Sim v2, an array of
// 32 x 32, output-stationary. It counts from 0, so that it is one cycle less.
//   rundir-accelergy/output/scale_sim_output_scale_example_run_32x32_os/COMPUTE_REPORT.csv (commit
//   187e81c): 21479 in all, 0 of them stalls, of topologies/conv_nets/test.csv (7 x 7 x 192, 3 x 3
//   without padding, 384 filters; the utilisations in the report, 78.125 % and 75.42 %, are those
//   of this layer)
//   test/general/golden_trace_user_os/COMPUTE_REPORT.csv (commit 18975c2): 52447 in all, 42272 of
//   them stalls, of topologies/GEMM_mnk/test_mnk_input.csv (M = 256, N = 128, K = 256)
TEST(SystolicTiming, IsThatOfScaleSimWhereItPublishesCycles) {
  const platforms::Systolic a = array(32, 32, Drain::overlapped);
  const workloads::Window window{3, 3, 1, 1, 1, 1, {}};
  EXPECT_EQ(cycles(a, tests::shaped(workloads::Conv2d{384, window, Activation::none}, {7, 7, 192})),
            21479 + 1);
  EXPECT_EQ(cycles(a, tests::shaped(workloads::Linear{128, Activation::none, true}, {16, 16, 256})),
            52447 - 42272 + 1);
}

TEST(SystolicTiming, StreamsEveryByteOnceWhereTheBuffersHoldAll) {
  const LayerShape layer = tests::conv({12, 12, 32}, 40, 3);
  const SystolicPlan p = plan(array(8, 8, Drain::overlapped), layer);
  EXPECT_EQ(sum(p, [](const SystolicStep& s) { return s.input_bytes; }), 12 * 12 * 32);
  EXPECT_EQ(sum(p, [](const SystolicStep& s) { return s.weight_bytes; }), 9 * 32 * 40);
  EXPECT_EQ(sum(p, [](const SystolicStep& s) { return s.output_bytes; }), 12 * 12 * 40);
  EXPECT_EQ(p.macs, 12 * 12 * 40 * 9 * 32);
}

// Two blocks of channels read the inputs twice, or tiles of pixels the weights, whichever is less.
TEST(SystolicTiming, ReadsAgainWhatItsBuffersDoNotHold) {
  platforms::Systolic small = array(8, 8, Drain::overlapped);
  small.input_buffer_bytes = 8 << 10;
  const LayerShape few_weights = tests::conv({32, 32, 16}, 16, 1);
  EXPECT_EQ(sum(plan(small, few_weights), [](const SystolicStep& s) { return s.input_bytes; }),
            32 * 32 * 16);
  small.weight_buffer_bytes = 300;
  const SystolicPlan p = plan(small, few_weights);
  EXPECT_EQ(sum(p, [](const SystolicStep& s) { return s.weight_bytes; }) / (16 * 16) +
                sum(p, [](const SystolicStep& s) { return s.input_bytes; }) / (32 * 32 * 16),
            8 + 1)
      << "eight tiles of pixels, each with all weights";
}

TEST(SystolicTiming, NamesWhyItCannotRunALayer) {
  platforms::Systolic a = array(16, 16, Drain::overlapped);
  const auto why = [&](const LayerShape& layer) { return systolic_cannot_run(a, layer); };
  EXPECT_EQ(why(tests::conv({8, 8, 64}, 64, 3)), "");
  EXPECT_EQ(why(tests::shaped(workloads::Pool2d{}, {8, 8, 16})),
            "a systolic array cannot run average_pool: it has no products");
  const LayerShape heads{
      workloads::Attention{4}, {{4, 4, 32}, {4, 4, 32}, {4, 4, 32}}, {4, 4, 32}, {}, {}};
  EXPECT_EQ(why(heads), "a systolic array cannot run attention: how it would run is not modelled");
  EXPECT_EQ(why(tests::shaped(workloads::Conv2d{64, {}, Activation::none, 2}, {8, 8, 64})),
            "a systolic array cannot run conv: its convolution is in groups");
  EXPECT_EQ(why(tests::shaped(workloads::Linear{8, Activation::tanh}, {1, 1, 8})),
            "a systolic array cannot run linear: it has no table for its activation, tanh");
  a.weight_buffer_bytes = 2 * 9 * 64 * 16 - 2;
  EXPECT_EQ(why(tests::conv({8, 8, 64}, 64, 3)),
            "a systolic array cannot run conv: weights of a fold take 9216 B, half of the weight "
            "buffer is 9215 B");
  EXPECT_EQ(why(tests::conv({8, 8, 63}, 64, 3)), "");
  a.input_buffer_bytes = 1022;
  EXPECT_EQ(
      why(tests::conv({8, 8, 16}, 64, 3)),
      "a systolic array cannot run conv: inputs or outputs of a fold do not fit half of their "
      "buffer");
}

}  // namespace
}  // namespace h4h::models
