#include "sim/report/trace_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/sim/support.hpp"
#include "tests/sim/trace_text.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::sim {
namespace {

using models::Interval;
using models::Lane;
using models::Picoseconds;
using models::Timeline;

struct Recorded {
  Report report;
  Timeline timeline;
};

Recorded recorded(const platforms::Platform& p, const workloads::Network& network,
                  Strategy strategy) {
  LayerCosts costs(p.hardware);
  const Mapping mapping = testing::mapped(costs, p, network, strategy);
  Recorded r;
  const auto results = run_network(p.hardware, network, mapping, r.timeline);
  r.report = make_report(p, network, mapping, results);
  EXPECT_EQ(results, simulate_layers(costs, network, mapping));
  return r;
}

const std::vector<Lane> kNpuStreams{
    Lane::npu_dma_input,  Lane::npu_dma_weights, Lane::npu_dma_output, Lane::npu_dma_copy,
    Lane::npu_dma_copied, Lane::npu_spill_read,  Lane::npu_spill_write};
const std::vector<Lane> kCimStreams{Lane::cim_dma_input, Lane::cim_dma_output, Lane::cim_spill_read,
                                    Lane::cim_spill_write};

// `device`: of that one alone.
std::vector<Interval> lanes(const Timeline& timeline, const std::vector<Lane>& wanted,
                            std::optional<DeviceId> device = {}) {
  std::vector<Interval> found;
  for (const Interval& i : timeline) {
    if (device && i.device != *device) continue;
    if (std::find(wanted.begin(), wanted.end(), i.lane) != wanted.end()) found.push_back(i);
  }
  std::sort(found.begin(), found.end(),
            [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  return found;
}

// Time covered by the lanes' intervals, per layer.
std::vector<Picoseconds> covered(const Timeline& timeline, const std::vector<Lane>& wanted,
                                 std::optional<DeviceId> device = {}) {
  std::vector<Picoseconds> sums(timeline.layers().size());
  Picoseconds reached;
  for (const Interval& i : lanes(timeline, wanted, device)) {
    const Picoseconds from = std::max(i.begin, reached);
    if (i.end > from) sums.at(i.layer) += i.end - from;
    reached = std::max(reached, i.end);
  }
  return sums;
}

void expect_streams_inside(const Timeline& timeline, const std::vector<Lane>& streams,
                           DeviceId device) {
  const std::vector<Interval> holds = lanes(timeline, {Lane::noc_tenure}, device);
  for (const Interval& s : lanes(timeline, streams, device)) {
    auto after =
        std::upper_bound(holds.begin(), holds.end(), s.begin,
                         [](Picoseconds t, const Interval& hold) { return t < hold.begin; });
    ASSERT_NE(after, holds.begin());
    const Interval& hold = *std::prev(after);
    EXPECT_LE(s.end, hold.end);
    EXPECT_EQ(s.layer, hold.layer);
  }
}

void expect_tenures_apart(const Timeline& timeline) {
  const std::vector<Interval> holds = lanes(timeline, {Lane::noc_tenure});
  for (std::size_t i = 1; i < holds.size(); ++i) EXPECT_LE(holds[i - 1].end, holds[i].begin);
}

void expect_replay(const platforms::Platform& p, const Recorded& run) {
  const Timeline& t = run.timeline;
  const bool ride = p.hardware.npu.weights_port == platforms::WeightsPort::noc;
  const std::vector<Lane> npu_streams =
      ride ? kNpuStreams
           : std::vector<Lane>{Lane::npu_dma_input,  Lane::npu_dma_output, Lane::npu_dma_copy,
                               Lane::npu_dma_copied, Lane::npu_spill_read, Lane::npu_spill_write};
  std::vector<Lane> streams = npu_streams;
  streams.insert(streams.end(), kCimStreams.begin(), kCimStreams.end());
  const auto npu = covered(t, {Lane::npu_mac, Lane::npu_output}, platforms::kNpu);
  const auto cim = covered(t, {Lane::cim_compute}, platforms::kCim);
  const auto noc = covered(t, streams);
  ASSERT_EQ(t.layers().size(), run.report.layers.size());
  Picoseconds time;
  for (std::size_t i = 0; i < npu.size(); ++i) {
    const JobResult& result = run.report.layers[i].result;
    const models::LayerSpan& span = t.layers()[i];
    EXPECT_EQ(span.begin, time);  // no gap between layers
    EXPECT_EQ(span.end - span.begin, result.time) << i;
    EXPECT_EQ(npu[i], result.busy_of(platforms::kNpu)) << i;
    EXPECT_EQ(cim[i], result.busy_of(platforms::kCim)) << i;
    EXPECT_EQ(noc[i], result.noc_busy) << i;
    const std::int64_t macros_busy = span.macros_busy.at(platforms::kCim);
    EXPECT_EQ(macros_busy > 0, result.busy_of(platforms::kCim) > Picoseconds{});
    EXPECT_LE(macros_busy, run.report.macros_in_use());
    time += span.end - span.begin;
  }
  EXPECT_EQ(time, run.report.time);
  std::int64_t bytes = 0;
  for (const Interval& i : lanes(t, streams)) bytes += i.bytes;
  for (const LayerReport& layer : run.report.layers) bytes += layer.result.prefetched_bytes;
  EXPECT_EQ(bytes, run.report.noc_bytes);
  expect_tenures_apart(t);
  expect_streams_inside(t, npu_streams, platforms::kNpu);
  for (DeviceId id = platforms::kCim; id < run.report.devices.size(); ++id) {
    expect_streams_inside(t, kCimStreams, id);
  }
}

TEST(Trace, ReplaysToTheReportToThePicosecond) {
  const workloads::Network network = workloads::mobilenet_v2();
  for (const std::string& name : testing::modelled_platforms()) {
    const platforms::Platform p = testing::platform(name);
    for (const Strategy strategy : {Strategy::npu, Strategy::cim, Strategy::automatic}) {
      expect_replay(p, recorded(p, network, strategy));
    }
  }
}

TEST(Trace, ReplaysWhereWeightsHaveTheirOwnPort) {
  const platforms::Platform p = testing::platform(
      "h4h-7nm", {"npu.weights.port=private", "noc.duplex=full", "noc.warm_up=0 ns"});
  expect_replay(p, recorded(p, workloads::mobilenet_v2(), Strategy::automatic));
}

TEST(Trace, ReplaysWhatSpillsToTheBackingStore) {
  const platforms::Platform p = testing::platform("h4h-7nm", {"sram.size=1 MiB"});
  const Recorded r = recorded(p, workloads::mobilenet_v2(), Strategy::automatic);
  expect_replay(p, r);
  std::int64_t spilled = 0;
  for (const Interval& i : lanes(r.timeline, {Lane::npu_spill_read, Lane::npu_spill_write,
                                              Lane::cim_spill_read, Lane::cim_spill_write})) {
    spilled += i.bytes;
  }
  EXPECT_GT(spilled, 0);
  EXPECT_EQ(spilled, r.report.spilled_bytes);
  EXPECT_NE(testing::trace_text(r.report, r.timeline).find("\"external memory\""),
            std::string::npos);
}

// Picoseconds of a number of microseconds in the trace.
Picoseconds exact(const nlohmann::json& microseconds) {
  return {std::llround(microseconds.get<double>() * 1e6)};
}

TEST(Trace, TextHoldsEveryIntervalOnANamedTrack) {
  const Recorded r =
      recorded(testing::platform("h4h-7nm"), workloads::mobilenet_v2(), Strategy::automatic);
  const auto json = nlohmann::json::parse(testing::trace_text(r.report, r.timeline));
  std::map<std::pair<int, int>, std::string> tracks;
  std::map<std::string, Picoseconds> time;
  std::map<std::string, std::int64_t> bytes;
  for (const auto& e : json["traceEvents"]) {
    if (e["name"] == "thread_name") tracks[{e["pid"], e["tid"]}] = e["args"]["name"];
    if (e["ph"] != "X") continue;
    const std::string& track = tracks.at({e["pid"], e["tid"]});
    time[track] += exact(e["dur"]);
    bytes[track] += e["args"].value("bytes", std::int64_t{0});
    EXPECT_TRUE(e["args"].contains("layer"));
    if (track.rfind("held by ", 0) == 0) {
      EXPECT_EQ(track.substr(8), e["args"]["owner"]);
    }
  }
  Picoseconds cim_busy;
  for (const LayerReport& layer : r.report.layers)
    cim_busy += layer.result.busy_of(platforms::kCim);
  EXPECT_EQ(time["layers"], r.report.time);
  EXPECT_EQ(time["macro 1"], cim_busy);
  EXPECT_LE(time["macro 8"], cim_busy);
  EXPECT_EQ(bytes["DMA: input"] + bytes["DMA: weights"] + bytes["DMA: output"] +
                bytes["stream: input"] + bytes["stream: output"],
            r.report.noc_bytes);
}

// Viewers nest events of one track that overlap: none may.
TEST(Trace, EventsOfATrackFollowEachOther) {
  const Recorded r =
      recorded(testing::platform("h4h-7nm"), workloads::mobilenet_v2(), Strategy::automatic);
  const auto json = nlohmann::json::parse(testing::trace_text(r.report, r.timeline));
  std::map<std::pair<int, int>, std::map<Picoseconds, Picoseconds>> tracks;
  for (const auto& e : json["traceEvents"]) {
    if (e["ph"] != "X") continue;
    const Picoseconds begin = exact(e["ts"]);
    const std::pair<int, int> track{e["pid"], e["tid"]};
    EXPECT_TRUE(tracks[track].emplace(begin, begin + exact(e["dur"])).second);
  }
  for (const auto& [track, events] : tracks) {
    Picoseconds reached;
    for (const auto& [begin, end] : events) {
      EXPECT_LE(reached, begin) << track.first << " " << track.second;
      reached = end;
    }
  }
}

TEST(Trace, ShowsNoMacrosWhereNoneAreInUse) {
  const Recorded r =
      recorded(testing::platform("h4h-7nm"), workloads::mobilenet_v2(), Strategy::npu);
  const std::string text = testing::trace_text(r.report, r.timeline);
  EXPECT_EQ(text.find("\"macro 1\""), std::string::npos);
  EXPECT_EQ(text.find("held by cim"), std::string::npos);
}

TEST(Trace, EscapesNamesThatComeFromFiles) {
  Recorded r = recorded(testing::platform("h4h-7nm"), workloads::mobilenet_v2(), Strategy::npu);
  const std::string odd = "a \"quoted\"\n\xff name";
  r.report.layers.front().name = odd;
  const auto json = nlohmann::json::parse(testing::trace_text(r.report, r.timeline));
  bool found = false;
  for (const auto& e : json["traceEvents"]) found |= e["name"] == "a \"quoted\"\n\uFFFD name";
  EXPECT_TRUE(found);
}

TEST(Trace, ReplaysWherePlansAreComparedBeforeALayerRuns) {
  const platforms::Platform p =
      testing::platform("ethos-u55-high-end", {"npu.weights.schedule=fastest"});
  expect_replay(p, recorded(p, workloads::mobilenet_v2(), Strategy::npu));
}

TEST(Trace, ListsMeasuredLayersWithTheTimesOfTheModel) {
  const platforms::Platform p = testing::platform("ethos-u55-high-end-measured");
  const workloads::Network network = workloads::mobilenet_v2();
  LayerCosts costs(p.hardware);
  const Mapping mapping = testing::mapped(costs, p, network, Strategy::npu);
  const Report report = make_report(p, network, mapping, simulate_layers(costs, network, mapping));
  const std::vector<JobResult> modelled = model_layers(costs, network, mapping);
  ASSERT_NE(modelled, testing::results_of(report));
  std::string text;
  TraceWriter trace(report, modelled, [&](std::string_view part) { text += part; });
  EXPECT_EQ(run_network(p.hardware, network, mapping, trace), modelled);
  trace.finish();
  EXPECT_TRUE(nlohmann::json::accept(text));
}

TEST(Trace, IsWrittenInSmallPartsWhileTheNetworkRuns) {
  const platforms::Platform p = testing::platform("h4h-7nm");
  const workloads::Network network = workloads::mobilenet_v2();
  const Recorded r = recorded(p, network, Strategy::npu);
  LayerCosts costs(p.hardware);
  const Mapping mapping = testing::mapped(costs, p, network, Strategy::npu);
  std::string text;
  std::size_t longest = 0;
  TraceWriter trace(r.report, testing::results_of(r.report), [&](std::string_view part) {
    text += part;
    longest = std::max(longest, part.size());
  });
  run_network(p.hardware, network, mapping, trace);
  EXPECT_GT(text.size(), 1'000'000u) << "before it is finished";
  trace.finish();
  EXPECT_LT(longest, 100'000u);
  EXPECT_EQ(text, testing::trace_text(r.report, r.timeline));
}

TEST(Trace, AnErrorOfTheFileIsThrownAtTheEndAndNothingIsWrittenAfterIt) {
  const Recorded r =
      recorded(testing::platform("h4h-7nm"), workloads::mobilenet_v2(), Strategy::npu);
  int parts = 0;
  TraceWriter trace(r.report, testing::results_of(r.report), [&](std::string_view) {
    if (++parts == 2) throw std::runtime_error("trace.json: cannot write");
  });
  r.timeline.replay(trace);
  EXPECT_EQ(tests::message_of<std::runtime_error>([&] { trace.finish(); }),
            "trace.json: cannot write");
  EXPECT_EQ(parts, 2);
}

TEST(Trace, RefusesResultsAndRunsOfOtherLayers) {
  const Recorded r =
      recorded(testing::platform("h4h-7nm"), workloads::mobilenet_v2(), Strategy::npu);
  const auto ignore = [](std::string_view) {};
  std::vector<JobResult> results = testing::results_of(r.report);
  EXPECT_THROW(TraceWriter(Report{}, results, ignore), std::invalid_argument);
  TraceWriter unfinished(r.report, results, ignore);
  EXPECT_THROW(unfinished.finish(), std::invalid_argument);
  results[3].time += Picoseconds{1};
  TraceWriter slower(r.report, results, ignore);
  r.timeline.replay(slower);
  EXPECT_THROW(slower.finish(), std::invalid_argument);
}

}  // namespace
}  // namespace h4h::sim
