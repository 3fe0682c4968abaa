#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/sweep/sweep.hpp"
#include "tests/support/chromium.hpp"

// Sweeps and what their pages show.
namespace h4h::sim::sweep_pages {

using Json = nlohmann::json;
using models::Part;

inline SweptPoint point(std::vector<std::string> values, const std::string& network,
                        double latency_s, double energy_j, std::optional<double> area_mm2) {
  SweptPoint p;
  p.values = std::move(values);
  p.network = network;
  p.latency_s = latency_s;
  p.energy_j = energy_j;
  p.area_mm2 = area_mm2;
  p.energy_parts_j[Part::npu] = energy_j * 0.75;
  p.energy_parts_j[Part::leakage] = energy_j * 0.25;
  p.cim_share = 0.5;
  p.macs = 1000;
  p.cycles = 500;
  p.noc_bytes = 640;
  p.peak_activation_bytes = 4096;
  p.macros_in_use = p.units_in_use = 1;
  p.layers = {{"first", "conv", latency_s * 0.75, energy_j / 2, 1, Bound("npu")},
              {"second", "dw", latency_s * 0.25, energy_j / 2, 0.5, Bound::noc}};
  return p;
}

inline SweepResult result_of(std::vector<std::string> axes, std::vector<std::string> networks) {
  return {"chip", "0123456789abcdef", "latency", std::move(axes), std::move(networks), {}};
}

// Three variants, two networks; the second does not run on the last.
inline SweepResult small() {
  SweepResult r = result_of({"cim.macros", "noc.bandwidth"}, {"a", "b"});
  r.points = {
      point({"0", "16 GB/s"}, "a", 4e-3, 2e-4, 1.0),  point({"0", "16 GB/s"}, "b", 8e-3, 3e-4, 1.0),
      point({"8", "16 GB/s"}, "a", 2e-3, 1e-4, 1.5),  point({"8", "16 GB/s"}, "b", 5e-3, 4e-4, 1.5),
      point({"16", "16 GB/s"}, "a", 1e-3, 3e-4, 2.5), point({"16", "16 GB/s"}, "b", 0, 0, {})};
  r.points.back().infeasible = "8 words, but 4 fit";
  return r;
}

// A front of 20 points before many that are worse.
inline SweepResult large(int points) {
  SweepResult r = result_of({"cim.macros"}, {"net"});
  for (int i = 0; i < points; ++i) {
    const int round = i / 20;
    const double x = i % 20, worse = 1 + round;
    r.points.push_back(point({fmt::format("{}", i)}, "net", (1 + x) * 1e-3 * worse,
                             (20 - x) * 1e-4 * worse, 1 + x * worse));
  }
  return r;
}

inline Json data_of(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const std::size_t begin = page.find(open) + open.size();
  return Json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

inline std::size_t occurrences(const std::string& text, const std::string& of) {
  std::size_t n = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++n;
  return n;
}

inline std::string between(const std::string& text, const std::string& open,
                           const std::string& close) {
  const std::size_t found = text.find(open);
  if (found == std::string::npos) return {};
  const std::size_t begin = found + open.size();
  return text.substr(begin, text.find(close, begin) - begin);
}

// The page after its scripts, and after `use`, have run; empty where it had errors.
inline std::string used(const SweepResult& result, const std::string& use) {
  const tests::TemporaryFolder folder;
  std::string text = format_sweep_page(result);
  text.insert(text.rfind("</body>"), "<script>\n" + use + "</script>\n");
  std::string dom = tests::rendered(folder, folder.write("used.html", text));
  tests::expect_ready(dom);
  return dom;
}

inline std::string table_of(const std::string& dom) {
  return between(dom, "id=\"point-table\"", "</table>");
}

// `note(name, value)` leaves a value where a test finds it.
inline const std::string kNote = R"js(
  const note = (name, value) => { document.body.dataset[name] = value; };
  const shown = () => [...document.querySelectorAll("#point-table tbody tr")].filter((tr) => !tr.hidden);
  const cells = (c) => shown().map((tr) => tr.children[c].textContent).join(" ");
  const drawn = (id) => Chart.getChart(id)?.data.datasets.reduce((n, set) => n + set.data.length, 0) || 0;
)js";

inline std::string noted(const std::string& dom, const std::string& name) {
  return between(between(dom, "<body", ">"), "data-" + name + "=\"", "\"");
}

}  // namespace h4h::sim::sweep_pages
