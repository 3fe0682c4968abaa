#include "sim/session/chip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/time/sc_time.hpp"

namespace h4h::sim {
namespace {

using models::Event;

// As wide as the memory behind it, and nobody else's.
platforms::Noc port_to(const platforms::Memory& memory) {
  return {memory.bandwidth, 0, platforms::Duplex::half, platforms::Exclusivity::tenure};
}

JobResult difference(const JobResult& after, const JobResult& before) {
  JobResult d = after;
  d.time = after.time - before.time;
  for (DeviceId id = 0; id < d.busy.size(); ++id) d.busy[id] = after.busy[id] - before.busy[id];
  d.noc_busy = after.noc_busy - before.noc_busy;
  d.weights_idle = after.weights_idle - before.weights_idle;
  d.noc_read_bytes = after.noc_read_bytes - before.noc_read_bytes;
  d.noc_write_bytes = after.noc_write_bytes - before.noc_write_bytes;
  d.prefetched_bytes = after.prefetched_bytes - before.prefetched_bytes;
  d.counts -= before.counts;
  return d;
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

Chip::Chip(sc_core::sc_module_name name, const platforms::Hardware& hardware,
           const models::Devices& devices)
    : sc_module(name),
      noc_("noc", hardware.noc, models::names_of(devices)),
      sram_("sram", hardware.sram),
      weight_memory_("weight_memory", hardware.weights),
      external_("external", hardware.external) {
  bind_devices(devices, hardware);
  SC_HAS_PROCESS(Chip);
  SC_THREAD(run);
  SC_METHOD(end_processes);  // a method: threads cannot be killed from outside a process
  sensitive << stop_;
  dont_initialize();
}

void Chip::bind_devices(const models::Devices& devices, const platforms::Hardware& hardware) {
  for (DeviceId id = 0; id < devices.size(); ++id) {
    devices_.push_back(models::make_module(*devices[id], id));
    has_weight_port_.push_back(devices[id]->has_weight_port());
    any_done_ |= devices_.back()->done();
  }
  noc_.memories.bind(sram_.target);  // in the order of MemoryIndex
  noc_.memories.bind(external_.target);
  if (models::copy_weights_ahead(devices)) {
    weight_port_ = std::make_unique<models::NocModule>("weight_port", port_to(hardware.weights),
                                                       models::names_of(devices));
    weight_port_->memories.bind(weight_memory_.target);
  } else {
    noc_.memories.bind(weight_memory_.target);
  }
  for (const auto& device : devices_) device->bind(noc_, weight_port_.get());
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
  std::string text =
      fmt::format("layer {} of {}", results_.size() + 1, plans_ == nullptr ? 0 : plans_->size());
  for (const auto& device : devices_) text += "; " + device->state();
  return text + "; " + noc_.state();
}

void Chip::record(models::Recorder* recorder) {
  recorder_ = recorder;
  noc_.record(recorder);
  for (const auto& device : devices_) device->record(recorder);
}

void Chip::run() {
  while (true) {
    wait(start_);
    for (const Plans& plans : *plans_) results_.push_back(run_layer(plans));
  }
}

bool Chip::working() const {
  return std::any_of(devices_.begin(), devices_.end(),
                     [](const auto& device) { return device->working(); });
}

void Chip::start_devices(const Plans& plans) {
  std::vector<bool> uses_noc(devices_.size()), uses_port(devices_.size());
  for (DeviceId id = 0; id < devices_.size(); ++id) {
    uses_noc[id] = plans.at(id).has_value();
    uses_port[id] = uses_noc[id] && has_weight_port_[id];
  }
  noc_.start_layer(uses_noc);
  if (weight_port_) weight_port_->start_layer(uses_port);
  std::vector<std::int64_t> macros_busy;
  for (DeviceId id = 0; id < devices_.size(); ++id) {
    if (plans[id]) devices_[id]->start(*plans[id]);
    macros_busy.push_back(devices_[id]->macros_busy());
  }
  if (recorder_ != nullptr) recorder_->begin_layer(models::now(), std::move(macros_busy));
}

JobResult Chip::run_layer(const Plans& plans) {
  const JobResult before = totals();
  start_devices(plans);
  while (working()) {
    wait(any_done_);
    for (DeviceId id = 0; id < devices_.size(); ++id) {
      if (!devices_[id]->working()) noc_.finish(id);
    }
  }
  if (recorder_ != nullptr) recorder_->end_layer(models::now());
  JobResult result = difference(totals(), before);
  result.link_turnarounds = noc_.link_turnarounds();
  return result;
}

// Everything counted since elaboration.
JobResult Chip::totals() const {
  JobResult t;
  t.time = models::now();
  for (DeviceId id = 0; id < devices_.size(); ++id) {
    const models::DeviceModule& device = *devices_[id];
    t.busy.push_back(device.busy());
    t.prefetched_bytes += device.prefetched_bytes();
    t.counts.add_of(id, device.counts());
  }
  t.noc_busy = noc_.busy();
  if (weight_port_) t.weights_idle = models::now() - weight_port_->busy();
  t.noc_read_bytes = noc_.read_bytes();
  t.noc_write_bytes = noc_.write_bytes();
  t.counts[Event::sram_byte] += sram_.bytes();
  t.counts[Event::external_byte] += external_.bytes();
  t.counts[Event::weight_byte] += weight_memory_.bytes();
  t.counts[Event::noc_byte] += noc_.read_bytes() + noc_.write_bytes();
  return t;
}

}  // namespace h4h::sim
