#include <gtest/gtest.h>

#include <algorithm>

#include "base/csv/csv_table.hpp"
#include "models/npu/npu_cycles.hpp"
#include "models/npu/npu_timing.hpp"
#include "models/npu/npu_u85_block.hpp"
#include "tests/support/files.hpp"
#include "tests/support/layer_shapes.hpp"
#include "tests/support/npu_plans.hpp"

namespace h4h::models {
namespace {

using platforms::NpuType;
using platforms::TraversalRule;
using tests::conv;
using tests::depthwise;
using tests::linear;
using workloads::Activation;
using workloads::ElementwiseKind;
using workloads::LayerShape;
using workloads::Shape;

constexpr NpuType kTypes[] = {NpuType::ethos_u55, NpuType::ethos_u65, NpuType::ethos_u85};

NpuPlan plan(const NpuConfig& config, const LayerShape& layer) {
  return plan_npu(config, layer, Layout::nhwc, Layout::nhwc, {});
}

std::int64_t array(const NpuConfig& config, const LayerShape& layer) {
  return tests::sums(plan(config, layer)).mac;
}

NpuConfig u85(std::int64_t size, TraversalRule rule = TraversalRule::estimator) {
  NpuConfig config = npu_config(NpuType::ethos_u85, size);
  config.traversal = rule;
  return config;
}

// Of the peak in the array.
double use(const NpuConfig& config, const LayerShape& layer) {
  return static_cast<double>(workloads::macs(layer)) /
         static_cast<double>(config.macs_per_cycle * array(config, layer));
}

TEST(NpuFamily, HasAConfigurationForEverySizeOfItsTypesAndForNoOther) {
  for (const NpuType type : kTypes) {
    const auto& sizes = platforms::npu_sizes(type);
    for (const std::int64_t size : {32, 64, 96, 128, 256, 512, 1024, 2048}) {
      const bool known = std::find(sizes.begin(), sizes.end(), size) != sizes.end();
      if (known) {
        EXPECT_EQ(npu_config(type, size).macs_per_cycle, size);
      } else {
        EXPECT_THROW(npu_config(type, size), std::invalid_argument) << to_string(type) << size;
      }
    }
  }
}

TEST(NpuFamily, TheOutputStageTakes64OverMacsCyclesAnElementOnEverySize) {
  for (const NpuType type : kTypes) {
    for (const std::int64_t size : platforms::npu_sizes(type)) {
      EXPECT_EQ(npu_config(type, size).pass * size, 64 * 32) << to_string(type) << size;
    }
  }
}

TEST(NpuFamily, NoLayerIsFasterThanThePeak) {
  const LayerShape layers[] = {conv({14, 14, 64}, 64, 3), conv({7, 7, 128}, 256, 1),
                               depthwise({14, 14, 96}), linear(512, 256), conv({28, 28, 3}, 16, 3)};
  for (const NpuType type : kTypes) {
    for (const std::int64_t size : platforms::npu_sizes(type)) {
      for (const LayerShape& layer : layers) {
        for (const TraversalRule rule : {TraversalRule::hardware, TraversalRule::estimator}) {
          NpuConfig config = npu_config(type, size);
          config.traversal = rule;
          EXPECT_LE(use(config, layer), 1) << to_string(type) << size;
        }
      }
    }
  }
}

// Two arrays share the channels of each block: half the cycles of the array and of the output.
TEST(EthosU65, OfTwoCoresTakesHalfTheCyclesOfOneInTheSameBlocks) {
  const NpuConfig one = npu_config(NpuType::ethos_u65, 256),
                  two = npu_config(NpuType::ethos_u65, 512);
  for (const LayerShape& layer :
       {conv({14, 14, 64}, 64, 3), conv({16, 16, 96}, 32, 1), depthwise({14, 14, 96})}) {
    const NpuBlock a = choose_block(one, layer), b = choose_block(two, layer);
    EXPECT_EQ(a.height, b.height);
    EXPECT_EQ(a.depth, b.depth);
    EXPECT_EQ(array(one, layer), 2 * array(two, layer));
    EXPECT_EQ(output_32nds(one, layer.op), 2 * output_32nds(two, layer.op));
  }
  EXPECT_EQ(output_32nds(two, workloads::Activate{Activation::tanh}), 16) << "half a cycle";
}

TEST(EthosU65, OfOneCoreHasTheBlocksAndTheArrayOfAnEthosU55) {
  const NpuConfig u55 = npu_config(256), u65 = npu_config(NpuType::ethos_u65, 256);
  for (const LayerShape& layer : {conv({28, 28, 24}, 48, 3), depthwise({28, 28, 48})}) {
    EXPECT_EQ(choose_block(u55, layer).width, choose_block(u65, layer).width);
    EXPECT_EQ(array(u55, layer), array(u65, layer));
  }
}

TEST(EthosU65, WritesOf32ChannelsOfAPixelLieTogetherOnTwoCores) {
  const NpuConfig two = npu_config(NpuType::ethos_u65, 512);
  const LayerShape layer = conv({14, 14, 64}, 128, 1);
  EXPECT_EQ(output_run(two, layer, choose_block(two, layer), Layout::nhwc), 32);
}

// Counted in the notes: every 3x3 and 1x1 of up to 32 channels walk part-kernel, larger 1x1 do not.
TEST(EthosU85, WalksEvery3x3PartKernelAndLarge1x1DepthFirst) {
  for (const std::int64_t channels : {3, 8, 16, 48, 64, 96, 512}) {
    EXPECT_EQ(u85_traversal(conv({8, 8, channels}, 8, 3)), Traversal::part_kernel) << channels;
  }
  EXPECT_EQ(u85_traversal(conv({8, 8, 32}, 8, 1)), Traversal::part_kernel);
  EXPECT_EQ(u85_traversal(conv({8, 8, 64}, 8, 1)), Traversal::depth_first);
  EXPECT_EQ(u85_traversal(conv({8, 8, 64}, 8, 5)), Traversal::depth_first) << "27 steps of 25";
}

TEST(EthosU85, StepsOfAKernelAreItsTapsInFivesAndARestOfTwoAtLeast) {
  EXPECT_EQ(u85_tap_steps(1), 2);
  EXPECT_EQ(u85_tap_steps(4), 4);
  EXPECT_EQ(u85_tap_steps(9), 9);
  EXPECT_EQ(u85_tap_steps(25), 27);
}

TEST(EthosU85, ItsEstimatorNeverUsesMoreThan75PercentOfTheArrayOn3x3) {
  for (const std::int64_t size : platforms::npu_sizes(NpuType::ethos_u85)) {
    const LayerShape layer = conv({32, 32, 64}, 128, 3);
    EXPECT_LE(use(u85(size), layer), 0.75) << size;
    EXPECT_GT(use(u85(size), layer), 0.70) << size;
    EXPECT_NEAR(use(u85(size, TraversalRule::hardware), layer), use(u85(size), layer) / 0.75, 1e-3);
  }
}

TEST(EthosU85, DepthwiseUsesAnEighthOfThreeQuartersOfTheArray) {
  const LayerShape layer = depthwise({32, 32, 64});
  for (const std::int64_t size : platforms::npu_sizes(NpuType::ethos_u85)) {
    EXPECT_LE(use(u85(size), layer), 0.09375) << size;
  }
}

TEST(EthosU85, ARowOfAFullyConnectedLayerIsBoundByTheWeightDecoders) {
  const std::pair<std::int64_t, std::int64_t> macs_a_cycle[] = {
      {128, 16}, {256, 16}, {512, 32}, {1024, 64}, {2048, 64}};
  for (const auto& [size, most] : macs_a_cycle) {
    const LayerShape layer = linear(1024, 1024);
    EXPECT_EQ(workloads::macs(layer) / array(u85(size), layer), most) << size;
  }
}

// What Vela 5.1.0 (Regor) took: tests/reference/README.md.
TEST(EthosU85, TakesTheBlocksOfArmsCompiler) {
  std::size_t depthwise_layers = 0;
  const auto rows = read_csv(
      tests::source_dir() / "tests/reference/npu_u85_blocks.csv", {"op"}, [&](const CsvRow& row) {
        const auto number = [&](const char* column) { return row.whole(column); };
        const Shape in{number("height"), number("width"), number("channels")};
        const bool of_depth = row.text("op") == "depthwise";
        depthwise_layers += of_depth ? 1 : 0;
        const LayerShape layer = of_depth
                                     ? depthwise(in, number("stride"))
                                     : conv(in, number("out"), number("kernel"), number("stride"));
        const NpuBlock block = choose_block(u85(number("macs_per_cycle")), layer);
        EXPECT_EQ(block.height, number("block_height")) << row.line();
        EXPECT_EQ(block.width, number("block_width")) << row.line();
        EXPECT_EQ(block.depth, number("block_depth")) << row.line();
        return block;
      });
  EXPECT_EQ(rows.size(), 755U);
  EXPECT_EQ(depthwise_layers, 210U);
}

TEST(EthosU85, BlocksFitTheirMemories) {
  for (const std::int64_t size : platforms::npu_sizes(NpuType::ethos_u85)) {
    const NpuConfig config = u85(size);
    for (const LayerShape& layer : {conv({56, 56, 24}, 72, 5, 2), conv({14, 14, 512}, 512, 3)}) {
      EXPECT_TRUE(fits_u85(config, layer, choose_block(config, layer))) << size;
    }
    const NpuBlock plane = choose_block(config, depthwise({56, 56, 192}));
    EXPECT_LE(plane.height * plane.width * plane.depth * 4, config.block_memories.accumulators);
    EXPECT_LE(plane.input.height * plane.input.width * plane.input.depth,
              config.block_memories.input);
  }
}

TEST(EthosU85, SumsProductsAndMaximaTakeTheTimeOfAPass) {
  const NpuConfig config = u85(256);
  for (const ElementwiseKind kind :
       {ElementwiseKind::add, ElementwiseKind::mul, ElementwiseKind::maximum}) {
    EXPECT_EQ(output_32nds(config, workloads::Elementwise{kind, Activation::none}), config.pass);
  }
  EXPECT_EQ(output_32nds(config, workloads::Activate{Activation::tanh}), config.pass);
}

// 512 x 512 x 512 on 2048 MACs: 65 536 cycles at the peak, and as many for the transposition.
TEST(EthosU85, MultipliesTwoMapsNearItsPeakBehindATransposition) {
  NpuConfig config = u85(2048);
  config.matmul_rule = platforms::MatmulRule::arm;
  const Shape map{1, 512, 512};
  const LayerShape product{workloads::MatMul{true}, {map, map}, map, {}, {}};
  const std::int64_t cycles = array(config, product);
  EXPECT_GE(cycles, 2 * 65536);
  EXPECT_LE(cycles, 2 * 65536 * 102 / 100);
}

TEST(EthosU85, ReadsScalesInAStreamOfTheirOwn) {
  const NpuPlan p = plan(u85(1024), conv({8, 8, 32}, 24, 1));
  EXPECT_TRUE(p.scales_apart);
  std::int64_t scales = 0;
  for (const NpuStep& step : p.steps) scales += step.scale_bytes;
  EXPECT_EQ(scales % (10 * 32), 0) << "of whole micro-blocks";
  EXPECT_FALSE(plan(npu_config(256), conv({8, 8, 32}, 24, 1)).scales_apart);
}

// Vela 5.1.0 (ChannelBW): 20.5 of 32 B a cycle from an SRAM of latency 32 with 8 reads on each of
// two ports, 2.7 B of input and 0.41 B of scales from DRAM.
TEST(EthosU85, StreamsAreBoundByWhatIsUnderWay) {
  constexpr std::int64_t kHz = 1'000'000'000;
  platforms::Memory sram, dram;
  sram.burst_bytes = 64;
  sram.latency_ps = 32'000;
  sram.outstanding = 16;
  dram.burst_bytes = 128;
  dram.latency_ps = 500'000;
  const NpuChannels channels = npu_channels(u85(128), 64);
  const auto rate = [&](const platforms::Memory& memory, const InFlight& stream) {
    return static_cast<double>(burst_rate(memory, stream)) / static_cast<double>(kHz);
  };
  EXPECT_NEAR(rate(sram, channels.input), 20.48, 0.01);
  EXPECT_NEAR(rate(dram, channels.input), 2.66, 0.01);
  EXPECT_NEAR(rate(dram, channels.weights), 3.28, 0.01);
  EXPECT_NEAR(rate(dram, channels.scales), 0.41, 0.01);
  EXPECT_NEAR(rate(dram, npu_channels(npu_config(128), 8).input), 8 * 128 / 500.0, 1e-6);
}

}  // namespace
}  // namespace h4h::models
