#include "sim/sweep/page_points.hpp"

#include <gtest/gtest.h>

#include <map>

#include "sim/sweep/fronts.hpp"
#include "tests/sim/sweep_pages.hpp"

namespace h4h::sim {
namespace {

using namespace sweep_pages;

// Two networks on 75,000 variants; every 100th point is infeasible.
SweepResult huge() {
  SweepResult r = result_of({"fast", "slow"}, {"a", "b"});
  for (int i = 0; i < 150'000; ++i) {
    const int variant = i / 20;
    const double x = 1 + i % 20, worse = 1 + variant * 1e-3;
    r.points.push_back(point({fmt::format("{}", i / 2 % 10), fmt::format("{}", variant)},
                             i % 2 == 0 ? "a" : "b", x * 1e-3 * worse, (21 - x) * 1e-4 * worse,
                             x * worse));
    if (i % 100 == 50) r.points.back().infeasible = "too large";
  }
  return r;
}

TEST(SweepPage, OfAHugeSweepCarriesFrontsWorstAndAnEvenSelection) {
  const SweepResult r = huge();
  const Json data = data_of(format_sweep_page(r));
  const Json &points = data["sweep"]["points"], &rows = data["thin"]["rows"];
  EXPECT_EQ(data["thin"]["points"], 150'000);
  EXPECT_EQ(data["thin"]["infeasible"], (Json{1500, 0}));
  ASSERT_EQ(points.size(), rows.size());
  EXPECT_NEAR(static_cast<double>(points.size()), 10'000, 200);
  std::map<std::string, std::size_t> of_value;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SweptPoint& p = r.points.at(rows[i].get<std::size_t>());
    EXPECT_EQ(points[i]["values"]["slow"], p.values[1]);
    ++of_value[p.values[0]];
  }
  EXPECT_EQ(of_value.size(), 10u);
  for (const auto& [value, count] : of_value) EXPECT_GT(count, 800u) << value;
  const SweepFronts fronts = sweep_fronts(r);
  for (std::size_t n = 0; n < 2; ++n) {
    std::vector<std::size_t> front;
    for (const Json& i : data["fronts"]["energy"][n]) front.push_back(rows[i.get<std::size_t>()]);
    EXPECT_EQ(front, fronts.energy[n]);
  }
}

TEST(SweepPage, ShowsAHugeSweepThinnedAndSaysSo) {
  if (!tests::has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const std::string dom = used(huge(), kNote + R"js(
    note("drawn", drawn("energy-front"));
    note("summary", byId("summary").textContent);
    note("points", byId("tiles").textContent);
    note("last", cells(0).split(" ").pop());
    byId("network-select").dispatchEvent(new Event("change"));
    note("gaps", byId("variants-note").textContent);
  )js");
  EXPECT_GT(std::stoi(noted(dom, "drawn")), 9000);
  EXPECT_NE(noted(dom, "summary").find("2 networks on 75,000 variants of chip"), std::string::npos);
  EXPECT_NE(noted(dom, "summary").find("of 150,000 points: those on Pareto fronts"),
            std::string::npos);
  EXPECT_NE(noted(dom, "points").find("150,000"), std::string::npos);
  EXPECT_GT(std::stoi(noted(dom, "last")), 149'900);
  EXPECT_NE(noted(dom, "gaps").find("Infeasible on 1,500 variants"), std::string::npos);
}

TEST(SweepPage, ShowsControlCharactersOfNamesAsEscapes) {
  SweepResult r = small();
  r.platform_name = "chip\x1b[2J\nfake";
  r.points[4].layers[0].name = "a\x1b[31m\xe2\x80\xae\\";
  const std::string page = format_sweep_page(r);
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_NE(page.find("<title>Variants of chip\\x1b[2J\\nfake "), std::string::npos);
  EXPECT_EQ(data_of(page)["sweep"]["points"][4]["layers"][0]["name"], "a\\u001b[31m\\u202e\\");
}

}  // namespace
}  // namespace h4h::sim
