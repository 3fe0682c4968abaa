#include "sim/report/format_page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json/json_writer.hpp"
#include "sim/report/format.hpp"
#include "sim/report/page_graph.hpp"
#include "sim/report/thinning.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::sim {
namespace {

using models::Interval;
using models::Lane;
using models::Picoseconds;

struct Recorded {
  platforms::Platform platform;
  Report report;
  models::Timeline timeline;

  workloads::Network network;

  std::string page() const {
    const Recording recording = [&](models::Recorder& recorder) { timeline.replay(recorder); };
    return format_page(report, platform, network, recording);
  }
};

Recorded recorded(const std::string& name, const std::vector<std::string>& sets = {}) {
  Recorded r{testing::platform(name, sets), {}, {}, workloads::mobilenet_v2()};
  const workloads::Network& network = r.network;
  LayerCosts costs(r.platform.hardware);
  const Mapping mapping = testing::mapped(costs, r.platform, network, Strategy::automatic);
  const auto results = run_network(r.platform.hardware, network, mapping, r.timeline);
  r.report = make_report(r.platform, network, mapping, results);
  return r;
}

nlohmann::json data_of(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const std::size_t begin = page.find(open) + open.size();
  return nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

std::size_t occurrences(const std::string& text, const std::string& of) {
  std::size_t n = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++n;
  return n;
}

TEST(Page, HoldsTheReportAndATimelineOfEveryLayer) {
  const Recorded r = recorded("h4h-7nm");
  const auto data = data_of(r.page());
  EXPECT_EQ(data["report"], nlohmann::json::parse(write_json(report_document(r.report))));
  EXPECT_EQ(data["platform"].size(), r.platform.settings.size());
  ASSERT_EQ(data["timelines"]["layers"].size(), r.report.layers.size());
  for (std::size_t i = 0; i < r.report.layers.size(); ++i) {
    const auto& layer = data["timelines"]["layers"][i];
    EXPECT_EQ(layer["duration_ps"], r.report.layers[i].result.time.count);
    EXPECT_EQ(layer["lanes"].contains("noc_cim"),
              r.report.layers[i].split.channels(platforms::kCim) > 0);
    for (const auto& lane : layer["lanes"]) {
      EXPECT_EQ(lane["recorded"], lane["intervals"].size());
    }
  }
}

TEST(Page, NoPointOfARooflineStandsAboveItsRoof) {
  for (const auto& sets : {std::vector<std::string>{},
                           {"npu.weights.port=private"},
                           {"noc.duplex=full"},
                           {"noc.bandwidth=64 GB/s"}}) {
    const Recorded r = recorded("h4h-7nm", sets);
    const auto data = data_of(r.page());
    ASSERT_EQ(data["rooflines"].size(), 2u);
    for (const auto& roofline : data["rooflines"]) {
      EXPECT_GT(roofline["points"].size(), 20u);
      for (const auto& point : roofline["points"]) {
        const double macs = point["macs"];
        const double rate = macs / to_seconds(r.report.layers.at(point["layer"]).result.time);
        EXPECT_LE(rate, roofline["peak_macs_per_s"].get<double>() * 1.000001);
        for (const auto& roof : roofline["bandwidths"]) {
          const double slope = macs / point["noc_bytes"].get<double>();
          EXPECT_LE(rate, slope * roof["bytes_per_s"].get<double>() * 1.000001) << roof["name"];
        }
      }
    }
  }
}

TEST(Page, TheGraphHasALayerForEachNodeBehindWhatItReads) {
  workloads::NetworkBuilder b("host");
  const workloads::Activate relu{workloads::Activation::relu};
  const auto in = b.input("in", {8, 8, 16}), made = b.input("made", {8, 8, 16});
  const auto a = b.add("a", relu, {in});
  b.output(b.add("sum", workloads::Elementwise{}, {a, made}));
  b.unsupported({7, "TOPK_V2", "no layer", {}, 1, {a}, {made}});
  const auto graph = nlohmann::json::parse(write_json(graph_document(std::move(b).build())));
  ASSERT_EQ(graph["nodes"].size(), 5u);
  const char* const kinds[]{"input", "layer", "host", "layer", "output"};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(graph["nodes"][i]["kind"], kinds[i]);
  EXPECT_EQ(graph["nodes"][2]["name"], "TOPK_V2 (7)");
  EXPECT_EQ(graph["edges"], nlohmann::json::parse("[[0,1],[1,2],[1,3],[2,3],[3,4]]"));
}

TEST(Page, TheMacrosAndTheSramAreFilledLayerByLayer) {
  const Recorded r = recorded("h4h-7nm");
  const auto data = data_of(r.page());
  std::int64_t macros = 0, peak = 0;
  for (const auto& layer : data["report"]["layers"]) {
    macros += layer["cim_macro_bytes"].get<std::int64_t>();
    peak = std::max(peak, layer["activation_bytes"].get<std::int64_t>());
    EXPECT_LE(layer["sram_bytes"], layer["activation_bytes"]);
    EXPECT_LE(layer["sram_bytes"], data["sram_bytes"]);
  }
  EXPECT_EQ(data["devices"][1]["macro_bytes"], macros);
  EXPECT_GT(macros, 0);
  EXPECT_EQ(data["report"]["totals"]["peak_activation_bytes"], peak);
}

TEST(Page, NamesFromFilesStayText) {
  Recorded r = recorded("h4h-7nm");
  const std::string plain = r.page();
  const std::string odd = "</script><script>alert(1)</script>{{data}} & \xff";
  r.report.network_name = r.report.layers.front().name = r.report.remarks.front() = odd;
  const std::string page = r.page();
  EXPECT_EQ(occurrences(page, "<script"), occurrences(plain, "<script"));
  EXPECT_EQ(occurrences(page, "</script"), occurrences(plain, "</script"));
  EXPECT_EQ(data_of(page)["report"]["layers"][0]["name"],
            "</script><script>alert(1)</script>{{data}} & \uFFFD");
}

Interval at(std::int64_t begin, std::int64_t end) { return {Lane::npu_mac, {begin}, {end}, 8, 0}; }

LaneExtent extent_of(const std::vector<Interval>& intervals) {
  LaneExtent extent;
  for (const Interval& interval : intervals) extent.add(interval);
  return extent;
}

ThinLane thin(const std::vector<Interval>& intervals, std::size_t limit) {
  ThinLane lane(extent_of(intervals), limit);
  for (const Interval& interval : intervals) lane.add(interval);
  return lane;
}

TEST(Thinning, LeavesShortLanesAsTheyAre) {
  ThinLane lane = thin({at(5, 6), at(0, 2)}, 2);
  EXPECT_EQ(lane.by_begin(), (std::vector<Interval>{at(0, 2), at(5, 6)}));
  EXPECT_EQ(lane.closed(), Picoseconds{0});
}

TEST(Thinning, TheExtentOfALaneIsThatOfItsIntervalsInAnyOrder) {
  for (const std::vector<Interval>& intervals :
       {std::vector{at(1, 9), at(3, 4), at(5, 8)}, std::vector{at(3, 4), at(5, 8), at(1, 9)}}) {
    const LaneExtent extent = extent_of(intervals);
    EXPECT_EQ(extent.recorded, 3u);
    EXPECT_EQ(extent.bytes, 24);
    EXPECT_EQ(extent.begin, Picoseconds{1});
    EXPECT_EQ(extent.end, Picoseconds{8}) << "of the one that begins last";
  }
}

TEST(Thinning, JoinsWhatBeginsTogetherAndKeepsBytes) {
  ThinLane lane = thin({at(0, 2), at(3, 4), at(12, 15), at(17, 18), at(29, 30)}, 3);
  const std::vector<Interval>& intervals = lane.by_begin();
  ASSERT_EQ(intervals.size(), 3u);
  EXPECT_EQ(intervals[0].end, Picoseconds{4});
  EXPECT_EQ(intervals[1].end, Picoseconds{18});
  EXPECT_EQ(intervals[1].bytes, 16);
  EXPECT_EQ(intervals[2].bytes, 8);
  EXPECT_EQ(lane.closed(), Picoseconds{2});
}

// As two streams that share a lane do.
TEST(Thinning, WhatBeganEarlierMayComeLater) {
  ThinLane late = thin({at(0, 2), at(12, 15), at(3, 16), at(17, 18), at(29, 30)}, 3);
  ThinLane early = thin({at(0, 2), at(3, 16), at(12, 15), at(17, 18), at(29, 30)}, 3);
  EXPECT_EQ(late.by_begin(), early.by_begin());
  EXPECT_EQ(late.by_begin()[0], (Interval{Lane::npu_mac, {0}, {16}, 16, 0}));
}

TEST(Thinning, ARegularLaneStaysRegular) {
  std::vector<Interval> many;
  for (std::int64_t i = 0; i < 1000; ++i) many.push_back(at(10 * i, 10 * i + 5));
  ThinLane lane = thin(many, 100);
  ASSERT_EQ(lane.by_begin().size(), 100u);
  for (const Interval& i : lane.by_begin()) EXPECT_EQ(i.bytes, 80);
}

TEST(Thinning, HoldsNoMoreThanItsLimitWhileIntervalsCome) {
  constexpr std::int64_t kCount = 1'000'000;
  const auto interval = [](std::int64_t i) { return at(10 * i, 10 * i + 5); };
  LaneExtent extent;
  for (std::int64_t i = 0; i < kCount; ++i) extent.add(interval(i));
  ThinLane lane(extent, 100);
  std::int64_t bytes = 0;
  for (std::int64_t i = 0; i < kCount; ++i) {
    lane.add(interval(i));
    if (i % 10'000 == 0) {
      ASSERT_LE(lane.by_begin().size(), 100u);
    }
  }
  for (const Interval& joined : lane.by_begin()) bytes += joined.bytes;
  EXPECT_EQ(lane.by_begin().size(), 100u);
  EXPECT_EQ(bytes, extent.bytes);
}

}  // namespace
}  // namespace h4h::sim
