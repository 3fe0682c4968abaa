#include "sim/report/format_trace.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <cstdlib>
#include <stdexcept>

#include "base/json/json_writer.hpp"
#include "sim/report/device_lanes.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

using models::Interval;
using models::Lane;
using models::Picoseconds;

// Processes of the trace; their numbers order the tracks. A process for each device, the NoC and
// the external memory follow that of the network.
constexpr int kNetwork = 1;
int process_of(DeviceId device) { return kNetwork + 1 + static_cast<int>(device); }

struct Track {
  int process, thread;
  std::string name;    // of the track
  std::string action;  // of its events; empty: the layer's name
};

constexpr int kFirstMacro = 10;  // threads of the macros stand behind the streams

// The tracks of the devices of a report.
class Tracks {
 public:
  explicit Tracks(const std::vector<DeviceReport>& devices) : devices_(devices) {}

  int noc() const { return process_of(devices_.size()); }
  int external() const { return noc() + 1; }

  Track of(Lane lane, DeviceId device) const {
    const int own = process_of(device);
    switch (lane) {
      case Lane::npu_mac:
        return {own, 1, "MAC array", {}};
      case Lane::npu_output:
        return {own, 2, "output stage", {}};
      case Lane::npu_dma_input:
        return {own, 3, "DMA: input", "input"};
      case Lane::npu_dma_weights:
        return {own, 4, "DMA: weights", "weights"};
      case Lane::npu_dma_copy:
        return {own, 6, "DMA: prefetched weights", "weights"};
      case Lane::npu_dma_copied:
        return {own, 7, "DMA: copied weights", "weights"};
      case Lane::npu_dma_output:
        return {own, 5, "DMA: output", "output"};
      case Lane::cim_compute:
        return {own, kFirstMacro, "macro", {}};
      case Lane::cim_dma_input:
        return {own, 1, "stream: input", "input"};
      case Lane::cim_dma_output:
        return {own, 2, "stream: output", "output"};
      case Lane::noc_tenure:
        return {noc(), 1 + static_cast<int>(device), "held by " + name(device), name(device)};
      case Lane::npu_spill_read:
      case Lane::cim_spill_read:
        return {external(), 1 + 2 * static_cast<int>(device), "read by " + name(device), "spill"};
      case Lane::npu_spill_write:
      case Lane::cim_spill_write:
        return {external(), 2 + 2 * static_cast<int>(device), "written by " + name(device),
                "spill"};
    }
    std::abort();
  }

 private:
  const std::string& name(DeviceId device) const { return devices_.at(device).name; }

  const std::vector<DeviceReport>& devices_;
};

// "NPU"; the second group of macros: "CIM other".
std::string label_of(const DeviceReport& device) {
  std::string label(to_string(device.type));
  const bool same = label == device.name;
  for (char& c : label) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return same ? label : label + " " + device.name;
}

std::string microseconds(Picoseconds t) {
  return fmt::format("{}.{:06}", t.count / 1'000'000, t.count % 1'000'000);
}

class Writer {
 public:
  Writer(const Report& report, const models::Timeline& timeline)
      : report_(report), timeline_(timeline), tracks_(report.devices) {
    for (const LayerReport& layer : report.layers) names_.push_back(json_string(layer.name));
  }

  std::string text() {
    name_processes();
    name_threads();
    for (std::size_t i = 0; i < timeline_.layers().size(); ++i) add_layer(i);
    for (const Interval& interval : timeline_) add(interval);
    return fmt::format(
        "{{\"displayTimeUnit\":\"ns\",\n\"otherData\":{{\"network\":{},\"platform\":{},"
        "\"mapping\":{},\"remarks\":{},\"program\":\"h4h "
        "{}\",\"model_version\":{}}},\n\"traceEvents\":[\n{}\n]}}\n",
        json_string(report_.network_name), json_string(report_.platform_name),
        json_string(report_.mapping_kind),
        json_string(fmt::format("{}", fmt::join(report_.remarks, "; "))), program_version(),
        kModelVersion, events_);
  }

 private:
  void append(const std::string& event) {
    if (!events_.empty()) events_ += ",\n";
    events_ += event;
  }

  void name_process(int process, const std::string& name) {
    append(fmt::format(R"({{"ph":"M","pid":{},"name":"process_name","args":{{"name":{}}}}})",
                       process, json_string(name)));
    append(fmt::format(
        R"({{"ph":"M","pid":{0},"name":"process_sort_index","args":{{"sort_index":{0}}}}})",
        process));
  }

  void name_thread(int process, int thread, std::string_view name) {
    append(
        fmt::format(R"({{"ph":"M","pid":{},"tid":{},"name":"thread_name","args":{{"name":{}}}}})",
                    process, thread, json_string(name)));
    append(fmt::format(
        R"({{"ph":"M","pid":{0},"tid":{1},"name":"thread_sort_index","args":{{"sort_index":{1}}}}})",
        process, thread));
  }

  void name_processes() {
    name_process(kNetwork, report_.network_name);
    for (DeviceId id = 0; id < report_.devices.size(); ++id) {
      const DeviceReport& device = report_.devices[id];
      if (device.in_use()) name_process(process_of(id), label_of(device));
    }
    name_process(tracks_.noc(), "NoC");
    if (report_.spilled_bytes > 0) name_process(tracks_.external(), "external memory");
  }

  void name_threads() {
    name_thread(kNetwork, 1, "layers");
    for (DeviceId id = 0; id < report_.devices.size(); ++id) {
      if (report_.devices[id].in_use()) name_threads_of(id);
    }
  }

  void name_threads_of(DeviceId id) {
    const DeviceReport& device = report_.devices[id];
    const DeviceLanes& lanes = lanes_of(device.type);
    for (const Lane lane : lanes.own) name_thread(lane, id);
    if (report_.spilled_bytes > 0) {
      name_thread(lanes.spill_read, id);
      name_thread(lanes.spill_write, id);
    }
    for (int m = 0; m < device.active.macros; ++m) {
      name_thread(process_of(id), kFirstMacro + m, fmt::format("macro {}", m + 1));
    }
  }

  void name_thread(Lane lane, DeviceId device) {
    const Track track = tracks_.of(lane, device);
    name_thread(track.process, track.thread, track.name);
  }

  void complete(int process, int thread, std::string_view name, Picoseconds begin, Picoseconds end,
                const std::string& args) {
    append(fmt::format(R"({{"ph":"X","pid":{},"tid":{},"name":{},"ts":{},"dur":{},"args":{{{}}}}})",
                       process, thread, name, microseconds(begin), microseconds(end - begin),
                       args));
  }

  void add_layer(std::size_t i) {
    const LayerReport& layer = report_.layers.at(i);
    const models::LayerSpan& span = timeline_.layers()[i];
    complete(kNetwork, 1, names_[i], span.begin, span.end,
             fmt::format(R"("layer":{},"index":{},"op":"{}","bound_by":"{}","macs":{})", names_[i],
                         i + 1, layer.op, layer.bound.name(), layer.macs));
  }

  void add(const Interval& interval) {
    const Track track = tracks_.of(interval.lane, interval.device);
    const std::string& layer = names_.at(interval.layer);
    std::string args = fmt::format(R"("layer":{})", layer);
    if (interval.bytes > 0) args += fmt::format(R"(,"bytes":{})", interval.bytes);
    if (track.process == tracks_.noc()) args += fmt::format(R"(,"owner":"{}")", track.action);
    const std::string name = track.action.empty() ? layer : json_string(track.action);
    const models::LayerSpan& span = timeline_.layers()[interval.layer];
    const std::int64_t copies =
        interval.lane == Lane::cim_compute ? span.macros_busy.at(interval.device) : 1;
    for (int c = 0; c < copies; ++c) {
      complete(track.process, track.thread + c, name, interval.begin, interval.end, args);
    }
  }

  const Report& report_;
  const models::Timeline& timeline_;
  Tracks tracks_;
  std::vector<std::string> names_;  // of the layers, as JSON
  std::string events_;
};

}  // namespace

std::string format_trace(const Report& report, const models::Timeline& timeline) {
  if (timeline.layers().size() != report.layers.size()) {
    throw std::invalid_argument("timeline and report are not of one run");
  }
  return Writer(report, timeline).text();
}

}  // namespace h4h::sim
