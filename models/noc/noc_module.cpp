#include "models/noc/noc_module.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/time/sc_time.hpp"

namespace h4h::models {

NocModule::NocModule(sc_core::sc_module_name name, const platforms::Noc& noc,
                     std::vector<std::string> devices)
    : sc_module(name),
      initiators("initiators"),
      memories("memories"),
      names_(std::move(devices)),
      arbiter_(noc.exclusivity, {noc.warm_up_ps}, names_.size()),
      link_(noc.bandwidth, noc.duplex),
      granted_(names_.size()),
      hold_since_(names_.size()) {
  initiators.register_b_transport(this, &NocModule::b_transport);
  SC_HAS_PROCESS(NocModule);
  SC_METHOD(arbitrate);
  sensitive << requests_changed_;
  dont_initialize();
  SC_METHOD(complete);
  sensitive << next_finish_;
  dont_initialize();
}

void NocModule::start_layer(const std::vector<bool>& working) { arbiter_.start_layer(working); }

void NocModule::finish(DeviceId device) {
  arbiter_.finish(device);
  requests_changed_.notify(sc_core::SC_ZERO_TIME);
}

std::string NocModule::state() const {
  std::string text = "noc:";
  for (DeviceId device = 0; device < names_.size(); ++device) {
    text += fmt::format("{} {} {} inside, {} waiting", device == 0 ? "" : ";", names_[device],
                        arbiter_.inside(device), arbiter_.waiting(device));
  }
  return text;
}

void NocModule::b_transport(int initiator, tlm::tlm_generic_payload& payload,
                            sc_core::sc_time& delay) {
  StreamInfo* info = payload.get_extension<StreamInfo>();
  const DeviceId device = info->device;
  arbiter_.request(device);
  requests_changed_.notify(sc_core::SC_ZERO_TIME);
  sc_core::wait(granted_.at(device));

  const auto memory = static_cast<std::size_t>(payload.get_address() >> kMemoryShift);
  memories[static_cast<int>(memory)]->b_transport(payload, delay);
  // A request reaches the memory only while its device holds the link.
  const Picoseconds requested = std::max(info->requested_at, arbiter_.ready(device));
  const Picoseconds start = std::max(now(), requested + to_picoseconds(delay));
  info->started_at = start;
  delay = sc_core::SC_ZERO_TIME;
  wait_for(start - now());
  const Direction direction = payload.is_read() ? Direction::read : Direction::write;
  stream(initiator,
         {direction, info->occupied, memory, info->memory_bandwidth, info->order, info->limit});
  (payload.is_read() ? read_bytes_ : write_bytes_) += info->bytes;
  release(device);
}

void NocModule::stream(int initiator, const StreamDemand& demand) {
  const auto slot = static_cast<std::size_t>(initiator);
  while (finished_.size() <= slot) finished_.push_back(std::make_unique<sc_core::sc_event>());
  link_.open(now(), slot, demand);
  schedule();
  sc_core::wait(*finished_[slot]);
}

void NocModule::release(DeviceId device) {
  arbiter_.release(device);
  requests_changed_.notify(sc_core::SC_ZERO_TIME);
  if (arbiter_.inside(device) > 0) return;
  if (recorder_ != nullptr) {
    recorder_->record(device, Lane::noc_tenure, *hold_since_.at(device), now());
  }
  hold_since_.at(device).reset();
}

void NocModule::arbitrate() {
  while (const std::optional<DeviceId> device = arbiter_.grant(now())) {
    std::optional<Picoseconds>& since = hold_since_.at(*device);
    if (!since) since = now();
    granted_.at(*device).notify();  // at once: wakes exactly those whose requests were admitted
  }
}

void NocModule::complete() {
  for (const SharedLink::StreamId slot : link_.close_finished(now())) finished_[slot]->notify();
  schedule();
}

void NocModule::schedule() {
  next_finish_.cancel();
  const std::optional<Picoseconds> next = link_.next_finish();
  if (next) next_finish_.notify(to_sc_time(*next - now()));
}

}  // namespace h4h::models
