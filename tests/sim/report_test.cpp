#include "sim/report/report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/report/format.hpp"
#include "tests/sim/support.hpp"
#include "tests/support/provenance.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::sim {
namespace {

using models::Event;

// A report of two layers, filled in by hand.
Report by_hand() {
  Report r;
  r.platform_name = "chip";
  r.platform_hash = "0123456789abcdef";
  r.network_name = "net";
  r.macs = 3000;
  r.weight_bytes = 40;
  r.mapping_kind = "auto";
  r.macros_in_use = 2;
  r.units_in_use = 1;
  r.macs_per_cycle = 256;
  r.clock_hz = 1'000'000'000;
  for (const char* name : {"first", "odd, \"name\""}) {
    LayerReport layer;
    layer.name = name;
    layer.op = "conv";
    layer.input = {4, 4, 8};
    layer.output = {4, 4, 32};
    layer.macs = 1500;
    layer.split = {16, 16, 2, 1};
    layer.result.time = {500'000};
    layer.result.counts[Event::noc_byte] = 640;
    layer.energy_j[models::Part::npu] = 1e-9;
    layer.energy_j[models::Part::leakage] = 2.5e-10;
    layer.cycles = 500;
    layer.bound = Bound::noc;
    r.time += layer.result.time;
    r.noc_bytes += 640;
    r.energy_j += layer.energy_j;
    r.layers.push_back(layer);
  }
  r.cycles = 1000;
  r.area_mm2.cim = 2.1;
  return r;
}

TEST(Format, JsonHasTheKeysThatScriptsReadAndItsPartsAddUp) {
  const auto json = nlohmann::json::parse(format_json(by_hand()));
  EXPECT_EQ(json["schema"], "h4h.report/1");
  EXPECT_EQ(json["platform"]["hash"], "0123456789abcdef");
  EXPECT_EQ(json["network"]["weight_bytes"], 40);
  EXPECT_EQ(json["mapping"]["macros_in_use"], 2);
  EXPECT_TRUE(json["unsupported"].is_array());
  EXPECT_EQ(json["totals"]["cycles"], 1000);
  EXPECT_DOUBLE_EQ(json["totals"]["latency_s"], 1e-6);
  EXPECT_TRUE(json["totals"]["area_mm2"].is_null());
  EXPECT_EQ(json["totals"]["spilled_bytes"], 0);
  EXPECT_TRUE(json["totals"].contains("peak_activation_bytes"));
  double sum = 0;
  for (const auto& part : json["energy_j"]) sum += part.get<double>();
  EXPECT_DOUBLE_EQ(sum, json["totals"]["energy_j"]);
  const auto& layer = json["layers"][1];
  EXPECT_EQ(layer["name"], "odd, \"name\"");
  EXPECT_DOUBLE_EQ(layer["npu_share"], 0.5);
  EXPECT_EQ(layer["bound_by"], "noc");
  for (const char* key :
       {"op", "macs", "cycles", "latency_s", "energy_j", "noc_bytes", "spilled_bytes"}) {
    EXPECT_TRUE(layer.contains(key)) << key;
  }
}

TEST(Format, CsvHasARowPerLayerAndQuotesNames) {
  const std::string text = format_csv(by_hand());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_NE(text.find("\n\"odd, \"\"name\"\"\",conv,4x4x32,1500,0.5,500,5e-07,1.25e-09,640,0,noc"),
            std::string::npos)
      << text;
}

TEST(Format, TableNamesUnitsBoundsAndRemarks) {
  Report r = by_hand();
  r.remarks.emplace_back("something to know");
  const std::string text = format_table(r);
  EXPECT_NE(text.find("net on chip"), std::string::npos);
  EXPECT_NE(text.find("= 1000 cycles of 1000 MHz"), std::string::npos) << text;
  EXPECT_NE(text.find("bound by noc 100.0 %"), std::string::npos) << text;
  EXPECT_NE(text.find("note: something to know"), std::string::npos);
}

TEST(Format, JsonAndCsvSayWhichProgramAndModelWroteThem) {
  tests::expect_provenance(nlohmann::json::parse(format_json(by_hand())), "h4h.report/1");
  tests::expect_provenance_columns(format_csv(by_hand()), "h4h.report/1");
}

TEST(Bound, IsThePartThatWouldTakeLongest) {
  platforms::Hardware hw = testing::platform("h4h-7nm").hardware;
  JobResult r;
  EXPECT_EQ(bound_by(hw, r), Bound::none);
  r.npu_busy = {1000};
  EXPECT_EQ(bound_by(hw, r), Bound::npu);
  r.cim_busy = {2000};
  EXPECT_EQ(bound_by(hw, r), Bound::cim);
  r.noc_read_bytes = 1000;
  EXPECT_EQ(bound_by(hw, r), Bound::noc);
  hw.sram.bandwidth /= 2;
  EXPECT_EQ(bound_by(hw, r), Bound::memory);
  r.counts[Event::weight_byte] = 900;
  hw.weights.bandwidth /= 8;
  EXPECT_EQ(bound_by(hw, r), Bound::weights);
}

TEST(Report, RefusesResultsOfAnotherNetwork) {
  const auto p = testing::platform("h4h-7nm");
  EXPECT_THROW(make_report(p, workloads::mobilenet_v2(), Mapping{}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace h4h::sim
