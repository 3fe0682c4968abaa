#include "models/systolic/systolic_bound.hpp"

#include <algorithm>

namespace h4h::models {
namespace {

// Adds a stream of feature maps to what it occupies and to what is counted.
struct Streams {
  const platforms::Hardware& chip;
  std::int64_t outstanding;
  WorkBound& bound;

  void read(std::int64_t bytes, std::int64_t spilled, std::int64_t run) const {
    bound.sram.read += occupied_bytes(chip.sram, bytes - spilled, run, outstanding);
    bound.external.read += occupied_bytes(chip.external, spilled, run, outstanding);
    count(Event::sram_byte, bytes - spilled);
    count(Event::external_byte, spilled);
  }
  void write(std::int64_t bytes, bool spills, std::int64_t run) const {
    const platforms::Memory& memory = spills ? chip.external : chip.sram;
    (spills ? bound.external : bound.sram).written +=
        occupied_bytes(memory, bytes, run, outstanding);
    count(spills ? Event::external_byte : Event::sram_byte, bytes);
  }
  void count(Event event, std::int64_t bytes) const {
    bound.counts[event] += bytes;
    bound.counts[Event::noc_byte] += bytes;
  }
};

Picoseconds first_latency(const platforms::Hardware& chip, const SystolicStep& first) {
  if (first.input_bytes == 0) return {};
  const bool spilled = first.spilled_input_bytes == first.input_bytes;
  return {spilled ? chip.external.latency_ps : chip.sram.latency_ps};
}

}  // namespace

WorkBound systolic_bound(const platforms::Systolic& array, const platforms::Hardware& chip,
                         bool own_port, const SystolicPlan& plan) {
  WorkBound bound;
  const Streams streams{chip, array.outstanding, bound};
  const Clock clock(array.clock_hz);
  Picoseconds computing;
  std::int64_t weights = 0, cycles = 0;
  for (const SystolicStep& step : plan.steps) {
    computing += clock.time(step.cycles);
    cycles += step.cycles;
    weights += step.weight_bytes;
    streams.read(step.input_bytes, step.spilled_input_bytes, plan.input_run);
    streams.read(step.operand_bytes, step.spilled_operand_bytes, plan.input_run);
    streams.write(step.output_bytes, plan.spills_output, plan.output_run);
  }
  (own_port ? bound.weights_on_port : bound.weights_on_noc) = weights;
  bound.counts[Event::weight_byte] += weights;
  if (!own_port) bound.counts[Event::noc_byte] += weights;
  bound.counts[Event::npu_mac] = plan.macs;
  bound.counts[Event::npu_cycle] = cycles;
  bound.counts[Event::npu_lane_cycle] = cycles * array.rows * array.columns;
  if (plan.steps.empty()) return bound;

  const auto streaming = [&](const platforms::Memory& memory, std::int64_t bytes) {
    return streaming_time(memory, bytes, array.outstanding);
  };
  const Picoseconds latency = first_latency(chip, plan.steps.front());
  const Picoseconds reading =
      streaming(chip.sram, bound.sram.read) + streaming(chip.external, bound.external.read);
  const Picoseconds writing =
      streaming(chip.sram, bound.sram.written) + streaming(chip.external, bound.external.written);
  bound.waits_for_link = plan.steps.front().input_bytes > 0;
  bound.time = latency + std::max({computing, reading, writing});
  if (!own_port && weights > 0) {
    bound.time = std::max(bound.time,
                          Picoseconds{chip.weights.latency_ps} + streaming(chip.weights, weights));
  }
  return bound;
}

}  // namespace h4h::models
