#include "models/npu/npu_module.hpp"

#include <fmt/format.h>

#include "models/time/sc_time.hpp"

namespace h4h::models {
namespace {

// The weight decoder frees its buffer while it reads, not at the end of a step: the stream behind
// the buffered ones is under way already, which hides the latency of its memory.
constexpr std::int64_t kWeightsInFlight = 1;

}  // namespace

NpuModule::NpuModule(sc_core::sc_module_name name, const platforms::Npu& npu,
                     std::size_t activation_memory, std::size_t weight_memory)
    : sc_module(name),
      input("input", Lane::npu_dma_input, Side::npu, Direction::read, activation_memory),
      weights("weights", Lane::npu_dma_weights, Side::npu, Direction::read, weight_memory),
      output("output", Lane::npu_dma_output, Side::npu, Direction::write, activation_memory),
      clock_(npu.clock_hz),
      ifm_free_("ifm_free", npu.ifm_buffers),
      ifm_full_("ifm_full", 0),
      weights_free_("weights_free", npu.ifm_buffers + kWeightsInFlight),
      weights_full_("weights_full", 0),
      accumulators_free_("accumulators_free", npu.accumulators),
      accumulators_full_("accumulators_full", 0),
      ofm_free_("ofm_free", npu.ofm_buffers),
      ofm_full_("ofm_full", 0) {
  SC_HAS_PROCESS(NpuModule);
  SC_THREAD(load_inputs);
  SC_THREAD(load_weights);
  SC_THREAD(multiply);
  SC_THREAD(finish_blocks);
  SC_THREAD(write_outputs);
}

void NpuModule::start(const NpuPlan& plan) {
  plan_ = &plan;
  working_ = true;
  input.start_layer();
  weights.start_layer();
  output.start_layer();
  start_.notify(sc_core::SC_ZERO_TIME);
}

void NpuModule::stop() {
  plan_ = nullptr;
  start_.notify(sc_core::SC_ZERO_TIME);
}

void NpuModule::record(Timeline* timeline) {
  timeline_ = timeline;
  for (StreamPort* port : {&input, &weights, &output}) port->record(timeline);
}

bool NpuModule::next_plan() {
  wait(start_);
  return plan_ != nullptr;
}

std::string NpuModule::state() const {
  if (!working_) return "npu: idle";
  return fmt::format("npu: step {} of {}; full: input {}, weights {}, accumulators {}, output {}",
                     step_, plan_->steps.size(), ifm_full_.available(), weights_full_.available(),
                     accumulators_full_.available(), ofm_full_.available());
}

void NpuModule::load_inputs() {
  while (next_plan()) {
    for (const NpuStep& step : plan_->steps) {
      const Picoseconds room_since = ifm_free_.take();
      input.transfer(step.input_bytes, room_since);
      ifm_full_.put();
    }
  }
}

void NpuModule::load_weights() {
  while (next_plan()) {
    for (const NpuStep& step : plan_->steps) {
      const Picoseconds room_since = weights_free_.take();
      weights.transfer(step.weight_bytes, room_since);
      weights_full_.put();
    }
  }
}

void NpuModule::multiply() {
  while (next_plan()) {
    step_ = 0;
    bool first_of_block = true;
    for (const NpuStep& step : plan_->steps) {
      if (first_of_block) accumulators_free_.take();
      ifm_full_.take();
      weights_full_.take();
      work(Lane::npu_mac, step.mac_cycles);
      ifm_free_.put();
      weights_free_.put();
      first_of_block = step.output_bytes > 0;
      if (first_of_block) accumulators_full_.put();
      ++step_;
    }
  }
}

void NpuModule::finish_blocks() {
  while (next_plan()) {
    for (const NpuStep& step : plan_->steps) {
      if (step.output_bytes == 0) continue;
      accumulators_full_.take();
      ofm_free_.take();
      work(Lane::npu_output, step.output_cycles);
      accumulators_free_.put();
      ofm_full_.put();
    }
  }
}

void NpuModule::write_outputs() {
  while (next_plan()) {
    for (const NpuStep& step : plan_->steps) {
      if (step.output_bytes == 0) continue;
      const Picoseconds full_since = ofm_full_.take();
      output.transfer(step.output_bytes, full_since);
      ofm_free_.put();
    }
    working_ = false;
    done_.notify(sc_core::SC_ZERO_TIME);
  }
}

void NpuModule::work(Lane lane, std::int64_t cycles) {
  if (cycles == 0) return;
  const Picoseconds begin = now();
  busy_.begin(begin);
  wait_for(clock_.time(cycles));
  busy_.end(now());
  if (timeline_ != nullptr) timeline_->record(lane, begin, now());
}

}  // namespace h4h::models
