#include "sim/report/report.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include <nlohmann/json.hpp>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
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
  const models::MacroGroup macros{8, 1, 9102, 144};
  r.devices = {{"npu", platforms::DeviceType::npu},
               {"cim", platforms::DeviceType::cim, macros, {2, 1}}};
  r.macs_per_cycle = 256;
  r.clock_hz = 1'000'000'000;
  for (const char* name : {"first", "odd, \"name\""}) {
    LayerReport layer;
    layer.name = name;
    layer.op = "conv";
    layer.input = {4, 4, 8};
    layer.output = {4, 4, 32};
    layer.macs = 1500;
    layer.split = split_between(16, 16, 2, 1);
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
  const auto json = nlohmann::json::parse(write_json(report_document(by_hand())));
  EXPECT_EQ(json["schema"], "h4h.report/1");
  EXPECT_EQ(json["platform"]["hash"], "0123456789abcdef");
  EXPECT_EQ(json["network"]["weight_bytes"], 40);
  EXPECT_EQ(json["mapping"]["macros_in_use"], 2);
  EXPECT_TRUE(json["unsupported"].is_array());
  EXPECT_EQ(json["totals"]["cycles"], 1000);
  EXPECT_DOUBLE_EQ(json["totals"]["latency_s"], 1e-6);
  EXPECT_TRUE(json["totals"]["area_mm2"].is_null());
  EXPECT_EQ(json["totals"]["spilled_bytes"], 0);
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
  const std::string text = write_csv(report_table(by_hand()));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_NE(text.find("\n\"odd, \"\"name\"\"\",conv,4x4x32,1500,0.5,500,5e-07,1.25e-09,640,0,noc"),
            std::string::npos)
      << text;
}

// Long lines in one piece.
const TableOptions kWide{true, {}};

TEST(Format, TableNamesUnitsBoundsAndRemarks) {
  Report r = by_hand();
  r.remarks.emplace_back("something to know");
  const std::string text = format_table(r, kWide);
  EXPECT_NE(text.find("net on chip"), std::string::npos);
  EXPECT_NE(text.find("latency  0.0010 ms (1,000 cycles at 1000 MHz, 1,000,000 inferences/s)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("bound by noc 100.0 %"), std::string::npos) << text;
  EXPECT_NE(text.find("note: something to know"), std::string::npos);
}

TEST(Format, JsonAndCsvSayWhichProgramAndModelWroteThem) {
  tests::expect_provenance(nlohmann::json::parse(write_json(report_document(by_hand()))),
                           "h4h.report/1");
  tests::expect_provenance_columns(write_csv(report_table(by_hand())), "h4h.report/1");
}

void expect_line(const Report& r, const std::string& line) {
  const std::string text = format_table(r, kWide);
  EXPECT_NE(text.find("\n" + line + "\n"), std::string::npos) << line << "\nin\n" << text;
}

TEST(Format, TablesFitEightyColumnsUnlessTheyAreWide) {
  Report r = by_hand();
  r.layers[0].name = "a_model_of_that_name/with_a_scope/and_another_one/layer_7";
  r.layers[0].bound = Bound::memory;
  r.layers[0].external = true;
  r.layers[1].op = "resize_bilinear";
  r.remarks.emplace_back(std::string(60, 'a') + " " + std::string(60, 'b'));
  std::istringstream stream(format_table(r));
  for (std::string line; std::getline(stream, line);) EXPECT_LE(line.size(), 80u) << line;
  EXPECT_NE(format_table(r).find("/layer_7 "), std::string::npos) << "names are cut in front";
  EXPECT_NE(format_table(r, kWide).find("and_another_one/layer_7 "), std::string::npos);
}

TEST(Format, TopShowsTheLayersThatTakeLongest) {
  Report r = by_hand();
  r.layers[1].result.time = r.layers[0].result.time;
  r.layers[1].result.time += r.layers[0].result.time;
  const std::string text = format_table(r, {false, 1});
  EXPECT_NE(text.find("\n" + r.layers[1].name), std::string::npos) << text;
  EXPECT_NE(text.find("\n(1 more layers: "), std::string::npos) << text;
}

TEST(Format, SlowNetworksHaveRatesOfThreeDigits) {
  Report r = by_hand();
  r.time = {models::kPicosecondsPerSecond / 10 * 3};
  r.cycles = 300'000'000;
  expect_line(r, "latency  300.0000 ms (300,000,000 cycles at 1000 MHz, 3.33 inferences/s)");
}

TEST(Format, ThePeakOfActivationsStandsBesideTheSram) {
  Report r = by_hand();
  r.sram_bytes = 2 << 20;
  r.peak_activation_bytes = 1'373'634;
  r.peak_run_bytes = 1'373'634;
  expect_line(r, "SRAM     peak 1.31 of 2.00 MiB");
  r.peak_activation_bytes = 5120;
  r.peak_run_bytes = 5120;
  expect_line(r, "SRAM     peak 5.00 KiB of 2.00 MiB");
  EXPECT_EQ(
      nlohmann::json::parse(write_json(report_document(r)))["totals"]["peak_activation_bytes"],
      5120);
}

TEST(Format, StateBetweenInferencesStandsBesideThePeak) {
  Report r = by_hand();
  r.sram_bytes = 2 << 20;
  r.peak_activation_bytes = 1'373'634;
  r.peak_run_bytes = 1'373'634;
  r.state_bytes = 5120;
  expect_line(r, "SRAM     peak 1.31 of 2.00 MiB, 5.00 KiB of it state between inferences");
}

TEST(Format, WhatTheHostLeavesOutIsCounted) {
  Report r = by_hand();
  r.unsupported = {{4, "BATCH_MATMUL", "no", 1000}, {5, "TOPK_V2", "why", 0}};
  r.host_macs = 1000;
  expect_line(r, "not costed: 1000 of 4000 MACs, in 2 operators left to the host");
  expect_line(r, "not costed: operator 5 (TOPK_V2), left to the host: why");
  const auto json = nlohmann::json::parse(write_json(report_document(r)));
  EXPECT_EQ(json["network"]["host_macs"], 1000);
  EXPECT_EQ(json["unsupported"][0]["macs"], 1000);
  r.unsupported[1].macs.reset();
  expect_line(r, "not costed: at least 1000 of 4000 MACs, in 2 operators left to the host");
}

TEST(Format, SpillsSayWhatIsNeededAndWhatThereIs) {
  Report r = by_hand();
  r.sram_bytes = 1 << 20;
  r.peak_activation_bytes = 1'373'634;
  r.peak_run_bytes = 1'373'634;
  r.spilled_bytes = 2'419'000;
  expect_line(r,
              "SRAM     activations need 1.31 MiB, SRAM has 1.00 MiB: 2.419 MB spilled to external "
              "memory");
}

TEST(Format, TheExternalMemoryHasOneNameAndTheSramItsOwn) {
  Report r = by_hand();
  r.energy_j[models::Part::external] = 1e-9;
  r.layers[0].bound = r.layers[1].bound = Bound::memory;
  r.layers[1].external = true;
  const std::string text = format_table(r, kWide);
  EXPECT_NE(text.find("bound by SRAM 50.0 %, external memory 50.0 %"), std::string::npos) << text;
  EXPECT_NE(text.find(" external memory 28.6 %"), std::string::npos) << text;
  EXPECT_EQ(text.find("backing"), std::string::npos) << text;
  const auto json = nlohmann::json::parse(write_json(report_document(r)));
  EXPECT_EQ(json["layers"][1]["bound_by"], "memory") << "keys and values of scripts stay";
  EXPECT_TRUE(json["energy_j"].contains("backing"));
}

TEST(Format, TheHeadingTellsHowManyMacrosAndUnitsAreInUse) {
  Report r = by_hand();
  r.mapping_kind = "auto";
  r.devices[1].active = {8, 1};
  const auto says = [&](const std::string& text) {
    return format_table(r, kWide).find("mapping auto: " + text + "\n") != std::string::npos;
  };
  EXPECT_TRUE(says("8 macros with 1 unit each in use"));
  r.devices[1].active = {1, 4};
  EXPECT_TRUE(says("1 macro with 4 units in use"));
  r.devices[1].active = {0, 0};
  EXPECT_TRUE(says("no macros in use"));
}

TEST(Format, StorageOfTheMacrosCountsItsPadding) {
  Report r = by_hand();
  r.devices[1].storage = {2'001'000, 10'486'000, 2'001'000, 1'904'952};
  expect_line(r, "CIM      storage: 2.001 of 10.486 MB used (19.1 %); 4.8 % of that is padding");
}

TEST(Format, AutoSaysWhatWasSearchedAndHowFarItIsFromTheOptimum) {
  Report r = by_hand();
  r.gap = 0;
  expect_line(
      r,
      "mapping  optimal among the mappings searched (effort quick: 1/8 channel shares); --effort "
      "full searches more");
  r.gap = 0.0034;
  r.effort = Effort::full;
  r.limited = true;
  expect_line(r,
              "mapping  within 0.34 % of the optimum of the mappings searched within the limit "
              "(effort full: shares of every number of words)");
  r.devices[1].group->macros = 0;
  expect_line(r, "mapping  everything runs on the NPU: the platform has no macros");
  r.gap.reset();
  EXPECT_EQ(format_table(r, kWide).find("\nmapping"), std::string::npos) << "nothing was searched";
}

// One of the two layers is pinned; auto without the pin takes 0.9 us and 2 nJ.
Report pinned_by_hand() {
  Report r = by_hand();
  r.mapping_kind = "file";
  r.gap = 0;
  r.pinned = PinnedPart{"m1.yaml", {"first"}, {}, Objective::latency, Totals{9e5, 2e-9}};
  return r;
}

TEST(Format, PinnedLayersAreNamedAndOnlyTheOthersCalledOptimal) {
  Report r = pinned_by_hand();
  expect_line(r,
              "mapping  1 layer pinned by m1.yaml; the other 1 optimal (effort quick: 1/8 channel "
              "shares); unpinned auto would take 0.0009 ms");
  expect_line(r, "         pinned: first");
  r.pinned->objective = Objective::energy;
  EXPECT_NE(format_table(r, kWide).find("; unpinned auto would take 2e-06 mJ\n"),
            std::string::npos);
  r.pinned->objective = Objective::edp;
  EXPECT_NE(format_table(r, kWide).find("would take 0.0009 ms and 2e-06 mJ\n"), std::string::npos);
  r.pinned->unpinned.reset();
  EXPECT_NE(format_table(r, kWide).find("; unpinned auto finds no mapping within the limit\n"),
            std::string::npos);
}

TEST(Format, WhereAllLayersArePinnedNothingIsCalledOptimal) {
  Report r = pinned_by_hand();
  r.pinned->layers = {"first", "second"};
  r.pinned->active.by_device = {{}, {2, 1}};
  expect_line(r,
              "mapping  all 2 layers, 2 macros in use, 1 unit in use pinned by m1.yaml; unpinned "
              "auto would take 0.0009 ms");
}

TEST(Format, JsonHasAGapOnlyOfWhatWasSearched) {
  const auto mapping = [](const Report& r) {
    return nlohmann::json::parse(write_json(report_document(r)))["mapping"];
  };
  Report r = pinned_by_hand();
  auto json = mapping(r);
  EXPECT_TRUE(json["gap"].is_null());
  EXPECT_EQ(json["gap_of_other_layers"], 0);
  EXPECT_EQ(json["effort"], "quick");
  EXPECT_EQ(json["file"], "m1.yaml");
  EXPECT_EQ(json["pinned_layers"], nlohmann::json{"first"});
  EXPECT_TRUE(json["pinned_macros_in_use"].is_null());
  EXPECT_DOUBLE_EQ(json["unpinned"]["latency_s"].get<double>(), 9e-7);
  EXPECT_DOUBLE_EQ(json["unpinned"]["energy_j"].get<double>(), 2e-9);
  r.pinned->layers = {"first", "second"};
  EXPECT_TRUE(mapping(r)["gap_of_other_layers"].is_null()) << "there are no others";
  r.pinned->layers.clear();
  EXPECT_EQ(mapping(r)["gap"], 0) << "a file that pins nothing";
  r.pinned.reset();
  json = mapping(r);
  EXPECT_EQ(json["gap"], 0);
  EXPECT_TRUE(json["gap_of_other_layers"].is_null());
  EXPECT_TRUE(json["unpinned"].is_null());
  EXPECT_TRUE(json["pinned_layers"].empty());
}

TEST(Remarks, NameTheAreasThatThePlatformDoesNotSet) {
  const auto remarks = [](const std::vector<std::string>& sets) {
    const platforms::Platform p = testing::platform("h4h-7nm", sets);
    const workloads::Network network = workloads::mobilenet_v2();
    LayerCosts costs(p.hardware);
    const Mapping mapping = testing::mapped(costs, p, network, Strategy::npu);
    return format_table(make_report(p, network, mapping, simulate_layers(costs, network, mapping)),
                        kWide);
  };
  EXPECT_NE(remarks({}).find("note: area total unknown: area.npu, area.sram, area.noc, "
                             "area.weights are not set in the platform\n"),
            std::string::npos);
  EXPECT_NE(remarks({"area.npu=1 mm2", "area.noc=1 mm2", "area.weights=1 mm2"})
                .find("note: area total unknown: area.sram is not set in the platform\n"),
            std::string::npos);
}

TEST(Bound, TellsTheExternalMemoryFromTheSram) {
  platforms::Hardware hw = testing::platform("h4h-7nm").hardware;
  JobResult r;
  r.noc_read_bytes = 1000;
  EXPECT_FALSE(external_is_slower(hw, r));
  r.counts[Event::external_byte] = 1000;
  hw.external.bandwidth = hw.sram.bandwidth;
  EXPECT_FALSE(external_is_slower(hw, r)) << "of equals the SRAM";
  hw.external.bandwidth /= 2;
  EXPECT_TRUE(external_is_slower(hw, r));
}

TEST(Bound, IsThePartThatWouldTakeLongest) {
  platforms::Hardware hw = testing::platform("h4h-7nm").hardware;
  const models::Devices devices = models::make_devices(hw);
  JobResult r;
  EXPECT_EQ(bound_by(hw, devices, r), Bound::none);
  r.busy = {{1000}, {0}};
  EXPECT_EQ(bound_by(hw, devices, r), Bound("npu"));
  r.busy = {{1000}, {2000}};
  EXPECT_EQ(bound_by(hw, devices, r), Bound("cim"));
  r.noc_read_bytes = 1000;
  EXPECT_EQ(bound_by(hw, devices, r), Bound::noc);
  hw.sram.bandwidth /= 2;
  EXPECT_EQ(bound_by(hw, devices, r), Bound::memory);
  r.counts[Event::weight_byte] = 900;
  hw.weights.bandwidth /= 8;
  EXPECT_EQ(bound_by(hw, devices, r), Bound::weights);
}

TEST(Report, RefusesResultsOfAnotherNetwork) {
  const auto p = testing::platform("h4h-7nm");
  EXPECT_THROW(make_report(p, workloads::mobilenet_v2(), Mapping{}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace h4h::sim
