#include "sim/session/session.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <new>

#include "tests/sim/random_jobs.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using models::Interval;
using models::Lane;
using models::Picoseconds;
using models::transfer_time;
using platforms::kCim;
using platforms::kNpu;
using testing::conv;
using testing::depthwise;
using testing::linear;
using testing::on_cim;
using testing::on_npu;
using testing::platform;

// 256 MACs at 1 GHz, 8 GB/s, warm-up 40 ns, one macro with 2 ns steps, memories without latency.
platforms::Hardware textbook() {
  return platform("h4h-7nm",
                  {"cim.macros=1", "cim.step=2 ns", "cim.read_time=1 ns", "cim.stream_buffer=4 KiB",
                   "sram.latency=0 ns", "weights.latency=0 ns"})
      .hardware;
}

std::vector<Interval> lane(const models::Timeline& timeline, Lane lane, DeviceId device) {
  std::vector<Interval> found;
  for (const Interval& i : timeline) {
    if (i.lane == lane && i.device == device) found.push_back(i);
  }
  return found;
}

Interval ns(Lane lane, DeviceId device, std::int64_t begin, std::int64_t end) {
  return {lane, {begin * 1000}, {end * 1000}, 0, 0, device};
}

// A 1x1 convolution 8x8x64 -> 32, half of it on the macro: two NPU steps (2048 B of input, 224 and
// 64 B of weights and scales, 128 cycles), an output block (256 cycles, 1024 B). Both feature maps
// of the macro take 640 ns on the link, eight times a warm-up and back: three CIM tiles of 3, 3 and
// 2 rows (1536, 1536, 1024 B in; 1 + 192 * 2 ns twice, 1 + 128 * 2 ns; 384, 384, 256 B out). By
// hand, in ns:
//     0 both ask, the NPU is first: warm-up 40; input and weights until 324
//   324 CIM waits: it gains the link, warm-up, input until 556; the NPU computes 324..452
//   556 the NPU gains it: input and weights until 860; CIM computes 556..941
//   860 CIM gains it for its second input until 1092; at 941 its first output joins the hold
//       (nobody waits) behind the input; at 1092 the third input joins, as urgent: they share the
//       link, the output ends at 1188, the input at 1268; the NPU computes 860..988, its output
//       stage works until 1244; CIM computes 1092..1477
//  1268 the NPU gains it and writes until 1436
//  1477 CIM gains it and writes until 1565; it computes 1477..1734
//  1734 CIM still has it and writes until 1766
TEST(Session, ASplitLayerOfThreeTilesFollowsTheTimelineComputedByHand) {
  workloads::LayerShape layer = conv({8, 8, 64}, 32, 1);
  layer.encoded_weight_bytes = 256;  // in one piece
  Session session(textbook());
  models::Timeline timeline;
  const Picoseconds start{0};
  const JobResult result = session.run({testing::split(layer, 16, 1, 1)}, &timeline).front();

  EXPECT_EQ(start + result.time, (Picoseconds{1766'000}));
  EXPECT_EQ(lane(timeline, Lane::noc_tenure, kNpu),
            (std::vector<Interval>{ns(Lane::noc_tenure, kNpu, 0, 324),
                                   ns(Lane::noc_tenure, kNpu, 556, 860),
                                   ns(Lane::noc_tenure, kNpu, 1268, 1436)}));
  EXPECT_EQ(lane(timeline, Lane::noc_tenure, kCim),
            (std::vector<Interval>{
                ns(Lane::noc_tenure, kCim, 324, 556), ns(Lane::noc_tenure, kCim, 860, 1268),
                ns(Lane::noc_tenure, kCim, 1477, 1565), ns(Lane::noc_tenure, kCim, 1734, 1766)}));
  EXPECT_EQ(lane(timeline, Lane::npu_mac, kNpu),
            (std::vector<Interval>{ns(Lane::npu_mac, kNpu, 324, 452),
                                   ns(Lane::npu_mac, kNpu, 860, 988)}));
  EXPECT_EQ(lane(timeline, Lane::npu_output, kNpu),
            (std::vector<Interval>{ns(Lane::npu_output, kNpu, 988, 1244)}));
  EXPECT_EQ(lane(timeline, Lane::cim_compute, kCim),
            (std::vector<Interval>{ns(Lane::cim_compute, kCim, 556, 941),
                                   ns(Lane::cim_compute, kCim, 1092, 1477),
                                   ns(Lane::cim_compute, kCim, 1477, 1734)}));
  EXPECT_EQ(result.link_turnarounds, 6);
}

TEST(Session, GoesOnAfterAPartHasThrown) {
  Session session(textbook());
  const LayerJob job = on_cim(linear(64, 32), 1, 1);
  const JobResult before = session.run(job);
  Plans hours = plan_job(models::make_devices(textbook()), job);
  std::get<models::CimPlan>(*hours.at(kCim)).tiles.front().steps = INT64_C(1) << 52;
  for (int i = 0; i < 2; ++i) {
    EXPECT_ANY_THROW(session.run_plans({hours}));
    EXPECT_EQ(session.run(job), before);
  }
}

// As a process does that finds no memory.
class WithoutMemory : public models::Recorder {
 public:
  void begin_layer(Picoseconds, std::vector<std::int64_t>) override {}
  void end_layer(Picoseconds) override {}

 private:
  void add(const Interval&) override { throw std::bad_alloc(); }
};

TEST(Session, ALackOfMemoryInAProcessIsThrownAsSuch) {
  Session session(textbook());
  const LayerJob job = on_cim(linear(64, 32), 1, 1);
  const JobResult before = session.run(job);
  WithoutMemory recorder;
  EXPECT_THROW(session.run({job}, &recorder), std::bad_alloc);
  EXPECT_EQ(session.run(job), before);
}

TEST(Session, AFullyConnectedLayerOnOneMacroTakesItsStreamsAndItsSteps) {
  const platforms::Hardware hardware = platform("h4h-7nm").hardware;
  const JobResult result = Session(hardware).run(on_cim(linear(512, 512), 1, 1));
  const Picoseconds steps{6'000 + 32 * 57 * 9'000};
  const Picoseconds latency{32'000}, warm_up{40'000};
  // A macro writes the 16 outputs of a group together: half a burst of 32 B.
  EXPECT_EQ(result.time, warm_up + latency + transfer_time(512, 8'000'000'000) + steps +
                             transfer_time(2 * 512, 8'000'000'000));
}

TEST(Session, NarrowWeightsTakeFewerBitsAndNoOtherTime) {
  const auto run = [](const char* bits) {
    const platforms::Hardware hardware =
        testing::platform("h4h-7nm", {std::string("cim.weight_bits=") + bits}).hardware;
    return Session(hardware).run(testing::on_cim(testing::conv({14, 14, 64}, 64, 3), 8, 1));
  };
  const JobResult wide = run("8"), narrow = run("2");
  EXPECT_EQ(narrow.time, wide.time);
  EXPECT_EQ(narrow.counts[Event::cim_read_bit] * 4, wide.counts[Event::cim_read_bit]);
  models::Counts same = narrow.counts;
  same[Event::cim_read_bit] = wide.counts[Event::cim_read_bit];
  EXPECT_EQ(same, wide.counts);
}

TEST(Session, VectorProductsReachEightMacsPerCycleLessTheFill) {
  // A wide link: nothing but the array limits.
  const auto hardware = platform("h4h-7nm", {"noc.bandwidth=100 GB/s", "sram.bandwidth=100 GB/s",
                                             "weights.bandwidth=100 GB/s", "cim.macros=0",
                                             "npu.outstanding=64", "npu.command_floor=off"})
                            .hardware;
  for (const std::int64_t out : {8, 512, 1000}) {
    const JobResult r = Session(hardware).run(on_npu(linear(1024, out)));
    const double cycles = static_cast<double>(r.time.count) / 1000;
    const double ideal = 1024.0 * static_cast<double>(out) / 8;
    EXPECT_GT(cycles, ideal);
    // First step's weights, the last block's output, warm-up and latencies; 8 outputs also pay the
    // delay of a single micro-block.
    EXPECT_LT(cycles, ideal * (out == 8 ? 1.07 : 1.0) + 300) << out;
  }
}

TEST(Session, ADepthwiseLayerOnEightMacrosIsBoundByTheLink) {
  // Closed form: 32 x 32 x 64 B in and out over 8 GB/s, whatever the step up to 16 ns. A macro's 16
  // channels of a pixel are half a burst in NHWC, so that the output takes twice its bytes.
  const platforms::Hardware hardware = platform("h4h-7nm").hardware;
  for (const auto& [layout, maps] :
       {std::pair(models::Layout::nhcwb16, 2), {models::Layout::nhwc, 3}}) {
    LayerJob job = on_cim(depthwise({32, 32, 64}), 8, 1);
    job.context.input = job.context.output = layout;
    const JobResult r = Session(hardware).run(job);
    const Picoseconds link = transfer_time(maps * 32 * 32 * 64, 8'000'000'000);
    EXPECT_GT(r.time, link) << maps;
    EXPECT_LT(to_seconds(r.time), 1.15 * to_seconds(link)) << maps;
  }
}

// What the NPU and the macros pay for the same streams: the comparison of devices is of devices.
TEST(Session, EveryDevicePaysForShortRunsAndBurstsUnderWay) {
  const auto time = [](const LayerJob& job, const std::vector<std::string>& sets) {
    return to_seconds(Session(platform("h4h-7nm", sets).hardware).run(job).time);
  };
  const std::vector<std::string> few{"cim.outstanding=1", "npu.outstanding=1"};
  for (LayerJob job : {on_npu(depthwise({32, 32, 64})), on_cim(depthwise({32, 32, 64}), 8, 1)}) {
    const double nhwc = time(job, {}), one_burst = time(job, few);
    job.context.input = job.context.output = models::Layout::nhcwb16;
    EXPECT_GT(nhwc, 1.3 * time(job, {})) << "16 of 32 B in a burst";
    EXPECT_GT(one_burst, 3 * nhwc) << "32 B in 32 ns and no more";
  }
}

// Queries, keys and values, under every rule and on macros, whatever the pieces.
TEST(Session, AttentionAndMatmulLoadEveryByteOfTheirOperands) {
  const auto bytes = [](const LayerJob& job, const std::vector<std::string>& sets) {
    const JobResult r = Session(platform("h4h-7nm", sets).hardware).run(job);
    return r.noc_read_bytes;
  };
  for (const workloads::Shape& map : {workloads::Shape{7, 7, 64}, {14, 14, 64}, {9, 9, 128}}) {
    const workloads::LayerShape attention{workloads::Attention{4}, {map, map, map}, map, {}, {}};
    const workloads::LayerShape product{
        workloads::MatMul{true}, {map, map}, {map.height, map.width, map.width}, {}, {}};
    for (const char* rule : {"weights", "dense", "arm"}) {
      const std::vector<std::string> set{std::string("npu.dynamic_matmul.rule=") + rule};
      EXPECT_GE(bytes(on_npu(attention), set), 3 * map.elements()) << rule;
      EXPECT_GE(bytes(on_npu(product), set), 2 * map.elements()) << rule;
    }
    EXPECT_GE(bytes(on_cim(attention, 4, 1), {}), 3 * map.elements());
  }
}

// On macros, which all see the one input stream.
TEST(Session, OneLayerOfThreeProjectionsReadsItsInputOnce) {
  const workloads::Shape map{14, 14, 64};
  const auto run = [](const workloads::LayerShape& layer) {
    return Session(platform("h4h-7nm", {}).hardware).run(on_cim(layer, 4, 1));
  };
  const JobResult apart = run(conv(map, 64, 1)), joined = run(conv(map, 192, 1));
  EXPECT_EQ(apart.noc_read_bytes, map.elements());
  EXPECT_EQ(joined.noc_read_bytes, map.elements());
  EXPECT_EQ(joined.noc_write_bytes, 3 * apart.noc_write_bytes);
  EXPECT_LT(joined.time, apart.time + apart.time + apart.time);
}

TEST(Session, PackedAttentionMovesTheBytesOfThreeTensors) {
  const workloads::Shape map{14, 14, 64}, packed{14, 14, 192};
  const workloads::LayerShape three{workloads::Attention{4}, {map, map, map}, map, {}, {}};
  const workloads::LayerShape one{workloads::Attention{4, true}, {packed}, map, {}, {}};
  for (const char* rule : {"weights", "dense", "arm"}) {
    const std::vector<std::string> set{std::string("npu.dynamic_matmul.rule=") + rule};
    const platforms::Hardware hardware = platform("h4h-7nm", set).hardware;
    EXPECT_EQ(Session(hardware).run(on_npu(one)), Session(hardware).run(on_npu(three))) << rule;
  }
  const platforms::Hardware hardware = platform("h4h-7nm", {}).hardware;
  // A macro for each head, and all at once: runs of a row of channels, not of several tokens.
  const JobResult a = Session(hardware).run(on_cim(one, 4, 1)),
                  b = Session(hardware).run(on_cim(three, 4, 1));
  EXPECT_EQ(a.noc_read_bytes, b.noc_read_bytes);
  EXPECT_EQ(a.counts, b.counts);
  EXPECT_GE(a.time, b.time);
}

TEST(Session, ALeakyReluTakesAsLongAsATanhOnTheNpuAndIsRefusedOnMacros) {
  const platforms::Hardware hardware = textbook();
  const workloads::Shape in{28, 28, 64};
  const auto leaky = testing::shaped(workloads::LeakyRelu{}, in);
  const JobResult result = Session(hardware).run(on_npu(leaky));
  EXPECT_EQ(result, Session(hardware).run(on_npu(
                        testing::shaped(workloads::Activate{workloads::Activation::tanh}, in))));
  EXPECT_GT(result.time.count, 0);
  EXPECT_EQ(result.noc_read_bytes, 28 * 28 * 64);
  EXPECT_EQ(result.noc_write_bytes, 28 * 28 * 64);
  EXPECT_THROW(Session(hardware).run(on_cim(leaky, 1, 1)), std::invalid_argument);
}

TEST(Session, DepthToSpaceMovesItsMapOverTheLinkOnceEachWayAndIsRefusedOnMacros) {
  const platforms::Hardware hardware = textbook();
  const auto layer = testing::shaped(workloads::DepthToSpace{2}, {14, 14, 64});
  const JobResult result = Session(hardware).run(on_npu(layer));
  EXPECT_EQ(result.noc_read_bytes, 14 * 14 * 64);
  EXPECT_EQ(result.noc_write_bytes, 14 * 14 * 64);
  EXPECT_GE(result.time, transfer_time(2 * 14 * 14 * 64, hardware.noc.bandwidth));
  EXPECT_THROW(Session(hardware).run(on_cim(layer, 1, 1)), std::invalid_argument);
}

TEST(Session, NpuAndCimNeverHoldTheLinkTogether) {
  const platforms::Hardware hardware = platform("h4h-7nm").hardware;
  for (const workloads::LayerShape& layer : {conv({28, 28, 96}, 192, 1), depthwise({28, 28, 96}),
                                             conv({14, 14, 32}, 64, 3), linear(640, 640)}) {
    models::Timeline timeline;
    Session session(hardware);
    session.run({testing::split(layer, 32, 8, 1)}, &timeline);
    std::vector<Interval> npu = lane(timeline, Lane::noc_tenure, kNpu),
                          cim = lane(timeline, Lane::noc_tenure, kCim);
    ASSERT_FALSE(npu.empty());
    ASSERT_FALSE(cim.empty());
    for (const Interval& n : npu) {
      for (const Interval& c : cim) EXPECT_TRUE(n.end <= c.begin || c.end <= n.begin);
    }
  }
}

TEST(Session, ASplitLayerTakesAtLeastAsLongAsEachSideAlone) {
  const platforms::Hardware hardware = platform("h4h-7nm").hardware;
  for (const workloads::LayerShape& layer : {conv({28, 28, 96}, 192, 1), depthwise({28, 28, 96}),
                                             conv({14, 14, 32}, 64, 3), linear(640, 640)}) {
    Session session(hardware);
    const JobResult both = session.run(testing::split(layer, 32, 8, 1));
    const auto npu = share_of(layer, layer.output.channels - 32), cim = share_of(layer, 32);
    EXPECT_GE(both.time, session.run(on_npu(npu)).time);
    EXPECT_GE(both.time, session.run(on_cim(cim, 8, 1)).time);
  }
}

TEST(Session, LayerExclusivityRunsOneSideAfterTheOthersStreams) {
  const auto layer = conv({14, 14, 64}, 64, 1);
  const auto tenure = Session(platform("h4h-7nm").hardware).run(testing::split(layer, 32, 8, 1));
  const auto serial = Session(platform("h4h-7nm", {"noc.exclusivity=layer"}).hardware)
                          .run(testing::split(layer, 32, 8, 1));
  EXPECT_GT(serial.time, tenure.time);
  EXPECT_EQ(serial.link_turnarounds, 2);
}

TEST(Session, APrivateWeightPortTakesWeightsOffTheNoc) {
  const auto layer = linear(512, 512);
  const auto shared = Session(platform("h4h-7nm").hardware).run(on_npu(layer));
  const auto own =
      Session(platform("h4h-7nm", {"npu.weights.port=private"}).hardware).run(on_npu(layer));
  EXPECT_EQ(own.counts[Event::weight_byte], shared.counts[Event::weight_byte]);
  EXPECT_EQ(shared.counts[Event::noc_byte] - own.counts[Event::noc_byte],
            own.counts[Event::weight_byte]);
  EXPECT_LE(own.time, shared.time);
}

TEST(Session, TheFastestWeightScheduleIsNeverSlowerThanTheCompilersAndSometimesFaster) {
  std::int64_t faster = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    testing::Draw draw(seed);
    platforms::Hardware hardware = testing::any_hardware(draw);
    hardware.npu.weights_port = platforms::WeightsPort::private_port;
    const LayerJob job = testing::any_job(draw, hardware);
    hardware.npu.weight_copies = platforms::WeightCopies::compiler;
    const JobResult compiler = Session(hardware).run(job);
    hardware.npu.weight_copies = platforms::WeightCopies::fastest;
    const JobResult fastest = Session(hardware).run(job);
    EXPECT_LE(fastest.time, compiler.time) << canonical_text(job);
    EXPECT_EQ(Session(hardware).run(std::vector<LayerJob>{job}).front(), fastest);
    faster += fastest.time < compiler.time ? 1 : 0;
  }
  EXPECT_GT(faster, 4);
}

TEST(Session, ResultsDoNotDependOnWhatRanBefore) {
  const platforms::Hardware hardware = platform("h4h-7nm").hardware;
  const LayerJob job = testing::split(conv({14, 14, 96}, 96, 1), 48, 8, 1);
  const JobResult fresh = Session(hardware).run(job);
  Session used(hardware);
  used.run(on_cim(depthwise({28, 28, 96}), 3, 1));
  used.run(testing::split(conv({7, 7, 64}, 64, 3), 16, 2, 1));
  EXPECT_EQ(used.run(job), fresh);
}

TEST(Session, ManySessionsFollowEachOtherInOneProcess) {
  const platforms::Hardware hardware = platform("h4h-7nm").hardware;
  const LayerJob job = on_npu(conv({8, 8, 16}, 16, 1));
  const JobResult first = Session(hardware).run(job);
  for (int i = 0; i < 100; ++i) {
    if (i == 50) {
      Session session(hardware);
      EXPECT_THROW(session.run(testing::split(conv({8, 8, 16}, 16, 1), 17, 8, 1)),
                   std::invalid_argument);
    }
    EXPECT_EQ(Session(hardware).run(job), first);
  }
}

TEST(Session, SessionsLiveSideBySide) {
  const LayerJob job = testing::split(conv({14, 14, 96}, 96, 1), 48, 4, 1);
  const platforms::Hardware slow = platform("h4h-7nm", {"noc.bandwidth=4 GB/s"}).hardware;
  Session a(platform("h4h-7nm").hardware);
  const JobResult first = a.run(job);
  auto b = std::make_unique<Session>(slow);
  const JobResult other = b->run(job);
  EXPECT_EQ(a.run(job), first);
  EXPECT_EQ(b->run(job), other);
  EXPECT_GT(other.time, first.time);
  b.reset();
  EXPECT_EQ(a.run(job), first);
}

TEST(Session, NoProgressEndsARunWithTheStateOfEachPart) {
  const platforms::Hardware hardware = platform("h4h-7nm").hardware;
  Plans plans = plan_job(models::make_devices(hardware), on_npu(conv({8, 8, 128}, 32, 1)));
  auto& steps = std::get<models::NpuPlan>(*plans.at(kNpu)).steps;
  for (models::NpuStep& step : steps) step.last_of_slice = false;  // frees no buffer
  Session session(hardware);
  const std::string message = tests::message_of<NoProgress>([&] { session.run_plans({plans}); });
  EXPECT_NE(message.find("no progress: layer 1 of 1; npu: step 8 of 16; full: input 0"),
            std::string::npos)
      << message;
  EXPECT_NE(message.find("cim: idle; noc: npu 0 inside, 0 waiting; cim 0 inside"),
            std::string::npos)
      << message;
}

TEST(Session, RefusesSplitsThatDoNotAddUpAndLayersThatMacrosCannotRun) {
  Session session(platform("h4h-7nm").hardware);
  LayerJob job = on_npu(conv({8, 8, 16}, 16, 1));
  job.split.shares.at(kNpu).channels = 8;
  EXPECT_THROW(session.run(job), std::invalid_argument);
  EXPECT_THROW(session.run(on_cim(testing::shaped(workloads::Mean{}, {7, 7, 16}), 1, 1)),
               std::invalid_argument);
  EXPECT_THROW(session.run(on_cim(conv({8, 8, 16}, 16, 1), 0, 1)), std::invalid_argument);
}

}  // namespace
}  // namespace h4h::sim
