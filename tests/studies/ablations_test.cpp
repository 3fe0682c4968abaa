#include "tools/studies/ablations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/csv/csv_writer.hpp"
#include "platforms/description/loader.hpp"
#include "tests/support/files.hpp"
#include "tests/support/provenance.hpp"
#include "tools/studies/format.hpp"

namespace h4h::tests {
namespace {

using platforms::Choice;
using studies::AblatedMeasure;
using studies::Ablation;

sim::JobResults& results() {
  static sim::JobResults results;
  return results;
}

studies::Setup paper(const std::vector<std::string>& overrides = {}) {
  return {platforms::load_platform(source_dir() / "platforms/h4h-7nm.yaml", overrides), results()};
}

std::vector<std::string> settings(const studies::Setup& setup) {
  std::vector<std::string> all;
  for (const Ablation& ablation : studies::ablations_of(setup.platform())) {
    all.push_back(ablation.setting());
  }
  return all;
}

const studies::Study& study(const std::string& name) {
  const auto& all = studies::all_studies();
  return *std::find_if(all.begin(), all.end(),
                       [&](const studies::Study& s) { return s.name == name; });
}

TEST(Ablations, AreEveryCategoricalChoiceMadeTheOtherWay) {
  EXPECT_EQ(settings(paper()),
            (std::vector<std::string>{
                "cim.dynamic_operands.size=0 B", "npu.dynamic_matmul.rule=arm",
                "npu.dynamic_matmul.rule=dense", "noc.duplex=full", "cim.capacity=ignore",
                "sram.schedule=cascade", "sram.schedule=cascade sram.halo=recompute"}));
  EXPECT_EQ(settings(paper({"cim.dynamic_operands.size=0 B", "npu.dynamic_matmul.rule=dense",
                            "noc.duplex=full", "cim.capacity=ignore", "sram.schedule=cascade"})),
            (std::vector<std::string>{
                "cim.dynamic_operands.size=64 KiB", "npu.dynamic_matmul.rule=weights",
                "npu.dynamic_matmul.rule=arm", "noc.duplex=half", "cim.capacity=enforce",
                "sram.schedule=layer", "sram.halo=recompute"}));
}

TEST(Ablations, EachIsASettingThatThePlatformTakesAndThatChangesIt) {
  const std::string hash = platforms::platform_hash(paper().platform());
  for (const Ablation& ablation : studies::ablations_of(paper().platform())) {
    EXPECT_NE(platforms::platform_hash(paper().platform(ablation.changes())), hash)
        << ablation.setting();
    std::vector<std::string> settings;
    for (const platforms::Override& change : ablation.changes()) {
      settings.push_back(to_string(change));
    }
    EXPECT_EQ(paper().platform(ablation.changes()), paper(settings).platform());
    EXPECT_EQ(fmt::format("{}", fmt::join(settings, " ")), ablation.setting());
  }
}

TEST(Ablations, StudiesThatVaryTheKeyOrHaveNoSuchLayerAreLeftOut) {
  const Ablation buffer{{"cim.dynamic_operands.size", 0}, "", true};
  const Ablation duplex{{"noc.duplex", Choice{"full"}}, "", false};
  const std::vector<studies::Study> fig3{study("fig3")};
  const std::map<std::string, studies::Result> base{{"fig3", studies::fig3(paper())}};
  EXPECT_TRUE(studies::measure_ablation(paper(), buffer, fig3, base).empty());
  const studies::StudyMeasures measured = studies::measure_ablation(paper(), duplex, fig3, base);
  const studies::Measures& under = measured.at("fig3");
  EXPECT_EQ(under.at("throughput_least_rise"),
            base.at("fig3").measures.at("throughput_least_rise_full_duplex"));
  Ablation halo{{"sram.halo", Choice{"recompute"}}, "", false};
  halo.of_given_networks = true;
  EXPECT_TRUE(studies::measure_ablation(paper(), halo, {study("fig7")}, {}).empty()) << "searches";
  EXPECT_EQ(studies::measure_ablation(paper(), halo, fig3, base).size(), 1u);
  const Ablation macros{{"cim.macros", 1}, "", false};
  EXPECT_TRUE(studies::measure_ablation(paper(), macros, fig3, base).empty());
}

TEST(Ablations, TheOtherCapacityIsAMeasureOfTheStudyItself) {
  const studies::Measures base{{"saved_enforce", 0.2}, {"saved_ignore", 0.3}, {"share", 1}};
  const Ablation capacity{{"cim.capacity", Choice{"ignore"}}, "other capacity", false};
  const auto other = [&](const std::string& name) {
    return AblatedMeasure("fig7", name, base).under(capacity, {});
  };
  EXPECT_EQ(other("saved_enforce")->value, 0.3);
  EXPECT_EQ(other("saved_enforce")->ablation.setting(), "cim.capacity=ignore");
  EXPECT_EQ(other("saved_ignore")->value, 0.2);
  EXPECT_EQ(other("saved_ignore")->ablation.setting(), "cim.capacity=enforce");
  EXPECT_FALSE(other("share")) << "of both capacities at once";
}

TEST(Ablations, AStudyThatDoesNotRunThereHasNoValue) {
  const studies::Measures base{{"rise", 2}};
  const Ablation duplex{{"noc.duplex", Choice{"full"}}, "full duplex", false};
  const AblatedMeasure measure("fig3", "rise", base);
  EXPECT_FALSE(measure.under(duplex, {})) << "was not asked";
  EXPECT_FALSE(measure.under(duplex, {{"fig3", {}}})->value);
  EXPECT_FALSE(
      measure.under(duplex, {{"fig3", {{"rise", std::numeric_limits<double>::quiet_NaN()}}}})
          ->value);
  EXPECT_EQ(measure.under(duplex, {{"fig3", {{"rise", 3}}}})->value, 3);
}

const char kHeadline[] =
    "- {id: A, study: fig3, quotation: q, value: rise, accept: \">= 1\", kind: tested, "
    "headline: latency}\n"
    "- {id: B, study: fig3, quotation: q, value: rise, accept: \">= 1\", kind: tested}\n";

std::vector<studies::JudgedClaim> ablated(const studies::StudyMeasures& under) {
  const TemporaryFolder folder;
  const studies::Claims claims(folder.write("c.yaml", kHeadline));
  const std::map<std::string, studies::Result> base{{"fig3", {{}, {}, {{"rise", 2}}}}};
  std::vector<studies::JudgedClaim> judged = claims.judge(base);
  studies::add_ablations(judged, base, {{{"noc.duplex", Choice{"full"}}, "full duplex", false}},
                         {under});
  return judged;
}

TEST(Ablations, StandBesideHeadlinesAloneWithTheirVerdict) {
  const auto judged = ablated({{"fig3", {{"rise", 0.5}}}});
  EXPECT_EQ(write_csv(studies::ablations_table(judged)),
            std::string("id,ablation,value,verdict") + kProvenanceHeader +
                "A,noc.duplex=full,0.5,differs" + provenance_row("h4h.ablations/1"));
  const std::string table = studies::format_ablations_table(judged);
  EXPECT_NE(table.find("full duplex\n"), std::string::npos) << table;
  EXPECT_NE(table.find("0.5*\n"), std::string::npos) << table;
  EXPECT_EQ(write_csv(studies::ablations_table(ablated({{"fig3", {}}}))),
            std::string("id,ablation,value,verdict") + kProvenanceHeader +
                "A,noc.duplex=full,,differs" + provenance_row("h4h.ablations/1"));
  EXPECT_EQ(studies::format_ablations_table(ablated({})), "");
}

}  // namespace
}  // namespace h4h::tests
