#include "sim/report/format_page.hpp"

#include <stdexcept>
#include <utility>

#include "sim/report/layer_timeline.hpp"
#include "sim/report/page_assets.hpp"
#include "sim/report/page_data.hpp"
#include "sim/report/page_text.hpp"

namespace h4h::sim {
namespace {

// Where layers run in stripes, which alternate in cascades, all intervals are in memory for that.
Recording by_layer(const Recording& recording, const Report& report) {
  if (report.stripes.size() == report.layers.size()) return recording;
  models::Timeline stripes;
  recording(stripes);
  const models::Timeline drawn = by_layer(stripes, report.stripes, report.layers.size());
  return [drawn](models::Recorder& recorder) { drawn.replay(recorder); };
}

}  // namespace

std::string format_page(const Report& report, const platforms::Platform& platform,
                        const workloads::Network& network, const Recording& recording,
                        Document uncertainty) {
  const std::size_t layers = report.layers.size();
  PageLanes lanes = page_lanes(report.devices, by_layer(recording, report));
  if (lanes.layers.size() != layers || network.layers.size() != layers) {
    throw std::invalid_argument("recording, network and report are not of one run");
  }
  return assemble_page(
      {report.network_name + " on " + report.platform_name, "H4H simulation",
       page_asset("page.html"),
       page_data(report, platform, network, std::move(lanes), std::move(uncertainty)),
       std::string(page_asset("uncertainty.js")) + std::string(page_asset("timeline.js")) +
           std::string(page_asset("graph.js")) + std::string(page_asset("page.js"))});
}

}  // namespace h4h::sim
