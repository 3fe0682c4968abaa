#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/csv/csv_table.hpp"
#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "sim/sweep/fronts.hpp"
#include "sim/sweep/sweep.hpp"
#include "tests/sim/sweep_pages.hpp"
#include "tests/support/provenance.hpp"

namespace h4h::sim {
namespace {

using namespace sweep_pages;

TEST(SweepCsv, HasTheAxesFirstThenNetworkAndFigures) {
  const std::vector<std::string> rows = tests::lines(write_csv(sweep_table(small())));
  ASSERT_EQ(rows.size(), 7u);
  EXPECT_EQ(rows[0].rfind("cim.macros,noc.bandwidth,network,latency_s,energy_j,area_mm2,", 0), 0u);
  EXPECT_EQ(rows[1].rfind("0,16 GB/s,a,0.004,0.0002,1,", 0), 0u) << rows[1];
  for (const std::string& row : rows) {
    EXPECT_EQ(csv_fields(row).size(), csv_fields(rows[0]).size()) << row;
  }
}

TEST(SweepCsv, FieldsAreEmptyWhereNothingRunsOrNoAreaIsKnown) {
  SweepResult r = small();
  r.points[0].area_mm2.reset();
  const std::vector<std::string> rows = tests::lines(write_csv(sweep_table(r)));
  EXPECT_EQ(rows[1].rfind("0,16 GB/s,a,0.004,0.0002,,500,", 0), 0u) << rows[1];
  const std::vector<std::string> fields = csv_fields(rows[6]);
  const std::vector<std::string> columns = csv_fields(rows[0]);
  const std::size_t reason =
      std::size_t(std::find(columns.begin(), columns.end(), "infeasible") - columns.begin());
  for (std::size_t i = 3; i < reason; ++i) EXPECT_EQ(fields[i], "");
  EXPECT_EQ(fields.at(reason), "8 words, but 4 fit");
  EXPECT_EQ(columns.at(reason + 1), "peak_activation_bytes");
  EXPECT_EQ(fields.at(reason + 1), "");
}

TEST(SweepCsv, QuotesWhatHoldsCommasAndQuotes) {
  SweepResult r = result_of({"odd,key"}, {"a \"b\", c"});
  r.points = {point({"1, 2"}, r.networks[0], 1, 1, {})};
  const std::vector<std::string> rows = tests::lines(write_csv(sweep_table(r)));
  EXPECT_EQ(csv_fields(rows[0])[0], "odd,key");
  EXPECT_EQ(csv_fields(rows[1])[0], "1, 2");
  EXPECT_EQ(csv_fields(rows[1])[1], "a \"b\", c");
}

TEST(SweepCsv, EndsEveryRowWithSchemaProgramAndModel) {
  tests::expect_provenance_columns(write_csv(sweep_table(small())), "h4h.sweep/1");
}

TEST(SweepJson, HasWhatCsvHas) {
  const SweepResult r = small();
  const Json json = Json::parse(write_json(sweep_document(r), JsonLayout::lines));
  const std::vector<std::string> rows = tests::lines(write_csv(sweep_table(r)));
  const std::vector<std::string> columns = csv_fields(rows[0]);
  ASSERT_EQ(json["points"].size() + 1, rows.size());
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    const Json& p = json["points"][i];
    const std::vector<std::string> fields = csv_fields(rows[i + 1]);
    EXPECT_EQ(p["values"]["cim.macros"], fields[0]);
    EXPECT_EQ(p["network"], fields[2]);
    for (std::size_t c = 3; c < columns.size(); ++c) {
      if (fields[c].empty() || !p.contains(columns[c]) || !p[columns[c]].is_number()) continue;
      EXPECT_EQ(p[columns[c]].get<double>(), std::stod(fields[c])) << columns[c];
    }
  }
}

TEST(SweepJson, SaysWhatWasSwept) {
  const Json json = Json::parse(write_json(sweep_document(small()), JsonLayout::lines));
  tests::expect_provenance(json, "h4h.sweep/1");
  EXPECT_EQ(json["points"][0]["peak_activation_bytes"], 4096);
  EXPECT_EQ(json["platform"], (Json{{"name", "chip"}, {"hash", "0123456789abcdef"}}));
  EXPECT_EQ(json["objective"], "latency");
  EXPECT_EQ(json["axes"], (Json{"cim.macros", "noc.bandwidth"}));
  EXPECT_EQ(json["networks"], (Json{"a", "b"}));
  const Json& first = json["points"][0];
  EXPECT_DOUBLE_EQ(first["energy_parts_j"]["npu"].get<double>(), 1.5e-4);
  EXPECT_EQ(first["layers"][1]["name"], "second");
  EXPECT_EQ(first["layers"][1]["bound_by"], "noc");
}

TEST(SweepJson, APointThatDoesNotRunHasAReasonAndNoFigures) {
  const Json json = Json::parse(write_json(sweep_document(small()), JsonLayout::lines));
  EXPECT_EQ(json["points"][5],
            (Json{{"values", {{"cim.macros", "16"}, {"noc.bandwidth", "16 GB/s"}}},
                  {"network", "b"},
                  {"infeasible", "8 words, but 4 fit"}}));
}

TEST(SweepJson, AnUnknownAreaIsNull) {
  SweepResult r = small();
  r.points[0].area_mm2.reset();
  EXPECT_TRUE(Json::parse(write_json(sweep_document(r), JsonLayout::lines))["points"][0]["area_mm2"]
                  .is_null());
}

TEST(SweepFront, IsWhatNoOtherPointBeatsFastestFirst) {
  const SweepFronts fronts = sweep_fronts(small());
  EXPECT_EQ(fronts.energy[0], (SweepFronts::Front{4, 2}));
  EXPECT_EQ(fronts.area[0], (SweepFronts::Front{4, 2, 0}));
  EXPECT_EQ(fronts.energy[1], (SweepFronts::Front{3, 1}));
}

TEST(SweepFront, KeepsEqualPointsAndNoneThatIsOnlyAsFast) {
  SweepResult r = result_of({"k"}, {"n"});
  r.points = {point({"0"}, "n", 1, 2, {}), point({"1"}, "n", 1, 1, {}), point({"2"}, "n", 1, 1, {}),
              point({"3"}, "n", 2, 1, {})};
  EXPECT_EQ(sweep_fronts(r).energy[0], (SweepFronts::Front{1, 2}));
  EXPECT_TRUE(sweep_fronts(r).area[0].empty());
}

TEST(SweepPage, HoldsTheJsonOfAFewPointsWhole) {
  const SweepResult r = small();
  EXPECT_EQ(data_of(format_sweep_page(r))["sweep"],
            Json::parse(write_json(sweep_document(r), JsonLayout::lines)));
}

TEST(SweepPage, OfManyPointsKeepsTheLayersOfFrontsAndOfTheWorst) {
  const Json data = data_of(format_sweep_page(large(2000)));
  std::size_t kept = 0;
  for (const Json& p : data["sweep"]["points"]) kept += p.contains("layers") ? 1 : 0;
  for (std::size_t i = 0; i < 20; ++i) EXPECT_TRUE(data["sweep"]["points"][i].contains("layers"));
  EXPECT_TRUE(data["sweep"]["points"][1999].contains("layers"));
  EXPECT_LT(kept, 25u);
}

TEST(SweepPage, StaysSmallWhereAllPointsAreEqual) {
  SweepResult r = result_of({"k"}, {"n"});
  for (int i = 0; i < 2000; ++i) r.points.push_back(point({fmt::format("{}", i)}, "n", 1, 1, 1.0));
  const Json data = data_of(format_sweep_page(r));
  std::size_t kept = 0;
  for (const Json& p : data["sweep"]["points"]) kept += p.contains("layers") ? 1 : 0;
  EXPECT_LE(kept, 51u);
}

TEST(SweepPage, NamesFromFilesStayText) {
  SweepResult r = small();
  const std::string plain = format_sweep_page(r);
  const std::string odd = "</script><script>alert(1)</script>{{data}} & \xff";
  r.platform_name = r.axes[0] = r.points[0].values[1] = r.points[0].layers[0].name = odd;
  r.networks[0] = r.points[0].network = odd;
  r.points[5].infeasible = odd;
  const std::string page = format_sweep_page(r);
  EXPECT_EQ(occurrences(page, "<script"), occurrences(plain, "<script"));
  EXPECT_EQ(occurrences(page, "</script"), occurrences(plain, "</script"));
  EXPECT_EQ(data_of(page)["sweep"]["networks"][0],
            "</script><script>alert(1)</script>{{data}} & \uFFFD");
}

TEST(SweepPage, FetchesNothing) {
  const std::string page = format_sweep_page(small());
  for (const char* fetches : {"src=", "href=", "@import", "url(", "<link", "<iframe", "<object"}) {
    EXPECT_EQ(page.find(fetches), std::string::npos) << fetches;
  }
}

TEST(SweepPage, ShowsEveryPointInTheTable) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const std::string dom = used(small(), "");
  EXPECT_EQ(occurrences(table_of(dom), "<tr"), 7u);
  EXPECT_NE(table_of(dom).find("8 words, but 4 fit"), std::string::npos);
  EXPECT_NE(between(dom, "id=\"summary\"", "</p>").find("2 networks on 3 variants of chip"),
            std::string::npos);
}

TEST(SweepPage, NamesTheBestVariantsOfEachNetwork) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const std::string list = between(used(small(), kNote + R"js(
    note("best", byId("best-list").children[0].textContent);
  )js"),
                                   "data-best=\"", "\"");
  EXPECT_EQ(list.find("a is fastest with cim.macros = 16, noc.bandwidth = 16 GB/s (1.000"), 0u);
  EXPECT_NE(list.find("; it uses the least energy with cim.macros = 8,"), std::string::npos)
      << list;
  EXPECT_NE(list.find("; it has the smallest area with cim.macros = 0,"), std::string::npos)
      << list;
}

TEST(SweepPage, DrawsEveryPointThatRunsAndTheLayersOfTheFastest) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const std::string dom = used(small(), kNote + R"js(
    for (const id of ["energy-front", "area-front", "time-chart", "latency-chart", "energy-chart"]) note(id.replace("-", ""), drawn(id));
    note("chosen", byId("point-select").value);
  )js");
  EXPECT_EQ(noted(dom, "energyfront"), "5");
  EXPECT_EQ(noted(dom, "areafront"), "5");
  EXPECT_EQ(noted(dom, "timechart"), "4");     // two layers, bound by two parts
  EXPECT_EQ(noted(dom, "latencychart"), "3");  // of the first network
  EXPECT_EQ(noted(dom, "energychart"), "6");   // by two parts
  EXPECT_EQ(noted(dom, "chosen"), "4");
}

TEST(SweepPage, SortsByAHeadingWithGapsLast) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const std::string dom = used(small(), kNote + R"js(
    const click = (title) => [...document.querySelectorAll("#point-table th button")].find((b) => b.textContent.startsWith(title)).click();
    click("latency"); note("fastest", cells(0));
    click("latency"); note("slowest", cells(0));
    click("cim.macros"); note("macros", cells(1));
  )js");
  EXPECT_EQ(noted(dom, "fastest"), "5 3 1 4 2 6");
  EXPECT_EQ(noted(dom, "slowest"), "2 4 1 3 5 6");
  EXPECT_EQ(noted(dom, "macros"), "0 0 8 8 16 16");
}

TEST(SweepPage, FiltersByWordsAndByWholeValues) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const std::string dom = used(small(), kNote + R"js(
    const filter = (text) => { byId("point-filter").value = text; byId("point-filter").dispatchEvent(new Event("input")); return cells(0); };
    note("whole", filter("cim.macros=1")); note("value", filter("noc.bandwidth=16 CIM.macros=8"));
    note("reason", filter("words fit")); note("count", byId("filter-count").textContent);
  )js");
  EXPECT_EQ(noted(dom, "whole"), "");
  EXPECT_EQ(noted(dom, "value"), "3 4");
  EXPECT_EQ(noted(dom, "reason"), "6");
  EXPECT_EQ(noted(dom, "count"), "1 of 6 points");
}

TEST(SweepPage, SurvivesUseOfEverything) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const std::string dom = used(small(), kNote + R"js(
    document.querySelectorAll("#point-table th button").forEach((b) => { b.click(); b.click(); });
    document.querySelectorAll("#point-table tbody tr").forEach((tr) => tr.click());
    document.querySelectorAll("#best-list button").forEach((b) => b.click());
    for (let i = 0; i < 8; ++i) byId("point-previous").click();
    for (let i = 0; i < 8; ++i) byId("point-next").click();
    for (const one of ["1", "0", ""]) { byId("front-select").value = one; byId("front-select").dispatchEvent(new Event("change")); }
    byId("network-select").value = "1";
    byId("network-select").dispatchEvent(new Event("change"));
    page.draw();
    note("last", byId("point-facts").textContent);
    note("gaps", byId("variants-note").textContent);
  )js");
  EXPECT_EQ(noted(dom, "last").find("b on cim.macros = 8"), 0u);
  EXPECT_NE(noted(dom, "gaps").find("Infeasible on 1 variant"), std::string::npos);
}

TEST(SweepPage, ShowsThousandsOfPoints) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const std::string dom = used(large(2000), kNote + R"js(
    note("drawn", drawn("energy-front"));
    page.go(1234);
    note("none", byId("layers-none").hidden ? "" : byId("layers-none").textContent);
  )js");
  EXPECT_EQ(occurrences(table_of(dom), "<tr"), 2001u);
  EXPECT_EQ(noted(dom, "drawn"), "2000");
  EXPECT_NE(noted(dom, "none").find("sweep.json has all"), std::string::npos);
}

TEST(SweepPage, DoesWithoutArea) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  SweepResult r = small();
  for (SweptPoint& p : r.points) p.area_mm2.reset();
  const std::string dom = used(r, kNote + "note('area', byId('area-figure').hidden);");
  EXPECT_EQ(noted(dom, "area"), "true");
  EXPECT_EQ(between(dom, "id=\"best-list\"", "</ul>").find("smallest area"), std::string::npos);
}

TEST(SweepPage, DoesWithoutAnyPointThatRuns) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  SweepResult r = small();
  for (SweptPoint& p : r.points) p.infeasible = "too large";
  const std::string dom = used(r, "document.querySelector('#point-table tbody tr').click();");
  EXPECT_EQ(occurrences(table_of(dom), "too large"), 6u);
  EXPECT_EQ(occurrences(between(dom, "id=\"best-list\"", "</ul>"), "is infeasible on all variants"),
            2u);
}

TEST(SweepPage, NamesStayTextInChromium) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  SweepResult r = small();
  const std::string odd = "</script><img src=x onerror=alert(1)>";
  r.networks[0] = r.axes[0] = r.points[4].layers[0].name = odd;
  for (SweptPoint& p : r.points) p.network = p.network == "a" ? odd : p.network;
  r.points[5].infeasible = odd;
  EXPECT_EQ(used(r, "").find("<img"), std::string::npos);
}

}  // namespace
}  // namespace h4h::sim
