#include "models/npu/npu_module.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "models/time/sc_time.hpp"

namespace h4h::models {
namespace {

// Streams that the weight decoder buffers: one in use, the next one, and one in transfer, since it
// frees its buffer while it reads and not at the end of a step. Assumption: Arm does not say.
constexpr std::int64_t kWeightStreams = 3;
// Where requests need not wait for each other: those and what the latency of a memory keeps on its
// way, which comes in four (npu_timing.cpp). Assumption: as above.
constexpr std::int64_t kPipelinedStreams = 8;

// Blocks whose scales are there or on their way. What may be under way bounds their rate, and not
// this. Assumption: Arm does not say.
constexpr std::int64_t kScaleStreams = 4;

// Slices of copied weights in the activation memory: one in use, one being copied (Vela 5.1.0:
// double buffer).
constexpr std::int64_t kSlices = 2;
// What the DMA engine holds: a chunk comes in while the one before goes out. Assumption: Arm does
// not say; a chunk is long beside the latency of a memory, 64 cycles of 8 B.
constexpr std::int64_t kChunks = 2, kChunkBytes = 1024;

// The i-th of so many parts of a whole.
std::int64_t part_of(std::int64_t whole, std::int64_t i, std::int64_t parts) {
  return whole * (i + 1) / parts - whole * i / parts;
}

// Indices of the steps that end a block.
std::vector<std::int64_t> block_ends(const NpuPlan& plan) {
  std::vector<std::int64_t> ends;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (plan.steps[i].ends_block) ends.push_back(static_cast<std::int64_t>(i));
  }
  return ends;
}

}  // namespace

NpuModule::NpuModule(sc_core::sc_module_name name, DeviceId id, const platforms::Npu& npu)
    : DeviceModule(name, id),
      input_("input", Lane::npu_dma_input, Lane::npu_spill_read, id, Direction::read),
      weights_("weights", Lane::npu_dma_weights, Lane::npu_spill_read, id, Direction::read),
      scales_("scales", Lane::npu_dma_weights, Lane::npu_spill_read, id, Direction::read),
      output_("output", Lane::npu_dma_output, Lane::npu_spill_write, id, Direction::write),
      copy_("copy", Lane::npu_dma_copy, Lane::npu_spill_write, id, Direction::write),
      copied_("copied", Lane::npu_dma_copied, Lane::npu_spill_read, id, Direction::read),
      clock_(npu.clock_hz),
      channels_(npu_channels(npu_config(npu), npu.outstanding)),
      scales_first_(npu.type == platforms::NpuType::ethos_u65),
      lanes_(npu.macs_per_cycle),
      accumulators_(npu.accumulators),
      ofm_buffers_(static_cast<std::size_t>(npu.ofm_buffers)),
      weight_memory_(npu.weights_port == platforms::WeightsPort::noc ? kWeightsOnNoc
                                                                     : kWeightsOnPort),
      chunks_free_("chunks_free", kChunks),
      chunks_full_("chunks_full", 0),
      slices_free_("slices_free", kSlices),
      slices_full_("slices_full", 0),
      ifm_free_("ifm_free", npu.ifm_buffers),
      ifm_full_("ifm_full", 0),
      weights_free_("weights_free",
                    npu.type == platforms::NpuType::ethos_u55 ? kWeightStreams : kPipelinedStreams),
      weights_full_("weights_full", 0),
      scales_free_("scales_free", kScaleStreams),
      scales_full_("scales_full", 0),
      accumulators_free_("accumulators_free", npu.accumulators),
      accumulators_full_("accumulators_full", 0),
      ofm_free_("ofm_free", npu.ofm_buffers),
      ofm_full_("ofm_full", 0) {
  input_.set_in_flight(channels_.input);
  scales_.set_in_flight(channels_.scales);
  output_.set_in_flight(channels_.output);
  copy_.set_in_flight(channels_.output);
  for (StreamPort* port : {&input_, &weights_, &scales_, &output_, &copy_, &copied_}) {
    port->set_pipelined(npu.type != platforms::NpuType::ethos_u55);
  }
  SC_HAS_PROCESS(NpuModule);
  SC_THREAD(load_inputs);
  SC_THREAD(load_weights);
  SC_THREAD(load_scales);
  SC_THREAD(fetch_slices);
  SC_THREAD(store_slices);
  SC_THREAD(multiply);
  SC_THREAD(finish_blocks);
  SC_THREAD(write_outputs);
}

void NpuModule::bind(NocModule& noc, NocModule* weight_port) {
  for (StreamPort* port : {&input_, &output_, &copy_, &copied_}) port->socket.bind(noc.initiators);
  const bool on_noc = weight_memory_ == kWeightsOnNoc;
  for (StreamPort* port : {&weights_, &scales_}) {
    port->socket.bind((on_noc ? noc : *weight_port).initiators);
  }
}

void NpuModule::start(const DevicePlan& plan) {
  plan_ = &std::get<NpuPlan>(plan);
  begin_work();
  busy_before_ = busy();
  counts_[Event::npu_mac] += plan_->macs;
  // They came while the layer before ran, and are this layer's all the same.
  prefetched_bytes_ += plan_->prefetched_bytes;
  for (const Event event : {Event::weight_byte, Event::sram_byte, Event::noc_byte}) {
    counts_[event] += plan_->prefetched_bytes;
  }
  input_.set_run(plan_->input_run);
  copied_.set_run(plan_->operand_run);
  output_.set_run(plan_->output_run);
  const bool copies = !plan_->slices.empty();
  weights_.set_in_flight(copies ? channels_.copies : channels_.weights);
  copied_.set_in_flight(copies ? channels_.weights : channels_.operands);
  for (StreamPort* port : {&input_, &weights_, &scales_, &output_, &copy_, &copied_})
    port->start_layer();
  start_.notify(sc_core::SC_ZERO_TIME);
}

void NpuModule::finish_plan() {
  const std::int64_t cycles = clock_.cycles(busy() - busy_before_);
  counts_[Event::npu_cycle] += cycles;
  counts_[Event::npu_lane_cycle] += cycles * lanes_;
  end_work();
}

void NpuModule::record(Recorder* recorder) {
  recorder_ = recorder;
  for (StreamPort* port : {&input_, &weights_, &scales_, &output_, &copy_, &copied_})
    port->record(recorder);
}

std::string NpuModule::state() const {
  if (!working()) return fmt::format("{}: idle", basename());
  return fmt::format("{}: step {} of {}; full: input {}, weights {}, accumulators {}, output {}",
                     basename(), step_, plan_->steps.size(), ifm_full_.available(),
                     weights_full_.available(), accumulators_full_.available(),
                     ofm_full_.available());
}

void NpuModule::load_inputs() {
  while (true) {
    wait(start_);
    std::int64_t order = -1;
    for (const NpuStep& step : plan_->steps) {
      ++order;
      if (!step.first_of_slice) continue;
      const Picoseconds free_since = ifm_free_.take();
      input_.transfer(kSram, step.input_bytes - step.spilled_input_bytes, order, free_since);
      input_.transfer(kExternal, step.spilled_input_bytes, order, free_since);
      ifm_full_.put();
    }
  }
}

void NpuModule::load_weights() {
  while (true) {
    wait(start_);
    if (!plan_->slices.empty()) {
      load_copied();
      continue;
    }
    std::int64_t order = 0;
    for (const NpuStep& step : plan_->steps) {
      const Picoseconds free_since = weights_free_.take();
      weights_.transfer(weight_memory_, step.weight_bytes, order, free_since);
      copied_.transfer(kSram, step.operand_bytes - step.spilled_operand_bytes, order, free_since);
      copied_.transfer(kExternal, step.spilled_operand_bytes, order++, free_since);
      weights_full_.put();
    }
  }
}

// Of one block after another, in a stream of their own.
void NpuModule::load_scales() {
  while (true) {
    wait(start_);
    if (!plan_->scales_apart) continue;
    std::int64_t order = -1, first = 0;
    for (const NpuStep& step : plan_->steps) {
      ++order;
      if (!step.ends_block) continue;
      const Picoseconds free_since = scales_free_.take();
      const std::int64_t begin = std::exchange(first, order + 1);
      scales_.transfer(weight_memory_, step.scale_bytes, scales_first_ ? begin : first, free_since);
      scales_full_.put();
    }
  }
}

void NpuModule::load_copied() {
  std::size_t step = 0;
  for (const NpuSlice& slice : plan_->slices) {
    const Picoseconds there_since = slices_full_.take();
    for (const std::size_t end = step + slice.steps; step < end; ++step) {
      const Picoseconds free_since = std::max(there_since, weights_free_.take());
      copied_.transfer(kSram, plan_->steps[step].weight_bytes, static_cast<std::int64_t>(step),
                       free_since);
      weights_full_.put();
    }
    slices_free_.put();
  }
}

// From the weight memory, in chunks that are stored behind.
void NpuModule::fetch_slices() {
  while (true) {
    wait(start_);
    std::int64_t order = 0, begin = plan_->prefetched_bytes;
    for (const NpuSlice& slice : plan_->slices) {
      Picoseconds free_since = slices_free_.take();
      for (std::int64_t at = std::exchange(begin, 0); at < slice.bytes; at += kChunkBytes) {
        free_since = std::max(free_since, chunks_free_.take());
        weights_.transfer(weight_memory_, std::min(kChunkBytes, slice.bytes - at), order,
                          free_since);
        chunks_full_.put();
      }
      order += static_cast<std::int64_t>(slice.steps);
    }
  }
}

// As urgent as the step after the next: behind what the array waits for, ahead of what loads early.
void NpuModule::store_slices() {
  while (true) {
    wait(start_);
    std::int64_t begin = plan_->prefetched_bytes;
    for (const NpuSlice& slice : plan_->slices) {
      for (std::int64_t at = std::exchange(begin, 0); at < slice.bytes; at += kChunkBytes) {
        const Picoseconds there_since = chunks_full_.take();
        copy_.transfer(kSram, std::min(kChunkBytes, slice.bytes - at),
                       static_cast<std::int64_t>(step_) + 2, there_since);
        chunks_free_.put();
      }
      slices_full_.put();
    }
  }
}

void NpuModule::multiply() {
  while (true) {
    wait(start_);
    step_ = 0;
    bool first_of_block = true;
    Picoseconds begin;
    std::int64_t cycles = 0;
    for (const NpuStep& step : plan_->steps) {
      if (first_of_block) accumulators_free_.take();
      if (step.after_output) wait_for_output_stage();
      if (step.first_of_slice) ifm_full_.take();
      weights_full_.take();
      if (first_of_block) begin = now();
      cycles = step.mac_cycles + (first_of_block ? 0 : cycles);
      work(Lane::npu_mac, step.mac_cycles);
      if (step.last_of_slice) ifm_free_.put();
      weights_free_.put();
      first_of_block = step.ends_block;
      if (step.ends_block) {
        wait_until(begin + clock_.time(step.command_cycles));
        blocks_end_.push_back(begin + clock_.time(cycles + step.command_cycles));
        accumulators_full_.put();
      }
      ++step_;
    }
  }
}

// Its last block is through when all accumulators but the one in hand are free.
void NpuModule::wait_for_output_stage() {
  for (std::int64_t i = 1; i < accumulators_; ++i) accumulators_free_.take();
  for (std::int64_t i = 1; i < accumulators_; ++i) accumulators_free_.put();
}

void NpuModule::finish_blocks() {
  while (true) {
    wait(start_);
    for (const NpuStep& step : plan_->steps) {
      if (!step.ends_block) continue;
      accumulators_full_.take();
      if (plan_->scales_apart) scales_full_.take();
      for (std::int64_t i = 0; i < step.output_parts; ++i) {
        if (i > 0) ofm_full_.put();
        ofm_free_.take();
        work(Lane::npu_output, part_of(step.output_cycles, i, step.output_parts));
      }
      wait_until(blocks_end_.front());
      blocks_end_.pop_front();
      if (plan_->scales_apart) scales_free_.put();
      accumulators_free_.put();
      ofm_full_.put();
    }
  }
}

// A block's write is as urgent as the work that waits for its buffer: the next block, or with two
// buffers or more the one after it. More buffers do not make it less urgent: writes that every load
// overtakes would all be left to the end of the layer.
void NpuModule::write_outputs() {
  while (true) {
    wait(start_);
    const std::vector<std::int64_t> ends = block_ends(*plan_);
    const std::size_t memory = plan_->spills_output ? kExternal : kSram;
    for (std::size_t block = 0; block < ends.size(); ++block) {
      const std::size_t waiting =
          std::min(block + std::min<std::size_t>(ofm_buffers_, 2), ends.size() - 1);
      const NpuStep& step = plan_->steps[static_cast<std::size_t>(ends[block])];
      for (std::int64_t i = 0; i < step.output_parts; ++i) {
        const Picoseconds full_since = ofm_full_.take();
        output_.transfer(memory, part_of(step.output_bytes, i, step.output_parts), ends[waiting],
                         full_since);
        ofm_free_.put();
      }
    }
    finish_plan();
  }
}

void NpuModule::wait_until(Picoseconds t) {
  if (t > now()) wait_for(t - now());
}

void NpuModule::work(Lane lane, std::int64_t cycles) {
  if (cycles == 0) return;
  const Picoseconds begin = now();
  busy_.begin(begin);
  wait_for(clock_.time(cycles));
  busy_.end(now());
  if (recorder_ != nullptr) recorder_->record(id(), lane, begin, now());
}

}  // namespace h4h::models
