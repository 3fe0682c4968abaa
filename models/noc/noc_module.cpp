#include "models/noc/noc_module.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/time/sc_time.hpp"

namespace h4h::models {

NocModule::NocModule(sc_core::sc_module_name name, const platforms::Noc& noc)
    : sc_module(name),
      initiators("initiators"),
      memories("memories"),
      arbiter_(noc.exclusivity, {noc.warm_up_ps}),
      link_(noc.bandwidth, noc.duplex) {
  initiators.register_b_transport(this, &NocModule::b_transport);
  SC_HAS_PROCESS(NocModule);
  SC_METHOD(arbitrate);
  sensitive << requests_changed_;
  dont_initialize();
  SC_METHOD(complete);
  sensitive << next_finish_;
  dont_initialize();
}

void NocModule::start_layer(std::array<bool, kSides> working) { arbiter_.start_layer(working); }

void NocModule::finish(Side side) {
  arbiter_.finish(side);
  requests_changed_.notify(sc_core::SC_ZERO_TIME);
}

std::string NocModule::state() const {
  return fmt::format("noc: NPU {} inside, {} waiting; CIM {} inside, {} waiting",
                     arbiter_.inside(Side::npu), arbiter_.waiting(Side::npu),
                     arbiter_.inside(Side::cim), arbiter_.waiting(Side::cim));
}

void NocModule::b_transport(int initiator, tlm::tlm_generic_payload& payload,
                            sc_core::sc_time& delay) {
  StreamInfo* info = payload.get_extension<StreamInfo>();
  const Side side = info->side;
  arbiter_.request(side);
  requests_changed_.notify(sc_core::SC_ZERO_TIME);
  sc_core::wait(granted_.at(static_cast<std::size_t>(side)));

  const auto memory = static_cast<std::size_t>(payload.get_address() >> kMemoryShift);
  memories[static_cast<int>(memory)]->b_transport(payload, delay);
  // A request reaches the memory only while its side holds the link.
  const Picoseconds requested = std::max(info->requested_at, arbiter_.ready(side));
  const Picoseconds start = std::max(now(), requested + to_picoseconds(delay));
  info->started_at = start;
  delay = sc_core::SC_ZERO_TIME;
  wait_for(start - now());
  const Direction direction = payload.is_read() ? Direction::read : Direction::write;
  stream(initiator,
         {direction, info->occupied, memory, info->memory_bandwidth, info->order, info->limit});
  (payload.is_read() ? read_bytes_ : write_bytes_) += info->bytes;
  release(side);
}

void NocModule::stream(int initiator, const StreamDemand& demand) {
  const auto slot = static_cast<std::size_t>(initiator);
  while (finished_.size() <= slot) {
    finished_.push_back(std::make_unique<sc_core::sc_event>());
    open_.emplace_back();
  }
  open_[slot] = link_.open(now(), demand);
  schedule();
  sc_core::wait(*finished_[slot]);
}

void NocModule::release(Side side) {
  arbiter_.release(side);
  requests_changed_.notify(sc_core::SC_ZERO_TIME);
  if (timeline_ != nullptr && arbiter_.inside(side) == 0) {
    const Lane lane = side == Side::npu ? Lane::noc_npu : Lane::noc_cim;
    timeline_->record(lane, hold_since_.at(static_cast<std::size_t>(side)), now());
  }
}

void NocModule::arbitrate() {
  std::array<bool, kSides> idle{arbiter_.inside(Side::npu) == 0, arbiter_.inside(Side::cim) == 0};
  while (const std::optional<Side> side = arbiter_.grant(now())) {
    const auto s = static_cast<std::size_t>(*side);
    if (idle.at(s)) hold_since_.at(s) = now();
    idle.at(s) = false;
    granted_.at(s).notify();  // at once: wakes exactly those whose requests were admitted
  }
}

void NocModule::complete() {
  for (const SharedLink::StreamId id : link_.close_finished(now())) {
    for (std::size_t slot = 0; slot < open_.size(); ++slot) {
      if (open_[slot] != id) continue;
      open_[slot].reset();
      finished_[slot]->notify();
    }
  }
  schedule();
}

void NocModule::schedule() {
  next_finish_.cancel();
  const std::optional<Picoseconds> next = link_.next_finish();
  if (next) next_finish_.notify(to_sc_time(*next - now()));
}

}  // namespace h4h::models
