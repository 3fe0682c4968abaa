#include "sim/session/chip.hpp"

#include <fmt/format.h>

#include "models/time/sc_time.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using models::Side;

bool has_weight_port(const platforms::Hardware& hardware) {
  return hardware.npu.weights_port == platforms::WeightsPort::private_port;
}

// As wide as the memory behind it, and nobody else's.
platforms::Noc port_to(const platforms::Memory& memory) {
  return {memory.bandwidth, 0, platforms::Duplex::half, platforms::Exclusivity::tenure};
}

JobResult difference(const JobResult& after, const JobResult& before) {
  JobResult d = after;
  d.time = after.time - before.time;
  d.npu_busy = after.npu_busy - before.npu_busy;
  d.cim_busy = after.cim_busy - before.cim_busy;
  d.noc_busy = after.noc_busy - before.noc_busy;
  d.weights_idle = after.weights_idle - before.weights_idle;
  d.noc_read_bytes = after.noc_read_bytes - before.noc_read_bytes;
  d.noc_write_bytes = after.noc_write_bytes - before.noc_write_bytes;
  for (const Event event : models::kEvents) {
    d.counts[event] = after.counts[event] - before.counts[event];
  }
  return d;
}

// They came while the layer before ran, and are this layer's all the same.
void add_prefetched(JobResult& result, std::int64_t bytes) {
  result.prefetched_bytes = bytes;
  for (const Event event : {Event::weight_byte, Event::sram_byte, Event::noc_byte}) {
    result.counts[event] += bytes;
  }
}

// First all, then end them: what has ended may leave the lists it is found through.
void collect_threads(const std::vector<sc_core::sc_object*>& objects,
                     std::vector<sc_core::sc_process_handle>& threads) {
  for (sc_core::sc_object* object : objects) {
    const sc_core::sc_process_handle process(object);
    if (process.proc_kind() == sc_core::SC_THREAD_PROC_) threads.push_back(process);
    collect_threads(object->get_child_objects(), threads);
  }
}

}  // namespace

Chip::Chip(sc_core::sc_module_name name, const platforms::Hardware& hardware)
    : sc_module(name),
      clock_(hardware.npu.clock_hz),
      npu_lanes_(hardware.npu.macs_per_cycle),
      noc_("noc", hardware.noc),
      sram_("sram", hardware.sram),
      weight_memory_("weight_memory", hardware.weights),
      external_("backing", hardware.external),
      npu_("npu", hardware.npu),
      cim_("cim", hardware.cim) {
  npu_.input.socket.bind(noc_.initiators);
  npu_.output.socket.bind(noc_.initiators);
  npu_.copy.socket.bind(noc_.initiators);
  npu_.copied.socket.bind(noc_.initiators);
  cim_.input.socket.bind(noc_.initiators);
  cim_.output.socket.bind(noc_.initiators);
  noc_.memories.bind(sram_.target);  // in the order of MemoryIndex
  noc_.memories.bind(external_.target);
  if (has_weight_port(hardware)) {
    weight_port_ = std::make_unique<models::NocModule>("weight_port", port_to(hardware.weights));
    npu_.weights.socket.bind(weight_port_->initiators);
    weight_port_->memories.bind(weight_memory_.target);
  } else {
    npu_.weights.socket.bind(noc_.initiators);
    noc_.memories.bind(weight_memory_.target);
  }
  SC_HAS_PROCESS(Chip);
  SC_THREAD(run);
  SC_METHOD(end_processes);  // a method: threads cannot be killed from outside a process
  sensitive << stop_;
  dont_initialize();
}

void Chip::start(const std::vector<Plans>& plans) {
  plans_ = &plans;
  results_.clear();
  start_.notify(sc_core::SC_ZERO_TIME);
}

void Chip::stop() { stop_.notify(sc_core::SC_ZERO_TIME); }

void Chip::end_processes() {
  std::vector<sc_core::sc_process_handle> threads;
  collect_threads(get_child_objects(), threads);
  for (sc_core::sc_process_handle& thread : threads) thread.kill();
}

std::string Chip::state() const {
  return fmt::format("layer {} of {}; {}; {}; {}", results_.size() + 1,
                     plans_ == nullptr ? 0 : plans_->size(), npu_.state(), cim_.state(),
                     noc_.state());
}

void Chip::record(models::Timeline* timeline) {
  timeline_ = timeline;
  noc_.record(timeline);
  npu_.record(timeline);
  cim_.record(timeline);
}

void Chip::run() {
  while (true) {
    wait(start_);
    for (const Plans& plans : *plans_) results_.push_back(run_layer(plans));
  }
}

JobResult Chip::run_layer(const Plans& plans) {
  const JobResult before = totals();
  if (timeline_ != nullptr) {
    timeline_->begin_layer(models::now(), plans.cim ? plans.cim->macros_busy : 0);
  }
  noc_.start_layer({plans.npu.has_value(), plans.cim.has_value()});
  if (weight_port_) weight_port_->start_layer({plans.npu.has_value(), false});
  if (plans.npu) {
    npu_macs_ += plans.npu->macs;
    npu_.start(*plans.npu);
  }
  if (plans.cim) cim_.start(*plans.cim);
  while (npu_.working() || cim_.working()) {
    wait(npu_.done() | cim_.done());
    if (!npu_.working()) noc_.finish(Side::npu);
    if (!cim_.working()) noc_.finish(Side::cim);
  }
  if (timeline_ != nullptr) timeline_->end_layer(models::now());
  JobResult result = difference(totals(), before);
  result.counts[Event::npu_cycle] = clock_.cycles(result.npu_busy);
  result.counts[Event::npu_lane_cycle] = result.counts[Event::npu_cycle] * npu_lanes_;
  result.link_turnarounds = noc_.link_turnarounds();
  if (plans.npu) add_prefetched(result, plans.npu->prefetched_bytes);
  return result;
}

// Everything counted since elaboration.
JobResult Chip::totals() const {
  JobResult t;
  t.time = models::now();
  t.npu_busy = npu_.busy();
  t.cim_busy = cim_.busy();
  t.noc_busy = noc_.busy();
  if (weight_port_) t.weights_idle = models::now() - weight_port_->busy();
  t.noc_read_bytes = noc_.read_bytes();
  t.noc_write_bytes = noc_.write_bytes();
  t.counts = cim_.counts();
  t.counts[Event::npu_mac] = npu_macs_;
  t.counts[Event::sram_byte] = sram_.bytes();
  t.counts[Event::external_byte] = external_.bytes();
  t.counts[Event::weight_byte] = weight_memory_.bytes();
  t.counts[Event::noc_byte] = noc_.read_bytes() + noc_.write_bytes();
  return t;
}

}  // namespace h4h::sim
