#include "models/systolic/systolic_module.hpp"

#include <fmt/format.h>

#include "models/time/sc_time.hpp"

namespace h4h::models {
namespace {

constexpr std::int64_t kParts = 2;  // of each buffer: one in use, one being filled or emptied

}  // namespace

SystolicModule::SystolicModule(sc_core::sc_module_name name, DeviceId id,
                               const platforms::Systolic& array)
    : DeviceModule(name, id),
      input_("input", Lane::npu_dma_input, Lane::npu_spill_read, id, Direction::read),
      weights_("weights", Lane::npu_dma_weights, Lane::npu_spill_read, id, Direction::read),
      output_("output", Lane::npu_dma_output, Lane::npu_spill_write, id, Direction::write),
      clock_(array.clock_hz),
      elements_(array.rows * array.columns),
      input_free_("input_free", kParts),
      input_full_("input_full", 0),
      weights_free_("weights_free", kParts),
      weights_full_("weights_full", 0),
      output_free_("output_free", kParts),
      output_full_("output_full", 0) {
  for (StreamPort* port : {&input_, &weights_, &output_}) port->set_outstanding(array.outstanding);
  SC_HAS_PROCESS(SystolicModule);
  SC_THREAD(load_inputs);
  SC_THREAD(load_weights);
  SC_THREAD(compute);
  SC_THREAD(write_outputs);
}

void SystolicModule::bind(NocModule& noc, NocModule* weight_port) {
  for (StreamPort* port : {&input_, &output_}) port->socket.bind(noc.initiators);
  if (weight_port != nullptr) weight_memory_ = kWeightsOnPort;
  weights_.socket.bind((weight_port != nullptr ? *weight_port : noc).initiators);
}

void SystolicModule::start(const DevicePlan& plan) {
  plan_ = &std::get<SystolicPlan>(plan);
  begin_work();
  counts_[Event::npu_mac] += plan_->macs;
  input_.set_run(plan_->input_run);
  output_.set_run(plan_->output_run);
  for (StreamPort* port : {&input_, &weights_, &output_}) port->start_layer();
  start_.notify(sc_core::SC_ZERO_TIME);
}

void SystolicModule::record(Recorder* recorder) {
  recorder_ = recorder;
  for (StreamPort* port : {&input_, &weights_, &output_}) port->record(recorder);
}

std::string SystolicModule::state() const {
  if (!working()) return fmt::format("{}: idle", basename());
  return fmt::format("{}: step {} of {}; full: input {}, weights {}, output {}", basename(), step_,
                     plan_->steps.size(), input_full_.available(), weights_full_.available(),
                     output_full_.available());
}

void SystolicModule::load_inputs() {
  while (true) {
    wait(start_);
    std::int64_t order = 0;
    for (const SystolicStep& step : plan_->steps) {
      const Picoseconds free_since = input_free_.take();
      const auto load = [&](std::int64_t bytes, std::int64_t spilled) {
        input_.transfer(kSram, bytes - spilled, order, free_since);
        input_.transfer(kExternal, spilled, order, free_since);
      };
      load(step.input_bytes, step.spilled_input_bytes);
      load(step.operand_bytes, step.spilled_operand_bytes);
      ++order;
      input_full_.put();
    }
  }
}

void SystolicModule::load_weights() {
  while (true) {
    wait(start_);
    std::int64_t order = 0;
    for (const SystolicStep& step : plan_->steps) {
      const Picoseconds free_since = weights_free_.take();
      weights_.transfer(weight_memory_, step.weight_bytes, order++, free_since);
      weights_full_.put();
    }
  }
}

void SystolicModule::compute() {
  while (true) {
    wait(start_);
    step_ = 0;
    for (const SystolicStep& step : plan_->steps) {
      input_full_.take();
      weights_full_.take();
      output_free_.take();
      const Picoseconds begin = now();
      wait_for(clock_.time(step.cycles));
      busy_ += now() - begin;
      counts_[Event::npu_cycle] += step.cycles;
      counts_[Event::npu_lane_cycle] += step.cycles * elements_;
      if (recorder_ != nullptr) recorder_->record(id(), Lane::npu_mac, begin, now());
      input_free_.put();
      weights_free_.put();
      output_full_.put();
      ++step_;
    }
  }
}

void SystolicModule::write_outputs() {
  while (true) {
    wait(start_);
    // A step's write is as urgent as the step that waits for its half of the buffer.
    std::int64_t order = kParts;
    for (const SystolicStep& step : plan_->steps) {
      const Picoseconds full_since = output_full_.take();
      output_.transfer(plan_->spills_output ? kExternal : kSram, step.output_bytes, order++,
                       full_since);
      output_free_.put();
    }
    end_work();
  }
}

}  // namespace h4h::models
