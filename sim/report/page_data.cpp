#include "sim/report/page_data.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "sim/report/device_lanes.hpp"
#include "sim/report/format.hpp"
#include "sim/report/page_graph.hpp"

namespace h4h::sim {
namespace {

using models::Lane;
using platforms::Platform;

// Begin, end (from the layer's begin) and bytes of each interval.
Document lane_document(PageLane& lane, models::Picoseconds start) {
  Document drawn = Document::array();
  for (const models::Interval& i : lane.drawn.by_begin()) {
    drawn.push_back(Document::array({(i.begin - start).count, (i.end - start).count, i.bytes}));
  }
  return {{"recorded", lane.extent.recorded},
          {"closed_ps", lane.drawn.closed().count},
          {"intervals", drawn}};
}

Document timelines_document(PageLanes& page) {
  Document json = Document::array();
  for (auto& [span, all_lanes] : page.layers) {
    Document lanes = Document::object();
    for (std::size_t row = 0; row < page.rows.size(); ++row) {
      if (all_lanes[row].extent.recorded == 0) continue;
      lanes[page.rows[row].name] = lane_document(all_lanes[row], span.begin);
    }
    json.push_back({{"duration_ps", (span.end - span.begin).count},
                    {"macros_busy", span.macros_busy},
                    {"lanes", lanes}});
  }
  return {{"lane_limit", page.limit}, {"layers", json}};
}

// Of a layer, on one device.
std::int64_t macs_of(const Report& report, const LayerReport& layer, DeviceId device) {
  const models::Counts& counts = layer.result.counts;
  const models::Event mac = lanes_of(report.devices[device].type).mac;
  if (device < platforms::kFirstOfList) return counts[mac];
  return counts.of_listed(device - platforms::kFirstOfList, mac);
}

// MACs of a device and the bytes it moved over the NoC, for each layer that it worked on.
Document points(const Report& report, const PageLanes& page, DeviceId device,
                const std::vector<Lane>& streams) {
  Document json = Document::array();
  for (std::size_t i = 0; i < page.layers.size(); ++i) {
    std::int64_t bytes = 0;
    for (const Lane lane : streams) {
      bytes += page.layers[i].lanes.at(page.row_of(lane, device)).extent.bytes;
    }
    const std::int64_t macs = macs_of(report, report.layers[i], device);
    if (macs > 0 && bytes > 0) {
      json.push_back({{"layer", i}, {"macs", macs}, {"noc_bytes", bytes}});
    }
  }
  return json;
}

Document slope(const std::string& name, std::int64_t bandwidth) {
  return {{"name", name}, {"bytes_per_s", bandwidth}};
}

Document rooflines_document(const Report& report, const platforms::Hardware& h,
                            const PageLanes& page) {
  const bool ride = h.npu.weights_port == platforms::WeightsPort::noc;
  const bool full = h.noc.duplex == platforms::Duplex::full;
  const Document noc =
      slope(full ? "NoC, both directions" : "NoC", (full ? 2 : 1) * h.noc.bandwidth);
  const Document sram = slope("SRAM, read + write", 2 * h.sram.bandwidth);
  const Document with_weights =
      slope("SRAM, read + write, and weights", 2 * h.sram.bandwidth + h.weights.bandwidth);
  Document json = Document::array();
  for (DeviceId id = 0; id < report.devices.size(); ++id) {
    const DeviceReport& device = report.devices[id];
    const DeviceLanes& lanes = lanes_of(device.type);
    std::vector<Lane> streams = lanes.feature_maps;
    const bool weights = ride && !lanes.weights.empty();
    if (weights) streams.insert(streams.end(), lanes.weights.begin(), lanes.weights.end());
    json.push_back({{"device", device.name},
                    {"peak_macs_per_s", device.peak_macs_per_s},
                    {"bandwidths", Document::array({noc, weights ? with_weights : sram})},
                    {"points", points(report, page, id, streams)}});
  }
  return json;
}

// The devices of the chip: what the page names them by, and how many macros each has in use.
Document devices_document(const Report& report) {
  Document json = Document::array();
  for (const DeviceReport& device : report.devices) {
    const std::string_view prefix = lanes_of(device.type).prefix;
    json.push_back({{"name", device.name},
                    {"type", to_string(device.type)},
                    {"lanes", std::string(prefix.substr(0, prefix.size() - 1))},
                    {"macros_in_use", device.active.macros},
                    {"capacity_bytes", device.storage.capacity_bytes},
                    {"macro_bytes", device.storage.bytes},
                    {"weight_bytes", device.storage.weight_bytes}});
  }
  return json;
}

Document platform_document(const Platform& platform) {
  Document json = Document::array();
  for (const platforms::Setting& s : platform.settings) {
    const std::string file = std::filesystem::path(s.origin.file).lexically_normal().string();
    json.push_back(
        {{"key", s.key},
         {"value", s.value},
         {"range", s.range_low ? fmt::format("{} .. {}", *s.range_low, *s.range_high) : ""},
         {"source", s.source},
         {"place", s.origin.line < 0    ? ""
                   : s.origin.line == 0 ? "command line"
                                        : fmt::format("{}:{}", file, s.origin.line)}});
  }
  return json;
}

}  // namespace

Document page_data(const Report& report, const Platform& platform,
                   const workloads::Network& network, PageLanes page) {
  return {{"report", report_document(report)},
          {"platform", platform_document(platform)},
          {"devices", devices_document(report)},
          {"sram_bytes", report.sram_bytes},
          {"graph", graph_document(network)},
          {"rooflines", rooflines_document(report, platform.hardware, page)},
          {"timelines", timelines_document(page)}};
}

}  // namespace h4h::sim
