#include "sim/report/page_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/report/device_lanes.hpp"
#include "sim/report/format.hpp"
#include "sim/report/page_graph.hpp"
#include "sim/report/thinning.hpp"

namespace h4h::sim {
namespace {

using models::Interval;
using models::Lane;
using platforms::Platform;

// A page of many layers must still open quickly: 150,000 intervals are about 4 MB.
constexpr std::size_t kLaneLimit = 2000, kPageLimit = 150'000, kLeastLimit = 100;

// A lane of the page: of one device.
struct Row {
  Lane lane = Lane::npu_mac;
  DeviceId device = 0;
  std::string name;
};

std::vector<Row> rows_of(const std::vector<DeviceReport>& devices) {
  std::vector<Row> rows;
  for (const Lane lane : models::kLanes) {
    for (DeviceId id = 0; id < devices.size(); ++id) {
      if (!has_lane(devices[id].type, lane)) continue;
      rows.push_back({lane, id, lane_name(devices[id], lane)});
    }
  }
  return rows;
}

std::size_t row_of(const std::vector<Row>& rows, Lane lane, DeviceId device) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return row.lane == lane && row.device == device;
  });
  return static_cast<std::size_t>(found - rows.begin());
}

// Intervals of each layer and row.
using Lanes = std::vector<std::vector<Interval>>;

std::vector<Lanes> by_layer(const models::Timeline& timeline, const std::vector<Row>& rows) {
  std::vector<Lanes> layers(timeline.layers().size(), Lanes(rows.size()));
  for (const Interval& interval : timeline) {
    const std::size_t row = row_of(rows, interval.lane, interval.device);
    layers.at(interval.layer).at(row).push_back(interval);
  }
  return layers;
}

std::size_t lane_limit(const std::vector<Lanes>& layers) {
  for (std::size_t limit = kLaneLimit;; limit /= 2) {
    std::size_t total = 0;
    for (const Lanes& lanes : layers) {
      for (const auto& lane : lanes) total += std::min(lane.size(), limit);
    }
    if (total <= kPageLimit || limit <= kLeastLimit) return limit;
  }
}

// Begin, end (from the layer's begin) and bytes of each interval.
Document lane_document(const std::vector<Interval>& intervals, models::Picoseconds start,
                       std::size_t limit) {
  const ThinLane lane = thin(intervals, limit);
  Document drawn = Document::array();
  for (const Interval& i : lane.intervals) {
    drawn.push_back(Document::array({(i.begin - start).count, (i.end - start).count, i.bytes}));
  }
  return {{"recorded", lane.recorded}, {"closed_ps", lane.closed.count}, {"intervals", drawn}};
}

// A timeline by layer and row.
struct Drawing {
  std::vector<Row> rows;
  std::vector<Lanes> layers;
};

Document timelines_document(const models::Timeline& timeline, const Drawing& drawing) {
  const auto& [rows, layers] = drawing;
  const std::size_t limit = lane_limit(layers);
  Document json = Document::array();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const models::LayerSpan& span = timeline.layers()[i];
    Document lanes = Document::object();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto& intervals = layers[i][row];
      if (intervals.empty()) continue;
      lanes[rows[row].name] = lane_document(intervals, span.begin, limit);
    }
    json.push_back({{"duration_ps", (span.end - span.begin).count},
                    {"macros_busy", span.macros_busy},
                    {"lanes", lanes}});
  }
  return {{"lane_limit", limit}, {"layers", json}};
}

// Of the MACs of a layer that devices of one type do, those of one device: as many as its channels.
std::int64_t macs_of(const Report& report, const LayerReport& layer, DeviceId device) {
  const platforms::DeviceType type = report.devices[device].type;
  std::int64_t channels = 0;
  for (DeviceId id = 0; id < report.devices.size(); ++id) {
    if (report.devices[id].type == type) channels += layer.split.channels(id);
  }
  if (channels == 0) return 0;
  return layer.result.counts[lanes_of(type).mac] * layer.split.channels(device) / channels;
}

// MACs of a device and the bytes it moved over the NoC, for each layer that it worked on.
Document points(const Report& report, const Drawing& drawing, DeviceId device,
                const std::vector<Lane>& streams) {
  Document json = Document::array();
  for (std::size_t i = 0; i < drawing.layers.size(); ++i) {
    std::int64_t bytes = 0;
    for (const Lane lane : streams) {
      const std::size_t row = row_of(drawing.rows, lane, device);
      for (const Interval& s : drawing.layers[i].at(row)) bytes += s.bytes;
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
                            const Drawing& drawing) {
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
                    {"points", points(report, drawing, id, streams)}});
  }
  return json;
}

// The devices of the chip: what the page names them by, and how many macros each has in use.
Document devices_document(const Report& report) {
  Document json = Document::array();
  for (const DeviceReport& device : report.devices) {
    json.push_back({{"name", device.name},
                    {"type", to_string(device.type)},
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
         {"place",
          s.origin.line == 0 ? "command line" : fmt::format("{}:{}", file, s.origin.line)}});
  }
  return json;
}

}  // namespace

Document page_data(const Report& report, const Platform& platform,
                   const workloads::Network& network, const models::Timeline& timeline,
                   Document uncertainty) {
  Drawing drawing{rows_of(report.devices), {}};
  drawing.layers = by_layer(timeline, drawing.rows);
  return {{"report", report_document(report)},
          {"uncertainty", std::move(uncertainty)},
          {"platform", platform_document(platform)},
          {"devices", devices_document(report)},
          {"sram_bytes", report.sram_bytes},
          {"graph", graph_document(network)},
          {"rooflines", rooflines_document(report, platform.hardware, drawing)},
          {"timelines", timelines_document(timeline, drawing)}};
}

}  // namespace h4h::sim
