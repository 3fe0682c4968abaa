#include "sim/report/format_page.hpp"

#include <stdexcept>

#include "sim/report/page_assets.hpp"
#include "sim/report/page_data.hpp"
#include "sim/report/page_text.hpp"

namespace h4h::sim {
namespace {

std::string scripts() {
  std::string text;
  for (const char* name : {"units.js", "charts.js", "timeline.js", "tables.js", "page.js"}) {
    text += page_asset(name);
  }
  return text;
}

}  // namespace

std::string format_page(const Report& report, const platforms::Platform& platform,
                        const models::Timeline& timeline) {
  if (timeline.layers().size() != report.layers.size()) {
    throw std::invalid_argument("timeline and report are not of one run");
  }
  return fill_page(page_asset("page.html"),
                   {{"title", html_text(report.network_name + " on " + report.platform_name)},
                    {"style", std::string(page_asset("page.css"))},
                    {"chart", std::string(page_asset("chart.min.js"))},
                    {"data", script_json(page_data(report, platform, timeline))},
                    {"script", scripts()}});
}

}  // namespace h4h::sim
