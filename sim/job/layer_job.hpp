#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/counts/counts.hpp"
#include "models/device/devices.hpp"
#include "models/memory/layout.hpp"
#include "models/time/picoseconds.hpp"
#include "platforms/description/device.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::sim {

// Raised whenever a change alters what a job costs: results of another version are not comparable.
constexpr int kModelVersion = 10;

using models::Share;
using platforms::DeviceId;

// Who computes how many of a layer's output channels: a share for every device of the chip.
struct Split {
  std::vector<Share> shares;  // by DeviceId

  // Nothing for devices beyond the end.
  std::int64_t channels(DeviceId device) const {
    return device < shares.size() ? shares[device].channels : 0;
  }

  friend bool operator==(const Split& a, const Split& b) { return a.shares == b.shares; }
};

// Of the two devices that every platform has. `macros` are in use, and `units` in each of them.
Split split_between(std::int64_t npu_channels, std::int64_t cim_channels, std::int64_t macros,
                    std::int64_t units);

// Where a feature map lives.
enum class MemoryLevel { sram, external };

// All that a layer's neighbours may change about its cost.
struct LayerContext {
  models::Layout input = models::Layout::nhwc;
  models::Layout output = models::Layout::nhwc;
  std::vector<MemoryLevel> input_levels;  // per input; empty: all in the SRAM
  MemoryLevel output_level = MemoryLevel::sram;
  // Where NPU weights have a port of their own and the layer copies them ahead: time before it in
  // which the port was idle, no more than all its weights take. The first layer has none.
  bool first_layer = true;
  models::Picoseconds slack;

  friend bool operator==(const LayerContext& a, const LayerContext& b) {
    return a.input == b.input && a.output == b.output && a.input_levels == b.input_levels &&
           a.output_level == b.output_level && a.first_layer == b.first_layer && a.slack == b.slack;
  }
};

// The unit of simulation. Its result depends on the hardware and on nothing else.
struct LayerJob {
  workloads::LayerShape layer;
  Split split;
  LayerContext context;
};

// The job's part of a cache key: equal texts on equal hardware have equal results.
std::string canonical_text(const LayerJob& job);

// What each device has to do, by DeviceId; nullopt where it has nothing.
using Plans = std::vector<std::optional<models::DevicePlan>>;

// Throws std::invalid_argument where the split is of other devices, does not add up or asks a
// device for what it cannot, and std::overflow_error for a tile of hours (plan_cim). Each device
// makes its first plan.
Plans plan_job(const models::Devices& devices, const LayerJob& job);

// The same with the other plan of a device, for each device that has one (Device::other_plan).
std::vector<Plans> other_plans(const models::Devices& devices, const LayerJob& job,
                               const Plans& plans);

// Whose time a result has.
enum class Source { modelled, measured };
std::string_view to_string(Source source);

// What a job takes and counts, of all devices together. Bytes are those that pass a link or memory.
struct JobResult {
  models::Picoseconds time;
  std::vector<models::Picoseconds> busy;  // by DeviceId: some of its parts compute
  models::Picoseconds noc_busy;           // bytes on the link
  std::int64_t noc_read_bytes = 0, noc_write_bytes = 0;
  std::int64_t link_turnarounds = 0;  // warm-ups paid
  // Of a weight port of its own: time without a stream, and bytes that came before the layer. They
  // are counted, but take none of its time.
  models::Picoseconds weights_idle;
  std::int64_t prefetched_bytes = 0;
  models::Counts counts;
  Source source = Source::modelled;
  // What dynamic energy is computed from where it is measured, at least in part; else `counts`.
  std::optional<models::Counts> energy_counts;

  const models::Counts& counts_for_energy() const {
    return energy_counts ? *energy_counts : counts;
  }
  models::Picoseconds busy_of(DeviceId device) const {
    return device < busy.size() ? busy[device] : models::Picoseconds{};
  }

  // What both take one after the other; the port's idle time included.
  JobResult& operator+=(const JobResult& other);

  friend bool operator==(const JobResult& a, const JobResult& b) {
    return a.time == b.time && a.busy == b.busy && a.noc_busy == b.noc_busy &&
           a.noc_read_bytes == b.noc_read_bytes && a.noc_write_bytes == b.noc_write_bytes &&
           a.link_turnarounds == b.link_turnarounds && a.weights_idle == b.weights_idle &&
           a.prefetched_bytes == b.prefetched_bytes && a.counts == b.counts &&
           a.source == b.source && a.energy_counts == b.energy_counts;
  }
};

// What the device does at the least for its share of the job (Device::bound). Throws as plan_job.
models::WorkBound bound_share(const models::Devices& devices, const LayerJob& job, DeviceId device);

// What a job's context inherits from the result of the job before; nullptr before the first.
void carry_over(const models::Devices& devices, const JobResult* before, LayerJob& job);

}  // namespace h4h::sim
