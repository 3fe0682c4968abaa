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
      hold_since_(names_.size()) {
  initiators.register_b_transport(this, &NocModule::b_transport);
  SC_HAS_PROCESS(NocModule);
  SC_METHOD(arbitrate);
  sensitive << requests_changed_;
  dont_initialize();
  SC_METHOD(move);
  sensitive << next_;
  dont_initialize();
}

void NocModule::start_layer(const std::vector<bool>& working) {
  arbiter_.start_layer(working);
  alone_ = std::count(working.begin(), working.end(), true) < 2;
}

void NocModule::finish(DeviceId device) {
  arbiter_.finish(device);
  if (!waiting_.empty()) requests_changed_.notify(sc_core::SC_ZERO_TIME);
}

std::string NocModule::state() const {
  std::string text = "noc:";
  for (DeviceId device = 0; device < names_.size(); ++device) {
    text += fmt::format("{} {} {} inside, {} waiting", device == 0 ? "" : ";", names_[device],
                        arbiter_.inside(device), arbiter_.waiting(device));
  }
  return text;
}

// The thread of the initiator sleeps once, until its last byte; all else happens in the methods of
// the link, which take a fraction of a thread's switch.
void NocModule::b_transport(int initiator, tlm::tlm_generic_payload& payload,
                            sc_core::sc_time& delay) {
  const auto memory = static_cast<int>(payload.get_address() >> kMemoryShift);
  memories[memory]->b_transport(payload, delay);  // tells its latency and bandwidth
  StreamInfo& info = *payload.get_extension<StreamInfo>();
  const bool reads = payload.is_read();
  Transfer& transfer = transfer_of(initiator);
  transfer.demand = {reads ? Direction::read : Direction::write,
                     info.occupied,
                     static_cast<std::size_t>(memory),
                     info.memory_bandwidth,
                     info.order,
                     info.limit};
  transfer.device = info.device;
  transfer.requested_at = info.requested_at;
  transfer.latency = to_picoseconds(delay);
  delay = sc_core::SC_ZERO_TIME;

  waiting_.push_back(&transfer);
  arbiter_.request(info.device);
  if (alone_ && recorder_ == nullptr) {
    arbitrate();
  } else {
    requests_changed_.notify(sc_core::SC_ZERO_TIME);
  }
  sc_core::wait(transfer.finished);
  info.started_at = transfer.start;
  (reads ? read_bytes_ : write_bytes_) += info.bytes;
  release(info.device);
}

NocModule::Transfer& NocModule::transfer_of(int initiator) {
  const auto slot = static_cast<std::size_t>(initiator);
  while (transfers_.size() <= slot) {
    transfers_.push_back(std::make_unique<Transfer>());
    transfers_.back()->slot = transfers_.size() - 1;
  }
  return *transfers_[slot];
}

void NocModule::release(DeviceId device) {
  arbiter_.release(device);
  if (!waiting_.empty()) requests_changed_.notify(sc_core::SC_ZERO_TIME);
  if (recorder_ == nullptr || arbiter_.inside(device) > 0) return;
  recorder_->record(device, Lane::noc_tenure, *hold_since_.at(device), now());
  hold_since_.at(device).reset();
}

void NocModule::arbitrate() {
  const Picoseconds time = now();
  while (!waiting_.empty()) {
    const std::optional<DeviceId> device = arbiter_.grant(time);
    if (!device) break;
    std::optional<Picoseconds>& since = hold_since_.at(*device);
    if (recorder_ != nullptr && !since) since = time;
    admit(*device, time);
  }
  schedule(time);
}

// All waiting requests of the device enter its tenure. A request reaches the memory only while its
// device holds the link.
void NocModule::admit(DeviceId device, Picoseconds time) {
  const Picoseconds ready = arbiter_.ready(device);
  std::size_t kept = 0;
  for (Transfer* transfer : waiting_) {
    if (transfer->device != device) {
      waiting_[kept++] = transfer;
      continue;
    }
    const Picoseconds requested = std::max(transfer->requested_at, ready);
    transfer->start = std::max(time, requested + transfer->latency);
    starting_.push_back(transfer);
  }
  waiting_.resize(kept);
}

void NocModule::move() {
  const Picoseconds time = now();
  next_at_ = kNever;
  for (const SharedLink::StreamId slot : link_.close_finished(time)) {
    transfers_[slot]->finished.notify();
  }
  schedule(time);
}

// Opens the streams that begin now; `move` runs when the next one begins or ends.
void NocModule::schedule(Picoseconds time) {
  Picoseconds next = kNever;
  std::size_t kept = 0;
  for (Transfer* transfer : starting_) {
    if (transfer->start <= time) {
      link_.open(time, transfer->slot, transfer->demand);
    } else {
      next = std::min(next, transfer->start);
      starting_[kept++] = transfer;
    }
  }
  starting_.resize(kept);
  next = std::min(next, link_.next_finish().value_or(kNever));
  if (next == next_at_) return;
  if (next_at_ != kNever) next_.cancel();
  next_at_ = next;
  if (next != kNever) next_.notify(to_sc_time(next - time));
}

}  // namespace h4h::models
