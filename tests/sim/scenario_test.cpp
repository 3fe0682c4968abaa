#include <gtest/gtest.h>

#include "sim/scenario/format_scenario.hpp"
#include "tests/support/files.hpp"

namespace h4h::sim {
namespace {

using models::Picoseconds;
using tests::message_of;
using tests::TemporaryFolder;

constexpr std::int64_t kMs = 1'000'000'000;  // picoseconds

Picoseconds ms(std::int64_t n) { return {n * kMs}; }

Stream stream(const char* name, Picoseconds period) {
  Stream made;
  made.name = name;
  made.period = period;
  made.deadline = period;
  return made;
}

Stream behind(const char* name, std::size_t first, Picoseconds deadline) {
  Stream made;
  made.name = name;
  made.after = first;
  made.deadline = deadline;
  return made;
}

Scenario scenario(std::vector<Stream> streams, Picoseconds duration = ms(100)) {
  Scenario made;
  made.name = "s";
  made.duration = duration;
  made.streams = std::move(streams);
  return made;
}

InferenceCost cost(Picoseconds time, double joules = 1) { return {time, joules, ms(1), 10}; }

TEST(Schedule, AStreamThatFitsRunsEveryFrameInItsOwnTime) {
  const ScheduleOutcome made = run_schedule(scenario({stream("a", ms(10))}), {cost(ms(4), 0.5)});
  EXPECT_EQ(made.streams[0].frames, 10);
  EXPECT_EQ(made.streams[0].on_time(), 10);
  EXPECT_EQ(made.streams[0].latencies, std::vector<Picoseconds>(10, ms(4)));
  EXPECT_EQ(made.busy, ms(40));
  EXPECT_EQ(made.idle(), ms(60));
  EXPECT_DOUBLE_EQ(made.joules, 5);
}

// Of an inference that takes 2.5 periods, every third frame runs after the first: the chip is free
// at 25 ms and takes the newest, of 20 ms.
TEST(Schedule, AStreamThatDoesNotFitDropsAllButTheNewestFrame) {
  const ScheduleOutcome made = run_schedule(scenario({stream("a", ms(10))}), {cost(ms(25))});
  const StreamOutcome& a = made.streams[0];
  EXPECT_EQ(a.frames, 10);
  EXPECT_EQ(a.frames, a.dropped + static_cast<std::int64_t>(a.latencies.size()));
  EXPECT_EQ(a.on_time(), 0);
  EXPECT_EQ(made.runs[1].arrived, ms(20));
  EXPECT_EQ(made.runs[1].begun, ms(25));
  EXPECT_EQ(made.end, made.runs.back().done);
  EXPECT_EQ(made.idle(), ms(0));
}

TEST(Schedule, TheEarliestDeadlineRunsFirstUnlessTheOrderOfTheFileCounts) {
  Scenario two = scenario({stream("slow", ms(50)), stream("fast", ms(10))}, ms(10));
  const std::vector<InferenceCost> costs{cost(ms(3)), cost(ms(2))};
  EXPECT_EQ(run_schedule(two, costs).runs[0].stream, 1U);
  two.policy = Policy::order;
  EXPECT_EQ(run_schedule(two, costs).runs[0].stream, 0U);
}

TEST(Schedule, AChainRunsOnWhatItsFirstNetworkFinishesAndCountsFromItsArrival) {
  const ScheduleOutcome made = run_schedule(scenario({stream("a", ms(20)), behind("b", 0, ms(5))}),
                                            {cost(ms(4)), cost(ms(3))});
  EXPECT_EQ(made.streams[1].frames, made.streams[0].frames);
  EXPECT_EQ(made.streams[1].latencies, std::vector<Picoseconds>(5, ms(7)));
  EXPECT_EQ(made.streams[0].late, 0);
  EXPECT_EQ(made.streams[1].late, 5) << "7 ms from the arrival of the first frame, of 5";
}

TEST(Schedule, AChainDropsWithItsFirstNetwork) {
  const ScheduleOutcome made = run_schedule(scenario({stream("a", ms(10)), behind("b", 0, ms(10))}),
                                            {cost(ms(25)), cost(ms(1))});
  EXPECT_EQ(made.streams[1].frames, static_cast<std::int64_t>(made.streams[0].latencies.size()));
}

TEST(Schedule, ASleepingChipWakesUpForTheFirstFrameAfterEveryPause) {
  Scenario sleeping = scenario({stream("a", ms(10)), stream("b", ms(10))});
  sleeping.idle = Idle::sleep;
  const ScheduleOutcome made = run_schedule(sleeping, {cost(ms(2)), cost(ms(2))});
  EXPECT_EQ(made.waking, ms(10)) << "once for both frames of each period";
  EXPECT_DOUBLE_EQ(made.joules, 20 + 10 * 10);
  EXPECT_EQ(made.streams[0].latencies, std::vector<Picoseconds>(10, ms(3)));
  EXPECT_EQ(made.streams[1].latencies, std::vector<Picoseconds>(10, ms(5)));
}

// Macros that lose their weights: each network reloads its own after every sleep, whichever runs
// first.
TEST(Schedule, EachStreamReloadsItsWeightsOnceAfterASleep) {
  InferenceCost a = cost(ms(2)), b = cost(ms(1));
  a.reload = ms(3);
  a.reload_joules = 100;
  b.reload = ms(2);
  b.reload_joules = 50;
  for (const bool a_first : {true, false}) {
    Scenario both = scenario({stream("x", ms(50)), stream("y", ms(50))});
    both.idle = Idle::sleep;
    const ScheduleOutcome made =
        run_schedule(both, a_first ? std::vector{a, b} : std::vector{b, a});
    EXPECT_EQ(made.waking, ms(2 * (1 + 3 + 2)));
    EXPECT_DOUBLE_EQ(made.joules, 2 * (10 + 100 + 50) + 4);
    both.idle = Idle::on;
    EXPECT_EQ(run_schedule(both, {a, b}).waking, ms(0)) << "never without power";
  }
}

TEST(Schedule, FramesBehindTheirDeadlineAreMarked) {
  Stream tight = stream("a", ms(10));
  tight.deadline = ms(4);
  for (const RunFrame& frame : run_schedule(scenario({tight}), {cost(ms(4))}).runs) {
    EXPECT_FALSE(frame.late) << "exactly at the deadline";
  }
  tight.deadline = {ms(4).count - 1};
  for (const RunFrame& frame : run_schedule(scenario({tight}), {cost(ms(4))}).runs) {
    EXPECT_TRUE(frame.late);
  }
}

TEST(Schedule, SeveralNetworksMayFollowOne) {
  const ScheduleOutcome made =
      run_schedule(scenario({stream("a", ms(20)), behind("b", 0, ms(20)), behind("c", 0, ms(20)),
                             behind("d", 2, ms(20))}),
                   {cost(ms(1)), cost(ms(2)), cost(ms(3)), cost(ms(4))});
  for (const StreamOutcome& stream : made.streams) EXPECT_EQ(stream.on_time(), 5);
  EXPECT_EQ(made.streams[3].latencies, std::vector<Picoseconds>(5, ms(10)));
}

TEST(Schedule, OffsetsMoveArrivals) {
  Stream late = stream("a", ms(10));
  late.offset = ms(95);
  const ScheduleOutcome made = run_schedule(scenario({late}), {cost(ms(2))});
  EXPECT_EQ(made.streams[0].frames, 1);
  EXPECT_EQ(made.runs[0].begun, ms(95));
}

Scenario load(const std::string& text) {
  const TemporaryFolder folder;
  return load_scenario(folder.write("s.yaml", text));
}

TEST(LoadScenario, ReadsEveryKey) {
  const Scenario made = load(
      "name: all\nduration: 2 s\npolicy: order\nidle: sleep\nnetworks:\n"
      "  - {name: a, network: mobilenet_v2, rate: 30 Hz, deadline: 20 ms, offset: 1 ms}\n"
      "  - {name: b, network: resnet8, after: a, mapping: npu}\n"
      "  - {name: c, network: resnet8, after: b}\n");
  EXPECT_EQ(made.name, "all");
  EXPECT_EQ(made.duration, ms(2000));
  EXPECT_EQ(made.policy, Policy::order);
  EXPECT_EQ(made.idle, Idle::sleep);
  ASSERT_EQ(made.streams.size(), 3U);
  EXPECT_EQ(made.streams[0].period, (Picoseconds{33'333'333'334}));
  EXPECT_EQ(made.streams[0].deadline, ms(20));
  EXPECT_EQ(made.streams[0].offset, ms(1));
  EXPECT_EQ(made.streams[1].mapping, Strategy::npu);
  EXPECT_EQ(made.streams[2].mapping, Strategy::automatic);
  EXPECT_EQ(made.streams[2].after, 1U);
  EXPECT_EQ(made.streams[2].deadline, made.streams[0].period) << "of what the chain begins with";
}

TEST(LoadScenario, NamesEveryMistakeWithItsLine) {
  const std::string message = message_of<ScenarioError>([] {
    load(
        "duration: 2\npolicy: fifo\nidel: on\nnetworks:\n"
        "  - {name: a, network: n, rate: 0 Hz}\n"
        "  - {name: a, network: n, rate: 30 Hz, after: a}\n"
        "  - {name: b, network: n, after: z}\n"
        "  - {name: c, rate: 30 fps, deadline: -1 ms}\n"
        "  - {name: d, network: n, rate: 30 Hz, deadline: 5 cycles, fps: 3}\n");
  });
  for (const char* const part :
       {"s.yaml:1: duration: ", "s.yaml:2: policy", "deadline, order", "s.yaml:3: ", "'idel'",
        "s.yaml:5: network 'a': rate must be 1 Hz..1 MHz",
        "s.yaml:6: network 'a': its name is taken", "s.yaml:6: network 'a': either rate",
        "s.yaml:7: network 'b': after: 'z' is no network above",
        "s.yaml:8: network 'c': 'network' is missing",
        "s.yaml:8: network 'c': rate: ", "s.yaml:8: network 'c': deadline: ",
        "s.yaml:9: network 'd': deadline: '5 cycles' is not a time", "'fps'"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << "\n" << message;
  }
}

TEST(LoadScenario, LimitsTheNumberOfFrames) {
  EXPECT_NE(message_of<ScenarioError>([] {
              load("duration: 3600 s\nnetworks:\n  - {name: a, network: n, rate: 1 kHz}\n");
            }).find("3600000 frames arrive within the duration; at most 1000000"),
            std::string::npos);
  EXPECT_NO_THROW(load("duration: 1 s\nnetworks:\n  - {name: a, network: n, rate: 1 MHz}\n"));
  EXPECT_NO_THROW(
      load("duration: 1 s\nnetworks:\n  - {name: a, network: n, rate: 1 MHz, offset: 900 s}\n"));
  EXPECT_NE(message_of<ScenarioError>([] {
              load(
                  "duration: 1 s\nnetworks:\n  - {name: a, network: n, rate: 600 kHz}\n"
                  "  - {name: b, network: n, after: a}\n");
            }).find("1200000 frames"),
            std::string::npos)
      << "followers count";
}

}  // namespace
}  // namespace h4h::sim
