#include "sim/costs/measured.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "sim/report/format.hpp"
#include "sim/report/report.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::sim {
namespace {

using testing::conv;
using testing::depthwise;
using testing::linear;
using testing::on_cim;
using testing::on_npu;

// A chip whose named table is `rows`.
class Measured {
 public:
  Measured(const std::string& name, const std::string& key, const std::string& rows,
           const std::vector<std::string>& sets = {})
      : model_(testing::platform(name, sets).hardware), platform_(with(name, key, rows, sets)) {}

  const JobResult& operator()(const LayerJob& job) { return costs_.cost(job); }
  const JobResult& modelled(const LayerJob& job) { return model_.cost(job); }
  const platforms::Platform& platform() const { return platform_; }
  LayerCosts& costs() { return costs_; }

 private:
  static platforms::Platform with(const std::string& name, const std::string& key,
                                  const std::string& rows, std::vector<std::string> sets) {
    const tests::TemporaryFolder folder;
    const auto file = folder.write("t.csv", "op,H,W,Cin,Cout,k,stride,latency\n" + rows);
    sets.push_back(key + "=" + file.string());
    return testing::platform(name, sets);
  }

  LayerCosts model_;
  platforms::Platform platform_;
  LayerCosts costs_{platform_.hardware};
};

TEST(Measured, RowsGiveTheTablesTimeToThePicosecond) {
  Measured chip("ethos-u55-high-end", "npu.measured",
                "conv3x3,16,16,32,64,3,2,12.345678 us\ndw3x3,16,16,32,32,3,1,1 ps\n"
                "fc,1,1,64,10,1,1,3 s\n");
  const std::pair<LayerJob, std::int64_t> expected[]{
      {on_npu(conv({16, 16, 32}, 64, 3, 2)), 12'345'678},
      {on_npu(depthwise({16, 16, 32})), 1},
      {on_npu(linear(64, 10)), 3'000'000'000'000}};
  for (const auto& [job, time] : expected) {
    const JobResult& result = chip(job);
    EXPECT_EQ(result.time.count, time);
    EXPECT_EQ(result.source, Source::measured);
    EXPECT_EQ(result.counts, chip.modelled(job).counts);
    for (const auto busy :
         {result.busy_of(platforms::kNpu), result.noc_busy, result.weights_idle}) {
      EXPECT_LE(busy, result.time);
      EXPECT_GE(busy.count, 0);
    }
  }
}

TEST(Measured, LayersOutsideTheTableAreThoseOfThePlatformWithoutOne) {
  Measured chip("ethos-u55-high-end", "npu.measured",
                "pw1x1,8,8,16,32,1,1,1 us\npw1x1,8,8,64,32,1,1,4 us\n");
  EXPECT_EQ(chip(on_npu(conv({8, 8, 32}, 32, 1))).time.count, 2'000'000);
  for (const LayerJob& job : {on_npu(conv({8, 8, 96}, 32, 1)), on_npu(conv({8, 8, 8}, 32, 1)),
                              on_npu(conv({8, 9, 32}, 32, 1)), on_npu(conv({8, 8, 32}, 32, 1, 2)),
                              on_npu(conv({8, 8, 32}, 32, 3)), on_npu(linear(32, 32))}) {
    EXPECT_EQ(chip(job), chip.modelled(job)) << canonical_text(job);
    EXPECT_EQ(chip(job).source, Source::modelled);
  }
}

TEST(Measured, WhatNoRowSaysIsModelled) {
  Measured chip("ethos-u55-high-end", "npu.measured", "conv3x3,8,8,16,32,3,1,1 us\n");
  const auto with_window = [](workloads::Window window, workloads::Activation activation) {
    return on_npu(testing::shaped(workloads::Conv2d{32, window, activation}, {8, 8, 16}));
  };
  const workloads::Window same = workloads::same_window({8, 8, 16}, 3, 1);
  using workloads::Activation;
  for (const Activation clamp : {Activation::none, Activation::relu, Activation::relu6}) {
    EXPECT_EQ(chip(with_window(same, clamp)).time.count, 1'000'000);
  }
  workloads::Window valid = same, dilated = same;
  valid.padding = {};
  dilated.dilation_height = dilated.dilation_width = 2;
  dilated.padding = workloads::same_padding({8, 8, 16}, dilated);
  for (const LayerJob& job :
       {with_window(same, Activation::logistic), with_window(valid, Activation::relu),
        with_window(dilated, Activation::relu)}) {
    EXPECT_EQ(chip(job).source, Source::modelled) << canonical_text(job);
  }
}

TEST(Measured, SharesOutsideTheTableAndGatedMacrosAreModelled) {
  const workloads::LayerShape layer = conv({16, 16, 32}, 64, 3);
  for (const std::string key : {"npu.measured", "cim.measured"}) {
    Measured chip("h4h-7nm", key, "conv3x3,16,16,32,64,3,1,1 us\n", {"cim.compute_units=2"});
    const bool npu = key == "npu.measured";
    EXPECT_EQ(chip(on_npu(layer)).source, npu ? Source::measured : Source::modelled);
    EXPECT_EQ(chip(on_cim(layer, 8, 2)).source, npu ? Source::modelled : Source::measured);
    for (const LayerJob& job :
         {testing::split(layer, 32, 8, 2), on_cim(layer, 4, 2), on_cim(layer, 8, 1)}) {
      EXPECT_EQ(chip(job), chip.modelled(job)) << key << " " << canonical_text(job);
    }
  }
}

TEST(Measured, SpilledLayersAreModelled) {
  Measured chip("ethos-u55-high-end", "npu.measured", "pw1x1,8,8,16,32,1,1,1 us\n");
  LayerJob input = on_npu(conv({8, 8, 16}, 32, 1)), output = input;
  input.context.input_levels = {MemoryLevel::external};
  output.context.output_level = MemoryLevel::external;
  EXPECT_EQ(chip(input), chip.modelled(input));
  EXPECT_EQ(chip(output), chip.modelled(output));
}

TEST(Measured, TheWeightPortIsIdleForTheRestOfTheMeasuredTime) {
  Measured chip("ethos-u55-high-end", "npu.measured", "pw1x1,8,8,16,32,1,1,1 ms\n");
  const LayerJob job = on_npu(conv({8, 8, 16}, 32, 1));
  const JobResult &measured = chip(job), &modelled = chip.modelled(job);
  EXPECT_EQ(measured.time - measured.weights_idle, modelled.time - modelled.weights_idle);
}

TEST(Measured, AutoPutsALayerWhereItWasMeasuredToBeFast) {
  workloads::NetworkBuilder builder("one");
  const auto in = builder.input("in", {16, 16, 32});
  builder.output(builder.add("layer", conv({16, 16, 32}, 64, 3).op, {in}));
  const workloads::Network network = std::move(builder).build();
  for (const std::string key : {"npu.measured", "cim.measured"}) {
    Measured chip("h4h-7nm", key, "conv3x3,16,16,32,64,3,1,1 us\n");
    const Mapping mapping =
        testing::mapped(chip.costs(), chip.platform(), network, Strategy::automatic);
    EXPECT_EQ(mapping.layers.front().channels(platforms::kNpu), key == "npu.measured" ? 64 : 0);
    EXPECT_EQ(simulate_layers(chip.costs(), network, mapping).front().time.count, 1'000'000);
  }
}

Report report_of(const platforms::Platform& p, const workloads::Network& network) {
  LayerCosts costs(p.hardware);
  const Mapping mapping = testing::mapped(costs, p, network, Strategy::npu);
  return make_report(p, network, mapping, simulate_layers(costs, network, mapping));
}

TEST(Measured, ReportsSayWhoseTimeEveryLayerHas) {
  const Report report =
      report_of(testing::platform("ethos-u55-high-end-measured"), workloads::mobilenet_v2());
  const auto measured = std::count_if(
      report.layers.begin(), report.layers.end(),
      [](const LayerReport& layer) { return layer.result.source == Source::measured; });
  EXPECT_GT(measured, 10);
  EXPECT_LT(measured, static_cast<std::ptrdiff_t>(report.layers.size()));
  const auto occurrences = [](const std::string& text, const std::string& word) {
    std::ptrdiff_t count = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
    return count;
  };
  EXPECT_EQ(occurrences(write_csv(report_table(report)), ",measured,"), measured);
  EXPECT_EQ(occurrences(write_json(report_document(report)), "\"source\": \"measured\""), measured);
  const std::string note =
      fmt::format("note: {} of {} layers measured", measured, report.layers.size());
  EXPECT_NE(format_table(report, {true, {}}).find(note), std::string::npos);
}

TEST(Measured, PlatformsWithoutATableSayNothingOfIt) {
  const Report report =
      report_of(testing::platform("ethos-u55-high-end"), workloads::mobilenet_v2());
  EXPECT_EQ(format_table(report, {true, {}}).find("measured"), std::string::npos);
}

}  // namespace
}  // namespace h4h::sim
