#include "sim/report/page_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "sim/report/format.hpp"
#include "sim/report/thinning.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using models::Interval;
using models::Lane;
using platforms::Platform;

// A page of many layers must still open quickly: 150,000 intervals are about 4 MB.
constexpr std::size_t kLaneLimit = 2000, kPageLimit = 150'000, kLeastLimit = 100;

// A lane of the page. Tenures have one for each device, all other lanes belong to one device.
struct Row {
  Lane lane = Lane::npu_mac;
  DeviceId device = 0;

  std::string_view name() const {
    if (lane != Lane::noc_tenure) return to_string(lane);
    return device == platforms::kNpu ? "noc_npu" : "noc_cim";
  }
};

std::vector<Row> make_rows() {
  std::vector<Row> rows;
  for (const Lane lane : models::kLanes) {
    if (lane != Lane::noc_tenure) {
      rows.push_back({lane});
      continue;
    }
    rows.push_back({lane, platforms::kNpu});
    rows.push_back({lane, platforms::kCim});
  }
  return rows;
}

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = make_rows();
  return kRows;
}

// `device` matters for tenures alone.
std::size_t row_of(Lane lane, DeviceId device = 0) {
  const auto found = std::find_if(rows().begin(), rows().end(), [&](const Row& row) {
    return row.lane == lane && (lane != Lane::noc_tenure || row.device == device);
  });
  return static_cast<std::size_t>(found - rows().begin());
}

// Intervals of each layer and row.
using Lanes = std::vector<std::vector<Interval>>;

std::vector<Lanes> by_layer(const models::Timeline& timeline) {
  std::vector<Lanes> layers(timeline.layers().size(), Lanes(rows().size()));
  for (const Interval& interval : timeline) {
    const std::size_t row = row_of(interval.lane, interval.device);
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

Document timelines_document(const models::Timeline& timeline) {
  const std::vector<Lanes> layers = by_layer(timeline);
  const std::size_t limit = lane_limit(layers);
  Document json = Document::array();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const models::LayerSpan& span = timeline.layers()[i];
    Document lanes = Document::object();
    for (std::size_t row = 0; row < rows().size(); ++row) {
      const auto& intervals = layers[i][row];
      if (intervals.empty()) continue;
      lanes[std::string(rows()[row].name())] = lane_document(intervals, span.begin, limit);
    }
    json.push_back({{"duration_ps", (span.end - span.begin).count},
                    {"macros_busy", span.macros_busy.at(platforms::kCim)},
                    {"lanes", lanes}});
  }
  return {{"lane_limit", limit}, {"layers", json}};
}

// MACs of a device and the bytes it moved over the NoC, for each layer that it worked on.
Document points(const Report& report, const std::vector<Lanes>& layers, Event mac,
                const std::vector<Lane>& streams) {
  Document json = Document::array();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    std::int64_t bytes = 0;
    for (const Lane lane : streams) {
      for (const Interval& s : layers[i].at(row_of(lane))) bytes += s.bytes;
    }
    const std::int64_t macs = report.layers[i].result.counts[mac];
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
                            const models::Timeline& timeline) {
  const std::vector<Lanes> layers = by_layer(timeline);
  const bool ride = h.npu.weights_port == platforms::WeightsPort::noc;
  const bool full = h.noc.duplex == platforms::Duplex::full;
  const Document noc =
      slope(full ? "NoC, both directions" : "NoC", (full ? 2 : 1) * h.noc.bandwidth);
  const Document sram = slope("SRAM, read + write", 2 * h.sram.bandwidth);
  const Document with_weights =
      slope("SRAM, read + write, and weights", 2 * h.sram.bandwidth + h.weights.bandwidth);
  std::vector<Lane> npu{Lane::npu_dma_input,  Lane::npu_dma_output, Lane::npu_dma_copy,
                        Lane::npu_dma_copied, Lane::npu_spill_read, Lane::npu_spill_write};
  if (ride) npu.push_back(Lane::npu_dma_weights);
  const double steps_per_s =
      1e12 / static_cast<double>(std::max({h.cim.step_ps, h.cim.read_time_ps, std::int64_t{1}}));
  const std::int64_t macs_per_step =
      report.macros_in_use * report.units_in_use * h.cim.accumulators * h.cim.products;
  return Document::array(
      {Document{{"device", "npu"},
                {"peak_macs_per_s", h.npu.macs_per_cycle * h.npu.clock_hz},
                {"bandwidths", Document::array({noc, ride ? with_weights : sram})},
                {"points", points(report, layers, Event::npu_mac, npu)}},
       Document{{"device", "cim"},
                {"peak_macs_per_s", static_cast<double>(macs_per_step) * steps_per_s},
                {"bandwidths", Document::array({noc, sram})},
                {"points", points(report, layers, Event::cim_mac,
                                  {Lane::cim_dma_input, Lane::cim_dma_output, Lane::cim_spill_read,
                                   Lane::cim_spill_write})}}});
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

Document page_data(const Report& report, const Platform& platform, const models::Timeline& timeline,
                   Document uncertainty) {
  return {{"report", report_document(report)},
          {"uncertainty", std::move(uncertainty)},
          {"platform", platform_document(platform)},
          {"rooflines", rooflines_document(report, platform.hardware, timeline)},
          {"timelines", timelines_document(timeline)}};
}

}  // namespace h4h::sim
