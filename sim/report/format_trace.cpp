#include "sim/report/format_trace.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <stdexcept>

#include "base/json/json_writer.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

using models::Interval;
using models::Lane;
using models::Picoseconds;

// Processes of the trace; their numbers order the tracks.
enum Process { kNetwork = 1, kNpu, kCim, kNoc, kExternalMemory };

struct Track {
  int process, thread;
  std::string_view name;    // of the track
  std::string_view action;  // of its events; empty: the layer's name
};

constexpr int kFirstMacro = 10;  // threads of the macros stand behind the streams

Track track_of(Lane lane, DeviceId device) {
  switch (lane) {
    case Lane::npu_mac:
      return {kNpu, 1, "MAC array", {}};
    case Lane::npu_output:
      return {kNpu, 2, "output stage", {}};
    case Lane::npu_dma_input:
      return {kNpu, 3, "DMA: input", "input"};
    case Lane::npu_dma_weights:
      return {kNpu, 4, "DMA: weights", "weights"};
    case Lane::npu_dma_copy:
      return {kNpu, 6, "DMA: prefetched weights", "weights"};
    case Lane::npu_dma_copied:
      return {kNpu, 7, "DMA: copied weights", "weights"};
    case Lane::npu_dma_output:
      return {kNpu, 5, "DMA: output", "output"};
    case Lane::cim_compute:
      return {kCim, kFirstMacro, "macro", {}};
    case Lane::cim_dma_input:
      return {kCim, 1, "stream: input", "input"};
    case Lane::cim_dma_output:
      return {kCim, 2, "stream: output", "output"};
    case Lane::noc_tenure:
      return device == platforms::kNpu ? Track{kNoc, 1, "held by npu", "npu"}
                                       : Track{kNoc, 2, "held by cim", "cim"};
    case Lane::npu_spill_read:
      return {kExternalMemory, 1, "read by npu", "spill"};
    case Lane::npu_spill_write:
      return {kExternalMemory, 2, "written by npu", "spill"};
    case Lane::cim_spill_read:
      return {kExternalMemory, 3, "read by cim", "spill"};
    case Lane::cim_spill_write:
      return {kExternalMemory, 4, "written by cim", "spill"};
  }
  std::abort();
}

std::string microseconds(Picoseconds t) {
  return fmt::format("{}.{:06}", t.count / 1'000'000, t.count % 1'000'000);
}

class Writer {
 public:
  Writer(const Report& report, const models::Timeline& timeline)
      : report_(report), timeline_(timeline) {
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
    name_process(kNpu, "NPU");
    if (report_.macros_in_use > 0) name_process(kCim, "CIM");
    name_process(kNoc, "NoC");
    if (report_.spilled_bytes > 0) name_process(kExternalMemory, "external memory");
  }

  void name_threads() {
    name_thread(kNetwork, 1, "layers");
    for (const Lane lane : {Lane::npu_mac, Lane::npu_output, Lane::npu_dma_input,
                            Lane::npu_dma_weights, Lane::npu_dma_output, Lane::noc_tenure}) {
      name_thread(lane, platforms::kNpu);
    }
    if (report_.spilled_bytes > 0) {
      name_thread(Lane::npu_spill_read, platforms::kNpu);
      name_thread(Lane::npu_spill_write, platforms::kNpu);
    }
    if (report_.macros_in_use > 0) name_cim_threads();
  }

  void name_cim_threads() {
    for (const Lane lane : {Lane::noc_tenure, Lane::cim_dma_input, Lane::cim_dma_output}) {
      name_thread(lane, platforms::kCim);
    }
    if (report_.spilled_bytes > 0) {
      name_thread(Lane::cim_spill_read, platforms::kCim);
      name_thread(Lane::cim_spill_write, platforms::kCim);
    }
    for (int m = 0; m < report_.macros_in_use; ++m) {
      name_thread(kCim, kFirstMacro + m, fmt::format("macro {}", m + 1));
    }
  }

  void name_thread(Lane lane, DeviceId device) {
    const Track track = track_of(lane, device);
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
                         i + 1, layer.op, to_string(layer.bound), layer.macs));
  }

  void add(const Interval& interval) {
    const Track track = track_of(interval.lane, interval.device);
    const std::string& layer = names_.at(interval.layer);
    std::string args = fmt::format(R"("layer":{})", layer);
    if (interval.bytes > 0) args += fmt::format(R"(,"bytes":{})", interval.bytes);
    if (track.process == kNoc) args += fmt::format(R"(,"owner":"{}")", track.action);
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
