#include "models/cim/cim_timing.hpp"

#include <gtest/gtest.h>

#include "tests/support/layer_shapes.hpp"

namespace h4h::models {
namespace {

using tests::conv;
using tests::depthwise;
using tests::linear;
using tests::shaped;
using workloads::Activation;
using workloads::LayerShape;
using workloads::Op;

platforms::Cim macro() {
  platforms::Cim cim;
  cim.macros = 8;
  cim.compute_units = 1;
  cim.accumulators = 16;
  cim.products = 9;
  cim.macro_size_bits = 10 * 1024 * 1024;
  cim.step_ps = 9000;
  cim.read_time_ps = 6000;
  cim.stream_buffer_bytes = 8192;
  return cim;
}

CimTile sum(const CimPlan& plan) {
  CimTile s;
  for (const CimTile& t : plan.tiles) {
    s.input_bytes += t.input_bytes;
    s.output_bytes += t.output_bytes;
    s.steps += t.steps;
    s.word_reads += t.word_reads;
    s.operand_bytes += t.operand_bytes;
    s.conversions += t.conversions;
  }
  return s;
}

CimTile run(const LayerShape& layer, std::int64_t macros, std::int64_t units) {
  return sum(plan_cim(macro(), macros, units, layer, Layout::nhwc, Layout::nhwc));
}

TEST(CimTiming, WordsHoldNineWeightsForSixteenChannels) {
  EXPECT_EQ(cim_words(macro(), depthwise({32, 32, 64}), 8), 4);
  EXPECT_EQ(cim_words(macro(), depthwise({32, 32, 65}), 8), 5);
  EXPECT_EQ(cim_words(macro(), linear(512, 512), 8), 32 * 57);
  EXPECT_EQ(cim_words(macro(), conv({8, 8, 32}, 48, 3), 8), 3 * 32);
  EXPECT_EQ(cim_words(macro(), conv({8, 8, 32}, 48, 1), 8), 3 * 4);
  EXPECT_EQ(cim_words(macro(), conv({8, 8, 32}, 48, 5), 8), 3 * 32 * 3);
}

TEST(CimTiming, AFullyConnectedLayerOnOneMacroTakesItsWords) {
  EXPECT_EQ(run(linear(512, 512), 1, 1).steps, 32 * 57);
  EXPECT_EQ(run(linear(512, 512), 1, 4).steps, 32 * 57);  // one output: further units idle
  EXPECT_EQ(run(linear(512, 512), 8, 1).steps, 4 * 57);
  EXPECT_EQ(run(linear(512, 512), 5, 1).steps, 7 * 57);  // 32 groups over 5 macros
}

TEST(CimTiming, ReplicatedWordsShareTheOutputsAndCostTheirRoom) {
  platforms::Cim repeats = macro();
  repeats.replication = platforms::Replication::on;
  const LayerShape layer = depthwise({32, 32, 32});
  const auto steps = [&](const platforms::Cim& cim, std::int64_t macros) {
    std::int64_t sum = 0;
    for (const CimTile& t : plan_cim(cim, macros, 1, layer, Layout::nhwc, Layout::nhwc).tiles) {
      sum += t.steps;
    }
    return sum;
  };
  EXPECT_EQ(4 * steps(repeats, 8), steps(macro(), 8)) << "two groups stand in eight macros";
  EXPECT_EQ(cim_words(repeats, layer, 8), 4 * cim_words(macro(), layer, 8));
  EXPECT_EQ(plan_cim(repeats, 8, 1, layer, Layout::nhwc, Layout::nhwc).macros_busy, 8);
  EXPECT_EQ(steps(repeats, 2), steps(macro(), 2)) << "no macro to spare";
}

TEST(CimTiming, AHeldWordIsReadOnceATileAndPacesNoStep) {
  platforms::Cim held = macro();
  held.word_hold = platforms::WordHold::tile;
  held.read_time_ps = held.step_ps * 2;
  platforms::Cim again = held;
  again.word_hold = platforms::WordHold::step;
  const LayerShape layer = depthwise({8, 8, 32});  // a tile; two words
  const CimTile holds = plan_cim(held, 2, 1, layer, Layout::nhwc, Layout::nhwc).tiles.front();
  const CimTile reads = plan_cim(again, 2, 1, layer, Layout::nhwc, Layout::nhwc).tiles.front();
  EXPECT_EQ(holds.word_reads, 2);
  EXPECT_EQ(reads.word_reads, 2 * 8 * 8);
  EXPECT_EQ(holds.steps, reads.steps);
  EXPECT_EQ(compute_time(held, holds).count, 8 * 8 * held.step_ps + held.read_time_ps);
  EXPECT_EQ(compute_time(again, reads).count, (8 * 8 + 1) * again.read_time_ps);
}

TEST(CimTiming, EveryWordLeavesASumPerAccumulatorOfEveryOutput) {
  const auto conversions = [](const LayerShape& layer, std::int64_t units) {
    std::int64_t sum = 0;
    for (const CimTile& t : plan_cim(macro(), 2, units, layer, Layout::nhwc, Layout::nhwc).tiles) {
      sum += t.conversions;
    }
    return sum;
  };
  EXPECT_EQ(conversions(depthwise({14, 14, 32}), 1), 14 * 14 * 2 * 16);
  EXPECT_EQ(conversions(depthwise({14, 14, 32}), 4), 14 * 14 * 2 * 16) << "clipped groups add none";
  EXPECT_EQ(conversions(linear(512, 512), 1), 32 * 57 * 16);
}

TEST(CimTiming, WordsBeyondTheGroupsLeaveMacrosIdle) {
  EXPECT_EQ(plan_cim(macro(), 8, 1, depthwise({8, 8, 32}), Layout::nhwc, Layout::nhwc).macros_busy,
            2);
  EXPECT_EQ(run(depthwise({8, 8, 32}), 8, 1).steps, run(depthwise({8, 8, 16}), 1, 1).steps);
}

TEST(CimTiming, InputReadsOfARowAreThreeTimesUnitsPlusTwoPerGroup) {
  const workloads::Window window{3, 3, 1, 1, 1, 1, {1, 1, 1, 1}};
  for (std::int64_t n = 1; n <= 8; ++n) {
    EXPECT_EQ(ifmp_reads(window, n), 3 * (n + 2));
    for (std::int64_t width = 1; width <= 33; ++width) {
      const std::int64_t tail = width % n;
      EXPECT_EQ(ifmp_row_reads(window, width, n),
                width / n * 3 * (n + 2) + (tail > 0 ? 3 * (tail + 2) : 0));
    }
  }
}

TEST(CimTiming, FourUnitsHalveTheInputReadsAndNoNumberRemovesMoreThanTwoThirds) {
  const workloads::Window window{3, 3, 1, 1, 1, 1, {1, 1, 1, 1}};
  EXPECT_EQ(2 * ifmp_row_reads(window, 32, 4), ifmp_row_reads(window, 32, 1));
  EXPECT_EQ(ifmp_row_reads(window, 32, 1), 9 * 32);
  EXPECT_GT(3 * ifmp_row_reads(window, 32, 32), 9 * 32);
}

TEST(CimTiming, StridesAndDilationsShareOnlyWhatOverlaps) {
  EXPECT_EQ(ifmp_reads({3, 3, 2, 2, 1, 1, {}}, 4), 3 * 9);   // columns 0..8
  EXPECT_EQ(ifmp_reads({3, 3, 4, 4, 1, 1, {}}, 4), 3 * 12);  // nothing overlaps
  EXPECT_EQ(ifmp_reads({3, 3, 1, 1, 2, 2, {}}, 2), 3 * 6);   // 0,2,4 and 1,3,5
}

TEST(CimTiming, MoreUnitsNeverRaiseStepsArrayReadsOrInputReads) {
  for (const LayerShape& layer :
       {depthwise({14, 14, 96}), depthwise({15, 13, 40}, 2), linear(100, 60),
        conv({14, 14, 24}, 40, 1), conv({9, 11, 8}, 24, 3)}) {
    for (std::int64_t units = 1; units < 16; ++units) {
      const CimTile fewer = run(layer, 4, units), more = run(layer, 4, units + 1);
      EXPECT_LE(more.word_reads, fewer.word_reads) << units;
      EXPECT_LE(more.steps, fewer.steps) << units;
    }
    for (std::int64_t units = 1; units <= 16; units *= 2) {
      EXPECT_LE(run(layer, 4, 2 * units).operand_bytes, run(layer, 4, units).operand_bytes)
          << units;
    }
  }
}

TEST(CimTiming, MoreMacrosNeverRaiseStepsAndReadEveryWordAsOften) {
  for (const LayerShape& layer : {depthwise({14, 14, 96}), linear(640, 600)}) {
    for (std::int64_t macros = 1; macros < 16; ++macros) {
      EXPECT_LE(run(layer, macros + 1, 1).steps, run(layer, macros, 1).steps);
      EXPECT_EQ(run(layer, macros + 1, 1).word_reads, run(layer, macros, 1).word_reads);
    }
  }
}

TEST(CimTiming, TilesStreamTheInputOnceAndTheOutputOnce) {
  for (const std::int64_t stride : {1, 2}) {
    const LayerShape layer = depthwise({33, 31, 48}, stride);
    const CimPlan plan = plan_cim(macro(), 4, 1, layer, Layout::nhwc, Layout::nhwc);
    EXPECT_GT(plan.tiles.size(), 4u);
    EXPECT_EQ(sum(plan).input_bytes, 33 * 31 * 48);
    EXPECT_EQ(sum(plan).output_bytes, layer.output.elements());
  }
}

TEST(CimTiming, StridesWiderThanTheKernelStreamOnlyWhatIsRead) {
  const LayerShape layer = conv({56, 57, 64}, 128, 1, 2);
  const CimPlan plan = plan_cim(macro(), 8, 1, layer, Layout::nhwc, Layout::nhwc);
  EXPECT_EQ(sum(plan).input_bytes, 28 * 29 * 64);
  const LayerShape apart = conv({15, 15, 16}, 16, 2, 3);  // 2 of 3 rows and columns
  EXPECT_EQ(sum(plan_cim(macro(), 1, 1, apart, Layout::nhwc, Layout::nhwc)).input_bytes,
            10 * 10 * 16);
}

TEST(CimTiming, DilatedKernelsStreamWhatLiesBetweenTheirTapsOnce) {
  workloads::Window window{3, 3, 1, 1, 2, 2, {2, 2, 2, 2}};
  const LayerShape layer =
      shaped(workloads::DepthwiseConv2d{1, window, Activation::relu}, {21, 19, 32});
  const CimPlan plan = plan_cim(macro(), 2, 1, layer, Layout::nhwc, Layout::nhwc);
  EXPECT_EQ(sum(plan).input_bytes, 21 * 19 * 32);
  EXPECT_EQ(sum(plan).steps, 21 * 19) << "nine taps are a word, wherever they lie";
}

TEST(CimTiming, KernelsOtherThanNineTapsCostWhatTheirPoorFitCosts) {
  const auto steps_of = [](std::int64_t kernel) {
    const LayerShape layer =
        shaped(workloads::DepthwiseConv2d{1, workloads::same_window({14, 14, 16}, kernel, 1),
                                          Activation::relu},
               {14, 14, 16});
    return sum(plan_cim(macro(), 1, 1, layer, Layout::nhwc, Layout::nhwc)).steps;
  };
  EXPECT_EQ(steps_of(2), 14 * 14) << "4 of 9 products at work";
  EXPECT_EQ(steps_of(5), 3 * 14 * 14) << "25 taps in three words";
  EXPECT_EQ(steps_of(7), 6 * 14 * 14) << "49 taps in six words";
}

TEST(CimTiming, TilesAreAsManyAsAskedForAsNearAsWholeRowsCome) {
  for (const LayerShape& layer : {depthwise({14, 14, 16}), conv({14, 14, 16}, 96, 1)}) {
    for (std::int64_t wanted = 1; wanted <= 20; ++wanted) {
      const CimPlan plan = plan_cim(macro(), 4, 1, layer, Layout::nhwc, Layout::nhwc, {wanted});
      const std::int64_t rows = ceil_div(14, wanted);
      EXPECT_EQ(static_cast<std::int64_t>(plan.tiles.size()), ceil_div(14, rows)) << wanted;
      EXPECT_EQ(sum(plan).input_bytes, 14 * 14 * 16) << "whatever the tiles";
      EXPECT_EQ(sum(plan).output_bytes, layer.output.elements());
    }
  }
}

TEST(CimTiming, ATileThatWouldTakeHoursIsRefusedBeforeItRuns) {
  platforms::Cim slow = macro();
  slow.step_ps = INT64_C(1'000'000'000'000);  // a second
  EXPECT_THROW(plan_cim(slow, 1, 1, conv({64, 64, 512}, 512, 3), Layout::nhwc, Layout::nhwc),
               std::overflow_error);
}

TEST(CimTiming, ATileOfManyKeepsToHalfTheStreamBuffer) {
  const LayerShape layer = conv({56, 56, 24}, 96, 1);
  for (const CimTile& tile : plan_cim(macro(), 8, 1, layer, Layout::nhwc, Layout::nhwc).tiles) {
    EXPECT_LE(tile.input_bytes, 4096);
  }
}

TEST(CimTiming, RowsWiderThanTheBufferAreStreamedInStripsWithAHalo) {
  const LayerShape layer = conv({16, 112, 96}, 96, 3);
  const CimPlan plan = plan_cim(macro(), 8, 1, layer, Layout::nhwc, Layout::nhwc);
  const std::int64_t once = 16 * 112 * 96;
  EXPECT_GT(sum(plan).input_bytes, once);
  EXPECT_LT(sum(plan).input_bytes, once * 5 / 4);
  EXPECT_EQ(sum(plan).output_bytes, once);
}

TEST(CimTiming, DepthwiseChannelsBeyondARoundAreSlicedAndReadNoInputTwice) {
  // A row of a macro's channels is twice the half of its buffer.
  const LayerShape layer = depthwise({32, 32, 2048});
  const std::int64_t once = 32 * 32 * 2048;
  const CimPlan many = plan_cim(macro(), 8, 1, layer, Layout::nhwc, Layout::nhwc);
  EXPECT_EQ(sum(many).input_bytes, once);
  EXPECT_EQ(sum(many).output_bytes, once);
  EXPECT_EQ(many.tiles.size(), 64u) << "a row of 1024 channels each";
  EXPECT_EQ(sum(many).steps, 16 * 32 * 32) << "as many as unsliced";
  EXPECT_EQ(sum(many).word_reads, 128 * 32 * 32);
  EXPECT_EQ(sum(many).conversions, once);
}

TEST(CimTiming, BuffersBelongToAMacroSoMoreOfThemNeverReadMore) {
  for (const LayerShape& layer : {depthwise({14, 14, 512}, 2), depthwise({9, 9, 1344})}) {
    std::int64_t before = INT64_MAX;
    for (const std::int64_t macros : {1, 2, 4, 8, 16, 32, 64, 128}) {
      const std::int64_t read =
          sum(plan_cim(macro(), macros, 1, layer, Layout::nhwc, Layout::nhwc)).input_bytes;
      EXPECT_LE(read, before) << macros;
      before = read;
    }
  }
}

TEST(CimTiming, SlicesAreEvenWhereThatTakesNoMoreRounds) {
  const LayerShape layer = depthwise({1, 23, 397});  // 25 groups over 24 macros: two rounds
  const CimPlan plan = plan_cim(macro(), 24, 1, layer, Layout::nhwc, Layout::nhwc, {1, 1});
  ASSERT_EQ(plan.tiles.size(), 2u);
  EXPECT_EQ(plan.tiles[0].input_run, 13 * 16);
  EXPECT_EQ(plan.tiles[1].input_run, 397 - 13 * 16);
}

TEST(CimTiming, RunsAreWhatTheLayoutPutsTogether) {
  const auto run_of = [](Layout in, Layout out, const LayerShape& layer) {
    const CimTile tile = plan_cim(macro(), 2, 1, layer, in, out).tiles.front();
    return std::pair(tile.input_run, tile.output_run);
  };
  const LayerShape narrow = conv({8, 8, 24}, 16, 1), wide = conv({8, 8, 24}, 64, 1);
  EXPECT_EQ(run_of(Layout::nhwc, Layout::nhwc, narrow),
            std::pair(INT64_C(8) * 24, INT64_C(8) * 16));
  EXPECT_EQ(run_of(Layout::nhwc, Layout::nhwc, wide).second, 16) << "a macro's group of a pixel";
  EXPECT_EQ(run_of(Layout::nhcwb16, Layout::nhcwb16, wide),
            std::pair(INT64_C(8) * 16, INT64_C(8) * 16));
}

TEST(CimTiming, SlicesOfNhcwb16AddUpToTheStoredFeatureMap) {
  const LayerShape layer = depthwise({32, 32, 250});
  const CimPlan plan = plan_cim(macro(), 3, 2, layer, Layout::nhcwb16, Layout::nhcwb16);
  EXPECT_EQ(sum(plan).input_bytes, 32 * 32 * 256);
  EXPECT_EQ(sum(plan).output_bytes, 32 * 32 * 256);
}

CimTile steps(std::int64_t count) {
  CimTile tile;
  tile.steps = tile.fullest_reads = count;
  return tile;
}

TEST(CimTiming, TheStepIsPacedByTheSlowerOfComputeAndRead) {
  platforms::Cim cim = macro();
  EXPECT_EQ(compute_time(cim, steps(10)), (Picoseconds{6000 + 10 * 9000}));
  cim.read_time_ps = 20'000;
  EXPECT_EQ(compute_time(cim, steps(10)), (Picoseconds{20'000 + 10 * 20'000}));
}

TEST(CimTiming, MacrosRunLayersWithWeightsAndClampsOnly) {
  const auto runs = [](const Op& op) { return cim_can_run(macro(), shaped(op, {8, 8, 16})); };
  EXPECT_TRUE(runs(workloads::Conv2d{1, {}, Activation::relu6}));
  EXPECT_FALSE(runs(workloads::Conv2d{1, {}, Activation::tanh}));
  EXPECT_FALSE(runs(workloads::Elementwise{}));
  EXPECT_FALSE(runs(workloads::Mean{}));
  EXPECT_FALSE(runs(workloads::LeakyRelu{}));
  EXPECT_FALSE(runs(workloads::DepthToSpace{2}));
  EXPECT_EQ(cim_cannot_run(macro(), shaped(workloads::LeakyRelu{}, {8, 8, 16})),
            "macros cannot run leaky_relu: it has no weights");
}

TEST(CimTiming, MacrosRunNoGroupsTransposesOrStates) {
  const workloads::Shape in{8, 8, 16};
  for (const Op& op : {Op(workloads::Conv2d{16, {}, Activation::none, 2}),
                       Op(workloads::TransposeConv2d{16, 8, 8, {}, Activation::none}),
                       Op(workloads::Lstm{4}), Op(workloads::Svdf{4, 1, 2, Activation::none})}) {
    EXPECT_EQ(cim_cannot_run(macro(), shaped(op, in)),
              "macros cannot run " + std::string(workloads::op_name(op)) +
                  ": how they would hold its weights is not modelled");
  }
  EXPECT_TRUE(cim_can_run(macro(), shaped(workloads::Linear{4, Activation::none, true}, in)));
}

}  // namespace
}  // namespace h4h::models
