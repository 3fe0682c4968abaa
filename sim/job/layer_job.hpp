#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/cim/cim_timing.hpp"
#include "models/counts/counts.hpp"
#include "models/memory/layout.hpp"
#include "models/npu/npu_timing.hpp"
#include "models/time/picoseconds.hpp"
#include "platforms/description/platform.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::sim {

// Raised whenever a change alters what a job costs: results of another version are not comparable.
constexpr int kModelVersion = 8;

// Who computes which output channels: the NPU the first, the macros the rest.
struct Split {
  std::int64_t npu_channels = 0;
  std::int64_t cim_channels = 0;
  std::int64_t macros = 0;  // in use; the others are gated
  std::int64_t units = 0;   // in use in each macro

  friend bool operator==(const Split& a, const Split& b) {
    return a.npu_channels == b.npu_channels && a.cim_channels == b.cim_channels &&
           a.macros == b.macros && a.units == b.units;
  }
};

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
};

// The unit of simulation. Its result depends on the hardware and on nothing else.
struct LayerJob {
  workloads::LayerShape layer;
  Split split;
  LayerContext context;
};

// The job's part of a cache key: equal texts on equal hardware have equal results.
std::string canonical_text(const LayerJob& job);

// What each side has to do; nullopt where it has nothing.
struct Plans {
  std::optional<models::NpuPlan> npu;
  std::optional<models::CimPlan> cim;
};

// Throws std::invalid_argument where the split does not add up or asks macros for what they cannot.
// Weights are copied ahead of their use where Arm's compiler would.
Plans plan_job(const platforms::Hardware& hardware, const LayerJob& job);

// The same with the other schedule of the NPU's weights: streamed where `plans` copies them ahead
// and the other way round. nullopt where they cannot be copied.
std::optional<Plans> with_other_weight_schedule(const platforms::Hardware& hardware,
                                                const LayerJob& job, const Plans& plans);

// Whose time a result has.
enum class Source { modelled, measured };
std::string_view to_string(Source source);

struct JobResult {
  models::Picoseconds time;
  models::Picoseconds npu_busy;  // MAC array or output stage at work
  models::Picoseconds cim_busy;
  models::Picoseconds noc_busy;  // bytes on the link
  std::int64_t noc_read_bytes = 0, noc_write_bytes = 0;
  std::int64_t link_turnarounds = 0;  // warm-ups paid
  // Of a weight port of its own: time without a stream, and bytes that came before the layer. They
  // are counted, but take none of its time.
  models::Picoseconds weights_idle;
  std::int64_t prefetched_bytes = 0;
  models::Counts counts;
  Source source = Source::modelled;

  friend bool operator==(const JobResult& a, const JobResult& b) {
    return a.time == b.time && a.npu_busy == b.npu_busy && a.cim_busy == b.cim_busy &&
           a.noc_busy == b.noc_busy && a.noc_read_bytes == b.noc_read_bytes &&
           a.noc_write_bytes == b.noc_write_bytes && a.link_turnarounds == b.link_turnarounds &&
           a.weights_idle == b.weights_idle && a.prefetched_bytes == b.prefetched_bytes &&
           a.counts == b.counts && a.source == b.source;
  }
};

// What a job's context inherits from the result of the job before; nullptr before the first.
void carry_over(const platforms::Hardware& hardware, const JobResult* before, LayerJob& job);

}  // namespace h4h::sim
