#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/enum_values.hpp"
#include "models/time/picoseconds.hpp"
#include "platforms/description/device.hpp"

namespace h4h::models {

// What a device does. DMA and spill lanes are streams, from their first byte to their last, spills
// those of the external memory; a tenure is a hold of the link.
enum class Lane {
  npu_mac,
  npu_output,
  npu_dma_input,
  npu_dma_weights,  // from the weight memory
  npu_dma_copy,     // of them into the activation memory
  npu_dma_copied,   // and out of it
  npu_dma_output,
  cim_compute,  // all macros that have words of the layer, in lockstep
  cim_dma_input,
  cim_dma_output,
  noc_tenure,
  npu_spill_read,
  npu_spill_write,
  cim_spill_read,
  cim_spill_write,
};
inline constexpr auto& kLanes = kEnumValues<Lane>;
std::string_view to_string(Lane lane);  // as it is spelled here

struct Interval {
  Lane lane = Lane::npu_mac;
  Picoseconds begin, end;
  std::int64_t bytes = 0;  // of a stream
  std::size_t layer = 0;   // index in Timeline::layers
  platforms::DeviceId device = 0;

  friend bool operator==(const Interval& a, const Interval& b) {
    return a.lane == b.lane && a.begin == b.begin && a.end == b.end && a.bytes == b.bytes &&
           a.layer == b.layer && a.device == b.device;
  }
};

struct LayerSpan {
  Picoseconds begin, end;
  std::vector<std::int64_t> macros_busy;  // by device; 0 for those without macros
};

// Hears what the parts do while they do it, in time since the session began. A layer must have
// begun before anything is recorded. Called from processes of the kernel, through which an
// exception does not keep its type: none may be thrown.
class Recorder {
 public:
  virtual ~Recorder() = default;

  // `macros_busy`: by device; 0 for those without macros.
  virtual void begin_layer(Picoseconds now, std::vector<std::int64_t> macros_busy) = 0;
  virtual void end_layer(Picoseconds now) = 0;
  // What ends now, of the layer that has begun last.
  void record(platforms::DeviceId device, Lane lane, Picoseconds begin, Picoseconds end,
              std::int64_t bytes = 0) {
    add({lane, begin, end, bytes, 0, device});
  }

 private:
  // `interval.layer` is not set.
  virtual void add(const Interval& interval) = 0;
};

// What the parts did when, in memory: a record takes 48 bytes. Recorded only for whoever asks:
// tests and pages.
class Timeline : public Recorder {
 public:
  void begin_layer(Picoseconds now, std::vector<std::int64_t> macros_busy) override {
    layers_.push_back({now, now, std::move(macros_busy)});
  }
  void end_layer(Picoseconds now) override { layers_.back().end = now; }

  // Tells `recorder` the same.
  void replay(Recorder& recorder) const;

  const std::vector<LayerSpan>& layers() const { return layers_; }
  const std::vector<Interval>& intervals() const { return intervals_; }  // by end
  auto begin() const { return intervals_.begin(); }
  auto end() const { return intervals_.end(); }

 private:
  void add(const Interval& interval) override {
    intervals_.push_back(interval);
    intervals_.back().layer = layers_.size() - 1;
  }

  std::vector<LayerSpan> layers_;
  std::vector<Interval> intervals_;
};

// Time in which at least one of several overlapping activities is active.
class BusyTime {
 public:
  void begin(Picoseconds now) {
    if (active_++ == 0) since_ = now;
  }
  void end(Picoseconds now) {
    if (--active_ == 0) total_ += now - since_;
  }
  Picoseconds total() const { return total_; }
  void reset() { total_ = {}; }

 private:
  int active_ = 0;
  Picoseconds since_, total_;
};

}  // namespace h4h::models
