#include "sim/report/trace_writer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

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

constexpr int kNoThread = 0;     // of events that concern a whole process
constexpr int kFirstMacro = 10;  // threads of the macros come after those of the streams

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

constexpr std::size_t kLongPart = 1 << 16;  // bytes in memory before they are written

}  // namespace

class TraceWriter::Text {
 public:
  Text(const Report& report, const std::vector<JobResult>& modelled, Sink sink)
      : report_(report), sink_(std::move(sink)), tracks_(report.devices), json_(JsonLayout::lines) {
    if (modelled.size() != report.stripes.size()) fail();
    json_.begin_object().key("displayTimeUnit").text("ns");
    json_.key("otherData").value(other_data());
    json_.key("traceEvents").begin_array();
    name_processes();
    name_threads();
    for (std::size_t i = 0; i < modelled.size(); ++i) add_stripe(i, modelled[i].time);
  }

  void begin_layer(Picoseconds now, std::vector<std::int64_t> macros_busy) {
    if (begun_ == ends_.size() || now != (begun_ == 0 ? Picoseconds{} : ends_[begun_ - 1])) fail();
    ++begun_;
    macros_busy_ = std::move(macros_busy);
  }

  void end_layer(Picoseconds now) const {
    if (now != ends_.at(begun_ - 1)) fail();
  }

  void add(const Interval& interval) {
    const Track track = tracks_.of(interval.lane, interval.device);
    const std::size_t stripe = begun_ - 1;
    const std::string& layer = report_.layers.at(report_.stripes.at(stripe).layer).name;
    const std::string_view name = track.action.empty() ? names_[stripe] : track.action;
    const std::int64_t copies =
        interval.lane == Lane::cim_compute ? macros_busy_.at(interval.device) : 1;
    for (int c = 0; c < copies; ++c) {
      complete(track.process, track.thread + c, name, interval.begin, interval.end, layer);
      if (interval.bytes > 0) json_.key("bytes").integer(interval.bytes);
      if (track.process == tracks_.noc()) json_.key("owner").text(track.action);
      json_.end_object().end_object();
    }
    write_if_long();
  }

  void finish() {
    if (begun_ != ends_.size()) fail();
    sink_(json_.end_array().end_object().take());
  }

 private:
  Document other_data() const {
    return {{"network", report_.network_name},
            {"platform", report_.platform_name},
            {"mapping", report_.mapping_kind},
            {"remarks", fmt::format("{}", fmt::join(report_.remarks, "; "))},
            {"program", fmt::format("h4h {}", program_version())},
            {"model_version", kModelVersion}};
  }

  // An event of metadata, but for its arguments.
  JsonWriter& describe(int process, int thread, std::string_view what) {
    json_.begin_object().key("ph").text("M").key("pid").integer(process);
    if (thread != kNoThread) json_.key("tid").integer(thread);
    return json_.key("name").text(what).key("args").begin_object();
  }

  void name_process(int process, const std::string& name) {
    describe(process, kNoThread, "process_name").key("name").text(name);
    json_.end_object().end_object();
    describe(process, kNoThread, "process_sort_index").key("sort_index").integer(process);
    json_.end_object().end_object();
  }

  void name_thread(int process, int thread, std::string_view name) {
    describe(process, thread, "thread_name").key("name").text(name);
    json_.end_object().end_object();
    describe(process, thread, "thread_sort_index").key("sort_index").integer(thread);
    json_.end_object().end_object();
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

  // A complete event, but for the arguments behind the layer's name.
  JsonWriter& complete(int process, int thread, std::string_view name, Picoseconds begin,
                       Picoseconds end, std::string_view layer) {
    constexpr int kDecimals = 6;  // of microseconds
    json_.begin_object().key("ph").text("X").key("pid").integer(process);
    json_.key("tid").integer(thread).key("name").text(name);
    json_.key("ts").decimal(begin.count, kDecimals);
    json_.key("dur").decimal((end - begin).count, kDecimals);
    return json_.key("args").begin_object().key("layer").text(layer);
  }

  // Layers, and stripes, follow each other without a gap.
  void add_stripe(std::size_t i, Picoseconds time) {
    const auto& [index, rows] = report_.stripes.at(i);
    const LayerReport& layer = report_.layers.at(index);
    const bool whole = rows.size() == layer.output.height;
    names_.push_back(whole ? layer.name
                           : fmt::format("{} rows {}..{}", layer.name, rows.begin, rows.end - 1));
    const Picoseconds begin = ends_.empty() ? Picoseconds{} : ends_.back();
    ends_.push_back(begin + time);
    complete(kNetwork, 1, names_.back(), begin, ends_.back(), layer.name)
        .key("index")
        .integer(static_cast<std::int64_t>(index) + 1);
    json_.key("op").text(layer.op).key("bound_by").text(layer.bound.name());
    json_.key("macs").integer(whole ? layer.macs : layer.macs / layer.output.height * rows.size());
    json_.end_object().end_object();
    write_if_long();
  }

  void write_if_long() {
    if (json_.size() >= kLongPart) sink_(json_.take_part());
  }

  [[noreturn]] static void fail() {
    throw std::invalid_argument("the run, its results and the report are not of the same layers");
  }

  const Report& report_;
  const Sink sink_;
  Tracks tracks_;
  JsonWriter json_;
  std::vector<std::string> names_;         // of the stripes, a layer mostly
  std::vector<Picoseconds> ends_;          // of the same
  std::size_t begun_ = 0;                  // of the same
  std::vector<std::int64_t> macros_busy_;  // of the last of them, by device
};

TraceWriter::TraceWriter(const Report& report, const std::vector<JobResult>& modelled, Sink sink)
    : text_(std::make_unique<Text>(report, modelled, std::move(sink))) {}

TraceWriter::~TraceWriter() = default;

template <typename Function>
void TraceWriter::unless_failed(Function function) {
  if (failure_) return;
  try {
    function();
  } catch (...) {
    failure_ = std::current_exception();
  }
}

void TraceWriter::begin_layer(Picoseconds now, std::vector<std::int64_t> macros_busy) {
  unless_failed([&] { text_->begin_layer(now, std::move(macros_busy)); });
}

void TraceWriter::end_layer(Picoseconds now) {
  unless_failed([&] { text_->end_layer(now); });
}

void TraceWriter::add(const Interval& interval) {
  unless_failed([&] { text_->add(interval); });
}

void TraceWriter::finish() {
  if (failure_) std::rethrow_exception(failure_);
  text_->finish();
}

}  // namespace h4h::sim
