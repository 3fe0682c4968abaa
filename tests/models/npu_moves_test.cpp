#include <gtest/gtest.h>

#include "models/npu/npu_matmul.hpp"
#include "models/npu/npu_mean.hpp"
#include "models/npu/npu_parts.hpp"
#include "models/npu/npu_transpose.hpp"
#include "tests/support/layer_shapes.hpp"
#include "tests/support/npu_plans.hpp"

namespace h4h::models {
namespace {

using tests::kSizes;
using tests::plan;
using tests::shaped;
using tests::sums;
using workloads::Activation;
using workloads::Axis;
using workloads::LayerShape;
using workloads::Shape;

// Cycles of the array for a copy: four taps at least for each micro-block, charged four times on
// 64 MACs and more.
std::int64_t copying(std::int64_t size, std::int64_t micro_blocks) {
  return (size == 32 ? 1 : 4) * 4 * micro_blocks;
}

TEST(NpuConcat, IsACopyOfEachInput) {
  const Shape first{32, 32, 16}, second{32, 32, 32}, out{32, 32, 48};
  const LayerShape layer{workloads::Concat{Axis::channels}, {first, second}, out, {}, {}};
  for (const std::int64_t size : kSizes) {
    const tests::PlanSums w = sums(size, layer);
    EXPECT_EQ(w.mac, copying(size, out.elements() * 8 / size));
    EXPECT_EQ(w.output_stage, (size == 32 ? 2 : 1) * out.elements()) << "no fused activation";
    EXPECT_EQ(w.read, out.elements());
    EXPECT_EQ(w.written, out.elements());
  }
}

TEST(NpuPad, IsACopyOfTheInputAndOneOfAConstantForEachSide) {
  const Shape in{16, 16, 32};
  const LayerShape layer = shaped(workloads::Pad{{1, 2, 0, 1}, 0, 0}, in);
  EXPECT_EQ(parts_of(layer).size(), 4u) << "nothing is missing at the left";
  for (const std::int64_t size : kSizes) {
    const tests::PlanSums w = sums(size, layer);
    EXPECT_EQ(w.read, in.elements());
    EXPECT_EQ(w.written, 19 * 17 * 32);
    // Their runs are of at most 32 B, in bursts of as many.
    EXPECT_GE(w.weights, 19 * 17 * 32 - in.elements());
  }
  const LayerShape channels = shaped(workloads::Pad{{}, 0, 8}, in);
  EXPECT_EQ(sums(128, channels).mac, copying(128, 16 * 16 * 40 / 16));
}

TEST(NpuPad, OfNothingIsACopy) {
  const LayerShape layer = shaped(workloads::Pad{}, {16, 16, 32});
  EXPECT_EQ(parts_of(layer).size(), 1u);
  EXPECT_EQ(sums(128, layer).written, 16 * 16 * 32);
}

TEST(NpuTranspose, OfTwoAxesIsAPassAndOfThreeTwo) {
  using Order = std::array<Axis, 3>;
  const Order two[] = {{Axis::width, Axis::height, Axis::channels},
                       {Axis::height, Axis::channels, Axis::width},
                       {Axis::channels, Axis::width, Axis::height}};
  const Order three[] = {{Axis::width, Axis::channels, Axis::height},
                         {Axis::channels, Axis::height, Axis::width}};
  const Shape in{16, 16, 32};
  const auto expect = [&](const Order& order, std::int64_t passes) {
    const tests::PlanSums w = sums(64, shaped(workloads::Transpose{order}, in));
    EXPECT_EQ(w.read, passes * in.elements());
    EXPECT_EQ(w.written, passes * in.elements());
    EXPECT_EQ(w.mac + w.output_stage, 0) << "as long as the memory";
  };
  for (const Order& order : two) expect(order, 1);
  for (const Order& order : three) expect(order, 2);
}

TEST(NpuTranspose, WritesPiecesOfSixteenChannelsUnlessAPixelHasNoMore) {
  const workloads::Transpose turn{{Axis::width, Axis::height, Axis::channels}};
  EXPECT_EQ(plan(128, shaped(turn, {56, 56, 32})).output_run, 16);
  EXPECT_EQ(plan(128, shaped(turn, {56, 40, 16})).output_run, 56 * 16);
}

TEST(NpuResize, ToFourTimesTheSizeIsTwoPassesAndABilinearOneAveragesInTheSecond) {
  const Shape in{16, 16, 16};
  const std::int64_t twice = 4 * in.elements(), all = 16 * in.elements();
  for (const std::int64_t size : kSizes) {
    const std::int64_t micro_block = size / 8;
    const tests::PlanSums nearest =
        sums(size, shaped(workloads::Resize{workloads::ResizeKind::nearest, 64, 64}, in));
    EXPECT_EQ(nearest.mac, copying(size, (twice + all) / micro_block)) << size;
    EXPECT_EQ(nearest.written, twice + all);
    const tests::PlanSums bilinear =
        sums(size, shaped(workloads::Resize{workloads::ResizeKind::bilinear, 64, 64}, in));
    EXPECT_EQ(bilinear.mac,
              copying(size, twice / micro_block) + 4 * copying(size, all / micro_block))
        << "16 taps of the first map's pixels";
  }
}

TEST(NpuResize, ByOtherFactorsIsOnePass) {
  for (const auto& [height, width] : {std::pair{20, 24}, std::pair{32, 64}, std::pair{48, 48}}) {
    const workloads::Resize resize{workloads::ResizeKind::bilinear, height, width};
    const LayerShape layer = shaped(resize, {16, 16, 16});
    EXPECT_FALSE(is_resize_in_parts(layer));
    EXPECT_EQ(sums(128, layer).written, height * width * 16);
  }
}

TEST(NpuResize, OfAPixelIsAnAddition) {
  const LayerShape layer =
      shaped(workloads::Resize{workloads::ResizeKind::bilinear, 8, 8}, {1, 1, 64});
  const tests::PlanSums w = sums(128, layer);
  EXPECT_EQ(w.mac, 0);
  EXPECT_EQ(w.output_stage, 8 * 8 * 64 * 3 / 2);
}

TEST(NpuDilation, BeyondTwoIsAKernelWithZeros) {
  const auto conv = [](std::int64_t kernel, std::int64_t dilation) {
    workloads::Conv2d op{32, {}, Activation::relu};
    op.window.kernel_height = op.window.kernel_width = kernel;
    op.window.dilation_height = op.window.dilation_width = dilation;
    return shaped(op, {28, 28, 16});
  };
  for (const std::int64_t size : kSizes) {
    EXPECT_EQ(sums(size, conv(3, 4)).mac, sums(size, conv(5, 2)).mac) << size;
    EXPECT_EQ(sums(size, conv(3, 3)).mac, sums(size, conv(7, 1)).mac) << size;
  }
  EXPECT_EQ(plan(128, conv(3, 4)).macs, workloads::macs(conv(3, 4))) << "useful ones";
  EXPECT_EQ(on_array(conv(3, 3)).output, conv(3, 3).output);
}

TEST(NpuDilation, ZerosTakeABitWhereTheSizeOfTheWeightsIsNotMeasured) {
  workloads::DepthwiseConv2d op;
  op.window.kernel_height = op.window.kernel_width = 3;
  op.window.dilation_height = op.window.dilation_width = 4;
  LayerShape layer = shaped(op, {28, 28, 32});
  LayerShape same_taps = layer;
  op.window.kernel_height = op.window.kernel_width = 5;
  op.window.dilation_height = op.window.dilation_width = 2;
  same_taps.op = op;
  same_taps.coded_weight_bytes = 9 * 32 + (25 - 9) * 32 / 8;
  EXPECT_EQ(encoded_weight_bytes(layer), encoded_weight_bytes(same_taps));
  layer.encoded_weight_bytes = 400;
  EXPECT_EQ(encoded_weight_bytes(layer), 400);
}

// Per column a cycle for each product on 128 MACs and a sum of four rows in 32 cycles; before that
// all of the second operand is transposed.
TEST(NpuMatmul, ArmsRuleIsATransposeAndAProductAndASumForEachColumn) {
  NpuConfig config = npu_config(128);
  config.matmul_rule = platforms::MatmulRule::arm;
  const Shape left{2, 128, 32}, right{2, 64, 32}, out{2, 128, 64};
  const LayerShape layer{workloads::MatMul{true}, {left, right}, out, {}, {}};
  tests::PlanSums w;
  for (const NpuStep& s : plan_matmul(config, layer, Layout::nhwc, Layout::nhwc, {}).steps) {
    w.mac += s.mac_cycles;
    w.output_stage += s.output_cycles;
    w.read += s.input_bytes;
    w.written += s.output_bytes;
  }
  const std::int64_t columns = 2 * 64, products = 128 * 32;
  EXPECT_EQ(w.mac, columns * 32 * 128 / 4);
  EXPECT_EQ(w.output_stage, columns * (products + 128 / 2));
  EXPECT_EQ(w.read, right.elements() + columns * (products + 32 + 4 * products));
  EXPECT_EQ(w.written, right.elements() + columns * (4 * products + 128));
}

}  // namespace
}  // namespace h4h::models
