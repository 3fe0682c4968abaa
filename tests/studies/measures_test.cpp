#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "platforms/description/loader.hpp"
#include "tests/studies/fake_trainings.hpp"
#include "tests/support/files.hpp"
#include "tools/studies/claims.hpp"
#include "tools/studies/curve.hpp"
#include "tools/studies/efficiency.hpp"
#include "tools/studies/noc_use.hpp"
#include "tools/studies/run_layer.hpp"

namespace h4h::tests {
namespace {

using models::Lane;
using models::Picoseconds;
using platforms::DeviceId;
using platforms::kCim;
using platforms::kNpu;

// What other authors have published, each with its source; MACs of the paper's ends are counted.
TEST(Fig1, HasASourceOfEveryPublishedAccuracy) {
  sim::JobResults results;
  const studies::Result result =
      studies::fig1({platforms::load_platform(source_dir() / "platforms/h4h-7nm.yaml"), results});
  ASSERT_GT(result.table.rows().size(), 30U);
  for (const std::vector<Cell>& row : result.table.rows()) {
    EXPECT_FALSE(row[4].text()->empty()) << *row[1].text();
    EXPECT_GT(*row[3].real(), 0.6);
    EXPECT_LT(*row[3].real(), 0.85);
  }
  EXPECT_NEAR(static_cast<double>(*result.table.rows()[0][2].integer()), 146e6, 1e6);
  EXPECT_NEAR(static_cast<double>(*result.table.rows()[1][2].integer()), 4388e6, 1e6);
  // What docs/results.md says.
  EXPECT_EQ(result.measures.at("published_networks"), 34);
  EXPECT_NEAR(result.measures.at("published_above_h4h_share"), 32.0 / 34, 1e-12);
  EXPECT_EQ(
      result.measures,
      studies::fig1_again(
          {platforms::load_platform(source_dir() / "platforms/h4h-7nm.yaml"), results}, result));
}

TEST(Curve, DipIsTheDeepestFallBelowWhatCameBefore) {
  EXPECT_DOUBLE_EQ(studies::largest_dip({1, 2, 3}), 0);
  EXPECT_DOUBLE_EQ(studies::largest_dip({1, 4, 3, 2, 5}), 0.5);
}

TEST(Curve, GainAndRiseAreOfTheEnds) {
  EXPECT_DOUBLE_EQ(studies::last_gain({1, 2, 2.5}), 0.25);
  EXPECT_DOUBLE_EQ(studies::rise({2, 9, 1}), 0.5);
}

TEST(Curve, ExtremesOfValuesOfWhichOneIsNoNumberAreNoNumber) {
  const double none = std::nan("");
  EXPECT_DOUBLE_EQ(studies::greatest({1, 3, 2}), 3);
  EXPECT_DOUBLE_EQ(studies::least({2, 1, 3}), 1);
  for (const std::vector<double>& values :
       {std::vector<double>{none, 1, 2}, {1, none, 2}, {1, 2, none}}) {
    EXPECT_TRUE(std::isnan(studies::greatest(values)));
    EXPECT_TRUE(std::isnan(studies::least(values)));
    EXPECT_TRUE(std::isnan(studies::largest_dip(values)));
  }
}

models::Timeline holds(DeviceId first, DeviceId second, std::int64_t begin_of_second) {
  models::Timeline timeline;
  timeline.begin_layer({}, {0, 1});
  timeline.record(first, Lane::noc_tenure, Picoseconds{0}, Picoseconds{10});
  timeline.record(second, Lane::noc_tenure, Picoseconds{begin_of_second},
                  Picoseconds{begin_of_second + 10});
  timeline.record(kNpu, Lane::npu_mac, Picoseconds{0}, Picoseconds{100});
  return timeline;
}

TEST(NocUse, HoldsOfBothSidesAtOnceAreSeen) {
  EXPECT_EQ(studies::share_held_by_both(holds(kNpu, kCim, 10)), 0);
  EXPECT_DOUBLE_EQ(studies::share_held_by_both(holds(kNpu, kCim, 5)), 5.0 / 15);
  EXPECT_EQ(studies::share_held_by_both(holds(kNpu, kCim, 90)), 0);
}

TEST(NocUse, OneSideAloneShowsNothing) {
  EXPECT_TRUE(std::isnan(studies::share_held_by_both(holds(kNpu, kNpu, 20))));
}

sim::JobResults& results() {
  static sim::JobResults results;
  return results;
}

studies::Setup paper(const std::vector<std::string>& overrides = {}) {
  return {platforms::load_platform(source_dir() / "platforms/h4h-7nm.yaml", overrides), results()};
}

TEST(Setup, WhatAStudyVariesComesLast) {
  const auto platform = paper({"cim.macros=4", "cim.step=16 ns"}).platform({{"cim.macros", 2}});
  EXPECT_EQ(platform.hardware.cim.macros, 2);
  EXPECT_EQ(platform.hardware.cim.step_ps, 16'000);
}

TEST(RunLayer, MacrosThatCannotHoldALayerAreAnErrorAndNotTheNpu) {
  const auto platform = paper().platform({{"cim.macros", 1}});
  EXPECT_EQ(studies::run_on_macros(results(), platform, {"fc", 1, 64}).cim_share(), 1);
  const std::string message = message_of<std::runtime_error>([&] {
    studies::run_on_macros(results(), platform, {"fc", 1, 2048});
  });
  EXPECT_NE(message.find("fc 1x1x2048 does not fit on 1 macros"), std::string::npos) << message;
}

TEST(RunLayer, SystemSpendsWhatItsMacrosSpendAndMore) {
  const auto platform = paper().platform({{"cim.macros", 1}});
  const sim::Report report =
      studies::run_on_macros(results(), platform, studies::layer_that_fills_macros());
  EXPECT_LT(studies::system_tops_per_watt(report), studies::macro_tops_per_watt(report));
  EXPECT_EQ(studies::operations(report), 2.0 * 9 * 32 * 32 * 128);
}

// Counts of the closed forms of the mechanisms, not of the paper.
TEST(Fig10, ReadsFollowTheirFormulas) {
  const studies::Result result = studies::fig10(paper());
  EXPECT_DOUBLE_EQ(result.measures.at("macs_per_step"), 16 * 9);
  for (const int units : {2, 4}) {
    const std::string name = "reads_saved_by_" + std::to_string(units) + "_units";
    EXPECT_NEAR(result.measures.at(name), 2.0 / 3 - 2.0 / (3 * units), 1e-12);
  }
  ASSERT_EQ(result.table.rows().size(), 64u);
  EXPECT_EQ(result.table.columns().size(), 10u);
}

TEST(Fig10, AStepIsAStepAlsoWhereWordsAreHeld) {
  const studies::Result result = studies::fig10(paper({"cim.word_hold=tile"}));
  EXPECT_DOUBLE_EQ(result.measures.at("macs_per_step"), 16 * 9);
}

TEST(Fig11, OnVariantsItSaysHowManyMappingsAreOthers) {
  for (const studies::Study& study : studies::all_studies()) {
    if (study.name != "fig11-hardware") continue;
    const studies::Result base = study.run(paper());
    EXPECT_EQ(measures_again(study, paper(), base).at(studies::kOtherMappings), 0);
    const double others =
        measures_again(study, paper({"cim.step=16 ns"}), base).at(studies::kOtherMappings);
    EXPECT_GT(others, 0);
    EXPECT_LE(others, 1);
  }
}

TEST(Fig3, NoShareExceedsTheBest) {
  const studies::Result result = studies::fig3(paper());
  for (const studies::Chart& chart : result.charts) {
    for (const studies::Series& series : chart.series) {
      for (const auto& [x, y] : series.points) {
        EXPECT_GT(y, 0) << series.name << x;
        EXPECT_LE(y, 1) << series.name << x;
      }
    }
  }
}

TEST(Fig3, MeasuresThePlatformsDuplexAndBothBeside) {
  for (const std::string duplex : {"half", "full"}) {
    const auto m = studies::fig3(paper({"noc.duplex=" + duplex})).measures;
    for (const std::string name : {"throughput_least_rise", "energy_efficiency_largest_dip"}) {
      EXPECT_EQ(m.at(name), m.at(name + "_" + duplex + "_duplex")) << duplex;
      EXPECT_NE(m.at(name + "_half_duplex"), m.at(name + "_full_duplex"));
    }
  }
}

TEST(Fig5, MeasuresThePlatformsDuplex) {
  const std::string name = "depthwise_least_throughput_from_64";
  EXPECT_NE(studies::fig5(paper()).measures.at(name),
            studies::fig5(paper({"noc.duplex=full"})).measures.at(name));
}

// The set is fixed by the networks that are shipped, whatever a layer costs.
TEST(Pointwise, EveryShapeOfShippedNetworksOnceAndNoneOfOnePixel) {
  const studies::Result result = studies::pointwise(paper());
  std::set<std::vector<std::int64_t>> shapes;
  std::set<std::string> networks;
  for (const std::vector<Cell>& row : result.table.rows()) {
    networks.insert(*row.at(0).text());
    std::vector<std::int64_t> shape;
    for (std::size_t i = 1; i < 6; ++i) shape.push_back(*row.at(i).integer());
    EXPECT_TRUE(shapes.insert(shape).second) << *row.at(0).text();
    EXPECT_GT(shape.at(0) * shape.at(1), 1);
  }
  EXPECT_EQ(result.measures.at("layers"), static_cast<double>(shapes.size()));
  EXPECT_GE(shapes.size(), 100u);
  EXPECT_EQ(networks.size(), 9u) << "six built in, three of Table 1";
}

TEST(Pointwise, NoMacrosThatHoldALayerDoNotRun) {
  EXPECT_THROW(studies::pointwise(paper({"cim.macro_size=1152 bit"})), studies::DoesNotRun);
}

// On the smallest network alone: the measures are those of four, the values are not.
TEST(Studies, EveryShippedClaimNamesAMeasure) {
  studies::Setup setup = paper();
  setup.set_search({nas::Algorithm::nsga2, 8, 8, 1});
  std::map<std::string, studies::Result> results{
      {"fig1", studies::fig1(setup)},
      {"fig3", studies::fig3(setup)},
      {"fig5", studies::fig5(setup)},
      {"pointwise", studies::pointwise(setup)},
      {"fig7", studies::fig7(setup)},
      {"fig8", studies::fig8(setup)},
      {"energy", studies::energy(setup)},
      {"fig10", studies::fig10(setup)},
      {"fig11-hardware", studies::fig11_hardware_of(setup, {"min@192"})},
      {"energy-hardware", studies::energy_hardware_of(setup, {"min@192"})},
      {"npu-generations", studies::npu_generations_of(setup, {"min@192"}, 0)},
      {"tpi-cost", studies::tpi_cost(setup)}};
  FakeTrainings trainings({"h4h-32-mini", "resnet-32", "mobilenetv2-32", 12, 0, 2, 1, 4, 8},
                          [](const auto&, std::uint64_t, double macs) { return macs / 1e12; });
  setup.set_trainings(&trainings);
  results["table2"] = studies::table2(setup);
  results["table2-controls"] = studies::table2_controls(setup);
  results["fig8-trained"] = studies::fig8_trained(setup);
  results["fig9"] = studies::fig9(setup);
  results["fig7-trained"] = studies::fig7_trained(setup);
  results["energy-trained"] = studies::energy_trained(setup);
  results["fig11"] = studies::fig11(setup);
  trainings.cosine = [](const std::string&, bool, bool, double) { return 0.5; };
  results["conflict"] = studies::conflict(setup);
  const studies::Claims claims(source_dir() / "tools/studies/claims.yaml");
  EXPECT_EQ(claims.judge(results).size(), claims.all().size());
  EXPECT_EQ(results.size(), studies::all_studies().size());
  EXPECT_EQ(results["fig11-hardware"].measures.at("noc_share_held_by_both"), 0);
}

TEST(TpiCost, IsTheRatioOfTheMacsOfTraining) {
  const studies::Result result = studies::tpi_cost(paper());
  std::map<std::string, double> cost;
  for (const std::vector<Cell>& row : result.table.rows()) {
    EXPECT_DOUBLE_EQ(*row[5].real(),
                     static_cast<double>(*row[2].integer()) * (*row[3].real() + *row[4].real()));
    cost[*row[0].text()] += *row[5].real();
  }
  const auto& m = result.measures;
  EXPECT_DOUBLE_EQ(m.at("tpi_freeze_adds"), cost.at("tpi-freeze") / cost.at("vanilla") - 1);
  EXPECT_LT(m.at("tpi_freeze_bn_adds"), m.at("tpi_freeze_adds")) << "less goes backwards";
  EXPECT_LT(m.at("tpi_freeze_adds"), m.at("tpi_freeze_head_adds"));
  EXPECT_LT(m.at("tpi_freeze_head_adds"), m.at("tpi_unfreeze_adds"));
  const double at_300 = m.at("tpi_freeze_adds"), at_360 = m.at("tpi_freeze_adds_in_720_epochs");
  EXPECT_NEAR(at_300 + (m.at("epochs_of_phase_2_for_42_percent") - 300) * (at_360 - at_300) / 60,
              0.42, 1e-9);
}

TEST(TpiCost, IsTheSameOnEveryChip) {
  const studies::Result base = studies::tpi_cost(paper());
  EXPECT_EQ(studies::tpi_cost_again(paper({"noc.duplex=full"}), base), base.measures);
}

TEST(NpuGenerations, SaveWhatTheirRowsSay) {
  const studies::Result result = studies::npu_generations_of(paper(), {"min@192"}, 2);
  ASSERT_EQ(result.table.rows().size(), 5u * 4);
  for (const std::vector<Cell>& row : result.table.rows()) {
    const std::vector<Cell>& alone = *std::find_if(
        result.table.rows().begin(), result.table.rows().end(),
        [&](const auto& r) { return *r[0].text() == *row[0].text() && *r[2].integer() == 0; });
    EXPECT_DOUBLE_EQ(*row[4].real(), 1 - *row[3].real() / *alone[3].real());
    EXPECT_DOUBLE_EQ(*row[8].real(), 1 - *row[7].real() / *alone[7].real());
    EXPECT_LE(*row[9].real(), *row[10].real());
    EXPECT_GE(*row[4].real(), 0) << "macros may be left out";
  }
  const auto& m = result.measures;
  EXPECT_GT(m.at("energy_saved_by_8_macros_u55_256"), 0);
  EXPECT_LE(m.at("latency_saved_by_1_macros_u55_256"), m.at("latency_saved_by_8_macros_u55_256"));
}

// Where words are held, more macros save more energy: the paper's macros read theirs every step.
TEST(EnergyHardware, HeldWordsSaveMoreOnMoreMacros) {
  const studies::Result result = studies::energy_hardware_of(paper(), {"min@192"});
  EXPECT_EQ(result.table.rows().size(), 7u * 2 * 5);
  const auto& m = result.measures;
  EXPECT_GT(m.at("saved_by_4_units_held_words_enforce"), m.at("saved_by_4_units_as_it_is_enforce"));
  EXPECT_GT(m.at("saved_by_8_macros_held_words_ignore") - m.at("saved_by_1_unit_held_words_ignore"),
            m.at("saved_by_8_macros_as_it_is_ignore") - m.at("saved_by_1_unit_as_it_is_ignore"));
}

TEST(Searched, FrontsOnVariantsAreThoseOfTheSameNetworks) {
  studies::Setup setup = paper();
  setup.set_search({nas::Algorithm::nsga2, 8, 8, 1});
  const studies::Result base = studies::fig7(setup);
  ASSERT_FALSE(base.networks.empty());
  for (const studies::Study& study : studies::all_studies()) {
    if (study.name != "fig7") continue;
    const studies::Measures same = measures_again(study, setup.with({}), base);
    for (const auto& [name, value] : base.measures) {
      EXPECT_EQ(std::isnan(value), std::isnan(same.at(name))) << name;
      if (!std::isnan(value)) {
        EXPECT_EQ(value, same.at(name)) << name;
      }
    }
    const studies::Measures slow = measures_again(
        study, setup.with({{"noc.bandwidth", 4'000'000'000}, {"surrogate.saturation", 0.4}}), base);
    EXPECT_NE(slow.at("latency_saved_by_8_macros_enforce"),
              base.measures.at("latency_saved_by_8_macros_enforce"));
  }
  EXPECT_THROW(setup.with({{"surrogate.none", 1.0}}), std::invalid_argument);
}

TEST(Fig8, EverySpaceIsOnItsOwnCurveAndVariantsTakeTheSameNetworks) {
  studies::Setup setup = paper();
  setup.set_search({nas::Algorithm::nsga2, 8, 8, 1});
  const studies::Result base = studies::fig8(setup);
  std::map<std::string, std::size_t> rows;
  for (const std::vector<Cell>& row : base.table.rows()) ++rows[*row.front().text()];
  EXPECT_EQ(base.table.columns().front().name, "space");
  for (const char* const space : {"h4h-imagenet", "h4h-imagenet-cnn", "resnet"}) {
    EXPECT_GE(rows[space], 2u) << space;
    EXPECT_FALSE(base.networks_by_space.at(space).empty()) << space;
  }
  EXPECT_EQ(studies::fig8_again(setup, base), base.measures);
  const studies::Setup better = setup.with({{"surrogate.resnet_recipe", 3.0}});
  EXPECT_NEAR(studies::fig8_again(better, base).at("resnet_greatest_accuracy"),
              base.measures.at("resnet_greatest_accuracy") + 3, 1e-9);
}

TEST(Fig11, SidesThatMayHoldTheNocTogetherAreSeenToDoSo) {
  const studies::Result result =
      studies::fig11_hardware_of(paper({"noc.exclusivity=none"}), {"min@192"});
  EXPECT_GT(result.measures.at("noc_share_held_by_both"), 0);
}

TEST(Fig11, NoChipSpendsMoreThanTheNpuAloneInItsOwnObjective) {
  const studies::Result result = studies::fig11_hardware_of(paper(), {"min@192"});
  EXPECT_EQ(result.table.rows().size(), 2u * 2 * 6);
  for (const char* const capacity : {"enforce", "ignore"}) {
    const std::string tail = std::string("_") + capacity;
    EXPECT_GE(result.measures.at("energy_saved_by_1_unit" + tail), 0);
    EXPECT_GE(result.measures.at("energy_saved_4_units_to_1" + tail), 0);
    EXPECT_LE(result.measures.at("latency_8_macros_to_npu" + tail), 1);
  }
}

}  // namespace
}  // namespace h4h::tests
