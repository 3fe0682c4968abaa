#include "models/npu/npu_parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/device/plan_size.hpp"
#include "models/npu/npu_cycles.hpp"
#include "models/npu/npu_mean.hpp"
#include "tests/support/files.hpp"
#include "tests/support/layer_shapes.hpp"
#include "tests/support/npu_plans.hpp"

namespace h4h::models {
namespace {

using tests::kSizes;
using tests::plan;
using tests::shaped;
using tests::sums;
using workloads::Activation;
using workloads::LayerShape;
using workloads::Op;
using workloads::Reduce;
using workloads::ReduceKind;
using workloads::Shape;

LayerShape plain_linear(std::int64_t in, std::int64_t out) {
  return shaped(workloads::Linear{out, Activation::none}, {1, 1, in});
}

TEST(NpuParts, AGroupedConvolutionIsOneForEachGroupAndAPassOfTheActivation) {
  const Shape in{14, 14, 64};
  const workloads::Window window = workloads::same_window(in, 3, 1);
  const LayerShape grouped = shaped(workloads::Conv2d{64, window, Activation::relu, 4}, in);
  const LayerShape one = shaped(workloads::Conv2d{16, window, Activation::none}, {14, 14, 16});
  for (const std::int64_t size : kSizes) {
    const tests::PlanSums all = sums(size, grouped), each = sums(size, one);
    const tests::PlanSums copy = sums(size, shaped(workloads::Slice{{0, 0, 0}, in, {1, 1, 1}}, in));
    EXPECT_EQ(all.mac, 4 * each.mac + copy.mac);
    const std::int64_t unfused = std::max<std::int64_t>(each.output_stage, 14 * 14 * 16);
    EXPECT_EQ(all.output_stage, 4 * unfused + copy.output_stage);
    EXPECT_EQ(all.weights, 4 * each.weights);
    EXPECT_EQ(all.written, 2 * 14 * 14 * 64) << "and read once more";
  }
  EXPECT_EQ(plan(128, grouped).macs, workloads::macs(grouped));
  EXPECT_EQ(encoded_weight_bytes(grouped), 4 * encoded_weight_bytes(one));
}

TEST(NpuParts, AGroupedConvolutionWithoutAnActivationWritesOnce) {
  const LayerShape grouped = shaped(workloads::Conv2d{64, {}, Activation::none, 4}, {14, 14, 64});
  EXPECT_EQ(sums(128, grouped).written, 14 * 14 * 64);
}

TEST(NpuParts, MeasuredWeightSizesAreSharedAmongTheParts) {
  LayerShape grouped = shaped(workloads::Conv2d{64, {}, Activation::none, 4}, {14, 14, 64});
  grouped.encoded_weight_bytes = 4000;
  EXPECT_EQ(encoded_weight_bytes(grouped), 4000);
  for (const NpuPart& part : parts_of(grouped)) EXPECT_EQ(part.layer.encoded_weight_bytes, 1000);
}

TEST(NpuParts, ATransposedConvolutionTakesTheCyclesOfZerosButDoesNotReadThem) {
  const workloads::Window window{3, 3, 2, 2, 1, 1, {0, 1, 0, 1}};
  const LayerShape layer =
      shaped(workloads::TransposeConv2d{16, 32, 32, window, Activation::relu}, {16, 16, 32});
  const LayerShape zeros = tests::conv({32, 32, 32}, 16, 3);
  for (const std::int64_t size : kSizes) {
    const tests::PlanSums ours = sums(size, layer), whole = sums(size, zeros);
    EXPECT_EQ(ours.mac, whole.mac);
    EXPECT_EQ(ours.output_stage, whole.output_stage);
    EXPECT_EQ(ours.written, 32 * 32 * 16);
    EXPECT_NEAR(static_cast<double>(ours.read), static_cast<double>(whole.read) / 4,
                static_cast<double>(plan(size, layer).steps.size()));
  }
  EXPECT_EQ(plan(128, layer).macs, 16 * 16 * 9 * 32 * 16) << "useful ones";
  EXPECT_EQ(on_array(layer).output, layer.output);
}

TEST(NpuParts, ALinearLayerPerTokenIsAConvolutionOfOneTap) {
  const Shape tokens{14, 14, 192};
  const LayerShape linear = shaped(workloads::Linear{96, Activation::relu, true}, tokens);
  const LayerShape conv = shaped(workloads::Conv2d{96, {}, Activation::relu}, tokens);
  for (const std::int64_t size : kSizes) {
    EXPECT_EQ(sums(size, linear).mac, sums(size, conv).mac);
    EXPECT_EQ(sums(size, linear).read, sums(size, conv).read);
  }
  EXPECT_EQ(encoded_weight_bytes(linear), encoded_weight_bytes(conv));
}

TEST(NpuParts, EveryStepOfAnLstmReadsTheWeightsOfItsFourGates) {
  constexpr std::int64_t kSteps = 5;
  const LayerShape layer = shaped(workloads::Lstm{32}, {1, kSteps, 48});
  for (const std::int64_t size : kSizes) {
    const tests::PlanSums lstm = sums(size, layer), input = sums(size, plain_linear(48, 32)),
                          state = sums(size, plain_linear(32, 32));
    EXPECT_EQ(lstm.weights, kSteps * 4 * (input.weights + state.weights));
    EXPECT_GE(lstm.mac, kSteps * 4 * (input.mac + state.mac));
  }
  EXPECT_EQ(encoded_weight_bytes(layer), 4 * (encoded_weight_bytes(plain_linear(48, 32)) +
                                              encoded_weight_bytes(plain_linear(32, 32))));
}

TEST(NpuParts, AnLstmOfTooManyStepsIsRefused) {
  const LayerShape layer = shaped(workloads::Lstm{64}, {1, 65536, 64});
  EXPECT_THROW(plan(128, layer), PlanTooLarge);
}

TEST(NpuParts, AnSvdfIsAProductOfFeaturesAndOneInTime) {
  const LayerShape layer = shaped(workloads::Svdf{24, 2, 10, Activation::relu}, {1, 1, 40});
  for (const std::int64_t size : kSizes) {
    EXPECT_GE(sums(size, layer).mac * 8, 40 * 48);
    EXPECT_GE(sums(size, layer).weights, workloads::weight_bytes(layer));
  }
}

TEST(NpuReduce, ArgMaxIsAConvolutionTo16BitsAMaximumAndAPassPerRow) {
  const LayerShape layer = shaped(workloads::ArgMax{}, {16, 16, 12});
  const tests::PlanSums s = sums(128, layer);
  // 128 micro-blocks of pixels, two of channels; 256 rows of 12 taps, charged eight times on 16
  // bits.
  EXPECT_EQ(s.mac, 4 * 128 * 2 + 8 * 12 * 256 + 8 * 128);
  EXPECT_EQ(s.output_stage, 3072 + 256 / 2 + 256 * 3 / 4) << "a cycle for each sum";
  EXPECT_EQ(s.read, 3072 + 2 * 3072 + 2 * 256);
  EXPECT_EQ(s.written, 2 * 3072 * 32 / 24 + 2 * 256 + 256) << "24 B of a burst of 32 B";
}

TEST(NpuReduce, AMaximumOverPixelsPoolsEachAxisAfterTheOther) {
  const tests::PlanSums s =
      sums(128, shaped(Reduce{ReduceKind::max, true, true, false}, {7, 7, 64}));
  // First 448 channels of seven taps, then 64; each tap is charged four times.
  EXPECT_EQ(s.mac, 4 * 7 * 448 / 8 + 4 * 7 * 64 / 8);
  EXPECT_EQ(s.read, 7 * 7 * 64 + 7 * 64);
  EXPECT_EQ(s.written, 7 * 64 + 64);
  const tests::PlanSums min =
      sums(128, shaped(Reduce{ReduceKind::min, true, true, false}, {7, 7, 64}));
  EXPECT_EQ(min.mac, s.mac);
}

TEST(NpuReduce, AMaximumOverChannelsTakesATapForEach) {
  const tests::PlanSums s =
      sums(128, shaped(Reduce{ReduceKind::max, false, false, true}, {1, 196, 64}));
  EXPECT_EQ(s.mac, 4 * 64 * 196);
  EXPECT_EQ(s.written, 196);
  EXPECT_EQ(sums(32, shaped(Reduce{ReduceKind::max, false, false, true}, {1, 196, 64})).mac,
            64 * 196);
}

TEST(NpuReduce, ASumOverChannelsIsAReductionAndOneOverPixelsIsTransposedBefore) {
  const tests::PlanSums channels =
      sums(128, shaped(Reduce{ReduceKind::sum, false, false, true}, {1, 196, 64}));
  EXPECT_EQ(channels.mac, 49 * 32 * 2) << "four rows a block, two groups of 32 channels";
  EXPECT_EQ(channels.read, 196 * 64);
  EXPECT_EQ(sums(64, shaped(Reduce{ReduceKind::sum, false, false, true}, {1, 196, 64})).mac,
            4 * 196 * 2);
  const tests::PlanSums pixels =
      sums(128, shaped(Reduce{ReduceKind::sum, true, true, false}, {14, 14, 64}));
  // Each axis is transposed and then read in rows of 14 B, half a burst of 32 B.
  EXPECT_EQ(pixels.read, 3 * 14 * 14 * 64 + 3 * 14 * 64);
  EXPECT_EQ(pixels.mac,
            sums(128, shaped(Reduce{ReduceKind::prod, true, true, false}, {14, 14, 64})).mac);
}

TEST(NpuCopies, TakeACycleAnElementAndFourTimesThePooling) {
  const workloads::Slice half{{0, 0, 0}, {16, 32, 16}, {1, 1, 1}};
  const Op moves[] = {half, workloads::Gather{workloads::Axis::height, 16},
                      workloads::Tile{{32, 32, 16}}, workloads::SpaceToDepth{2}};
  for (const Op& op : moves) {
    const LayerShape layer = shaped(op, {32, 32, 16});
    const std::int64_t elements = layer.output.elements();
    const tests::PlanSums s = sums(128, layer);
    EXPECT_EQ(s.output_stage, elements) << workloads::op_name(op);
    EXPECT_EQ(s.mac, 16 * elements / 16) << "16 elements a micro-block";
    EXPECT_EQ(s.read, elements);
    EXPECT_EQ(s.written, elements);
    EXPECT_EQ(sums(32, layer).mac, 4 * elements / 4);
    EXPECT_EQ(sums(32, layer).output_stage, 2 * elements);
  }
}

TEST(NpuElementwise, AnOperandIsReadAsOftenAsItIsRepeated) {
  const Shape all{16, 16, 64};
  const auto read = [&](const Shape& a, const Shape& b) {
    return sums(128, {workloads::Elementwise{}, {a, b}, all, {}, {}}).read;
  };
  const std::int64_t whole = all.elements();
  EXPECT_EQ(read(all, all), 2 * whole);
  EXPECT_EQ(read(all, {16, 1, 64}), read({16, 1, 64}, all));
  EXPECT_LT(read(all, {16, 1, 64}), 2 * whole);
  EXPECT_EQ(read(all, {16, 16, 1}), whole + 4 * 16 * 16) << "once for each 16 channels";
  EXPECT_EQ(read({16, 16, 1}, all), read(all, {16, 16, 1}));
}

TEST(NpuElementwise, RatesOfTheLaterOperatorsFollowFromThoseOfTheOthers) {
  using workloads::ElementwiseKind;
  const auto rate = [](std::int64_t size, ElementwiseKind kind) {
    return output_32nds(npu_config(size), workloads::Elementwise{kind, Activation::none});
  };
  for (const std::int64_t size : kSizes) {
    const std::int64_t pass = 2048 / size;
    EXPECT_EQ(rate(size, ElementwiseKind::maximum), std::max<std::int64_t>(32, pass));
    EXPECT_EQ(rate(size, ElementwiseKind::minimum), std::max<std::int64_t>(32, pass));
    EXPECT_EQ(rate(size, ElementwiseKind::squared_difference),
              rate(size, ElementwiseKind::sub) + rate(size, ElementwiseKind::mul));
    EXPECT_EQ(rate(size, ElementwiseKind::div),
              std::max<std::int64_t>(32, pass) + rate(size, ElementwiseKind::mul));
  }
}

TEST(NpuUnary, EveryFunctionTakesTheTableLikeATanh) {
  const Shape in{28, 28, 96};
  for (const std::int64_t size : kSizes) {
    const tests::PlanSums tanh = sums(size, shaped(workloads::Activate{Activation::tanh}, in));
    for (const auto& [kind, name] : workloads::kUnaryNames) {
      const LayerShape layer = shaped(workloads::Unary{kind}, in);
      EXPECT_TRUE(uses_table(layer.op)) << name;
      EXPECT_EQ(sums(size, layer).output_stage, tanh.output_stage) << name;
      EXPECT_EQ(sums(size, layer).mac, tanh.mac) << name;
    }
  }
}

}  // namespace
}  // namespace h4h::models
