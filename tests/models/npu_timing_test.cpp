#include "models/npu/npu_timing.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/npu/npu_mean.hpp"
#include "models/time/picoseconds.hpp"
#include "tests/support/layer_shapes.hpp"
#include "tests/support/npu_plans.hpp"

namespace h4h::models {
namespace {

using tests::conv;
using tests::depthwise;
using tests::kSizes;
using tests::linear;
using tests::plan;
using tests::shaped;
using workloads::Activation;
using workloads::LayerShape;
using workloads::Op;
using workloads::Shape;

std::int64_t mac_cycles(const NpuPlan& plan) {
  std::int64_t sum = 0;
  for (const NpuStep& step : plan.steps) sum += step.mac_cycles;
  return sum;
}

struct Bytes {
  std::int64_t input = 0, weights = 0, output = 0;
};
Bytes bytes(const NpuPlan& plan) {
  Bytes sum;
  for (const NpuStep& step : plan.steps) {
    sum.input += step.input_bytes;
    sum.weights += step.weight_bytes;
    sum.output += step.output_bytes;
  }
  return sum;
}

TEST(NpuConfig, PeakIsTheMicroBlockTimesEightProducts) {
  for (const std::int64_t size : kSizes) {
    const NpuConfig c = npu_config(size);
    EXPECT_EQ(c.ublock_height * c.ublock_width * c.ublock_channels * 8, size);
  }
  EXPECT_THROW(npu_config(100), std::invalid_argument);
}

TEST(NpuConfig, OutputStageRatesFollowTheTableOfTheNotes) {
  const auto cycles = [](std::int64_t size, const Op& op) {
    return static_cast<double>(output_32nds(npu_config(size), op)) / 32;
  };
  const Op relu = workloads::Conv2d{1, {}, Activation::relu};
  const Op add = workloads::Elementwise{workloads::ElementwiseKind::add, Activation::none};
  const Op mul = workloads::Elementwise{workloads::ElementwiseKind::mul, Activation::none};
  const Op max_pool = workloads::Pool2d{workloads::PoolKind::max, {}, Activation::none};
  const double base[] = {2, 1, 0.5, 0.25};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(cycles(kSizes[i], relu), base[i]);
    EXPECT_EQ(cycles(kSizes[i], add), 3 * base[i]);
    EXPECT_EQ(cycles(kSizes[i], mul), 1.5 * base[i]);
    EXPECT_EQ(cycles(kSizes[i], max_pool), 0.5 * base[i]);
    EXPECT_EQ(cycles(kSizes[i], workloads::Activate{Activation::logistic}), std::max(1.0, base[i]));
  }
}

TEST(NpuTiming, VectorProductsReachEightMacsPerCycleAndNeverPassThem) {
  for (const std::int64_t size : kSizes) {
    for (const std::int64_t in : {32, 64, 512, 1024}) {
      for (const std::int64_t out : {8, 16, 128, 1000}) {
        EXPECT_EQ(mac_cycles(plan(size, linear(in, out))) * 8 -
                      (out <= npu_config(size).ublock_channels
                           ? 8 * npu_config(size).ublock_delay * in / 32
                           : 0),
                  in * out)
            << size << " " << in << "x" << out;
      }
    }
    for (const std::int64_t in : {1, 31, 33, 100}) {
      for (const std::int64_t out : {1, 7, 9, 130}) {
        EXPECT_GE(mac_cycles(plan(size, linear(in, out))) * 8, in * out);
      }
    }
  }
}

TEST(NpuTiming, Depthwise3x3NeverPasses9375TenThousandthsOfThePeak) {
  double best = 0;
  for (const std::int64_t size : kSizes) {
    for (const std::int64_t side : {4, 7, 16, 56}) {
      for (const std::int64_t channels : {8, 24, 64, 128}) {
        const LayerShape layer = depthwise({side, side, channels});
        const double cycles = static_cast<double>(mac_cycles(plan(size, layer)) * size);
        best = std::max(best, static_cast<double>(workloads::macs(layer)) / cycles);
      }
    }
  }
  EXPECT_LE(best, 0.09375);
  EXPECT_GT(best, 0.0937);  // and large layers reach it
}

TEST(NpuTiming, ConvolutionsNeverPassThePeak) {
  for (const std::int64_t size : kSizes) {
    for (const std::int64_t channels : {3, 8, 24, 64, 100}) {
      for (const std::int64_t kernel : {1, 3, 5}) {
        const LayerShape layer = conv({15, 17, channels}, 40, kernel);
        EXPECT_GE(mac_cycles(plan(size, layer)) * size, workloads::macs(layer));
      }
    }
  }
}

TEST(NpuTiming, AWellShapedConvolutionReachesThePeak) {
  const LayerShape layer = conv({32, 32, 64}, 64, 3);
  EXPECT_EQ(mac_cycles(plan(256, layer)) * 256, workloads::macs(layer));
}

TEST(NpuTiming, EveryBlockFitsTheShram) {
  for (const std::int64_t size : kSizes) {
    const NpuConfig config = npu_config(size);
    for (const LayerShape& layer : {conv({56, 56, 24}, 144, 1), conv({28, 28, 96}, 96, 3, 2),
                                    depthwise({112, 112, 32}), linear(1280, 1000)}) {
      EXPECT_TRUE(fits_shram(config, layer, choose_block(config, layer)));
    }
  }
}

TEST(NpuTiming, TraversalFollowsUtilisation) {
  EXPECT_EQ(traversal(conv({8, 8, 3}, 8, 3)), Traversal::part_kernel);
  EXPECT_EQ(traversal(conv({8, 8, 64}, 8, 3)), Traversal::depth_first);
  EXPECT_EQ(traversal(conv({8, 8, 48}, 8, 3)),
            Traversal::part_kernel);  // a tie, as Regor settles it
  EXPECT_EQ(traversal(conv({8, 8, 64}, 8, 1)), Traversal::depth_first);
}

TEST(NpuTiming, OutputIsWrittenOnceAndInputReadAtLeastOnce) {
  const LayerShape layer = conv({28, 28, 48}, 40, 3);
  const Bytes b = bytes(plan(128, layer));
  EXPECT_EQ(b.output, 28 * 28 * 40);
  EXPECT_GE(b.input, 28 * 28 * 48);
}

TEST(NpuTiming, EveryDepthwiseBlockIsReadAsIfItLayAwayFromTheEdges) {
  // 28 x 28 outputs of stride 2 in blocks of 10 x 12: 3 x 3 blocks of 22 x 26 inputs.
  const LayerShape layer = depthwise({56, 56, 32}, 2);
  const NpuBlock block = choose_block(npu_config(256), layer);
  const std::int64_t blocks = ceil_div(28, block.height) * ceil_div(28, block.width);
  ASSERT_GT(blocks, 1);
  EXPECT_EQ(bytes(plan(256, layer)).input, blocks * block.input.height * block.input.width * 32);
  EXPECT_EQ(bytes(plan(256, conv({14, 14, 32}, 16, 1))).input, 14 * 14 * 32) << "others: clipped";
}

TEST(NpuTiming, PartKernelStepsOverWholeSlicesOfSixteenChannels) {
  const auto cycles = [](std::int64_t channels) {
    const LayerShape layer = conv({4, 4, channels}, 16, 3);
    EXPECT_EQ(traversal(layer), Traversal::part_kernel);
    return mac_cycles(plan(128, layer));
  };
  EXPECT_EQ(2 * cycles(16), cycles(24)) << "not 3 groups of 8, but 4";
  EXPECT_EQ(3 * cycles(16), cycles(48));
}

TEST(NpuTiming, SlicesOfABlockShareItsInput) {
  const LayerShape layer = conv({16, 16, 128}, 48, 1);
  const NpuMemories memories{{8, 32, 32}, {1, 64, 128}, true};
  const NpuPlan copied = plan_npu(npu_config(256), layer, Layout::nhwc, Layout::nhwc, memories);
  ASSERT_EQ(copied.block.depth, 48);
  ASSERT_EQ(copied.slices.size(), 2u) << "16 channels first, since nothing came before the layer";
  EXPECT_EQ(bytes(copied).input, 16 * 16 * 128);
}

TEST(NpuTiming, PiecesOfAVectorProductHideTheLatencyOfItsMemory) {
  const NpuMemories memories{{8, 32, 32}, {8, 32, 32}, false};
  const NpuPlan p = plan_npu(npu_config(32), linear(32, 128), Layout::nhwc, Layout::nhwc, memories);
  for (std::size_t i = 1; i + 1 < p.steps.size(); ++i) {
    EXPECT_GE(p.steps[i].weight_bytes, 8 * 32) << i;
  }
  EXPECT_LT(p.steps.front().weight_bytes, 8 * 32) << "the array starts as soon as it can";
}

TEST(NpuTiming, WeightsStreamOncePerSpatialBlock) {
  const NpuConfig config = npu_config(128);
  const LayerShape layer = conv({56, 56, 64}, 64, 3);
  const NpuBlock block = choose_block(config, layer);
  const std::int64_t passes = ceil_div(56, block.height) * ceil_div(56, block.width);
  ASSERT_GT(passes, 1);
  EXPECT_EQ(bytes(plan(128, layer)).weights, passes * (encoded_weight_bytes(layer) + 10 * 64));
}

TEST(NpuTiming, MeasuredWeightSizesReplaceTheRule) {
  LayerShape layer = linear(512, 512);
  EXPECT_EQ(encoded_weight_bytes(layer), 512 * 512 + 49);
  layer.encoded_weight_bytes = 1000;
  EXPECT_EQ(encoded_weight_bytes(layer), 1000);
  EXPECT_EQ(bytes(plan(128, layer)).weights, 1000 + 10 * 512);
  layer.encoded_weight_bytes = 1;  // most pieces have no byte
  EXPECT_EQ(bytes(plan(128, layer)).weights, 1 + 10 * 512);
}

TEST(NpuTiming, PaddingCostsTheShorterOfZerosAndRunLengths) {
  // 8 weights, 24 zeros: 28 bits of run lengths in pairs, for each of 64 outputs.
  EXPECT_EQ(encoded_weight_bytes(linear(8, 64)), 8 * 64 + 28 * 64 / 8 + 49);
  // 24 weights, 8 zeros: as values, 3.75 bits each.
  EXPECT_EQ(encoded_weight_bytes(linear(24, 64)), 24 * 64 + 30 * 64 / 8 + 49);
  // One channel of 8: each weight's run of 7 takes 4 bits; 3 taps of 12 are empty for all outputs,
  // a run of 192.
  EXPECT_EQ(encoded_weight_bytes(conv({8, 8, 1}, 8, 3)), 72 + (72 * 4 + 192 / 8) / 8 + 49);
  // Four outputs of 8: a run of 4 x 32 behind the others.
  EXPECT_EQ(encoded_weight_bytes(conv({8, 8, 32}, 4, 1)), 128 + (128 + 128) / 8 + 49);
}

TEST(NpuTiming, Nhcwb16MovesWholeGroupsOfSixteenChannels) {
  const LayerShape layer = conv({8, 8, 24}, 8, 1);
  const NpuPlan nhcwb16 = plan_npu(npu_config(256), layer, Layout::nhcwb16, Layout::nhcwb16, {});
  EXPECT_EQ(bytes(nhcwb16).input, 8 * 8 * 32);
  EXPECT_EQ(bytes(nhcwb16).output, 8 * 8 * 16);
}

TEST(NpuTiming, AnElementwiseReadsBothOperands) {
  const Op add = workloads::Elementwise{};
  const Shape s{14, 14, 64};
  const LayerShape layer{add, {s, s}, s, {}, {}};
  const Bytes b = bytes(plan(128, layer));
  EXPECT_EQ(b.input, 2 * s.elements());
  EXPECT_EQ(b.weights, 0);
  EXPECT_EQ(mac_cycles(plan(128, layer)), 0);
}

TEST(NpuTiming, ASpatialMeanIsADepthwiseConvolutionOfOnesAndAMultiplication) {
  const LayerShape layer = shaped(workloads::Mean{}, {7, 7, 1280});
  const NpuPlan mean = plan(128, layer), depthwise = plan(128, on_array(layer));
  constexpr std::int64_t kSums = 4 * 1280;  // in 32 bits
  EXPECT_EQ(bytes(mean).input, 7 * 7 * 1280 + kSums);
  EXPECT_EQ(bytes(mean).output, kSums + 1280);
  EXPECT_EQ(mac_cycles(mean), mac_cycles(depthwise));
  EXPECT_GE(mac_cycles(mean), 13 * 1280 * 4 / 8) << "49 taps in fours";
  const NpuStep& first = mean.steps.at(depthwise.steps.size());
  EXPECT_TRUE(first.after_output) << "no mean before the last sum";
  EXPECT_EQ(mean.macs, 0) << "convention of reports";
}

TEST(NpuTiming, OnesAreEncodedInABitEach) {
  // Sizes of Vela 5.1.0: MobileNetV2's last mean, and means of MCUNetV2.
  const auto encoded = [](const workloads::Mean& mean, const Shape& in) {
    return encoded_weight_bytes(on_array(shaped(mean, in)));
  };
  EXPECT_EQ(encoded({}, {7, 7, 1280}), 8336);
  EXPECT_EQ(encoded({false, true, false}, {28, 28, 240}), 848);
  EXPECT_EQ(encoded({true, false, false}, {14, 1, 384}), 784);
}

TEST(NpuTiming, ALeakyReluTakesTheTableLikeATanh) {
  const Shape in{28, 28, 96};
  for (const std::int64_t size : kSizes) {
    const NpuPlan leaky = plan(size, shaped(workloads::LeakyRelu{}, in));
    const NpuPlan tanh = plan(size, shaped(workloads::Activate{Activation::tanh}, in));
    ASSERT_EQ(leaky.steps.size(), tanh.steps.size());
    for (std::size_t i = 0; i < leaky.steps.size(); ++i) {
      EXPECT_EQ(leaky.steps[i].mac_cycles, tanh.steps[i].mac_cycles);
      EXPECT_EQ(leaky.steps[i].output_cycles, tanh.steps[i].output_cycles);
    }
    EXPECT_EQ(bytes(leaky).input, 28 * 28 * 96);
    EXPECT_EQ(bytes(leaky).output, 28 * 28 * 96);
    EXPECT_EQ(bytes(leaky).weights, 0);
  }
}

TEST(NpuTiming, DepthToSpaceMovesEveryElementOnceInAPass) {
  for (const std::int64_t size : kSizes) {
    const NpuPlan moved = plan(size, shaped(workloads::DepthToSpace{2}, {14, 14, 128}));
    const NpuPlan copied = plan(size, shaped(workloads::Concat{}, {28, 28, 32}));
    EXPECT_EQ(bytes(moved).input, 14 * 14 * 128);
    EXPECT_EQ(bytes(moved).output, 14 * 14 * 128);
    EXPECT_EQ(bytes(moved).weights, 0);
    EXPECT_EQ(mac_cycles(moved), mac_cycles(copied));
  }
}

TEST(NpuTiming, AMeanOverChannelsIsOneOverTheColumnsOfOneChannel) {
  const LayerShape layer = shaped(workloads::Mean{false, false, true}, {1, 64, 192});
  const LayerShape columns = shaped(workloads::Mean{false, true, false}, {64, 192, 1});
  for (const std::int64_t size : kSizes) {
    EXPECT_EQ(mac_cycles(plan(size, layer)), mac_cycles(plan(size, columns))) << size;
    EXPECT_GE(bytes(plan(size, layer)).input, 64 * 192 + 4 * 64) << "sums have 32 bits";
    EXPECT_EQ(bytes(plan(size, layer)).output, 4 * 64 + 64);
  }
}

TEST(NpuTiming, AMeanReadsAMapThatIsLargerThanAKernelOfEightASideInParts) {
  const LayerShape layer = shaped(workloads::Mean{}, {16, 24, 32});
  for (const std::int64_t size : kSizes) {
    const Box part = choose_block(npu_config(size), on_array(layer)).input;
    ASSERT_GE(part.height * part.width, 8 * 8);
    EXPECT_EQ(bytes(plan(size, layer)).input, 2 * 3 * part.height * part.width * 32 + 4 * 32);
  }
}

TEST(NpuTiming, ASlidingPoolIsChargedFourTimesOnSixtyFourMacsAndMoreAndAWholeMapOnce) {
  for (const auto kind : {workloads::PoolKind::average, workloads::PoolKind::max}) {
    const LayerShape slides = shaped(
        workloads::Pool2d{kind, workloads::same_window({28, 28, 64}, 3, 1), Activation::none},
        {28, 28, 64});
    workloads::Window all;
    all.kernel_height = all.kernel_width = 7;
    const LayerShape whole = shaped(workloads::Pool2d{kind, all, Activation::none}, {7, 7, 160});
    for (const std::int64_t size : kSizes) {
      const std::int64_t micro_block = size / 8, deep = npu_config(size).ublock_channels;
      const std::int64_t times = size == 32 ? 1 : 4;
      EXPECT_EQ(mac_cycles(plan(size, slides)), times * 9 * 28 * 28 * 64 / micro_block) << size;
      EXPECT_EQ(mac_cycles(plan(size, whole)), 49 * 160 / deep) << size;
    }
  }
}

TEST(NpuTiming, APoolOfAWholeMapMovesOnByABurstOfChannels) {
  workloads::Window all;
  all.kernel_height = all.kernel_width = 8;
  const LayerShape layer =
      shaped(workloads::Pool2d{workloads::PoolKind::average, all, Activation::none}, {8, 8, 128});
  const NpuPlan p = plan(128, layer);
  ASSERT_EQ(p.steps.size(), 4u);
  for (const NpuStep& step : p.steps) EXPECT_EQ(step.input_bytes, 8 * 8 * 32);
  EXPECT_EQ(p.input_run, 32);
}

TEST(NpuTiming, AnElementwiseStreamsInSixteenthsOfAtMostAKilobyte) {
  const auto streamed = [](const Shape& s) {
    return plan(256, {workloads::Elementwise{}, {s, s}, s, {}, {}});
  };
  for (const Shape& s : {Shape{8, 8, 16}, Shape{8, 8, 64}, Shape{56, 56, 32}}) {
    const std::int64_t most = std::clamp<std::int64_t>(s.elements() / 16, 256, 1024);
    std::int64_t cycles = 0;
    const NpuPlan p = streamed(s);
    EXPECT_GE(static_cast<std::int64_t>(p.steps.size()), s.elements() / most);
    for (const NpuStep& step : p.steps) {
      EXPECT_LE(step.output_bytes, most);
      cycles += step.output_cycles;
    }
    EXPECT_EQ(cycles, s.elements() * 3 / 4) << "as in one block";
  }
}

}  // namespace
}  // namespace h4h::models
