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

// null where there is none.
Document npu_alone_document(const std::optional<Report>& run) {
  if (!run) return {};
  Document layers = Document::array();
  for (const LayerReport& layer : run->layers) {
    layers.push_back(
        {{"latency_s", to_seconds(layer.result.time)}, {"energy_j", layer.energy_j.total()}});
  }
  return {{"latency_s", to_seconds(run->time)},
          {"energy_j", run->energy_j.total()},
          {"layers", layers}};
}

}  // namespace

std::string format_page(const Report& report, const platforms::Platform& platform,
                        const workloads::Network& network, const Recording& recording,
                        PageExtras extras) {
  const std::size_t layers = report.layers.size();
  PageLanes lanes = page_lanes(report.devices, by_layer(recording, report));
  if (lanes.layers.size() != layers || network.layers.size() != layers) {
    throw std::invalid_argument("recording, network and report are not of one run");
  }
  if (extras.npu_alone && extras.npu_alone->layers.size() != layers) {
    throw std::invalid_argument("the run on the NPU alone is of another network");
  }
  Document data = page_data(report, platform, network, std::move(lanes));
  data["uncertainty"] = std::move(extras.uncertainty);
  data["npu_alone"] = npu_alone_document(extras.npu_alone);
  return assemble_page(
      {report.network_name + " on " + report.platform_name, "H4H simulation",
       page_asset("page.html"), std::move(data),
       std::string(page_asset("uncertainty.js")) + std::string(page_asset("timeline.js")) +
           std::string(page_asset("graph.js")) + std::string(page_asset("page.js")),
       std::move(extras.command)});
}

}  // namespace h4h::sim
