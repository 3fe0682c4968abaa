#include "models/npu/npu_bound.hpp"

#include <algorithm>

#include "models/npu/npu_channels.hpp"

namespace h4h::models {
namespace {

// Bytes of the streams of one port, by the memory at the other end.
struct Streams {
  std::int64_t sram = 0, external = 0;
};

class PlanBound {
 public:
  PlanBound(const platforms::Npu& npu, const platforms::Hardware& chip, const NpuPlan& plan)
      : npu_(npu),
        chip_(chip),
        plan_(plan),
        clock_(npu.clock_hz),
        channels_(npu_channels(npu_config(npu), npu.outstanding)) {}

  WorkBound bound() {
    if (plan_.steps.empty()) return {};
    const bool own_port = npu_.weights_port == platforms::WeightsPort::private_port;
    for (const NpuStep& step : plan_.steps) add(step);
    add_slices();
    (own_port ? bound_.weights_on_port : bound_.weights_on_noc) = weights_;
    bound_.waits_for_link = plan_.steps.front().input_bytes > 0;
    bound_.time = std::max(first_latency() + stages_time(), streams_time(own_port));
    count_work();
    return bound_;
  }

 private:
  void add(const NpuStep& step) {
    add_stages(step);
    read(input_, step.input_bytes, step.spilled_input_bytes, plan_.input_run);
    if (plan_.slices.empty()) {
      fetch_weights(step.weight_bytes);
      read(operands_, step.operand_bytes, step.spilled_operand_bytes, plan_.operand_run);
    } else {
      read(operands_, step.weight_bytes, 0, plan_.operand_run);
    }
    fetch_weights(step.scale_bytes);
    scales_ += step.scale_bytes;
    if (step.ends_block) write(output_, step.output_bytes, plan_.output_run, plan_.spills_output);
  }

  void add_stages(const NpuStep& step) {
    block_array_ += clock_.time(step.mac_cycles);
    array_busy_ += clock_.time(step.mac_cycles);
    if (!step.ends_block) return;
    const Picoseconds block = std::max(block_array_, clock_.time(step.command_cycles));
    if (blocks_++ == 0) first_block_ = block;
    array_ += block;
    block_array_ = {};
    last_output_ = clock_.time(step.output_cycles);
    output_stage_ += last_output_;
  }

  // Copies of weights: out of the weight memory, into the SRAM. The first of them may be there.
  void add_slices() {
    const std::int64_t ahead = plan_.prefetched_bytes;
    std::int64_t bytes = -ahead;
    for (const NpuSlice& slice : plan_.slices) bytes += slice.bytes;
    if (!plan_.slices.empty()) {
      fetch_weights(bytes);
      write(copies_, bytes, INT64_MAX, false);
    }
    for (const Event event : {Event::weight_byte, Event::sram_byte, Event::noc_byte}) {
      bound_.counts[event] += ahead;
    }
  }

  void fetch_weights(std::int64_t bytes) {
    weights_ += bytes;
    bound_.counts[Event::weight_byte] += bytes;
    if (npu_.weights_port == platforms::WeightsPort::noc) bound_.counts[Event::noc_byte] += bytes;
  }

  void read(Streams& port, std::int64_t bytes, std::int64_t spilled, std::int64_t run) {
    const std::int64_t sram = occupied_bytes(chip_.sram, bytes - spilled, run, npu_.outstanding);
    const std::int64_t external = occupied_bytes(chip_.external, spilled, run, npu_.outstanding);
    port.sram += sram;
    port.external += external;
    bound_.sram.read += sram;
    bound_.external.read += external;
    count(Event::sram_byte, bytes - spilled);
    count(Event::external_byte, spilled);
  }

  void write(Streams& port, std::int64_t bytes, std::int64_t run, bool spills) {
    const platforms::Memory& memory = spills ? chip_.external : chip_.sram;
    const std::int64_t occupied = occupied_bytes(memory, bytes, run, npu_.outstanding);
    (spills ? port.external : port.sram) += occupied;
    (spills ? bound_.external : bound_.sram).written += occupied;
    count(spills ? Event::external_byte : Event::sram_byte, bytes);
  }

  void count(Event event, std::int64_t bytes) {
    bound_.counts[event] += bytes;
    bound_.counts[Event::noc_byte] += bytes;
  }

  Picoseconds first_latency() const {
    const NpuStep& first = plan_.steps.front();
    if (first.input_bytes == 0) return {};
    const bool spilled = first.spilled_input_bytes == first.input_bytes;
    return {spilled ? chip_.external.latency_ps : chip_.sram.latency_ps};
  }

  Picoseconds stages_time() const {
    return std::max(array_ + last_output_, first_block_ + output_stage_);
  }

  // Of the ports on the NoC, from the latency of a memory on; data is written after it was read.
  Picoseconds streams_time(bool own_port) const {
    const platforms::Memory &sram = chip_.sram, &external = chip_.external;
    Picoseconds longest;
    const auto consider = [&](const Streams& port, Picoseconds latency, const InFlight& stream) {
      longest = std::max(longest, latency + streaming_time(sram, port.sram, stream) +
                                      streaming_time(external, port.external, stream));
    };
    const InFlight& copied = plan_.slices.empty() ? channels_.operands : channels_.weights;
    const Picoseconds read_latency{std::min(sram.latency_ps, external.latency_ps)};
    if (input_.sram + input_.external > 0) consider(input_, read_latency, channels_.input);
    if (operands_.sram + operands_.external > 0) consider(operands_, read_latency, copied);
    consider(output_, {}, channels_.output);
    consider(copies_, {}, channels_.output);
    const auto from_weight_memory = [&](std::int64_t bytes, const InFlight& stream) {
      if (bytes == 0) return;
      longest = std::max(longest, Picoseconds{chip_.weights.latency_ps} +
                                      streaming_time(chip_.weights, bytes, stream));
    };
    from_weight_memory(scales_, channels_.scales);
    if (!own_port) {
      from_weight_memory(weights_ - scales_,
                         plan_.slices.empty() ? channels_.weights : channels_.copies);
    }
    return longest;
  }

  void count_work() {
    const std::int64_t cycles = clock_.cycles(std::max(array_busy_, output_stage_));
    bound_.counts[Event::npu_mac] += plan_.macs;
    bound_.counts[Event::npu_cycle] += cycles;
    bound_.counts[Event::npu_lane_cycle] += cycles * npu_.macs_per_cycle;
  }

  const platforms::Npu& npu_;
  const platforms::Hardware& chip_;
  const NpuPlan& plan_;
  Clock clock_;
  WorkBound bound_;
  Streams input_, operands_, output_, copies_;
  NpuChannels channels_;
  std::int64_t weights_ = 0, scales_ = 0, blocks_ = 0;  // weights with scales
  Picoseconds block_array_, array_busy_, array_, first_block_, output_stage_, last_output_;
};

}  // namespace

WorkBound npu_bound(const platforms::Npu& npu, const platforms::Hardware& chip,
                    const NpuPlan& plan) {
  return PlanBound(npu, chip, plan).bound();
}

}  // namespace h4h::models
