#include "sim/report/format_page.hpp"

#include <stdexcept>

#include "sim/report/page_assets.hpp"
#include "sim/report/page_data.hpp"
#include "sim/report/page_text.hpp"

namespace h4h::sim {
std::string format_page(const Report& report, const platforms::Platform& platform,
                        const models::Timeline& timeline, Document uncertainty) {
  if (timeline.layers().size() != report.layers.size()) {
    throw std::invalid_argument("timeline and report are not of one run");
  }
  return assemble_page(
      {report.network_name + " on " + report.platform_name, "H4H simulation",
       page_asset("page.html"), page_data(report, platform, timeline, std::move(uncertainty)),
       std::string(page_asset("uncertainty.js")) + std::string(page_asset("timeline.js")) +
           std::string(page_asset("page.js"))});
}

}  // namespace h4h::sim
