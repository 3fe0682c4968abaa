#include "models/noc/tenure_timing.hpp"

#include <stdexcept>

namespace h4h::models {

void TenureArbiter::start_layer(const std::vector<bool>& working) {
  if (working.size() != devices_.size()) throw std::out_of_range("a link of other devices");
  owner_.reset();
  working_ = working;
  for (State& device : devices_) device.warm = false;
  link_turnarounds_ = 0;
}

void TenureArbiter::request(DeviceId device) {
  ++devices_.at(device).waiting;
  ++waiting_;
}

void TenureArbiter::release(DeviceId device) {
  --devices_.at(device).inside;
  --inside_;
}

bool TenureArbiter::may_enter(DeviceId device) const {
  const State& state = devices_[device];
  if (state.waiting == 0) return false;
  if (exclusivity_ == platforms::Exclusivity::none) return true;
  const bool held_by_other = inside_ > state.inside;
  if (exclusivity_ == platforms::Exclusivity::layer) {
    return !held_by_other && (!owner_ || *owner_ == device || !working_[*owner_]);
  }
  // A device keeps its own hold only while no other device waits for it.
  return !held_by_other && (state.inside == 0 || waiting_ == state.waiting);
}

std::optional<DeviceId> TenureArbiter::grant(Picoseconds now) {
  if (waiting_ == 0) return std::nullopt;
  const std::size_t count = devices_.size();
  const DeviceId first = owner_ ? *owner_ + 1 : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const DeviceId device = (first + i) % count;
    if (!may_enter(device)) continue;
    admit(device, now);
    return device;
  }
  return std::nullopt;
}

void TenureArbiter::admit(DeviceId device, Picoseconds now) {
  State& state = devices_[device];
  const bool shared = exclusivity_ == platforms::Exclusivity::none;
  const bool gains = shared ? !state.warm : owner_ != device;
  if (gains) {
    state.ready = now + warm_up_;
    ++link_turnarounds_;
  }
  owner_ = device;
  state.warm = true;
  inside_ += state.waiting;
  waiting_ -= state.waiting;
  state.inside += state.waiting;
  state.waiting = 0;
}

}  // namespace h4h::models
